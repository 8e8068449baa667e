//! Rows into the store: what they say and how far they were read, in one durable transaction.

use std::sync::Arc;

use sosie_store::{Batch, Change, Outcome, Refusal as Refused, SourcePosition, Write};

use super::Shared;
use super::error::PostgresError;
use super::position::OutboxPosition;
use crate::gate::{Gate, admit};
use crate::refusal::Refusal;

/// What became of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Rows that were read.
    pub(super) read: u64,
    /// Writes that made a revision.
    pub(super) accepted: u64,
    /// Writes that said what the store had already, or deleted what it never had.
    pub(super) unchanged: u64,
    /// Rows that were refused.
    pub(super) refused: u64,
    /// Values that a mapping mended or left out.
    pub(super) corrected: u64,
}

impl Counts {
    /// Counts what became of writes.
    pub(super) fn count(&mut self, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            match outcome {
                Outcome::Accepted { .. } => self.accepted += 1,
                Outcome::Unchanged { .. }
                | Outcome::Refused(Refused::NotFound | Refused::RevisionMismatch { .. }) => {
                    self.unchanged += 1;
                }
                // Among the refused already.
                Outcome::Held
                | Outcome::Dropped
                | Outcome::Refused(Refused::HeldFull | Refused::NotHeld) => {}
            }
        }
    }

    pub(super) fn add(&mut self, other: Counts) {
        self.read += other.read;
        self.accepted += other.accepted;
        self.unchanged += other.unchanged;
        self.refused += other.refused;
        self.corrected += other.corrected;
    }
}

/// Rows that were checked.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// What keeps events out; none does without.
    gate: Option<Arc<Gate>>,
    /// How many rows.
    pub(super) read: u64,
    /// What they ask for.
    pub(super) writes: Vec<Write>,
    /// The number of each refused row, and why.
    pub(super) refused: Vec<(u64, Refusal)>,
    /// Values that a mapping mended or left out.
    pub(super) corrected: u64,
}

impl Checked {
    /// So many rows, none of them looked at yet.
    pub(super) fn of(read: u64, gate: Option<Arc<Gate>>) -> Self {
        Checked {
            gate,
            read,
            ..Checked::default()
        }
    }

    /// Adds what a row asks for, or why it is refused.
    pub(super) fn push(&mut self, number: u64, write: Result<Write, Refusal>) {
        if let Err(refusal) = write.and_then(|write| self.add(write)) {
            self.refused.push((number, refusal));
        }
    }

    /// Adds what is asked for as it may be stored; what is kept out waits, if it may.
    pub(super) fn add(&mut self, write: Write) -> Result<(), Refusal> {
        let Write {
            change,
            if_revision,
        } = write;
        let Change::Put(put) = change else {
            self.writes.push(Write {
                change,
                if_revision,
            });
            return Ok(());
        };
        let stated = (put.stated_known_time(), if_revision);
        let admitted = put.admitted(|event| admit(self.gate.as_deref(), event));
        self.writes.push(match admitted {
            Ok(put) => Write {
                change: Change::Put(put),
                if_revision,
            },
            Err(kept_out) => {
                let waiting = kept_out.waiting.as_ref();
                self.writes
                    .extend(waiting.map(|waiting| waiting.write(stated)));
                return Err(Refusal::of_held(kept_out));
            }
        });
        Ok(())
    }
}

impl Shared {
    /// Writes them, with the position after them if they move it.
    pub(super) async fn write(
        &self,
        checked: Checked,
        position: Option<&OutboxPosition>,
    ) -> Result<Counts, PostgresError> {
        let mut counts = self.begun(&checked);
        let batch = Batch {
            writes: checked.writes,
            source_position: position.map(|position| SourcePosition {
                source: self.position_key(),
                position: position.to_bytes(),
            }),
        };
        let place = self.intake.place().await;
        counts.count(self.intake.write(batch, place).submitted().await?);
        Ok(counts)
    }

    /// Tells what is refused, and counts what is known before the store is asked.
    pub(super) fn begun(&self, checked: &Checked) -> Counts {
        self.rejects.add(&checked.refused);
        Counts {
            read: checked.read,
            refused: checked.refused.len() as u64,
            corrected: checked.corrected,
            ..Counts::default()
        }
    }

    /// Of its position among those of all sources.
    fn position_key(&self) -> String {
        format!("postgres/{}", self.config.name)
    }

    /// How far the outbox has been read, as the store says.
    pub(super) fn position(&self) -> Result<Option<OutboxPosition>, PostgresError> {
        let bytes = self.intake.source_position(&self.position_key())?;
        let position = bytes
            .map(|bytes| OutboxPosition::from_bytes(&bytes).ok_or(PostgresError::PositionDamaged));
        position.transpose()
    }
}
