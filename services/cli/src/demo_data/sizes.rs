//! How many come, and how much ground they take.

use super::draw::Draw;

/// How large the gatherings of a kind are: log-normal, and never over `max`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Half the gatherings are smaller.
    pub(crate) median: u32,
    /// Standard deviation of the logarithm.
    pub(crate) sigma: f64,
    /// What fits in at most.
    pub(crate) max: u32,
}

impl Size {
    /// A size with its place in the tables on one line.
    pub(crate) const fn new(median: u32, sigma: f64, max: u32) -> Size {
        Size { median, sigma, max }
    }

    /// How many really come; `level` is the share of the median that a series is used to.
    pub(crate) fn draw(self, level: Option<f64>, draw: &mut Draw) -> u64 {
        // Editions of one series differ less from each other than gatherings of one kind do.
        let sigma = if level.is_some() {
            self.sigma * 0.4
        } else {
            self.sigma
        };
        let heads = f64::from(self.median) * level.unwrap_or(1.0) * draw.factor(sigma);
        // Full houses differ by a few empty seats.
        let full = f64::from(self.max) * draw.between([0.96, 1.0]);
        heads.min(full).max(2.0).round() as u64
    }
}

/// A head count as people write it down: two digits and zeros, except where turnstiles count.
pub(crate) fn as_reported(heads: u64, turnstiles: bool) -> u64 {
    if turnstiles || heads < 20 {
        return heads;
    }
    let step = match heads {
        ..100 => 5,
        100..1_000 => 10,
        1_000..5_000 => 100,
        5_000..10_000 => 500,
        _ => 1_000,
    };
    (heads + step / 2) / step * step
}

/// Ground taken by `heads` people in a place of `place_m2`, m², as a survey would round it.
pub(crate) fn area_m2(heads: u64, m2_each: f64, place_m2: u32, draw: &mut Draw) -> f64 {
    let wanted = heads as f64 * m2_each * draw.factor(0.4);
    let taken = wanted.clamp(20.0, f64::from(place_m2));
    let step = if taken < 1_000.0 { 10.0 } else { 100.0 };
    (taken / step).round() * step
}
