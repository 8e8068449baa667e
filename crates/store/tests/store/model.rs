//! The store against a model of it: a map from ids to lists of revisions.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::{option, sample::select};
use sosie_store::{Batch, Content, DeleteReason, Outcome, Refusal, Write};

use crate::support::{
    accepted, at, batch, checked_log, delete, mismatch, open, put_known, record_of, unchanged,
};

const IDS: [&str; 4] = ["a", "a.1", "b", "c"];

#[derive(Clone, Debug)]
struct Asked {
    id: &'static str,
    what: What,
    if_revision: Option<u64>,
}

#[derive(Clone, Debug)]
enum What {
    Put { variant: u64, known: Option<i64> },
    Delete(DeleteReason),
}

/// What is done to a store in one go.
#[derive(Clone, Debug)]
enum Step {
    Apply {
        micros: i64,
        batches: Vec<Vec<Asked>>,
    },
    Reopen,
    Scrub,
}

#[derive(Clone, Debug)]
struct Row {
    position: u64,
    known: i64,
    /// What was put, as it was stated; none for a tombstone.
    put: Option<(u64, Option<i64>)>,
    reason: Option<DeleteReason>,
    erased: bool,
}

#[derive(Default)]
struct Model {
    events: BTreeMap<&'static str, Vec<Row>>,
    position: u64,
    clock: i64,
}

impl Model {
    fn write(&mut self, asked: &Asked) -> Outcome {
        let rows = self.events.entry(asked.id).or_default();
        let found = rows.len() as u64;
        if let Some(head) = rows.last()
            && says_the_same(head, &asked.what)
        {
            return unchanged(found);
        }
        if asked.if_revision.is_some_and(|seen| seen != found) {
            return mismatch(found);
        }
        let after = rows.last().map(|head| self.clock.max(head.known + 1));
        let (put, known, reason) = match asked.what {
            What::Put { variant, known } => {
                let first = known.unwrap_or(self.clock);
                (Some((variant, known)), after.unwrap_or(first), None)
            }
            What::Delete(reason) => match after {
                None => return Outcome::Refused(Refusal::NotFound),
                Some(after) => (None, after, Some(reason)),
            },
        };
        if reason == Some(DeleteReason::PersonalData) {
            rows.iter_mut().for_each(|row| row.erased = true);
        }
        self.position += 1;
        rows.push(Row {
            position: self.position,
            known,
            put,
            reason,
            erased: false,
        });
        accepted(found + 1, self.position)
    }

    /// By position: id, revision, known time and content.
    fn log(&self) -> Vec<(&'static str, u64, i64, Content)> {
        let rows = self.events.iter().flat_map(|(id, rows)| {
            let numbered = (1..).zip(rows);
            numbered
                .map(|(revision, row)| (row.position, (*id, revision, row.known, row.content(id))))
        });
        rows.collect::<BTreeMap<_, _>>().into_values().collect()
    }
}

impl Row {
    fn content(&self, id: &str) -> Content {
        match (self.reason, self.put) {
            (Some(reason), _) => Content::Tombstone(reason),
            (None, _) if self.erased => Content::Erased,
            (None, put) => {
                let (variant, _) = put.unwrap();
                Content::Record(record_of(id, variant, at(self.known)))
            }
        }
    }
}

fn says_the_same(head: &Row, what: &What) -> bool {
    match (*what, head.reason) {
        (What::Put { variant, known }, None) => head.put == Some((variant, known)),
        (What::Delete(DeleteReason::PersonalData), reason) => {
            reason == Some(DeleteReason::PersonalData)
        }
        (What::Delete(_), reason) => reason.is_some(),
        (What::Put { .. }, Some(_)) => false,
    }
}

impl Copy for What {}

fn write(asked: &Asked) -> Write {
    let write = match asked.what {
        What::Put { variant, known } => put_known(asked.id, variant, known.map(at)),
        What::Delete(reason) => delete(asked.id, reason),
    };
    Write {
        if_revision: asked.if_revision,
        ..write
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let put = (0..2_u64, option::weighted(0.4, 0..300_i64))
        .prop_map(|(variant, known)| What::Put { variant, known });
    let reasons = vec![
        DeleteReason::Withdrawn,
        DeleteReason::Duplicate,
        DeleteReason::PersonalData,
    ];
    let what = prop_oneof![3 => put, 1 => select(reasons).prop_map(What::Delete)];
    let if_revision = option::weighted(0.2, 0..4_u64);
    (select(IDS.to_vec()), what, if_revision).prop_map(|(id, what, if_revision)| Asked {
        id,
        what,
        if_revision,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let apply = (0..200_i64, vec(vec(asked(), 0..6), 1..4))
        .prop_map(|(micros, batches)| Step::Apply { micros, batches });
    prop_oneof![8 => apply, 1 => Just(Step::Reopen), 1 => Just(Step::Scrub)]
}

proptest! {
    // Every step is a durable transaction, some milliseconds each.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_store_does_what_a_map_of_revisions_does(steps in vec(step(), 1..12)) {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, mut model) = (open(dir.path()), Model::default());
        for step in steps {
            match step {
                Step::Apply { micros, batches } => {
                    let writes: Vec<Batch> = batches
                        .iter()
                        .map(|asked| batch(asked.iter().map(write).collect()))
                        .collect();
                    let before = (model.position, model.clock);
                    model.clock = model.clock.max(micros);
                    let expected: Vec<Vec<Outcome>> = batches
                        .iter()
                        .map(|asked| asked.iter().map(|asked| model.write(asked)).collect())
                        .collect();
                    // A transaction without a change leaves no trace, not even of its clock.
                    if model.position == before.0 {
                        model.clock = before.1;
                    }
                    prop_assert_eq!(store.apply(&writes, at(micros)).unwrap(), expected);
                }
                Step::Reopen => {
                    drop(store);
                    store = open(dir.path());
                }
                Step::Scrub => store.scrub().unwrap(),
            }
            let log = checked_log(&store.view().unwrap()).into_iter();
            let log: Vec<_> = log
                .map(|entry| (
                    entry.event_id.to_string(),
                    entry.revision,
                    entry.known_time.as_micros(),
                    entry.content,
                ))
                .collect();
            let expected = model.log().into_iter();
            let expected: Vec<_> = expected
                .map(|(id, revision, known, content)| (id.to_owned(), revision, known, content))
                .collect();
            prop_assert_eq!(log, expected);
        }
    }
}
