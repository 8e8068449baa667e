//! What is sure about two rows on a whole stretch of one weight.
//!
//! **Law.** What is said to be sure holds for the `f64` results at every `f64` weight of the stretch.
//!
//! Two arguments, whichever serves first. *By numbers*: a score is a line over a line in the moving weight, so
//! whether one score is above another is the sign of a quadratic, which on a stretch is above 0 if its three
//! Bernstein coefficients are; all terms are at least 0, so the rounding of both is a share of their sum. *By
//! rounding*: every sum rises with the weight, in `f64` too, so the quotients of opposite ends bound all in between.

use std::cmp::Ordering;

use super::line::Line;
use super::row::Row;
use crate::score::{Floor, Sums};

/// As a share of what is compared, in half units in the last place: two scores err by 16 each (products, sums of
/// eight, a division), the two sides of the test by at most 20 (a line of such sums by 10, times one by 9, and their
/// sum), which makes 72 (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). A difference of this
/// share of the sum is a ratio of twice the share: 76.
const ROUNDING: f64 = 19.0 * f64::EPSILON;
/// Below this, products of similarities lose digits to underflow.
const UNDERFLOW: f64 = 1e-280;

/// A closed stretch of the moving weight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch<'a> {
    pub(super) line: Line<'a>,
    /// Its ends, the lower first.
    pub(super) weights: [f64; 2],
    probe_weights: [f64; 2],
}

/// The sums of one row at both ends of a stretch, the lower first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends<'a> {
    row: &'a Row,
    sums: [Sums; 2],
}

/// A quotient whose two sides do not fall along a stretch, at both of its ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quotient {
    pub(super) above: [f64; 2],
    pub(super) below: [f64; 2],
}

impl<'a> Stretch<'a> {
    pub(super) fn new(line: Line<'a>, low: f64, high: f64) -> Self {
        Stretch {
            line,
            weights: [low, high],
            probe_weights: [low, high].map(|weight| line.probe_weight(weight)),
        }
    }

    pub(super) fn ends(&self, row: &'a Row) -> Ends<'a> {
        let sums = self.weights.map(|weight| self.line.sums(row, weight));
        Ends { row, sums }
    }

    /// Whether the row is a hit all along the stretch, or nowhere on it; `None` if neither is sure.
    pub(super) fn is_hit(&self, ends: &Ends) -> Option<bool> {
        let floor = self.line.terms.min_coverage;
        if ends.sums[0].compared == 0.0 {
            return (ends.sums[1].compared == 0.0).then_some(false);
        }
        if floor == 0.0 || ends.row.covers_all() {
            return Some(true);
        }
        let coverage = self.coverage(ends);
        if coverage.is_constant() {
            let probe_weight = self.probe_weights[0];
            let floor = Floor {
                probe_weight,
                min_coverage: floor,
            };
            return Some(ends.sums[0].score(floor).is_ok());
        }
        let at_the_floor = Quotient {
            above: self.probe_weights.map(|weight| weight * floor),
            below: self.probe_weights,
        };
        if coverage.least() >= floor || coverage.is_above_by_numbers(&at_the_floor) {
            return Some(true);
        }
        let below = coverage.most() < floor || at_the_floor.is_above_by_numbers(&coverage);
        below.then_some(false)
    }

    /// `Less` if `a` ranks before `b` all along the stretch, as far as both are hits; `None` if it isn't sure.
    pub(super) fn order(&self, a: &Ends, b: &Ends) -> Option<Ordering> {
        if a.row.is_ahead_of(b.row) {
            return Some(Ordering::Less);
        }
        if b.row.is_ahead_of(a.row) {
            return Some(Ordering::Greater);
        }
        let by_score = if a.row.scores_like(b.row) {
            Ordering::Equal
        } else {
            a.score().order(&b.score())?
        };
        if by_score != Ordering::Equal {
            return Some(by_score);
        }
        let by_coverage = if a.row.covers_like(b.row) {
            Ordering::Equal
        } else {
            self.coverage(a).order(&self.coverage(b))?
        };
        Some(by_coverage.then_with(|| a.row.by_identity(b.row)))
    }

    fn coverage(&self, ends: &Ends) -> Quotient {
        Quotient {
            above: ends.sums.map(|sums| sums.compared),
            below: self.probe_weights,
        }
    }
}

impl Ends<'_> {
    fn score(&self) -> Quotient {
        Quotient {
            above: self.sums.map(|sums| sums.above),
            below: self.sums.map(|sums| sums.below),
        }
    }
}

impl Quotient {
    /// `Less` if this is the greater one everywhere, as the better ranks first; `Equal` only if both are the
    /// same `f64` everywhere.
    fn order(&self, other: &Quotient) -> Option<Ordering> {
        if self.is_above_by_numbers(other) || self.least() > other.most() {
            return Some(Ordering::Less);
        }
        if other.is_above_by_numbers(self) || other.least() > self.most() {
            return Some(Ordering::Greater);
        }
        // Sums that are the same at both ends are the same in between, and so are their quotients.
        let is_constant = self.is_constant() && other.is_constant();
        is_constant.then(|| other.least().total_cmp(&self.least()))
    }

    /// Whether this is the greater one everywhere, whatever rounding does.
    pub(super) fn is_above_by_numbers(&self, other: &Quotient) -> bool {
        // A product of two lines, polarised: twice its Bernstein coefficients.
        let product = |a: &[f64; 2], b: &[f64; 2], (x, y)| a[x] * b[y] + a[y] * b[x];
        [(0, 0), (0, 1), (1, 1)].into_iter().all(|ends| {
            let own = product(&self.above, &other.below, ends);
            let others = product(&other.above, &self.below, ends);
            own - others > ROUNDING * (own + others) + UNDERFLOW
        })
    }

    fn is_constant(&self) -> bool {
        self.above[0] == self.above[1] && self.below[0] == self.below[1]
    }

    fn least(&self) -> f64 {
        self.above[0] / self.below[1]
    }

    fn most(&self) -> f64 {
        self.above[1] / self.below[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (above + rise·w) / (below + w) at both ends.
    fn quotient(above: f64, rise: f64, below: f64, weights: [f64; 2]) -> Quotient {
        Quotient {
            above: weights.map(|weight| above + rise * weight),
            below: weights.map(|weight| below + weight),
        }
    }

    /// 0.1·w² − 3.985·w + 0.0505 is above 0 at both ends and below it from 0.0127 to 39.8.
    #[test]
    fn an_order_that_turns_twice_is_not_sure_on_a_stretch_around_both_turns() {
        let pair = |weights| {
            let (a, b) = (
                quotient(1.01, 0.6, 10.1, weights),
                quotient(0.005, 0.5, 0.1, weights),
            );
            (
                a.order(&b),
                a.is_above_by_numbers(&b),
                b.is_above_by_numbers(&a),
            )
        };
        assert_eq!(pair([0.001, 1_000.0]), (None, false, false));
        assert_eq!(pair([0.001, 0.012]), (Some(Ordering::Less), true, false));
        assert_eq!(pair([40.0, 1_000.0]), (Some(Ordering::Less), true, false));
        assert_eq!(pair([0.1, 1.0]).0, Some(Ordering::Greater));
    }

    #[test]
    fn what_is_constant_is_as_it_is() {
        let constant = |above: f64| Quotient {
            above: [above; 2],
            below: [3.0; 2],
        };
        assert_eq!(constant(1.0).order(&constant(1.0)), Some(Ordering::Equal));
        let next = constant(1.0_f64.next_up());
        assert_eq!(next.order(&constant(1.0)), Some(Ordering::Less));
    }
}
