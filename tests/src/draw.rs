//! Chance, from a seed.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of draws: the same seed gives the same stream.
#[derive(Clone, Debug)]
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of `seed`.
    pub fn new(seed: u64) -> Draw {
        Draw(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Anywhere in [0, 1).
    pub fn unit(&mut self) -> f64 {
        // 53 bits: as many as a double holds between 0 and 1 at even steps.
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True in `share` of the draws.
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A whole number in 0..`n`; `n` is at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }

    /// A number from `low` up to `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    /// One of `choices`, of which there is at least one.
    pub fn one<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// One of `texts`, of which there is at least one.
    pub fn text<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len())]
    }

    /// What `make` makes, in `share` of the draws.
    pub fn maybe<T>(&mut self, share: f64, make: impl FnOnce(&mut Draw) -> T) -> Option<T> {
        self.chance(share).then(|| make(self))
    }

    /// Every choice with equal chance, in the order given.
    pub fn subset<T: Clone>(&mut self, choices: &[T], share: f64) -> Vec<T> {
        let chosen = choices.iter().filter(|_| self.chance(share));
        chosen.cloned().collect()
    }
}
