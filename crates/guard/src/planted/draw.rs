//! Chance, from a seed and a number.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of draws.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of one record. ChaCha is counter-based: its key says the seed, its nonce which record.
    pub(super) fn new(seed: u64, number: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number);
        Draw(rng)
    }

    /// A whole number in 0..`n`; `n` is at least 1.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// A whole number in `from..to`.
    pub(super) fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from)
    }

    /// One of them.
    pub(super) fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }

    /// So many signs of an alphabet.
    pub(super) fn signs(&mut self, alphabet: &str, count: usize) -> String {
        let alphabet = alphabet.as_bytes();
        (0..count)
            .map(|_| char::from(alphabet[self.below(alphabet.len())]))
            .collect()
    }

    /// So many digits, the first not 0.
    pub(super) fn digits(&mut self, count: usize) -> String {
        self.signs("123456789", 1) + &self.signs("0123456789", count - 1)
    }
}
