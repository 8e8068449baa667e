//! Writes that pass the gate, and those that do not.

use sosie_guard::Finding;
use sosie_store::{Batch, Change, Outcome};

use crate::gate::Gate;

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The store was asked.
    Stored(Outcome),
    /// The guard kept it out: the first thing that it found.
    Guarded(Finding),
}

/// The writes of a batch that were kept out, by their places.
pub(super) struct KeptOut(Vec<(usize, Finding)>);

/// Takes out of a batch what may not enter. Its position stays: it was read.
pub(super) fn guarded(gate: Option<&Gate>, batch: Batch) -> (Batch, KeptOut) {
    let Some(gate) = gate else {
        return (batch, KeptOut(Vec::new()));
    };
    let Batch {
        writes,
        source_position,
    } = batch;
    let (mut kept_out, mut passed) = (Vec::new(), Vec::with_capacity(writes.len()));
    for (at, write) in writes.into_iter().enumerate() {
        let finding = match &write.change {
            Change::Put(put) => gate.finding(put.event()),
            Change::Delete { .. } => None,
        };
        match finding {
            Some(finding) => kept_out.push((at, finding)),
            None => passed.push(write),
        }
    }
    let batch = Batch {
        writes: passed,
        source_position,
    };
    (batch, KeptOut(kept_out))
}

impl KeptOut {
    /// What became of each write of the batch, in order, given what became of those that passed.
    pub(super) fn fates(self, outcomes: Vec<Outcome>) -> Vec<Fate> {
        let mut fates: Vec<Fate> = Vec::with_capacity(outcomes.len() + self.0.len());
        let mut outcomes = outcomes.into_iter().map(Fate::Stored);
        for (at, finding) in self.0 {
            let before = at - fates.len();
            fates.extend(outcomes.by_ref().take(before));
            fates.push(Fate::Guarded(finding));
        }
        fates.extend(outcomes);
        fates
    }
}
