//! The sums of a score, added up axis by axis in profile order.
//!
//! **Law.** Rounding is monotone, so each sum never falls when one weight rises and the rest stay.

use super::{Score, Unscored};

/// What a score is divided from, as far as it was added up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    /// Σ weight × similarity over N.
    pub(crate) above: f64,
    /// Σ weight over N.
    pub(crate) below: f64,
    /// Σ weight over C.
    pub(crate) compared: f64,
}

/// What coverage is measured by, and against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Floor {
    /// Σ weight over P.
    pub(crate) probe_weight: f64,
    /// In [0, 1]; a coverage below it is no hit.
    pub(crate) min_coverage: f64,
}

impl Sums {
    /// Adds one axis. A weight of 0 changes no bit: an axis left out and an axis of weight 0 are the same.
    #[inline]
    pub(crate) fn add(&mut self, weight: f64, is_compared: bool, counted: Option<f64>) {
        if is_compared {
            self.compared += weight;
        }
        if let Some(similarity) = counted {
            self.above += weight * similarity;
            self.below += weight;
        }
    }

    /// Score and coverage, or why there are none.
    #[inline]
    pub(crate) fn score(self, floor: Floor) -> Result<Score, Unscored> {
        if self.compared == 0.0 {
            return Err(Unscored::NoComparableAxis);
        }
        let coverage = self.compared / floor.probe_weight;
        if coverage < floor.min_coverage {
            return Err(Unscored::Coverage);
        }
        // Rounding is monotone, so a sum of weights times at most 1 never passes the sum of weights.
        Ok(Score {
            score: self.above / self.below,
            coverage,
        })
    }
}
