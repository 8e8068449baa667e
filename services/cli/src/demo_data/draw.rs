//! Chance, from a seed: the same on every machine.
//!
//! **Law.** Only `+ - * /`, `sqrt` and rounding are used, which IEEE 754 fixes to the last bit;
//! `f64::exp` and `f64::ln` are not promised to give the same bits everywhere.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of draws.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of `seed`.
    pub(crate) fn new(seed: u64) -> Draw {
        Draw(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Anywhere in [0, 1).
    fn unit(&mut self) -> f64 {
        // 53 bits: as many as a double holds between 0 and 1 at even steps.
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True in `share` of the draws.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A whole number in 0..`n`; `n` is at least 1.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn whole(&mut self, [low, high]: [u32; 2]) -> u32 {
        low + self.below((high - low) as usize + 1) as u32
    }

    /// A number from `low` to `high`.
    pub(crate) fn between(&mut self, [low, high]: [f64; 2]) -> f64 {
        low + self.unit() * (high - low)
    }

    /// An index into `weights`, as often as its weight says; not all weights are 0.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u32 = weights.iter().sum();
        let mut left = self.below(total as usize) as u32;
        for (index, &weight) in weights.iter().enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        weights.len() - 1
    }

    /// A factor around 1, log-normal: half the draws are below 1.
    pub(crate) fn factor(&mut self, sigma: f64) -> f64 {
        // The sum of twelve is as good as normal for sizes, and needs no logarithm.
        let normal = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        exp(sigma * normal)
    }

    /// How many times something rare happened that happens `mean` times on average (Poisson).
    pub(crate) fn times(&mut self, mean: f64) -> u64 {
        let floor = exp(-mean);
        let (mut product, mut count) = (self.unit(), 0);
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

/// e to the `x`, to about five digits for the small `x` used here.
fn exp(x: f64) -> f64 {
    const SQUARINGS: u32 = 20;
    let mut power = 1.0 + x / f64::from(1u32 << SQUARINGS);
    for _ in 0..SQUARINGS {
        power *= power;
    }
    power
}
