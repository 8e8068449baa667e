//! Reads segments line by line, follows the chain, and tells what does not fit.

mod chain;
mod lines;
mod tail;
mod trail;

use std::fs::File;
use std::io;
use std::path::Path;

use crate::dir;
use crate::fault::{FaultKind, Faults, Place};
use crate::head::{Anchor, Head, HeadState, Position};
use crate::key::PublicKey;
use crate::line::{self, LineError};
use crate::record::{Body, Mark, Record};

pub(crate) use chain::{Chain, Link};
pub(crate) use lines::{Lines, Next};
pub(crate) use tail::Tail;
pub(crate) use trail::Trail;

/// A walk over segments, in order.
pub(crate) struct Scan<'a> {
    dir: &'a Path,
    key: &'a PublicKey,
    pub(crate) head: Option<&'a Head>,
    anchor: Option<Anchor>,
    chain: Chain,
    at: At,
    pub(crate) faults: Faults,
    /// The number of faults when HEAD was reached: those past it are of the tail.
    faults_before_tail: Option<usize>,
    pub(crate) trail: Trail,
    pub(crate) tail: Tail,
}

/// A line.
#[derive(Clone, Copy, Debug)]
struct At {
    segment: u32,
    line: u64,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(
        dir: &'a Path,
        key: &'a PublicKey,
        head: Option<&'a Head>,
        faults: Faults,
    ) -> Self {
        Scan {
            dir,
            key,
            head,
            anchor: None,
            chain: Chain::unknown(),
            at: At {
                segment: 1,
                line: 0,
            },
            // A log without records is at its head from the start.
            faults_before_tail: head.filter(|head| head.last.seq == 0).map(|_| faults.len()),
            faults,
            trail: Trail::default(),
            tail: Tail::default(),
        }
    }

    /// Looks for a record that is known from elsewhere.
    pub(crate) fn expect(&mut self, anchor: Option<Anchor>) {
        self.anchor = anchor;
    }

    /// Follows the chain from the record at `position` on, which is known.
    pub(crate) fn start_after(&mut self, position: &Position) {
        self.chain = Chain::after(position.seq, position.hash);
        if self.head.is_some_and(|head| head.last.seq <= position.seq) {
            self.faults_before_tail = Some(self.faults.len());
        }
    }

    /// Reads a segment, from a byte and the line there on. Of one before the last, the end must be sealed.
    pub(crate) fn segment(&mut self, from: &Position, is_last: bool) {
        let faults_before = self.faults.len();
        if !self.is_past_head() {
            // Of this segment nothing was read yet: an empty one is not sealed by the seal of the one before.
            self.trail.is_sealed = false;
        }
        self.at = At {
            segment: from.segment,
            line: from.line,
        };
        if let Err(_cause) = self.read(from) {
            self.faults
                .push(FaultKind::Unreadable, Place::segment(from.segment));
            self.chain.skip_any();
        }
        // Whether the place where reading began is the end of the segment, only the next one tells.
        let is_unread = from.line > 0 && self.at.line == from.line;
        let is_open = !self.is_past_head() && !self.trail.is_sealed;
        if !is_last && is_open && !is_unread && self.faults.len() == faults_before {
            self.cut();
        }
    }

    /// Looks at a segment after the one that HEAD names. The next one is there if its first commit was not made; no other.
    pub(crate) fn past_last(&mut self, from: &Position) {
        let is_next = self
            .head
            .is_some_and(|head| head.last.segment + 1 == from.segment);
        if is_next && self.is_past_head() && !self.is_closed() {
            self.segment(from, true);
        } else {
            self.faults
                .push(FaultKind::HeadMismatch, Place::segment(from.segment));
        }
    }

    /// The file of a segment is not there.
    pub(crate) fn missing(&mut self, segment: u32) {
        self.faults
            .push(FaultKind::MissingSegment, Place::segment(segment));
        self.chain.skip_any();
    }

    /// Tells a log that ends before its head.
    pub(crate) fn finish(&mut self) {
        if self.head.is_some() && !self.is_past_head() && self.faults.is_empty() {
            self.cut();
        }
    }

    pub(crate) fn is_past_head(&self) -> bool {
        self.faults_before_tail.is_some()
    }

    /// The log ends after the line that was read last.
    fn cut(&mut self) {
        let At { segment, line } = self.at;
        let place = Place::line(segment, line + 1, self.chain.expected());
        self.faults.push(FaultKind::Cut, place);
        self.chain.skip_any();
    }

