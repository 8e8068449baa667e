//! A file on its way into the store of record: read whole without writing first, then written in batches.
//!
//! **Law.** The same bytes give the same batches, whatever the machine or the moment: who knows how many records of a
//! file are written can go on after them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use sosie_similarity::{Digest, Event, Timestamp};
use sosie_store::{Change, Put, Write};

use crate::declare::Declarations;
use crate::gate::{Gate, KeptOut, admit, admit_again};
use crate::refusal::Refusal;
use crate::rejects::Rejects;
use crate::source::{Context, InputError, Prepared, Record, SourceError};
use crate::sources::Reading;

/// The known time of a record of which nothing says it: the store finds it then. No source states the end of time.
const NOT_STATED: Timestamp = Timestamp::MAX;
/// Bytes that are digested at a time.
const DIGEST_STEP_BYTES: usize = 256 << 10;

/// A file, ready to be read.
pub(crate) struct ImportFile {
    input: Prepared,
    declarations: Declarations,
    gate: Option<Arc<Gate>>,
}

/// What a first reading found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FirstReading {
    /// SHA-256 of the file.
    pub(crate) sha256: Digest,
    /// Records.
    pub(crate) read: u64,
    /// Those that are no events.
    pub(crate) refused: u64,
}

/// Records that follow each other in a file.
pub(crate) struct FileBatch {
    /// What the store is to write or to hold.
    pub(crate) writes: Vec<Write>,
    /// Records that are no events.
    pub(crate) refused: u64,
    /// Records of the file up to the last of these.
    pub(crate) done: u64,
}

/// Why a file was not read to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// It can't be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Refused records can't be told.
    #[error("rejects: {0}")]
    Rejects(#[from] io::Error),
    /// The work was given up.
    #[error("reading was given up")]
    GivenUp,
}

impl From<SourceError> for ReadError {
    fn from(error: SourceError) -> Self {
        ReadError::Input(error.into())
    }
}

impl ImportFile {
    /// Finds the file, and reads what it is read with; what `gate` keeps out of it is refused.
    pub(crate) fn new(
        (reading, gate): (&Reading, Option<&Arc<Gate>>),
        file: &Path,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Self, ReadError> {
        let mut declarations = reading.declarations.clone();
        let input = reading.format.input(file.to_owned());
        match Prepared::new(&input, &mut declarations, is_given_up) {
            Ok(input) => Ok(ImportFile {
                input,
                declarations,
                gate: gate.cloned(),
            }),
            Err(_) if is_given_up() => Err(ReadError::GivenUp),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads every record, and tells those that are refused.
    pub(crate) fn first_reading(
        &self,
        rejects: &mut Rejects,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<FirstReading, ReadError> {
        let name = self.input.path().display().to_string();
        let (chunks, meter) = self.input.open(self.context())?;
        let (mut read, mut refused, mut told) = (0, 0, Ok(()));
        for chunk in chunks {
            chunk?.for_each(|record| {
                read += 1;
                let gate = self.gate.as_deref();
                let event = record
                    .event
                    .and_then(|event| admit(gate, event).map_err(Refusal::of_held));
                if let Err(refusal) = event {
                    refused += 1;
                    if told.is_ok() {
                        told = rejects.add(&name, record.position, &refusal);
                    }
                }
            });
            if is_given_up() {
                return Err(ReadError::GivenUp);
            }
        }
        told?;
        Ok(FirstReading {
            sha256: meter.sha256(),
            read,
            refused,
        })
    }

    /// Gives the records after the first `done` to `write`, in batches; then the SHA-256 of the file.
    pub(crate) fn batches<E: From<ReadError>>(
        &self,
        done: u64,
        mut write: impl FnMut(FileBatch) -> Result<(), E>,
    ) -> Result<Digest, E> {
        let opened = self.input.open(self.context());
        let (chunks, meter) = opened.map_err(ReadError::from)?;
        let mut seen = 0;
        for chunk in chunks {
            let chunk = chunk.map_err(ReadError::from)?;
            let first = seen;
            seen += chunk.len() as u64;
            if seen <= done {
                continue;
            }
            let mut batch = FileBatch {
                writes: Vec::with_capacity(chunk.len()),
                refused: 0,
                done: seen,
            };
            let mut before = done.saturating_sub(first);
            chunk.for_each(|record| {
                if before > 0 {
                    before -= 1;
                } else {
                    batch.take(record, self.gate.as_deref());
                }
            });
            write(batch)?;
        }
        Ok(meter.sha256())
    }

    fn context(&self) -> Context<'_> {
        Context {
            declarations: &self.declarations,
            ingest_time: NOT_STATED,
        }
    }
}

impl FileBatch {
    fn take(&mut self, record: Record, gate: Option<&Gate>) {
        let Ok(event) = record.event else {
            self.refused += 1;
            return;
        };
        let stated = stated_known_time(&event);
        match admit_again(gate, event) {
            Ok(event) => self.writes.push(Write {
                change: Change::Put(Put::new(event, stated)),
                if_revision: None,
            }),
            Err(KeptOut {
                waiting: Some(waiting),
                ..
            }) => self.writes.push(waiting.write((stated, None))),
            Err(_) => self.refused += 1,
        }
    }
}

fn stated_known_time(event: &Event) -> Option<Timestamp> {
    Some(event.parts().known_time).filter(|known| *known != NOT_STATED)
}

/// SHA-256 of a file.
pub(crate) fn sha256(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let mut sha256 = Sha256::new();
    let mut buffer = vec![0; DIGEST_STEP_BYTES];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Digest::from_bytes(sha256.finalize().into())),
            read => sha256.update(&buffer[..read]),
        }
    }
}
