//! What a run did, counted: every record is in it once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use serde::{Serialize, Serializer};
use sosie_similarity::Axis;

/// Most distinct reasons that are counted apart; names of unknown fields come from files.
const REASONS_MAX: usize = 500;

/// What a run did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The generation that was published, as `gen-000001`; `None` if nothing was.
    pub generation: Option<String>,
    /// SHA-256 of its manifest, in hex.
    pub manifest_sha256: Option<String>,
    /// Events in it, one per id.
    pub event_count: u64,
    /// All inputs together.
    pub total: Tally,
    /// Each input, in the order of reading.
    pub inputs: Vec<InputSummary>,
    /// Events without a value, per axis; empty if nothing was published.
    pub missing: Vec<MissingShare>,
    /// Data sets that records name and nothing declares.
    pub undeclared_sources: Vec<String>,
    /// Where refused records are told, if any were.
    pub rejects_file: Option<PathBuf>,
    /// Seconds from the first byte to the end.
    pub elapsed_s: f64,
    /// Records read per second of it.
    pub records_per_s: f64,
}

impl Summary {
    /// Of what was read, before anything is published.
    pub(crate) fn of_inputs(inputs: Vec<InputSummary>) -> Self {
        let mut total = Tally::default();
        inputs.iter().for_each(|input| total.add(&input.tally));
        Summary {
            generation: None,
            manifest_sha256: None,
            event_count: 0,
            total,
            inputs,
            missing: Vec::new(),
            undeclared_sources: Vec::new(),
            rejects_file: None,
            elapsed_s: 0.0,
            records_per_s: 0.0,
        }
    }

    /// The record at a place in the run took the place of an earlier one.
    pub(crate) fn count_replaced(&mut self, sequence: u64) {
        let mut after = 0;
        let input = self.inputs.iter_mut().find(|input| {
            after += input.tally.read;
            sequence < after
        });
        let input = input.expect("a place in the run is one of a record of an input");
        input.tally.move_to_replaced();
        self.total.move_to_replaced();
    }

    pub(crate) fn set_elapsed(&mut self, began: Instant) {
        self.elapsed_s = began.elapsed().as_secs_f64();
        self.records_per_s = self.total.read as f64 / self.elapsed_s.max(1e-6);
    }
}

/// What became of the records of an input.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Records read.
    pub read: u64,
    /// Records that brought a new event; while reading goes on, all that brought an event.
    pub indexed: u64,
    /// Records that took the place of an earlier one of their id.
    pub replaced: u64,
    /// Records refused.
    pub refused: u64,
    /// Refused records by field and rule.
    pub refusals: Reasons,
    /// Corrections of records that were kept, by field and kind; a record may have several.
    pub corrections: Reasons,
}

impl Tally {
    /// Whether every record is accounted for.
    pub fn adds_up(&self) -> bool {
        self.indexed + self.replaced + self.refused == self.read
            && self.refusals.total() == self.refused
    }

    /// One of the indexed records took the place of an earlier one.
    fn move_to_replaced(&mut self) {
        self.indexed -= 1;
        self.replaced += 1;
    }

    pub(crate) fn add(&mut self, other: &Tally) {
        // Taken apart in full: a count that is added to the tally has to be added up here.
        let Tally {
            read,
            indexed,
            replaced,
            refused,
            refusals,
            corrections,
        } = other;
        self.read += read;
        self.indexed += indexed;
        self.replaced += replaced;
        self.refused += refused;
        self.refusals.add_all(refusals);
        self.corrections.add_all(corrections);
    }
}

/// Counts by field and code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reasons(BTreeMap<(String, String), u64>);

impl Reasons {
    /// The count of a field and a code.
    pub fn of(&self, field: &str, code: &str) -> u64 {
        self.0
            .get(&(field.to_owned(), code.to_owned()))
            .copied()
            .unwrap_or(0)
    }

    /// All counts.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Field, code and count, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        self.0
            .iter()
            .map(|((field, code), count)| (field.as_str(), code.as_str(), *count))
    }

    pub(crate) fn count(&mut self, field: &str, code: &str, count: u64) {
        let mut key = (field.to_owned(), code.to_owned());
        if self.0.len() >= REASONS_MAX && !self.0.contains_key(&key) {
            key = ("(others)".to_owned(), "OTHER".to_owned());
        }
        *self.0.entry(key).or_default() += count;
    }

    fn add_all(&mut self, other: &Reasons) {
        for (field, code, count) in other.iter() {
            self.count(field, code, count);
        }
    }
}

impl Serialize for Reasons {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Counted<'a> {
            field: &'a str,
            rule: &'a str,
            count: u64,
        }
        serializer.collect_seq(self.iter().map(|(field, rule, count)| Counted {
            field,
            rule,
            count,
        }))
    }
}

/// What became of one input.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputSummary {
    /// The file, as it was named.
    pub file: PathBuf,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Its mapping and the sector maps of that, with their SHA-256 in hex.
    pub read_with: Vec<(PathBuf, String)>,
    /// Its records.
    pub tally: Tally,
}

/// How many events have no value on an axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MissingShare {
    /// The axis.
    #[serde(serialize_with = "axis_name")]
    pub axis: Axis,
    /// Events without a value.
    pub count: u64,
    /// Of all events, in [0, 1].
    pub share: f64,
}

fn axis_name<S: Serializer>(axis: &Axis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(axis.name())
}
