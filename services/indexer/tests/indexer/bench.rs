//! A directory of made files, runs over them, and what they published.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use sosie_index::{Cancel, Current, Manifest, Snapshot, VerifiedGeneration};
use sosie_indexer::{
    Declarations, Input, MaxRejects, NoProgress, ReindexError, ReindexJob, Summary, reindex,
};
use sosie_similarity::{Event, EventId, Timestamp};

/// 2024-07-01T00:00:00Z.
pub(crate) const INGEST_MICROS: i64 = 1_719_792_000_000_000;

/// What most mappings of these tests read.
pub(crate) const TIMES: &str =
    r#"times = { start = "start", end = "end", formats = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"] }"#;

/// A temporary directory with made files and generations.
pub(crate) struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Bench {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn generations(&self) -> PathBuf {
        self.path("generations")
    }

    pub(crate) fn rejects(&self) -> String {
        fs::read_to_string(self.path("rejects.ndjson")).unwrap_or_default()
    }

    /// A job that bears any number of refused records.
    pub(crate) fn job(&self, inputs: Vec<Input>) -> ReindexJob {
        ReindexJob {
            guard: None,
            generations: self.generations(),
            inputs,
            declarations: Declarations::default(),
            rejects: Some(self.path("rejects.ndjson")),
            max_rejects: "100%".parse::<MaxRejects>().unwrap(),
            keep: NonZeroUsize::new(5).unwrap(),
            receipts: None,
            ingest_time: Timestamp::from_micros(INGEST_MICROS).unwrap(),
            cancel: Cancel::default(),
        }
    }

    pub(crate) fn run(&self, inputs: Vec<Input>) -> Result<Summary, ReindexError> {
        reindex(self.job(inputs), &mut NoProgress)
    }

    /// A run over one NDJSON file.
    pub(crate) fn ndjson(&self, text: impl AsRef<[u8]>) -> Result<Summary, ReindexError> {
        self.run(vec![Input::Ndjson(self.write("events.ndjson", text))])
    }

    /// A run over one CSV file with a mapping of `mapping(top, fields)`.
    pub(crate) fn csv(
        &self,
        mapping: &str,
        csv: impl AsRef<[u8]>,
    ) -> Result<Summary, ReindexError> {
        let mapping = self.write("mapping.toml", mapping);
        self.run(vec![Input::Mapped {
            mapping,
            file: self.write("rows.csv", csv),
        }])
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let current = Current::read(&self.generations())
            .unwrap()
            .expect("a generation");
        let verified = VerifiedGeneration::open(&self.generations(), &current).unwrap();
        Snapshot::open(verified).unwrap()
    }

    pub(crate) fn manifest(&self) -> Manifest {
        self.snapshot().manifest().clone()
    }

    pub(crate) fn event(&self, id: &str) -> Event {
        let event = self.snapshot().event(&EventId::new(id).unwrap()).unwrap();
        event.expect("an event of this id")
    }

    pub(crate) fn is_published(&self) -> bool {
        Current::read(&self.generations()).unwrap().is_some()
    }
}

/// A mapping of a CSV file with `id`, and with the keys of `top` and `fields`.
pub(crate) fn mapping(top: &str, fields: &str) -> String {
    format!(
        r#"
format = "csv"
{top}
[source]
source_id = "made"
name = "Made"
owner = "These tests"
licence = "None"
collection_method = "Written by hand"
known_time = "end_time"

[fields]
event_id = "id"
state = {{ constant = "HELD" }}
time_zone = {{ constant = "Europe/Paris" }}
{fields}
"#
    )
}

/// An NDJSON line of an event of three hours, with `more` members.
pub(crate) fn line(id: &str, more: &str) -> String {
    format!(
        r#"{{"event_id":"{id}","state":"HELD","start_time":"2024-06-01T18:00:00+02:00","end_time":"2024-06-01T21:00:00+02:00","time_zone":"Europe/Paris","time_precision":"EXACT","source_id":"made"{more}}}"#
    ) + "\n"
}

/// The counts that a summary must have.
pub(crate) fn assert_counts(summary: &Summary, read: u64, indexed: u64, refused: u64) {
    let total = &summary.total;
    assert_eq!(
        (total.read, total.indexed, total.refused),
        (read, indexed, refused),
        "{total:?}"
    );
    assert!(total.adds_up());
}

/// The only refusal of a run.
pub(crate) fn only_refusal(summary: &Summary) -> (String, String) {
    let refusals: Vec<_> = summary.total.refusals.iter().collect();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    (refusals[0].0.to_owned(), refusals[0].1.to_owned())
}

/// The workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
