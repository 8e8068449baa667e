//! What makes records part of the log, all of a commit or none.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use sosie_similarity::Timestamp;

use super::Writer;
use crate::dir::ReplaceError;
use crate::error::AppendError;
use crate::head::{Head, HeadState, Origin, Position};
use crate::key::{Key, Signature};
use crate::line::{self, Content, Draft};
use crate::record::{Cause, Entry, Mark};

/// Where the last segment and the last checkpoint began, to tell when the next ones are due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mileposts {
    pub(super) segment_time: Timestamp,
    pub(super) checkpoint_seq: u64,
    pub(super) checkpoint_time: Timestamp,
    /// Whether the last record seals its segment.
    pub(super) is_sealed: bool,
}

/// The lines of a commit that is being made.
pub(super) struct Stage(Staged);

/// The lines of a commit, and the log after them.
pub(super) struct Staged {
    start_bytes: u64,
    lines: Vec<u8>,
    last: Position,
    mileposts: Mileposts,
    /// Where the log begins from this commit on, if that changes.
    pub(super) first: Option<Origin>,
}

impl Stage {
    pub(super) fn next_seq(&self) -> u64 {
        self.0.last.seq + 1
    }

    pub(super) fn last_seq(&self) -> u64 {
        self.0.last.seq
    }

    pub(super) fn entry(&mut self, time: Timestamp, entry: &Entry) {
        self.push(time, Content::Entry(entry), |_| None);
    }

    /// Any mark but a checkpoint.
    pub(super) fn mark(&mut self, time: Timestamp, mark: &Mark) {
        self.push(time, Content::Mark(mark), |_| None);
    }

    /// Ends the commit: past HEAD, a checkpoint with something after it shows that HEAD was set back.
    pub(super) fn checkpoint(&mut self, time: Timestamp, cause: Cause, key: &Key) {
        let mark = Mark::Checkpoint(cause);
        self.push(time, Content::Mark(&mark), |fields| Some(key.sign(fields)));
        let Staged {
            mileposts, last, ..
        } = &mut self.0;
        mileposts.checkpoint_seq = last.seq;
        mileposts.checkpoint_time = time;
        mileposts.is_sealed = cause == Cause::Seal;
    }

    pub(super) fn finish(self) -> Staged {
        self.0
    }

    fn push(
        &mut self,
        time: Timestamp,
        content: Content<'_>,
        sign: impl FnOnce(&[u8]) -> Option<Signature>,
    ) {
        let Staged {
            lines,
            last,
            start_bytes,
            ..
        } = &mut self.0;
        let draft = Draft {
            seq: last.seq + 1,
            time,
            content,
            prev: last.hash,
        };
        last.hash = line::write(lines, &draft, sign);
        last.seq += 1;
        last.line += 1;
        last.bytes = *start_bytes + lines.len() as u64;
    }
}

impl Writer {
    /// Begins a commit where the log ends; that of a new segment with its first line.
    pub(super) fn stage(&self) -> Stage {
        let last = self.end();
        let mut stage = Stage(Staged {
            start_bytes: last.bytes,
            lines: Vec::new(),
            last,
            mileposts: Mileposts {
                is_sealed: false,
                ..self.mileposts
            },
            first: None,
        });
        if last.line == 0 {
            let segment = self.segment;
            let time = (self.clock)();
            stage.mark(time, &Mark::Segment { segment });
            stage.0.mileposts.segment_time = time;
        }
        stage
    }

    /// Where the log ends, in the segment that is written to.
    fn end(&self) -> Position {
        let last = self.head.last;
        if last.segment == self.segment {
            return last;
        }
        Position {
            segment: self.segment,
            line: 0,
            bytes: 0,
            ..last
        }
    }

    /// Makes lines durable, then the HEAD that covers them: only with that they are in the log.
    pub(super) fn commit(&mut self, staged: Staged, state: HeadState) -> Result<(), AppendError> {
        if self.is_broken {
            return Err(AppendError::Broken);
        }
        let head = Head {
            state,
            time: (self.clock)(),
            first: staged.first.unwrap_or(self.head.first),
            last: staged.last,
        };
        let written = write(&self.file, &staged.lines, staged.start_bytes);
        let written = written.map_err(ReplaceError::Unchanged);
        match written.and_then(|()| self.dir.replace_head(&head.signed(&self.key))) {
            Ok(()) => {
                self.head = head;
                self.mileposts = staged.mileposts;
                Ok(())
            }
            Err(ReplaceError::Unchanged(cause)) => {
                // Past HEAD it is not in the log; removed, so that nobody has to ask what it is.
                self.is_broken = self.file.set_len(staged.start_bytes).is_err();
                Err(cause.into())
            }
            Err(ReplaceError::Unsure(_)) => {
                self.is_broken = true;
                Err(AppendError::Broken)
            }
        }
    }

    /// Seals the segment and begins the next one, if it is long or old enough.
    pub(super) fn rotate_if_due(&mut self) -> Result<(), AppendError> {
        let end = self.end();
        let is_due = end.bytes >= self.options.segment_bytes_max
            || self.is_past(self.mileposts.segment_time, self.options.segment_age_max);
        if end.line == 0 || !(is_due || self.mileposts.is_sealed) {
            return Ok(());
        }
        if !self.mileposts.is_sealed {
            let mut stage = self.stage();
            stage.checkpoint((self.clock)(), Cause::Seal, &self.key);
            let staged = stage.finish();
            self.commit(staged, HeadState::Open)?;
        }
        // Durable before HEAD names it. One that is there already is of a commit that was not made.
        self.file = File::create(self.dir.segment(self.segment + 1))?;
        self.segment += 1;
        self.dir.sync()?;
        Ok(())
    }
}

fn write(file: &File, lines: &[u8], start_bytes: u64) -> io::Result<()> {
    file.write_all_at(lines, start_bytes)?;
    file.sync_data()
}
