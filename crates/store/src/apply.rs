//! One transaction: batches become revisions, tombstones and positions.

use redb::{ReadableTable, ReadableTableMetadata, Table, WriteTransaction};
use sosie_index::record;
use sosie_similarity::{Axis, Digest, Event, EventId, Timestamp};

use crate::change::{Batch, Change, DeleteReason, Outcome, Put, Refusal, Write};
use crate::entry::{Content, Head, HeadKind, LogEntry, decode, encode};
use crate::error::StoreError;
use crate::held::{HELD_MAX, Hold};
use crate::tables::{
    HEADS, HELD, HELD_SCRUB_KEY, HeadRow, HeldKey, HeldRow, LOG, META, SOURCES, STATE, State,
    StateRow, head_of, head_row,
};

/// Applies batches, in order. Whether anything is to be committed is told beside their outcomes.
pub(crate) fn apply(
    transaction: &WriteTransaction,
    batches: &[Batch],
    ingest_time: Timestamp,
) -> Result<(Vec<Vec<Outcome>>, bool), StoreError> {
    let mut session = Session::open(transaction, ingest_time)?;
    let mut outcomes = Vec::with_capacity(batches.len());
    let mut sources = transaction.open_table(SOURCES)?;
    for batch in batches {
        let writes = batch.writes.iter().map(|write| session.write(write));
        outcomes.push(writes.collect::<Result<_, _>>()?);
        if let Some(at) = &batch.source_position {
            sources.insert(at.source.as_str(), at.position.as_slice())?;
        }
    }
    if session.is_unheld {
        transaction.open_table(META)?.insert(HELD_SCRUB_KEY, 1)?;
    }
    let moved = batches.iter().any(|batch| batch.source_position.is_some());
    let changed = session.finish()?;
    Ok((outcomes, changed || moved))
}

/// What the next revision of an event would be.
#[derive(Clone, Copy)]
enum Next<'a> {
    Put(&'a Put),
    Delete(&'a EventId, DeleteReason),
}

impl<'a> Next<'a> {
    fn event_id(self) -> &'a EventId {
        match self {
            Next::Put(put) => put.event.id(),
            Next::Delete(event_id, _) => event_id,
        }
    }

    /// Whether it is so already. An event that was deleted for another reason can still be erased.
    fn is_said_by(self, head: &Head, put_before: Digest) -> bool {
        match (self, head.kind) {
            (Next::Put(put), HeadKind::Live) => put.digest == put_before,
            (Next::Delete(_, reason), HeadKind::Deleted(before)) => {
                reason != DeleteReason::PersonalData || before == DeleteReason::PersonalData
            }
            (Next::Put(_), HeadKind::Deleted(_)) | (Next::Delete(..), HeadKind::Live) => false,
        }
    }
}

/// The tables of a transaction and the numbers that it changes.
struct Session<'t> {
    heads: Table<'t, &'static str, HeadRow>,
    log: Table<'t, u64, &'static [u8]>,
    held: Table<'t, HeldKey, HeldRow>,
    states: Table<'t, (), StateRow>,
    state: State,
    changed: bool,
    /// Whether a record that waited is gone for good.
    is_unheld: bool,
}

impl<'t> Session<'t> {
    fn open(transaction: &'t WriteTransaction, now: Timestamp) -> Result<Self, StoreError> {
        let states = transaction.open_table(STATE)?;
        let mut state = State::read(&states)?;
        // A clock that was set back would let a revision be known before answers that lacked it.
        state.ingest_time = state.ingest_time.max(now);
        Ok(Session {
            heads: transaction.open_table(HEADS)?,
            log: transaction.open_table(LOG)?,
            held: transaction.open_table(HELD)?,
            states,
            state,
            changed: false,
            is_unheld: false,
        })
    }

    /// Writes the numbers down; whether there was a change.
    fn finish(mut self) -> Result<bool, StoreError> {
        if self.changed {
            self.state.write(&mut self.states)?;
        }
        Ok(self.changed)
    }

