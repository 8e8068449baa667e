//! The search for the highest rate that is answered as fast as it comes.

use super::round::Round;

/// Steps upwards while every rate is followed.
const UP: f64 = 1.25;
/// Where the highest rate that was followed and the lowest that was not are this near, the search ends.
const NEAR: f64 = 1.08;
/// A rate is followed if this share of it is answered.
const FOLLOWED_SHARE: f64 = 0.97;
/// Of the searches of a rate that is followed at most this share is lost.
const LOST_SHARE_MAX: f64 = 0.001;
/// Rates that are tried, whatever they show.
const ROUNDS_MAX: usize = 24;

/// When a rate is too high, beside answers that do not come.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The greatest 99th percentile.
    pub(super) p99_max_ms: f64,
}

/// Between which rates the highest is.
#[derive(Clone, Copy)]
pub(super) struct Climb {
    first: f64,
    followed: Option<f64>,
    missed: Option<f64>,
}

impl Climb {
    /// Nothing known yet; `first` is tried first.
    pub(super) fn from(first: f64) -> Climb {
        Climb {
            first,
            followed: None,
            missed: None,
        }
    }

    /// Measures rates by `round` until the highest is known; gives all rounds.
    pub(super) fn run(
        mut self,
        limits: Limits,
        mut round: impl FnMut(f64) -> anyhow::Result<Round>,
    ) -> anyhow::Result<Vec<Round>> {
        let mut rounds = Vec::new();
        while let Some(rate) = self.next().filter(|_| rounds.len() < ROUNDS_MAX) {
            let round = round(rate)?;
            if limits.follows(&round) {
                self.followed = Some(rate);
            } else {
                self.missed = Some(rate);
            }
            rounds.push(round);
        }
        Ok(rounds)
    }

    /// The rate to try next, until the highest is known well enough.
    fn next(self) -> Option<f64> {
        match (self.followed, self.missed) {
            (None, None) => Some(self.first),
            (Some(followed), None) => Some(followed * UP),
            (None, Some(missed)) => Some(missed / 2.0),
            (Some(followed), Some(missed)) => {
                let between = (followed * missed).sqrt();
                (missed / followed > NEAR).then_some(between)
            }
        }
    }
}

impl Limits {
    /// Whether a round was answered as fast as it came.
    fn follows(self, round: &Round) -> bool {
        round.achieved_per_s >= FOLLOWED_SHARE * round.offered_per_s
            && round.latency_ms.p99 <= self.p99_max_ms
            && round.lost() as f64 <= LOST_SHARE_MAX * round.due()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::load::round::Latency;

    /// A service that answers at most `most` searches a second.
    fn round(rate: f64, most: f64) -> Round {
        let latency = if rate > most { 1_000.0 } else { 1.0 };
        Round {
            connections: 1,
            offered_per_s: rate,
            achieved_per_s: rate.min(most),
            latency_ms: Latency {
                p50: latency,
                p90: latency,
                p99: latency,
                p999: latency,
                max: latency,
            },
            late: 0,
            unsent: 0,
            failed: BTreeMap::new(),
            server_cpu_us: None,
            from_us: 0,
            to_us: 1_000_000,
        }
    }

    const LIMITS: Limits = Limits { p99_max_ms: 50.0 };

    fn highest_found(first: f64, most: f64) -> f64 {
        let rounds = Climb::from(first).run(LIMITS, |rate| Ok(round(rate, most)));
        let rounds = rounds.unwrap();
        let followed = rounds.iter().filter(|round| LIMITS.follows(round));
        followed
            .map(|round| round.offered_per_s)
            .fold(0.0, f64::max)
    }

    #[test]
    fn the_highest_rate_is_found_from_below_and_from_above() {
        for first in [500.0, 3_000.0, 40_000.0] {
            let found = highest_found(first, 3_210.0);
            assert!(found <= 3_210.0 && found * NEAR >= 3_210.0, "{found}");
        }
    }

    #[test]
    fn a_rate_with_losses_or_long_waits_is_not_followed() {
        let good = round(100.0, 200.0);
        assert!(LIMITS.follows(&good));
        let mut slow = good.clone();
        slow.latency_ms.p99 = 51.0;
        let mut lossy = good.clone();
        lossy.failed = [("Internal".to_owned(), 1)].into();
        let mut behind = good;
        behind.achieved_per_s = 96.0;
        for missed in [slow, lossy, behind] {
            assert!(!LIMITS.follows(&missed), "{missed}");
        }
    }
}
