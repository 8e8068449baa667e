//! Score and coverage of a row as what they are in one moving weight: a line over a line.

use super::line::Line;
use super::pair::Quotient;
use super::path::Path;
use super::row::Row;
use crate::limits::WEIGHT_MAX;

/// Two sides of a quotient: what they are at weight 0, and by how much they rise with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    above: [f64; 2],
    below: [f64; 2],
}

impl Lines {
    /// Those of the score.
    pub(super) fn of_score(line: &Line, row: &Row) -> Self {
        let (at_0, counted) = (line.sums(row, 0.0), row.lines[line.at].counted);
        Lines {
            above: [at_0.above, counted.unwrap_or(0.0)],
            below: [at_0.below, f64::from(u8::from(counted.is_some()))],
        }
    }

    /// Those of coverage; it is divided by the same for all, so that it isn't divided here.
    fn of_coverage(line: &Line, row: &Row) -> Self {
        let (at_0, is_compared) = (line.sums(row, 0.0), row.lines[line.at].is_compared);
        Lines {
            above: [at_0.compared, f64::from(u8::from(is_compared))],
            below: [1.0, 0.0],
        }
    }

    /// The quotient at both ends of a stretch.
    pub(super) fn at(&self, weights: &[f64; 2]) -> Quotient {
        let side = |line: &[f64; 2]| weights.map(|weight| line[0] + line[1] * weight);
        Quotient {
            above: side(&self.above),
            below: side(&self.below),
        }
    }

    /// The nearest weight on the path at which both quotients are the same, if weights were real numbers: where to
    /// look, never a proof.
    fn crossing(&self, other: &Lines, path: &Path) -> Option<f64> {
        let own = product(&self.above, &other.below);
        let others = product(&other.above, &self.below);
        let [c0, c1, c2] = [0, 1, 2].map(|degree| own[degree] - others[degree]);
        let on_path = |weight: &f64| path.is_beyond(*weight);
        let roots = roots(c0, c1, c2).into_iter().filter(on_path);
        let distance = |weight: &f64| (weight - path.line.declared()).abs();
        let nearest = roots.min_by(|x, y| distance(x).total_cmp(&distance(y)));
        // Parallel lines cross at infinity, which is past the end of the path.
        nearest.map(|weight| weight.min(WEIGHT_MAX))
    }
}

/// Where on the path the scores of two rows cross, or their coverages if their scores always tie.
pub(super) fn crossing(path: &Path, a: (&Row, &Lines), b: (&Row, &Lines)) -> Option<f64> {
    if a.0.scores_like(b.0) {
        let [a, b] = [a.0, b.0].map(|row| Lines::of_coverage(&path.line, row));
        a.crossing(&b, path)
    } else {
        a.1.crossing(b.1, path)
    }
}

fn product([a0, a1]: &[f64; 2], [b0, b1]: &[f64; 2]) -> [f64; 3] {
    [a0 * b0, a0 * b1 + a1 * b0, a1 * b1]
}

/// Of c0 + c1·w + c2·w²; what is no root is no number.
fn roots(c0: f64, c1: f64, c2: f64) -> [f64; 2] {
    if c2 == 0.0 {
        return [-c0 / c1, f64::NAN];
    }
    // Without the cancellation of the schoolbook's formula.
    let q = -0.5 * (c1 + (c1 * c1 - 4.0 * c0 * c2).sqrt().copysign(c1));
    [q / c2, c0 / q]
}
