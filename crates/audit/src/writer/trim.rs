//! Retention: whole segments are removed, from the front.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use sosie_similarity::Timestamp;

use super::Writer;
use crate::dir;
use crate::error::TrimError;
use crate::fault::{Fault, FaultKind, Place};
use crate::head::{HeadState, Origin};
use crate::line::{self, LINE_BYTES_MAX};
use crate::record::{Body, Cause, Mark, Record, Trimmed};

impl Writer {
    /// Removes the segments whose last record is older than `before`, from the front, never the one that is written to.
    /// The log says what was removed, and HEAD where it begins now; `None` if nothing is old enough. What is removed
    /// can't be checked any more: [`verify`](crate::verify) first.
    ///
    /// # Errors
    /// Any [`TrimError`].
    pub fn trim(&mut self, before: Timestamp) -> Result<Option<Trimmed>, TrimError> {
        let mut first = self.head.first;
        while first.segment < self.segment {
            let seal = self.seal(first.segment)?;
            if seal.time >= before {
                break;
            }
            first = Origin {
                segment: first.segment + 1,
                seq: seal.seq + 1,
                prev: seal.hash,
            };
        }
        if first == self.head.first {
            return Ok(None);
        }
        self.begin_at(first).map(Some)
    }

    fn begin_at(&mut self, first: Origin) -> Result<Trimmed, TrimError> {
        let old = self.head.first;
        let trimmed = Trimmed {
            first_seq: old.seq,
            last_seq: first.seq - 1,
            last_hash: first.prev,
        };
        self.rotate_if_due()?;
        let mut stage = self.stage();
        stage.mark((self.clock)(), &Mark::Trimmed(trimmed));
        let mut staged = stage.finish();
        staged.first = Some(first);
        self.commit(staged, HeadState::Open)?;
        for segment in old.segment..first.segment {
            // What stays, because of a kill or of this, is removed when the log is opened next.
            dir::remove(&self.dir.segment(segment))?;
        }
        self.dir.sync()?;
        Ok(trimmed)
    }

    /// The record that seals a segment.
    fn seal(&self, segment: u32) -> Result<Record, TrimError> {
        let line = last_line(&mut File::open(self.dir.segment(segment))?)?;
        let record = line::read(&line).ok().filter(|record| {
            let signed = line::signed_part(&line);
            let is_signed = |signature| self.key.public().has_signed(signed, signature);
            let is_seal = record.body == Body::Mark(Mark::Checkpoint(Cause::Seal));
            is_seal && record.signature.as_ref().is_some_and(is_signed)
        });
        record.ok_or_else(|| {
            TrimError::Damaged(Fault {
                kind: FaultKind::Cut,
                place: Place::segment(segment),
            })
        })
    }
}

/// The last line of a file, without its end; some of it, if it is longer than any of the log.
fn last_line(file: &mut File) -> io::Result<Vec<u8>> {
    let bytes = file.metadata()?.len();
    // With the end of the line before, so that this one is seen to be whole.
    let start = bytes.saturating_sub(LINE_BYTES_MAX as u64 + 2);
    file.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    file.take(LINE_BYTES_MAX as u64 + 2).read_to_end(&mut end)?;
    if end.pop() == Some(b'\n')
        && let Some(before) = end.iter().rposition(|&byte| byte == b'\n')
    {
        end.drain(..=before);
    }
    Ok(end)
}
