//! The flag that ends a job before its time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use sosie_index::Cancel;

const CANCELLED: u8 = 1;
const ENDING: u8 = 2;
/// How often a pause looks at the flag.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// Told to whoever works for a job; clones are the same flag.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    why: Arc<AtomicU8>,
    searches: Cancel,
}

/// Why a job is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// Nobody wants it any more.
    Cancelled,
    /// The process ends: the next one goes on with the job.
    Ending,
}

impl Stop {
    /// Ends the job for good.
    pub fn cancel(&self) {
        self.why.store(CANCELLED, Ordering::Release);
        self.searches.cancel();
    }

    /// Ends the work on the job in this process, also if it was cancelled: that is kept.
    pub fn end(&self) {
        self.why.store(ENDING, Ordering::Release);
        self.searches.cancel();
    }

    /// Why to stop, if so.
    pub(super) fn why(&self) -> Option<Stopped> {
        match self.why.load(Ordering::Acquire) {
            CANCELLED => Some(Stopped::Cancelled),
            ENDING => Some(Stopped::Ending),
            _ => None,
        }
    }

    /// Whether to stop.
    pub fn is_set(&self) -> bool {
        self.why().is_some()
    }

    /// As a search is told it.
    pub fn searches(&self) -> &Cancel {
        &self.searches
    }

    /// Waits so long, or until it is set.
    pub fn pause(&self, length: Duration) {
        let until = Instant::now() + length;
        while !self.is_set() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            std::thread::sleep(left.min(LOOK_INTERVAL));
        }
    }
}