    fn write(&mut self, write: &Write) -> Result<Outcome, StoreError> {
        match &write.change {
            Change::Hold(hold) => self.hold(hold),
            Change::Drop { event_id, id } => {
                let waited = self.unhold((event_id.as_str(), id))?;
                self.is_unheld |= waited;
                Ok(if waited {
                    Outcome::Dropped
                } else {
                    Outcome::Refused(Refusal::NotHeld)
                })
            }
            Change::Release { id, put } => {
                let key = (put.event.id().as_str(), id.as_str());
                if self.held.get(key)?.is_none() {
                    return Ok(Outcome::Refused(Refusal::NotHeld));
                }
                let outcome = self.revise(Next::Put(put), write.if_revision)?;
                if !matches!(outcome, Outcome::Refused(_)) {
                    self.unhold(key)?;
                }
                Ok(outcome)
            }
            Change::Put(put) => self.revise(Next::Put(put), write.if_revision),
            Change::Delete { event_id, reason } => {
                self.revise(Next::Delete(event_id, *reason), write.if_revision)
            }
        }
    }

    /// Makes the next revision of an event, if it may be made and says something else than the last.
    fn revise(&mut self, next: Next<'_>, if_revision: Option<u64>) -> Result<Outcome, StoreError> {
        let row = self.heads.get(next.event_id().as_str())?;
        let head = row.map(|row| head_of(row.value())).transpose()?;
        let said = head.as_ref();
        let said = said.filter(|(head, put)| next.is_said_by(head, *put));
        let unchanged = said.map(|(head, _)| head.revision);
        let head = head.map(|(head, _)| head);
        let found = head.map_or(0, |head| head.revision);
        let is_expected = if_revision.is_none_or(|seen| seen == found);
        if unchanged.is_none() && !is_expected {
            return Ok(Outcome::Refused(Refusal::RevisionMismatch { found }));
        }
        if let Next::Delete(event_id, DeleteReason::PersonalData) = next {
            self.erase_held(event_id)?;
        }
        if let Some(revision) = unchanged {
            return Ok(Outcome::Unchanged { revision });
        }
        match (next, head) {
            (Next::Put(put), head) => self.put(put, head),
            (Next::Delete(event_id, reason), Some(head)) => self.delete(event_id, reason, head),
            (Next::Delete(..), None) => Ok(Outcome::Refused(Refusal::NotFound)),
        }
    }

    fn hold(&mut self, hold: &Hold) -> Result<Outcome, StoreError> {
        let key = (hold.event_id.as_str(), hold.id.as_str());
        if self.held.get(key)?.is_some() {
            return Ok(Outcome::Held);
        }
        if self.held.len()? >= HELD_MAX as u64 {
            return Ok(Outcome::Refused(Refusal::HeldFull));
        }
        let since_micros = self.state.ingest_time.as_micros();
        let (findings, event) = (hold.findings.as_str(), hold.event.as_str());
        let row = (since_micros, hold.if_revision, findings, event);
        self.held.insert(key, row)?;
        self.changed = true;
        Ok(Outcome::Held)
    }

    /// Removes a record that waits; whether it did.
    fn unhold(&mut self, key: (&str, &str)) -> Result<bool, StoreError> {
        let waited = self.held.remove(key)?.is_some();
        self.changed |= waited;
        Ok(waited)
    }

    /// Removes all records of an event that wait; they are erased.
    fn erase_held(&mut self, event_id: &EventId) -> Result<(), StoreError> {
        let of_event = self.held.range((event_id.as_str(), "")..)?;
        let mut ids = Vec::new();
        for row in of_event {
            let (key, _) = row?;
            let (of, id) = key.value();
            if of != event_id.as_str() {
                break;
            }
            ids.push(id.to_owned());
        }
        for id in ids {
            self.is_unheld |= self.unhold((event_id.as_str(), &id))?;
        }
        Ok(())
    }

