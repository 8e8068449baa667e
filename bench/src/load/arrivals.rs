//! When searches are due.

use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How the times between arrivals are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Pace {
    /// As those of many callers that know nothing of each other.
    Poisson,
    /// All the same.
    Even,
}

/// Due times since the beginning, ascending and without end; the same for the same seed.
pub(super) fn arrivals(pace: Pace, rate: f64, seed: u64) -> impl Iterator<Item = Duration> + Send {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut due_s = 0.0;
    std::iter::repeat_with(move || {
        let gaps = match pace {
            Pace::Poisson => exponential(&mut rng),
            Pace::Even => 1.0,
        };
        due_s += gaps / rate;
        Duration::from_secs_f64(due_s)
    })
}

/// Of mean 1.
fn exponential(rng: &mut ChaCha8Rng) -> f64 {
    // In (0, 1], of which the logarithm is finite.
    let unit = ((rng.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64;
    -unit.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps_s(pace: Pace, count: usize) -> Vec<f64> {
        let due: Vec<_> = arrivals(pace, 100.0, 7).take(count + 1).collect();
        let pairs = due.windows(2);
        pairs
            .map(|pair| (pair[1] - pair[0]).as_secs_f64())
            .collect()
    }

    #[test]
    fn arrivals_come_at_the_rate_that_was_asked_for() {
        for pace in [Pace::Poisson, Pace::Even] {
            let gaps = gaps_s(pace, 100_000);
            let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
            assert!((mean - 0.01).abs() < 0.000_1, "{mean}");
        }
    }

    #[test]
    fn poisson_arrivals_are_as_uneven_as_independent_callers_are() {
        let gaps = gaps_s(Pace::Poisson, 100_000);
        let longer = gaps.iter().filter(|gap| **gap > 0.02).count() as f64;
        // Longer than twice the mean are e^-2 of the gaps.
        assert!((longer / gaps.len() as f64 - 0.135).abs() < 0.005);
        assert!(
            gaps_s(Pace::Even, 100)
                .iter()
                .all(|gap| (gap - 0.01).abs() < 1e-6)
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_arrivals() {
        let first = |seed| arrivals(Pace::Poisson, 100.0, seed).next();
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
    }
}
