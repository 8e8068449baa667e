//! Times, and how they are told.

use std::time::Duration;

/// Times of something that was done many times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Adds one.
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that this share of them does not pass; zero if there are none.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (share * sorted.len() as f64).ceil() as usize;
        let at = rank.saturating_sub(1);
        sorted.get(at).copied().unwrap_or_default()
    }
}

/// In milliseconds, for people.
pub(crate) fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_times() {
        let mut times = Times::default();
        assert_eq!(times.quantile(0.5), Duration::ZERO);
        for ms in [4, 1, 3, 2] {
            times.add(Duration::from_millis(ms));
        }
        let found = [0.0, 0.5, 0.75, 0.99, 1.0].map(|share| times.quantile(share).as_millis());
        assert_eq!(found, [1, 2, 3, 4, 4]);
    }
}
