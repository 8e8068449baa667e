//! The tables of a store's file.

use std::collections::BTreeMap;

use redb::{ReadTransaction, ReadableTable, Table, TableDefinition};
use sosie_index::{ContentDigest, StoreId};
use sosie_similarity::{Axis, Digest, Timestamp};

use crate::entry::{Head, HeadKind, Position, reason_number, reason_of};
use crate::error::StoreError;

/// What a store holds, in numbers, as of a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Which store.
    pub store_id: StoreId,
    /// The position of the last change.
    pub position: Position,
    /// The latest time of ingest: that of a later change is never before it.
    pub ingest_time: Timestamp,
    /// Events whose head is a record.
    pub event_count: u64,
    /// Of these, how many have no value on an axis.
    pub missing_by_axis: BTreeMap<Axis, u64>,
    /// Events that were deleted.
    pub deleted_count: u64,
    /// Records: revisions that are neither tombstones nor erased.
    pub record_count: u64,
    /// Sum of the SHA-256 of every record, mod 2^256: an index of the same position has the same.
    pub content_digest: Digest,
    /// Whether erased records may still lie in unused parts of the file: see [`crate::Store::scrub`].
    pub scrub_due: bool,
    /// The same of records that only waited, and were dropped or erased: no index ever had them.
    pub held_scrub_due: bool,
}

impl Summary {
    /// What a store held when a transaction began.
    pub(crate) fn read(transaction: &ReadTransaction) -> Result<Self, StoreError> {
        let meta = transaction.open_table(META)?;
        let store_id = meta.get(STORE_ID_KEY)?;
        let store_id = store_id.ok_or(StoreError::Malformed("no store id"))?;
        let state = State::read(&transaction.open_table(STATE)?)?;
        Ok(Summary {
            held_scrub_due: meta.get(HELD_SCRUB_KEY)?.is_some(),
            ..state.summary(StoreId(store_id.value()))
        })
    }
}

/// Names of things about the store itself.
pub(crate) const META: TableDefinition<&str, u128> = TableDefinition::new("meta");
pub(crate) const FORMAT_VERSION_KEY: &str = "format_version";
pub(crate) const STORE_ID_KEY: &str = "store_id";
/// There if records that only waited may lie in unused parts of the file.
pub(crate) const HELD_SCRUB_KEY: &str = "held_scrub_due";

/// One row, written by every transaction: position, ingest time, events, those of them that lack a value by axis, deleted,
/// records, content digest, scrub due.
pub(crate) const STATE: TableDefinition<(), StateRow> = TableDefinition::new("state");
pub(crate) type StateRow = (u64, i64, u64, MissingCounts, u64, u64, [u8; 32], bool);
pub(crate) type MissingCounts = [u64; Axis::ALL.len()];

/// The newest revision by event id: revision, position, known time, kind, axes without a value, digest of what was put.
pub(crate) const HEADS: TableDefinition<&str, HeadRow> = TableDefinition::new("heads");
pub(crate) type HeadRow = (u64, u64, i64, u8, u8, [u8; 32]);

/// Every revision by position: appended to, so that pages fill one after the other, and a revision costs one random
/// write, that of its head. The revisions of an event are a chain through it.
pub(crate) const LOG: TableDefinition<u64, &[u8]> = TableDefinition::new("log");

/// How far sources that are pulled have been read.
pub(crate) const SOURCES: TableDefinition<&str, &[u8]> = TableDefinition::new("sources");

/// Records that wait, by event id and their own: since when, the revision that they ask for, why, and their event.
pub(crate) const HELD: TableDefinition<HeldKey, HeldRow> = TableDefinition::new("held");
pub(crate) type HeldKey = (&'static str, &'static str);
pub(crate) type HeldRow = (i64, Option<u64>, &'static str, &'static str);

/// [`HeadKind::Live`] on disk; reasons of deletion have numbers from 17 on.
const LIVE: u8 = 1;

/// The running numbers of a store, as a transaction changes them.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) position: Position,
    pub(crate) ingest_time: Timestamp,
    pub(crate) events: u64,
    /// In the order of [`Axis::ALL`].
    pub(crate) missing: MissingCounts,
    pub(crate) deleted: u64,
    pub(crate) records: u64,
    pub(crate) content: ContentDigest,
    pub(crate) scrub_due: bool,
}

impl State {
    pub(crate) fn new() -> Self {
        State {
            position: Position::START,
            ingest_time: Timestamp::MIN,
            events: 0,
            missing: MissingCounts::default(),
            deleted: 0,
            records: 0,
            content: ContentDigest::default(),
            scrub_due: false,
        }
    }

    pub(crate) fn read(table: &impl ReadableTable<(), StateRow>) -> Result<Self, StoreError> {
        let row = table.get(())?.ok_or(StoreError::Malformed("no state"))?;
        let (position, ingest_micros, events, missing, deleted, records, content, scrub_due) =
            row.value();
        let malformed = |_| StoreError::Malformed("a state that no store has");
        Ok(State {
            position: Position::new(position),
            ingest_time: Timestamp::from_micros(ingest_micros).map_err(malformed)?,
            events,
            missing,
            deleted,
            records,
            content: ContentDigest::resume(Digest::from_bytes(content)),
            scrub_due,
        })
    }

    pub(crate) fn write(&self, table: &mut Table<(), StateRow>) -> Result<(), StoreError> {
        let row = (
            self.position.get(),
            self.ingest_time.as_micros(),
            self.events,
            self.missing,
            self.deleted,
            self.records,
            *self.content.digest().as_bytes(),
            self.scrub_due,
        );
        table.insert((), row)?;
        Ok(())
    }

    pub(crate) fn summary(&self, store_id: StoreId) -> Summary {
        Summary {
            store_id,
            position: self.position,
            ingest_time: self.ingest_time,
            event_count: self.events,
            missing_by_axis: Axis::ALL.into_iter().zip(self.missing).collect(),
            deleted_count: self.deleted,
            record_count: self.records,
            content_digest: self.content.digest(),
            scrub_due: self.scrub_due,
            held_scrub_due: false,
        }
    }
}

/// The row of a head; `put` is the digest of what was put, for a live event.
pub(crate) fn head_row(head: &Head, put: Option<Digest>) -> HeadRow {
    let kind = match head.kind {
        HeadKind::Live => LIVE,
        HeadKind::Deleted(reason) => reason_number(reason),
    };
    let put = put.map_or([0; 32], |digest| *digest.as_bytes());
    let known_micros = head.known_time.as_micros();
    let missing = head.missing;
    (
        head.revision,
        head.position.get(),
        known_micros,
        kind,
        missing,
        put,
    )
}

/// The head of a row, and the digest of what was put.
pub(crate) fn head_of(row: HeadRow) -> Result<(Head, Digest), StoreError> {
    let (revision, position, known_micros, kind, missing, put) = row;
    let malformed = StoreError::Malformed("a head that no event has");
    let kind = match (kind, reason_of(kind)) {
        (LIVE, _) => HeadKind::Live,
        (_, Some(reason)) => HeadKind::Deleted(reason),
        (_, None) => return Err(malformed),
    };
    let Ok(known_time) = Timestamp::from_micros(known_micros) else {
        return Err(malformed);
    };
    let position = Position::new(position);
    let head = Head {
        revision,
        position,
        known_time,
        kind,
        missing,
    };
    Ok((head, Digest::from_bytes(put)))
}
