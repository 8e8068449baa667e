//! How long to wait after a failure.

use std::time::Duration;

use rand::RngExt;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(20);

/// Waits that double up to a longest one, each of them shortened by chance: readers that failed together do not come
/// back together.
#[derive(Debug)]
pub(super) struct Backoff(Duration);

impl Backoff {
    /// From the shortest wait on.
    pub(super) fn new() -> Self {
        Backoff(FIRST)
    }

    /// The next wait: between half of its length and all of it.
    pub(super) fn next(&mut self) -> Duration {
        let length = self.0;
        self.0 = (length * 2).min(LONGEST);
        length.mul_f64(rand::rng().random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_longest_one() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..20).map(|_| backoff.next()).collect();
        assert!(waits[0] <= FIRST && waits[0] >= FIRST / 2);
        assert!(
            waits[10..]
                .iter()
                .all(|wait| *wait >= LONGEST / 2 && *wait <= LONGEST)
        );
    }
}
