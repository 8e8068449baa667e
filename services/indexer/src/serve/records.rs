//! Entries of a message: checked each on its own, written together, answered in order.

use sosie_guard::Finding;
use sosie_proto::{from_pb, pb, to_pb};
use sosie_similarity::Invalid;
use sosie_store::{Batch, Change, DeleteReason, Outcome, Put, Refusal, Write};

use crate::gate::{Gate, KeptOut, admit};
use pb::write_result::Outcome as Told;

/// The entries of one message, checked.
pub(super) struct Checked {
    /// What the store is asked to write.
    pub(super) batch: Batch,
    /// For each entry.
    answers: Vec<Answer>,
}

/// What an entry is answered with.
enum Answer {
    /// This, whatever the store says.
    Told(Told),
    /// What became of its write.
    Written,
    /// What became of having it wait, for this field and rule.
    Held(Finding),
}

/// Checks the records of a message, and what the guard keeps out of them; under `validate_only` none of them is to be
/// written.
pub(super) fn check_records(asked: from_pb::Records, gate: Option<&Gate>) -> Checked {
    let mut checked = Checked::new(asked.records, |at, record| check_record(at, record, gate));
    if asked.validate_only {
        checked.batch.writes.clear();
        for (at, answer) in checked.answers.iter_mut().enumerate() {
            *answer = Answer::Told(match std::mem::replace(answer, Answer::Written) {
                Answer::Told(told) => told,
                Answer::Written => to_pb::valid(),
                Answer::Held(finding) => guarded(pb::WriteRefusal::Quarantined, finding, &path(at)),
            });
        }
    }
    checked
}

fn check_record(
    at: usize,
    record: pb::IngestRecord,
    gate: Option<&Gate>,
) -> Result<(Write, Answer), Told> {
    let from_pb::Put {
        event,
        stated_known_time,
        if_revision,
    } = from_pb::ingest_record(record).map_err(|invalid| refused("records", at, invalid))?;
    match admit(gate, event) {
        Ok(event) => {
            let write = Write {
                change: Change::Put(Put::new(event, stated_known_time)),
                if_revision,
            };
            Ok((write, Answer::Written))
        }
        Err(KeptOut {
            finding, waiting, ..
        }) => match waiting {
            Some(waiting) => Ok((
                waiting.write((stated_known_time, if_revision)),
                Answer::Held(finding),
            )),
            None => Err(guarded(pb::WriteRefusal::PersonalData, finding, &path(at))),
        },
    }
}

/// Where the event of a record is in its message.
fn path(at: usize) -> String {
    format!("records[{at}].event")
}

/// What is answered to a record whose event, at `path`, does not enter.
pub(super) fn guarded(reason: pb::WriteRefusal, finding: Finding, path: &str) -> Told {
    let Finding { field, rule } = finding;
    to_pb::guarded_record(reason, &format!("{path}.{field}"), rule.name())
}

/// Checks the deletions of a call.
pub(super) fn check_deletions(asked: Vec<pb::EventDeletion>) -> Checked {
    let write = |at: usize, entry| {
        let asked =
            from_pb::deletion(entry).map_err(|invalid| refused("deletions", at, invalid))?;
        Ok((deletion(asked), Answer::Written))
    };
    Checked::new(asked, write)
}

/// What is answered to an entry that breaks a rule.
fn refused(list: &str, at: usize, invalid: Invalid) -> Told {
    to_pb::invalid_record(&invalid.under(&format!("[{at}]")).under(list))
}

impl Checked {
    fn new<E>(
        entries: Vec<E>,
        check: impl Fn(usize, E) -> Result<(Write, Answer), Told>,
    ) -> Checked {
        let mut batch = Batch::default();
        let checked = entries.into_iter().enumerate();
        let answers = checked.map(|(at, entry)| match check(at, entry) {
            Ok((write, answer)) => {
                batch.writes.push(write);
                answer
            }
            Err(told) => Answer::Told(told),
        });
        let answers = answers.collect();
        Checked { batch, answers }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.answers.len()
    }

    /// Takes what the store is asked to write; what is left waits for its outcomes.
    pub(super) fn take_batch(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    /// A result for each entry, in order; the first is of the index `first`.
    pub(super) fn results(self, first: i64, outcomes: Vec<Outcome>) -> Vec<pb::WriteResult> {
        let mut outcomes = outcomes.into_iter();
        let mut next = || {
            let outcome = outcomes.next();
            outcome.expect("the store tells an outcome for each write")
        };
        let all = (self.answers.into_iter().enumerate()).map(|(at, answer)| match answer {
            Answer::Told(told) => told,
            Answer::Written => told(next()),
            Answer::Held(finding) => {
                let is_full = next() == Outcome::Refused(Refusal::HeldFull);
                let reason = if is_full {
                    pb::WriteRefusal::QuarantineFull
                } else {
                    pb::WriteRefusal::Quarantined
                };
                guarded(reason, finding, &path(at))
            }
        });
        to_pb::write_results(first, all)
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

pub(super) fn told(outcome: Outcome) -> Told {
    match outcome {
        Outcome::Accepted { revision, position } => to_pb::accepted(revision, position.get()),
        Outcome::Unchanged { revision } => to_pb::unchanged(revision),
        Outcome::Refused(Refusal::RevisionMismatch { found }) => to_pb::revision_mismatch(found),
        Outcome::Refused(Refusal::NotFound) => to_pb::unknown_event(),
        Outcome::Held
        | Outcome::Dropped
        | Outcome::Refused(Refusal::HeldFull | Refusal::NotHeld) => {
            unreachable!("of writes that no entry asks for")
        }
    }
}