    fn put(&mut self, put: &Put, head: Option<Head>) -> Result<Outcome, StoreError> {
        let put_id = put.event.id();
        let known_time = match head {
            None => put.stated_known_time.unwrap_or(self.state.ingest_time),
            Some(head) => self.known_after(head),
        };
        let record = record::to_json(&put.event, Some(known_time));
        self.state.content.add(Digest::of(&record));
        self.state.records += 1;
        let content = Content::Record(record);
        let put = (missing_axes(&put.event), Some(put.digest));
        self.append((put_id, head), (known_time, content), put)
    }

    fn delete(
        &mut self,
        event_id: &EventId,
        reason: DeleteReason,
        head: Head,
    ) -> Result<Outcome, StoreError> {
        if reason == DeleteReason::PersonalData {
            self.erase(head)?;
        }
        let tombstone = (self.known_after(head), Content::Tombstone(reason));
        self.append((event_id, Some(head)), tombstone, (0, None))
    }

    /// A correction is known from when it came, whatever it states, and never at the same instant as what it corrects.
    fn known_after(&self, head: Head) -> Timestamp {
        // At the end of time nothing can be later: what is superseded there is never what is known.
        let next = Timestamp::from_micros(head.known_time.as_micros() + 1);
        self.state.ingest_time.max(next.unwrap_or(Timestamp::MAX))
    }

    /// Writes the next revision of an event: into the log, and as its head.
    fn append(
        &mut self,
        (event_id, head): (&EventId, Option<Head>),
        (known_time, content): (Timestamp, Content),
        (missing, put): (u8, Option<Digest>),
    ) -> Result<Outcome, StoreError> {
        let kind = match &content {
            Content::Tombstone(reason) => HeadKind::Deleted(*reason),
            Content::Record(_) | Content::Erased => HeadKind::Live,
        };
        let (revision, position) = (
            head.map_or(1, |head| head.revision + 1),
            self.state.position.next(),
        );
        let entry = LogEntry {
            position,
            event_id: event_id.clone(),
            revision,
            previous: head.map(|head| head.position),
            known_time,
            content,
        };
        let before = head;
        let head = Head {
            revision,
            position,
            known_time,
            kind,
            missing,
        };
        self.count(before, head);
        self.log.insert(position.get(), encode(&entry).as_slice())?;
        self.heads.insert(event_id.as_str(), head_row(&head, put))?;
        self.state.position = position;
        self.changed = true;
        Ok(Outcome::Accepted { revision, position })
    }

    fn count(&mut self, before: Option<Head>, after: Head) {
        match before.map(|head| head.kind) {
            None => {}
            Some(HeadKind::Live) => self.state.events -= 1,
            Some(HeadKind::Deleted(_)) => self.state.deleted -= 1,
        }
        match after.kind {
            HeadKind::Live => self.state.events += 1,
            HeadKind::Deleted(_) => self.state.deleted += 1,
        }
        let missed = |head: Head, axis: usize| u64::from(head.missing >> axis & 1);
        for (axis, count) in self.state.missing.iter_mut().enumerate() {
            *count += missed(after, axis);
            *count -= before.map_or(0, |before| missed(before, axis));
        }
    }

    /// Takes the records of all revisions of an event away; that there were such revisions stays.
    fn erase(&mut self, head: Head) -> Result<(), StoreError> {
        let mut next = Some(head.position);
        while let Some(position) = next {
            let row = self.log.get(position.get())?;
            let entry = row.and_then(|row| decode(position, row.value()));
            let entry = entry.ok_or(StoreError::Malformed("a log with a hole"))?;
            next = entry.previous;
            if let Content::Record(record) = &entry.content {
                self.state.content.remove(Digest::of(record));
                self.state.records -= 1;
                self.state.scrub_due = true;
                let erased = LogEntry {
                    content: Content::Erased,
                    ..entry
                };
                self.log
                    .insert(position.get(), encode(&erased).as_slice())?;
            }
        }
        Ok(())
    }
}

/// A bit per axis on which an event has no value, in the order of [`Axis::ALL`].
fn missing_axes(event: &Event) -> u8 {
    let values = event.values();
    let axes = Axis::ALL.into_iter().enumerate();
    let missing = axes.filter(|(_, axis)| !values.has(*axis));
    missing.fold(0, |bits, (at, _)| bits | 1 << at)
}
