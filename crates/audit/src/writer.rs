//! Appends to a log, blocking, one commit at a time.

mod commit;
mod open;
mod trim;

use std::fs::File;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sosie_similarity::Timestamp;

use crate::dir::Dir;
use crate::error::{AppendError, OpenError};
use crate::head::{Head, HeadState};
use crate::key::Key;
use crate::record::{After, Cause, Entry};
use commit::Mileposts;

/// Tells the time of records.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How a log is written. Any values will do.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// A segment ends at the first commit after it has so many bytes.
    pub segment_bytes_max: u64,
    /// Or after so long, by the clock of the records.
    pub segment_age_max: Duration,
    /// A checkpoint follows at the end of the commit with which so many records are without one.
    pub checkpoint_records: u64,
    /// Or after so long, by the clock of the records.
    pub checkpoint_age_max: Duration,
    /// For how long an entry may be buffered, and so be lost by a kill.
    pub buffered_age_max: Duration,
    /// How many entries may be buffered.
    pub buffered_records_max: NonZeroUsize,
    /// How many entries may wait to be taken up; past it they are refused. A record has less than 1.6 kB.
    pub queue_records_max: NonZeroUsize,
}

/// The one that writes to a log. Dropped without [`Writer::close`], it leaves a log that was not closed, as a kill does.
pub struct Writer {
    dir: Dir,
    // Held, never read: its lock ends with it.
    _lock: File,
    key: Key,
    clock: Clock,
    options: Options,
    opened: After,
    /// The segment that is written to, one past that of `head` until its first commit.
    segment: u32,
    file: File,
    /// As it is on disk: how far the log goes.
    head: Head,
    mileposts: Mileposts,
    is_broken: bool,
}

impl Writer {
    /// Opens the log in `dir`, makes it if there is none, and records that. Of the log only the last segment is checked;
    /// [`verify`](crate::verify) checks all.
    ///
    /// What is past HEAD is removed: it is of a commit that was not made, so nobody was told that it is durable. The
    /// record says how much that was.
    ///
    /// # Errors
    /// Any [`OpenError`]. In particular a log that was tampered with is not gone on with.
    pub fn open(dir: &Path, key: Key, options: Options, clock: Clock) -> Result<Self, OpenError> {
        open::open(dir, key, options, clock)
    }

    /// How the log was found.
    pub fn opened(&self) -> After {
        self.opened
    }

    /// How far the log goes.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Appends entries in one commit, and gives their numbers. They are on disk, under a signed HEAD, when this returns.
    ///
    /// # Errors
    /// Any [`AppendError`] but `Busy`; then none of them is in the log, unless it says otherwise.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Range<u64>, AppendError> {
        let time = (self.clock)();
        self.append_timed(entries.iter().map(|entry| (time, entry)))
    }

    /// As [`Writer::append`], with times that were taken before.
    pub(crate) fn append_timed<'e>(
        &mut self,
        entries: impl Iterator<Item = (Timestamp, &'e Entry)>,
    ) -> Result<Range<u64>, AppendError> {
        self.rotate_if_due()?;
        let mut stage = self.stage();
        let first = stage.next_seq();
        for (time, entry) in entries {
            stage.entry(time, entry);
        }
        let seqs = first..stage.next_seq();
        if seqs.is_empty() {
            return Ok(seqs);
        }
        if self.is_checkpoint_due(stage.last_seq()) {
            stage.checkpoint((self.clock)(), Cause::Period, &self.key);
        }
        let staged = stage.finish();
        self.commit(staged, HeadState::Open)?;
        Ok(seqs)
    }

    /// Signs what has no checkpoint yet, if it is time.
    ///
    /// # Errors
    /// As [`Writer::append`].
    pub fn checkpoint_if_due(&mut self) -> Result<(), AppendError> {
        if self.has_checkpoint() || !self.is_checkpoint_due(self.head.last.seq) {
            return Ok(());
        }
        self.rotate_if_due()?;
        let mut stage = self.stage();
        stage.checkpoint((self.clock)(), Cause::Period, &self.key);
        let staged = stage.finish();
        self.commit(staged, HeadState::Open)
    }

    /// Whether the last record is a checkpoint.
    pub(crate) fn has_checkpoint(&self) -> bool {
        self.mileposts.checkpoint_seq == self.head.last.seq
    }

    /// Ends the log with a checkpoint, and gives its last head.
    ///
    /// # Errors
    /// As [`Writer::append`]; the log is then as after a kill, and nothing durable is lost.
    pub fn close(mut self) -> Result<Head, AppendError> {
        self.rotate_if_due()?;
        let mut stage = self.stage();
        stage.checkpoint((self.clock)(), Cause::Close, &self.key);
        let staged = stage.finish();
        self.commit(staged, HeadState::Closed)?;
        Ok(self.head)
    }

    fn is_checkpoint_due(&self, last_seq: u64) -> bool {
        let Mileposts {
            checkpoint_seq,
            checkpoint_time,
            ..
        } = self.mileposts;
        last_seq - checkpoint_seq >= self.options.checkpoint_records
            || self.is_past(checkpoint_time, self.options.checkpoint_age_max)
    }

    /// Whether so long has passed. A clock that was set back only delays it.
    fn is_past(&self, start: Timestamp, duration: Duration) -> bool {
        let passed_us = (self.clock)().as_micros() - start.as_micros();
        u128::try_from(passed_us).is_ok_and(|passed_us| passed_us >= duration.as_micros())
    }
}