    fn read(&mut self, from: &Position) -> io::Result<()> {
        let file = File::open(self.dir.join(dir::segment_name(from.segment)))?;
        let mut lines = Lines::from(file, from.bytes)?;
        while !self.faults.is_full() {
            let before = lines.offset();
            match lines.next()? {
                Next::End => break,
                Next::Line(line) => {
                    self.at.line += 1;
                    self.line(line, before + line.len() as u64 + 1);
                }
                Next::TooLong => {
                    self.at.line += 1;
                    self.pass_tail(lines.offset() - before, true);
                    self.unreadable(LineError::TooLong);
                }
                Next::Torn => {
                    self.at.line += 1;
                    self.pass_tail(lines.offset() - before, false);
                    self.torn();
                }
            }
        }
        Ok(())
    }

    fn fault(&mut self, kind: FaultKind) {
        let At { segment, line } = self.at;
        self.faults
            .push(kind, Place::line(segment, line, self.chain.expected()));
    }

    fn line(&mut self, line: &[u8], end_bytes: u64) {
        if self.is_past_head() {
            self.tail_line(line);
            return;
        }
        match line::read(line) {
            Err(error) => self.unreadable(error),
            Ok(record) => self.record(&record, line, end_bytes),
        }
    }

    fn unreadable(&mut self, error: LineError) {
        if self.is_past_head() {
            return self.tail_junk();
        }
        self.fault(match error {
            LineError::Hash => FaultKind::Changed,
            LineError::TooLong
            | LineError::Malformed
            | LineError::NotCanonical
            | LineError::Version(_) => FaultKind::Unreadable,
        });
        self.chain.skip_line();
        self.trail.is_sealed = false;
    }

    fn record(&mut self, record: &Record, line: &[u8], end_bytes: u64) {
        self.link(record);
        if !self.is_in_place(record) {
            self.fault_of(record, FaultKind::GapBetweenSegments);
        }
        if !self.is_signed_if_due(record, line) {
            self.fault_of(record, FaultKind::BadSignature);
        }
        let known = self.anchor.filter(|anchor| anchor.seq == record.seq);
        if known.is_some_and(|anchor| anchor.hash != record.hash) {
            self.fault_of(record, FaultKind::AnchorMismatch);
        }
        self.trail.note(record);
        self.meet_head(record, end_bytes);
    }

    fn fault_of(&mut self, record: &Record, kind: FaultKind) {
        let At { segment, line } = self.at;
        self.faults
            .push(kind, Place::line(segment, line, Some(record.seq)));
    }

    fn link(&mut self, record: &Record) {
        let At { segment, line } = self.at;
        let missing = match line {
            1 => FaultKind::GapBetweenSegments,
            _ => FaultKind::Removed,
        };
        match self.chain.take(record, self.faults.len()) {
            Link::Next => {}
            Link::Changed if line == 1 => self.fault_of(record, FaultKind::GapBetweenSegments),
            Link::Changed => {
                let place = Place::line(segment, line - 1, Some(record.seq - 1));
                self.faults.push(FaultKind::Changed, place);
            }
            Link::Gap(seq) => self
                .faults
                .push(missing, Place::line(segment, line, Some(seq))),
            Link::Late(fault) => self.faults.make_reordered(fault),
            Link::Again => self.fault_of(record, FaultKind::Duplicated),
        }
    }

    /// The first line of a segment, and no other, names it.
    fn is_in_place(&self, record: &Record) -> bool {
        match &record.body {
            Body::Mark(Mark::Segment { segment }) => {
                self.at.line == 1 && *segment == self.at.segment
            }
            Body::Mark(_) | Body::Entry(_) => self.at.line != 1,
        }
    }

    fn is_signed_if_due(&self, record: &Record, line: &[u8]) -> bool {
        record
            .signature
            .is_none_or(|signature| self.key.has_signed(line::signed_part(line), &signature))
    }

    fn meet_head(&mut self, record: &Record, end_bytes: u64) {
        let Some(head) = self.head.filter(|head| record.seq >= head.last.seq) else {
            return;
        };
        let here = Position {
            segment: self.at.segment,
            line: self.at.line,
            bytes: end_bytes,
            seq: record.seq,
            hash: record.hash,
        };
        // After another fault, another place is no news.
        if here != head.last && self.faults.is_empty() {
            self.fault_of(record, FaultKind::HeadMismatch);
        }
        self.faults_before_tail = Some(self.faults.len());
    }

    fn torn(&mut self) {
        if self.is_past_head() {
            return self.tail_junk();
        }
        self.fault(FaultKind::Cut);
        self.chain.skip_any();
    }

    fn is_closed(&self) -> bool {
        self.head
            .is_some_and(|head| head.state == HeadState::Closed)
    }
}
