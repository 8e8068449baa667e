//! What is wrong with a log, and where.

use std::fmt;

use crate::dir;

/// Something that no writer of the log has left so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Where.
    pub place: Place,
}

/// A place in the directory of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the file: a segment's, `HEAD`, or that of a foreign file, cut to 255 characters.
    pub file: String,
    /// The line in the file, from 1 up; `None`: the file as a whole.
    pub line: Option<u64>,
    /// The number of the record that is, or should be, at that place, if it can be told.
    pub seq: Option<u64>,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The line is not what was written there. If the next line tells it by its `prev`, this is the line before.
    Changed,
    /// The records from `seq` on, up to the one of this line, are not there.
    Removed,
    /// Another record is here; the one that belongs here is further down.
    Reordered,
    /// The record was there before.
    Duplicated,
    /// The file, or the log, ends here, before its end.
    Cut,
    /// The signature is not that of the key.
    BadSignature,
    /// It can't be read, or it is no line of a log.
    Unreadable,
    /// The segment does not go on where the one before ended, or begins or ends otherwise than segments do.
    GapBetweenSegments,
    /// `HEAD` is not there, names another end than the log has, or was set back.
    HeadMismatch,
    /// The file of a segment is not there.
    MissingSegment,
    /// The file is none of the log.
    ForeignFile,
    /// Another record is here than the anchor names: all of the log from here on may be rewritten, by who has the key.
    AnchorMismatch,
}

impl FaultKind {
    /// Its stable name, UPPER_SNAKE.
    pub fn name(self) -> &'static str {
        match self {
            FaultKind::Changed => "CHANGED",
            FaultKind::Removed => "REMOVED",
            FaultKind::Reordered => "REORDERED",
            FaultKind::Duplicated => "DUPLICATED",
            FaultKind::Cut => "CUT",
            FaultKind::BadSignature => "BAD_SIGNATURE",
            FaultKind::Unreadable => "UNREADABLE",
            FaultKind::GapBetweenSegments => "GAP_BETWEEN_SEGMENTS",
            FaultKind::HeadMismatch => "HEAD_MISMATCH",
            FaultKind::MissingSegment => "MISSING_SEGMENT",
            FaultKind::ForeignFile => "FOREIGN_FILE",
            FaultKind::AnchorMismatch => "ANCHOR_MISMATCH",
        }
    }
}

impl Place {
    pub(crate) fn line(segment: u32, line: u64, seq: Option<u64>) -> Self {
        Place {
            file: dir::segment_name(segment),
            line: Some(line),
            seq,
        }
    }

    pub(crate) fn segment(segment: u32) -> Self {
        Place::file(&dir::segment_name(segment))
    }

    pub(crate) fn head() -> Self {
        Place::file(dir::HEAD_FILE)
    }

    pub(crate) fn file(name: &str) -> Self {
        Place {
            file: name.to_owned(),
            line: None,
            seq: None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.kind.name(), self.place)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The name of a foreign file may have any character; as quoted, it is one word of one line.
        write!(f, "{:?}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(seq) = self.seq {
            write!(f, ", seq {seq}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// Faults in the order in which they were found, up to a number; of a line, the first.
#[derive(Debug)]
pub(crate) struct Faults {
    found: Vec<Fault>,
    max: usize,
}

impl Faults {
    pub(crate) fn new(max: usize) -> Self {
        Faults {
            found: Vec::new(),
            max,
        }
    }

    pub(crate) fn push(&mut self, kind: FaultKind, place: Place) {
        let same = |fault: &Fault| fault.place.file == place.file && fault.place.line == place.line;
        if !self.is_full() && !self.found.last().is_some_and(same) {
            self.found.push(Fault { kind, place });
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.found.len() >= self.max
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// What was taken for removed has come, further down.
    pub(crate) fn make_reordered(&mut self, index: usize) {
        if let Some(fault) = self.found.get_mut(index) {
            fault.kind = FaultKind::Reordered;
        }
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.found.truncate(len);
    }

    pub(crate) fn into_vec(self) -> Vec<Fault> {
        self.found
    }
}
