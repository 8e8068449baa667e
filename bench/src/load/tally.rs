//! What became of the searches of a round.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tonic::Code;

/// A search that was sent this long after it was due was late by our own fault: the sender had no processor.
const LATE: Duration = Duration::from_millis(1);
/// More than a search may take, in microseconds: ten minutes.
const LATENCY_MAX_US: u64 = 600_000_000;
const DIGITS: u8 = 3;

/// Counts of the searches that were due in the window of the round, and their latencies.
pub(super) struct Tally {
    window: Range<Instant>,
    /// From due to answered, in microseconds, of those that were answered.
    pub(super) latency_us: Histogram<u64>,
    /// Searches that were due.
    pub(super) due: u64,
    /// Answers that came within the window, whenever their search was due.
    pub(super) answered: u64,
    /// Searches that were sent late.
    pub(super) late: u64,
    /// Searches that were not sent because too many were in flight.
    pub(super) unsent: u64,
    /// Refusals and failures.
    pub(super) failed: BTreeMap<String, u64>,
}

/// A search that was sent.
pub(super) struct Sent {
    /// When it should have been.
    pub(super) due: Instant,
    /// When it was.
    pub(super) sent: Instant,
    /// When its answer was there.
    pub(super) answered: Instant,
    /// What the answer was.
    pub(super) code: Code,
}

impl Tally {
    /// Nothing yet.
    pub(super) fn new(window: Range<Instant>) -> Tally {
        Tally {
            window,
            latency_us: Histogram::new_with_max(LATENCY_MAX_US, DIGITS)
                .expect("0 to 5 digits are allowed"),
            due: 0,
            answered: 0,
            late: 0,
            unsent: 0,
            failed: BTreeMap::new(),
        }
    }

    /// Counts a search that was due and not sent.
    pub(super) fn unsent(&mut self, due: Instant) {
        if self.window.contains(&due) {
            self.due += 1;
            self.unsent += 1;
        }
    }

    /// Counts a search that was sent.
    pub(super) fn sent(&mut self, search: &Sent) {
        let Sent {
            due,
            sent,
            answered,
            code,
        } = *search;
        if code == Code::Ok && self.window.contains(&answered) {
            self.answered += 1;
        }
        if !self.window.contains(&due) {
            return;
        }
        self.due += 1;
        self.late += u64::from(sent.saturating_duration_since(due) > LATE);
        if code == Code::Ok {
            let latency_us = answered.saturating_duration_since(due).as_micros() as u64;
            self.latency_us.saturating_record(latency_us);
        } else {
            *self.failed.entry(format!("{code:?}")).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A window from 10 to 20 s, and instants in milliseconds.
    fn tally() -> (Tally, impl Fn(u64) -> Instant) {
        let begin = Instant::now();
        let at = move |ms| begin + Duration::from_millis(ms);
        (Tally::new(at(10_000)..at(20_000)), at)
    }

    #[test]
    fn latency_counts_from_when_a_search_was_due() {
        let (mut tally, at) = tally();
        let code = Code::Ok;
        let (due, sent, answered) = (at(11_000), at(11_900), at(12_000));
        tally.sent(&Sent {
            due,
            sent,
            answered,
            code,
        });
        assert_eq!((tally.due, tally.answered, tally.late), (1, 1, 1));
        let told = tally.latency_us.max();
        assert!((999_000..=1_001_000).contains(&told), "{told}");
    }

    #[test]
    fn only_the_window_counts() {
        let (mut tally, at) = tally();
        let code = Code::Ok;
        for (due, answered) in [
            (9_000, 9_001),
            (9_999, 10_001),
            (19_999, 20_001),
            (20_000, 20_001),
        ] {
            let (due, answered) = (at(due), at(answered));
            tally.sent(&Sent {
                due,
                sent: due,
                answered,
                code,
            });
        }
        // Due before it and answered in it, due in it and answered after it.
        assert_eq!((tally.due, tally.answered), (1, 1));
        assert_eq!(tally.latency_us.len(), 1);
        tally.unsent(at(9_000));
        assert_eq!(tally.unsent, 0);
    }

    #[test]
    fn a_failure_is_counted_by_its_code_and_has_no_latency() {
        let (mut tally, at) = tally();
        let code = Code::ResourceExhausted;
        let due = at(11_000);
        tally.sent(&Sent {
            due,
            sent: due,
            answered: due,
            code,
        });
        tally.unsent(due);
        assert_eq!(tally.failed["ResourceExhausted"], 1);
        assert_eq!((tally.due, tally.unsent, tally.answered), (2, 1, 0));
        assert_eq!(tally.latency_us.len(), 0);
    }
}
