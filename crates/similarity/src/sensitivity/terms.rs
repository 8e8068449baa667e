//! The terms that a list was ranked on.

use crate::axis::Axis;
use crate::profile::MissingPolicy;
use crate::score::Scorer;

/// The axes in play with their declared weights, and the floor of coverage.
///
/// In play is what has a weight above 0 and a value of the probe: the set P of SPEC section 3. All else is in
/// no sum. Only [`Terms::of`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    pub(super) axes: Vec<Axis>,
    pub(super) weights: Vec<f64>,
    /// Whether an axis can be in the sums of one candidate and not of another.
    pub(super) renormalised: Vec<bool>,
    pub(super) min_coverage: f64,
}

impl Terms {
    /// Those of a search.
    pub fn of(scorer: &Scorer) -> Self {
        let rules = || scorer.rules_in_play();
        Terms {
            axes: rules().map(|(rule, _)| rule.axis).collect(),
            weights: rules().map(|(_, weight)| weight).collect(),
            renormalised: rules()
                .map(|(rule, _)| rule.missing == MissingPolicy::Renormalise)
                .collect(),
            min_coverage: scorer.min_coverage(),
        }
    }

    /// The axes in play, in profile order.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Their declared weights, in the same order.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Whether the order of two candidates turns at most once on the way of one weight: their scores have the
    /// same weights below the line, and no floor takes one of them out.
    pub(super) fn turn_once(&self) -> bool {
        self.min_coverage == 0.0 && !self.renormalised.contains(&true)
    }
}
