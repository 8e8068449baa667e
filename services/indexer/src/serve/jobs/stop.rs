//! The flag that ends a job before its time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

const CANCELLED: u8 = 1;
const ENDING: u8 = 2;
/// How often a pause looks at the flag.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// Told to whoever works for a job; clones are the same flag.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicU8>);

/// Why a job is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// Nobody wants it any more.
    Cancelled,
    /// The process ends: the next one goes on with the job.
    Ending,
}

impl Stop {
    /// Ends the job for good, unless the process ends already.
    pub fn cancel(&self) {
        // Whichever comes first stays: what was told to somebody is what happens.
        let _ = self.set(CANCELLED);
    }

    /// Ends the work on the job in this process.
    pub fn end(&self) {
        let _ = self.set(ENDING);
    }

    fn set(&self, why: u8) -> Result<u8, u8> {
        let (success, failure) = (Ordering::AcqRel, Ordering::Acquire);
        self.0.compare_exchange(0, why, success, failure)
    }

    /// Why to stop, if so.
    pub(super) fn why(&self) -> Option<Stopped> {
        match self.0.load(Ordering::Acquire) {
            CANCELLED => Some(Stopped::Cancelled),
            ENDING => Some(Stopped::Ending),
            _ => None,
        }
    }

    /// Whether to stop.
    pub fn is_set(&self) -> bool {
        self.why().is_some()
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
