//! The line on which one weight moves while the others stay: what rows score there.

use super::row::Row;
use super::terms::Terms;
use crate::score::{Floor, Score, Sums, Unscored};

/// All weights as declared, but for one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) terms: &'a Terms,
    /// Place of the axis whose weight moves.
    pub(super) at: usize,
}

impl<'a> Line<'a> {
    /// The line of the first axis; at [`Line::declared`] all lines meet.
    pub(super) fn any(terms: &'a Terms) -> Self {
        Line { terms, at: 0 }
    }

    /// The declared weight; 0 if nothing is in play.
    pub(super) fn declared(&self) -> f64 {
        self.terms.weights.get(self.at).copied().unwrap_or(0.0)
    }

    /// The sums of a row, added up as [`Scorer::score`](crate::Scorer::score) does.
    pub(super) fn sums(&self, row: &Row, weight: f64) -> Sums {
        let mut sums = Sums::default();
        for (place, (line, declared)) in row.lines.iter().zip(&self.terms.weights).enumerate() {
            let weight = if place == self.at { weight } else { *declared };
            sums.add(weight, line.is_compared, line.counted);
        }
        sums
    }

    /// Σ of the weights in play.
    pub(super) fn probe_weight(&self, weight: f64) -> f64 {
        let weights = self.terms.weights.iter().enumerate();
        weights
            .map(|(place, declared)| if place == self.at { weight } else { *declared })
            .sum()
    }

    /// What coverage is measured by there.
    pub(super) fn floor(&self, weight: f64) -> Floor {
        Floor {
            probe_weight: self.probe_weight(weight),
            min_coverage: self.terms.min_coverage,
        }
    }

    /// Score and coverage of a row.
    pub(super) fn score(&self, row: &Row, weight: f64) -> Result<Score, Unscored> {
        self.sums(row, weight).score(self.floor(weight))
    }
}
