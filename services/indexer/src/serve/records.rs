//! Entries of a message: checked each on its own, written together, answered in order.

use sosie_guard::Finding;
use sosie_proto::{from_pb, pb, to_pb};
use sosie_similarity::Invalid;
use sosie_store::{Batch, Change, DeleteReason, Outcome, Put, Refusal, Write};

use crate::gate::{Gate, admit};
use pb::write_result::Outcome as Told;

/// The entries of one message, checked.
pub(super) struct Checked {
    /// What the store is asked to write.
    pub(super) batch: Batch,
    /// For each entry what it is answered with, if the store has no say in it.
    told: Vec<Option<Told>>,
}

/// Checks the records of a message, and what the guard keeps out of them; under `validate_only` none of them is to be
/// written.
pub(super) fn check_records(asked: from_pb::Records, gate: Option<&Gate>) -> Checked {
    let write = |at: usize, record| {
        let mut put =
            from_pb::ingest_record(record).map_err(|invalid| refused("records", at, invalid))?;
        put.event = admit(gate, put.event).map_err(|Finding { field, rule }| {
            to_pb::guarded_record(&format!("records[{at}].event.{field}"), rule.name())
        })?;
        Ok(self::put(put))
    };
    let mut checked = Checked::new(asked.records, write);
    if asked.validate_only {
        checked.batch.writes.clear();
        for told in &mut checked.told {
            told.get_or_insert_with(to_pb::valid);
        }
    }
    checked
}

/// Checks the deletions of a call.
pub(super) fn check_deletions(asked: Vec<pb::EventDeletion>) -> Checked {
    let write = |at: usize, entry| {
        let asked =
            from_pb::deletion(entry).map_err(|invalid| refused("deletions", at, invalid))?;
        Ok(deletion(asked))
    };
    Checked::new(asked, write)
}

/// What is answered to an entry that breaks a rule.
fn refused(list: &str, at: usize, invalid: Invalid) -> Told {
    to_pb::invalid_record(&invalid.under(&format!("[{at}]")).under(list))
}

impl Checked {
    fn new<E>(entries: Vec<E>, write: impl Fn(usize, E) -> Result<Write, Told>) -> Checked {
        let mut batch = Batch::default();
        let told = entries.into_iter().enumerate().map(|(at, entry)| {
            let write = write(at, entry);
            write.map(|write| batch.writes.push(write)).err()
        });
        let told = told.collect();
        Checked { batch, told }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.told.len()
    }

    /// Takes what the store is asked to write; what is left waits for its outcomes.
    pub(super) fn take_batch(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    /// A result for each entry, in order; the first is of the index `first`.
    pub(super) fn results(self, first: i64, outcomes: Vec<Outcome>) -> Vec<pb::WriteResult> {
        let mut outcomes = outcomes.into_iter().map(told);
        let all = self.told.into_iter().map(|told| {
            let written = || outcomes.next();
            told.or_else(written)
                .expect("the store tells an outcome for each write")
        });
        to_pb::write_results(first, all)
    }
}

fn put(put: from_pb::Put) -> Write {
    Write {
        change: Change::Put(Put::new(put.event, put.stated_known_time)),
        if_revision: put.if_revision,
    }
}

fn deletion(deletion: from_pb::Deletion) -> Write {
    let reason = match deletion.reason {
        pb::DeletionReason::Withdrawn => DeleteReason::Withdrawn,
        pb::DeletionReason::Duplicate => DeleteReason::Duplicate,
        pb::DeletionReason::Test => DeleteReason::Test,
        pb::DeletionReason::PersonalData => DeleteReason::PersonalData,
        pb::DeletionReason::Unspecified => unreachable!("refused before"),
    };
    Write {
        change: Change::Delete {
            event_id: deletion.event_id,
            reason,
        },
        if_revision: deletion.if_revision,
    }
}

fn told(outcome: Outcome) -> Told {
    match outcome {
        Outcome::Accepted { revision, position } => to_pb::accepted(revision, position.get()),
        Outcome::Unchanged { revision } => to_pb::unchanged(revision),
        Outcome::Refused(Refusal::RevisionMismatch { found }) => to_pb::revision_mismatch(found),
        Outcome::Refused(Refusal::NotFound) => to_pb::unknown_event(),
    }
}
