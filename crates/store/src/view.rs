//! One consistent state of a store, to be read from.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use redb::{
    Database, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTable,
    ReadableTableMetadata,
};
use sosie_similarity::EventId;

use crate::entry::{Head, LogEntry, Position, Revision, decode};
use crate::error::StoreError;
use crate::held::{Held, held};
use crate::tables::{HEADS, HELD, HeadRow, HeldKey, HeldRow, LOG, SOURCES, Summary, head_of};

/// What a store held at one moment. Writers go on beside it, and the space of what they replace is not used again until
/// it is dropped: not to be held for long.
pub struct View {
    heads: ReadOnlyTable<&'static str, HeadRow>,
    log: ReadOnlyTable<u64, &'static [u8]>,
    sources: ReadOnlyTable<&'static str, &'static [u8]>,
    held: ReadOnlyTable<HeldKey, HeldRow>,
    summary: Summary,
    _transaction: ReadTransaction,
    /// Last, since what is read must not be closed before its readers.
    _database: Arc<Database>,
}

impl View {
    pub(crate) fn new(database: Arc<Database>) -> Result<Self, StoreError> {
        let transaction = database.begin_read()?;
        let summary = Summary::read(&transaction)?;
        Ok(View {
            heads: transaction.open_table(HEADS)?,
            log: transaction.open_table(LOG)?,
            sources: transaction.open_table(SOURCES)?,
            held: transaction.open_table(HELD)?,
            summary,
            _transaction: transaction,
            _database: database,
        })
    }

    /// What it holds, in numbers.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The newest revision of an event, in short; none for an id that was never put.
    ///
    /// # Errors
    /// Those of the file system, and of a damaged store.
    pub fn head(&self, event_id: &EventId) -> Result<Option<Head>, StoreError> {
        let row = self.heads.get(event_id.as_str())?;
        let head = row.map(|row| head_of(row.value())).transpose()?;
        Ok(head.map(|(head, _)| head))
    }

    /// All revisions of an event, the first one first; none for an id that was never put.
    ///
    /// # Errors
    /// As [`View::head`].
    pub fn revisions(&self, event_id: &EventId) -> Result<Vec<Revision>, StoreError> {
        let head = self.head(event_id)?;
        head.map_or(Ok(Vec::new()), |head| self.chain(head.position))
    }

    /// The change of a position; none for one that is not there yet.
    ///
    /// # Errors
    /// As [`View::head`].
    pub fn change(&self, position: Position) -> Result<Option<LogEntry>, StoreError> {
        let row = self.log.get(position.get())?;
        row.map(|row| entry(position, row.value())).transpose()
    }

    /// The changes after a position, in order.
    ///
    /// # Errors
    /// As [`View::head`].
    pub fn changes(
        &self,
        after: Position,
    ) -> Result<impl Iterator<Item = Result<LogEntry, StoreError>> + '_, StoreError> {
        let rows = ReadableTable::range(&self.log, after.next().get()..)?;
        Ok(rows.map(|row| {
            let (position, bytes) = row?;
            entry(Position::new(position.value()), bytes.value())
        }))
    }

    /// All revisions of each event, by event id in bytewise order, of the ids after a given one.
    ///
    /// # Errors
    /// As [`View::head`].
    pub fn histories(
        &self,
        after: Option<&EventId>,
    ) -> Result<impl Iterator<Item = Result<Vec<Revision>, StoreError>> + '_, StoreError> {
        let first = after.map_or(Bound::Unbounded, |id| Bound::Excluded(id.as_str()));
        let rows = ReadableTable::range::<&str>(&self.heads, (first, Bound::Unbounded))?;
        Ok(rows.map(|row| {
            let (_, row) = row?;
            let (head, _) = head_of(row.value())?;
            self.chain(head.position)
        }))
    }

    /// How far a source that is pulled has been read.
    ///
    /// # Errors
    /// As [`View::head`].
    pub fn source_position(&self, source: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.sources.get(source)?;
        Ok(row.map(|row| row.value().to_vec()))
    }

    /// The record of that id, if it waits.
    ///
    /// # Errors
    /// As [`View::head`].
    pub fn held(&self, id: &str) -> Result<Option<Held>, StoreError> {
        for row in ReadableTable::iter(&self.held)? {
            let (key, row) = row?;
            if key.value().1 == id {
                return held(row.value()).map(Some);
            }
        }
        Ok(None)
    }

    /// The records that wait, by their ids: those after one, and so many at most.
    ///
    /// # Errors
    /// As [`View::head`].
    pub fn held_after(&self, after: &str, at_most: usize) -> Result<Vec<Held>, StoreError> {
        // Of all others only the keys are looked at.
        let mut first = BTreeMap::new();
        for row in ReadableTable::iter(&self.held)? {
            let (key, _) = row?;
            let (event_id, id) = key.value();
            if id > after {
                first.insert(id.to_owned(), event_id.to_owned());
            }
            if first.len() > at_most {
                first.pop_last();
            }
        }
        let rows = first.iter().map(|(id, event_id)| {
            let row = self.held.get((event_id.as_str(), id.as_str()))?;
            row.map(|row| held(row.value())).transpose()
        });
        rows.filter_map(Result::transpose).collect()
    }

    /// How many records wait.
    ///
    /// # Errors
    /// As [`View::head`].
    pub fn held_count(&self) -> Result<u64, StoreError> {
        Ok(self.held.len()?)
    }

    /// The revisions up to the one at `head`, the first one first.
    fn chain(&self, head: Position) -> Result<Vec<Revision>, StoreError> {
        let (mut next, mut superseded_time) = (Some(head), None);
        let mut revisions = Vec::new();
        while let Some(position) = next {
            let entry = self.change(position)?;
            let entry = entry.ok_or(StoreError::Malformed("a log with a hole"))?;
            next = entry.previous;
            let known_time = entry.known_time;
            revisions.push(Revision {
                entry,
                superseded_time,
            });
            superseded_time = Some(known_time);
        }
        revisions.reverse();
        Ok(revisions)
    }
}

fn entry(position: Position, bytes: &[u8]) -> Result<LogEntry, StoreError> {
    decode(position, bytes).ok_or(StoreError::Malformed("a change that no store has"))
}
