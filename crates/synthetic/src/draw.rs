//! Chance, from a seed, a purpose and a number: any draw can be made without those before it.
//!
//! Logarithms and cosines come from `libm`, which gives the same bits on every machine.

use libm::{cos, exp, log, sin, sqrt};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a stream is drawn for; no two purposes share one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Places,
    Natures,
    Event,
    Series,
    Query,
    Any,
}

/// All streams of one seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Streams {
    seed: u64,
}

impl Streams {
    /// The streams of `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Streams { seed }
    }

    /// The stream of one thing. ChaCha is counter-based: its key says seed and purpose, its nonce which thing.
    pub(crate) fn draw(&self, purpose: Purpose, number: u64) -> Draw {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8] = purpose as u8;
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(number);
        Draw { rng, spare: None }
    }
}

/// A stream of draws.
pub(crate) struct Draw {
    rng: ChaCha8Rng,
    /// The second of a pair of normal draws, not used yet.
    spare: Option<f64>,
}

impl Draw {
    /// Anywhere in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        // 53 bits: as many as a double holds between 0 and 1 at even steps.
        (self.rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True in `share` of the draws.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A whole number in 0..`n`; `n` is at least 1. Bias is below `n` / 2^64.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.rng.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// A number in [`low`, `high`).
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    /// A number in [`low`, `high`), as often between 1 and 2 as between 10 and 20; both are above 0.
    pub(crate) fn log_between(&mut self, low: f64, high: f64) -> f64 {
        exp(self.between(log(low), log(high)))
    }

    /// A factor around 1: log-normal, `spread` is the standard deviation of its logarithm.
    pub(crate) fn factor(&mut self, spread: f64) -> f64 {
        exp(spread * self.normal())
    }

    /// A draw of the exponential distribution with mean 1.
    pub(crate) fn exponential(&mut self) -> f64 {
        -log(1.0 - self.unit())
    }

    /// A draw of the standard normal distribution (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // 1 − unit is above 0, where the logarithm is finite.
        let radius = sqrt(-2.0 * log(1.0 - self.unit()));
        let angle = std::f64::consts::TAU * self.unit();
        self.spare = Some(radius * sin(angle));
        radius * cos(angle)
    }
}
