//! What is past HEAD: nothing that is in the log, and still it can tell that HEAD was set back.

use super::Scan;
use crate::fault::FaultKind;
use crate::line;

/// What is past HEAD.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tail {
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    /// A signed checkpoint is among it. It is the last line of its commit, and past HEAD there is one commit at most.
    pub(super) has_checkpoint: bool,
}

impl Scan<'_> {
    pub(super) fn pass_tail(&mut self, bytes: u64, is_line: bool) {
        if self.is_past_head() {
            self.tail.bytes += bytes;
            self.tail.lines += u64::from(is_line);
        }
    }

    /// A line past HEAD: of a log that is open, one of a commit that was not made.
    pub(super) fn tail_line(&mut self, line: &[u8]) {
        self.pass_tail(line.len() as u64 + 1, true);
        let record = match line::read(line) {
            Err(error) => return self.unreadable(error),
            Ok(record) => record,
        };
        // Taken first, so that a record which is there twice is told as that.
        self.link(&record);
        if self.is_closed() || self.tail.has_checkpoint {
            self.fault_of(&record, FaultKind::HeadMismatch);
        }
        let is_checkpoint = record.signature.is_some();
        self.tail.has_checkpoint |= is_checkpoint && self.is_signed_if_due(&record, line);
    }

    /// What a kill or a power cut has left of a commit; there is nothing of the kind past a closed HEAD.
    pub(super) fn tail_junk(&mut self) {
        if self.is_closed() || self.tail.has_checkpoint {
            self.fault(FaultKind::HeadMismatch);
        }
        self.chain.skip_any();
    }

    /// Takes back what was said of the tail: it is being written.
    pub(crate) fn forget_tail(&mut self) {
        if let Some(before) = self.faults_before_tail {
            self.faults.truncate(before);
        }
        self.tail = Tail::default();
    }
}
