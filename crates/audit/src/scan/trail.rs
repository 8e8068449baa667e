//! What the records up to HEAD have told.

use sosie_similarity::Timestamp;

use crate::record::{After, Body, Cause, Mark, Record, Trimmed};

/// What is known of a log after its records.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trail {
    pub(crate) records: u64,
    pub(crate) unclean_opens: u64,
    /// When the last segment began.
    pub(crate) segment_time: Option<Timestamp>,
    /// Number and time of the last checkpoint.
    pub(crate) checkpoint: Option<(u64, Timestamp)>,
    /// Number and time of the last record that tells of a removal, and what it tells.
    pub(crate) trimmed: Option<(u64, Timestamp, Trimmed)>,
    /// Whether the last record seals its segment.
    pub(crate) is_sealed: bool,
}

impl Trail {
    pub(super) fn note(&mut self, record: &Record) {
        self.records += 1;
        self.is_sealed = false;
        match &record.body {
            Body::Mark(Mark::Segment { .. }) => self.segment_time = Some(record.time),
            Body::Mark(Mark::Checkpoint(cause)) => {
                self.checkpoint = Some((record.seq, record.time));
                self.is_sealed = *cause == Cause::Seal;
            }
            Body::Mark(Mark::Opened {
                after: After::Unclean { .. },
                ..
            }) => self.unclean_opens += 1,
            Body::Mark(Mark::Trimmed(trimmed)) => {
                self.trimmed = Some((record.seq, record.time, *trimmed));
            }
            Body::Mark(Mark::Opened { .. }) | Body::Entry(_) => {}
        }
    }
}
