//! Chunks of records: read by one thread, made events by any.

use super::ndjson::Lines;
use super::{Record, SourceError};

/// Most records of a chunk: so few that each thread has work, so many that handing them over costs nothing.
pub(crate) const CHUNK_RECORDS: usize = 1_000;

/// Records that follow each other in a source.
pub(crate) enum Chunk<'a> {
    /// Records that are read and checked.
    Records(Vec<Record>),
    /// Lines that are read, and not looked at.
    Lines(Lines<'a>),
}

/// The chunks of a source, until its end or until it is broken.
pub(crate) type Chunks<'a> = Box<dyn Iterator<Item = Result<Chunk<'a>, SourceError>> + 'a>;

impl<'a> Chunk<'a> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Chunk::Records(records) => records.len(),
            Chunk::Lines(lines) => lines.len(),
        }
    }

    /// Gives each record to `take`.
    pub(crate) fn for_each(self, take: impl FnMut(Record)) {
        match self {
            Chunk::Records(records) => records.into_iter().for_each(take),
            Chunk::Lines(lines) => lines.records().for_each(take),
        }
    }
}

/// Gathers records; those before an error come before it.
pub(super) fn gather<'a>(
    mut records: impl Iterator<Item = Result<Record, SourceError>> + 'a,
) -> Chunks<'a> {
    let mut failed = None;
    Box::new(std::iter::from_fn(move || {
        let mut chunk = Vec::new();
        while failed.is_none() && chunk.len() < CHUNK_RECORDS {
            match records.next() {
                Some(Ok(record)) => chunk.push(record),
                Some(Err(error)) => failed = Some(error),
                None => break,
            }
        }
        if chunk.is_empty() {
            failed.take().map(Err)
        } else {
            Some(Ok(Chunk::Records(chunk)))
        }
    }))
}
