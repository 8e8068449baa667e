//! Reads the records of a log, one after the other.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use sosie_similarity::Timestamp;

use crate::dir;
use crate::fault::Place;
use crate::head::{Head, HeadError};
use crate::key::PublicKey;
use crate::line::{self, LineError};
use crate::name::Who;
use crate::record::{Kind, Record};
use crate::scan::{Lines, Next};

/// Why a log can't be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// How far it goes can't be told.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The file system refused.
    #[error("{0}: {1}")]
    Io(Place, io::Error),
    /// A line is none of a log.
    #[error("{0}: {1}")]
    Line(Place, LineError),
    /// The file of a segment ends before the log does.
    #[error("{0}: the file ends here")]
    Cut(Place),
}

/// Which records to give.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those not before this time.
    pub from: Option<Timestamp>,
    /// Those before this time.
    pub to: Option<Timestamp>,
    /// Those of these kinds; empty: of all.
    pub kinds: Vec<Kind>,
    /// Those of this caller; then none that the log says of itself.
    pub who: Option<Who>,
}

impl Filter {
    /// Whether a record is asked for.
    pub fn takes(&self, record: &Record) -> bool {
        self.from.is_none_or(|from| from <= record.time)
            && self.to.is_none_or(|to| record.time < to)
            && (self.kinds.is_empty() || self.kinds.contains(&record.kind()))
            && (self.who.is_none() || self.who.as_ref() == record.who())
    }
}

/// The records of a log in order, up to the HEAD that it had when this was opened. Each is read strictly, and its hash is
/// checked; the chain is not: a reader tells what is there, [`verify`](crate::verify) whether it is whole. Ends after an error.
pub struct Reader {
    dir: PathBuf,
    head: Head,
    filter: Filter,
    segment: u32,
    line: u64,
    lines: Option<Lines>,
    is_done: bool,
}

impl Reader {
    /// Begins at the first record that is kept.
    ///
    /// # Errors
    /// [`ReadError::Head`].
    pub fn open(dir: &Path, key: &PublicKey, filter: Filter) -> Result<Self, ReadError> {
        let head = Head::of(dir, key)?;
        Ok(Reader {
            dir: dir.to_owned(),
            segment: head.first.segment,
            is_done: head.last.seq == 0,
            line: 0,
            lines: None,
            filter,
            head,
        })
    }

    fn place(&self) -> Place {
        Place::line(self.segment, self.line, None)
    }

    /// The next record of any kind; `None` at HEAD.
    fn read(&mut self) -> Result<Option<Record>, ReadError> {
        loop {
            let is_last = self.segment == self.head.last.segment;
            if is_last && self.line == self.head.last.line {
                return Ok(None);
            }
            if let Some(record) = self.next_of_segment()? {
                return Ok(Some(record));
            }
            if is_last {
                return Err(ReadError::Cut(self.place()));
            }
            self.segment += 1;
            self.line = 0;
            self.lines = None;
        }
    }

    fn next_of_segment(&mut self) -> Result<Option<Record>, ReadError> {
        let io = |cause| ReadError::Io(Place::segment(self.segment), cause);
        let lines = match &mut self.lines {
            Some(lines) => lines,
            None => {
                let path = self.dir.join(dir::segment_name(self.segment));
                let file = File::open(path).map_err(io)?;
                self.lines.insert(Lines::from(file, 0).map_err(io)?)
            }
        };
        self.line += 1;
        let place = || Place::line(self.segment, self.line, None);
        match lines.next().map_err(io)? {
            Next::Line(line) => {
                let record = line::read(line).map_err(|error| ReadError::Line(place(), error))?;
                Ok(Some(record))
            }
            Next::TooLong => Err(ReadError::Line(place(), LineError::TooLong)),
            Next::Torn => Err(ReadError::Cut(place())),
            Next::End => Ok(None),
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_done {
            match self.read() {
                Ok(Some(record)) if self.filter.takes(&record) => return Some(Ok(record)),
                Ok(Some(_)) => {}
                Ok(None) => self.is_done = true,
                Err(error) => {
                    self.is_done = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}
