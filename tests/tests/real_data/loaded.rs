//! The files, their mappings, and what is loaded of them.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use sosie_index::{Cancel, Snapshot};
use sosie_indexer::{Declarations, Input, MaxRejects, NoProgress, ReindexJob, Summary, reindex};
use sosie_similarity::{Event, Timestamp};
use sosie_tests::{all_events, open_current, workspace};
use tempfile::TempDir;

/// A file and the mapping that reads it.
#[derive(Clone, Copy)]
pub(crate) struct DataSet {
    pub(crate) mapping: &'static str,
    pub(crate) file: &'static str,
    /// The places of both columns, where a test looks at them.
    pub(crate) start_and_end: Option<(usize, usize)>,
}

pub(crate) const SAN_DIEGO: DataSet = DataSet {
    start_and_end: Some((6, 7)),
    ..DataSet::new("san_diego", "san_diego_2016_2018.csv")
};
pub(crate) const SAN_DIEGO_NATIVE: DataSet = DataSet {
    start_and_end: Some((5, 6)),
    ..DataSet::new("san_diego_native", "san_diego_native.csv")
};

impl DataSet {
    pub(crate) const fn new(mapping: &'static str, file: &'static str) -> DataSet {
        DataSet {
            mapping,
            file,
            start_and_end: None,
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        workspace().join("../shared/data").join(self.file)
    }
}

/// A file that was read, published and opened.
pub(crate) struct Loaded {
    pub(crate) dir: TempDir,
    pub(crate) summary: Summary,
    pub(crate) snapshot: Snapshot,
    pub(crate) events: Vec<Event>,
}

/// `None` where the file is not there, unless `SOSIE_REQUIRE_DATA` says that it has to be.
pub(crate) fn load(set: &DataSet) -> Option<Loaded> {
    let file = set.path();
    if !file.is_file() {
        let is_required = std::env::var_os("SOSIE_REQUIRE_DATA").is_some_and(|set| !set.is_empty());
        assert!(
            !is_required,
            "SOSIE_REQUIRE_DATA is set, and {} is not there",
            file.display()
        );
        eprintln!(
            "real_data: {} is not there, so {} is not tested",
            file.display(),
            set.file
        );
        return None;
    }
    let dir = TempDir::new().unwrap();
    let job = ReindexJob {
        guard: None,
        generations: dir.path().to_owned(),
        inputs: vec![Input::Mapped {
            mapping: workspace()
                .join("deploy/mappings")
                .join(format!("{}.toml", set.mapping)),
            file,
        }],
        declarations: Declarations::default(),
        rejects: None,
        max_rejects: MaxRejects::Count(u64::MAX),
        keep: NonZeroUsize::MIN,
        receipts: None,
        ingest_time: now(),
        cancel: Cancel::default(),
    };
    let summary = reindex(job, &mut NoProgress).unwrap();
    let snapshot = open_current(dir.path());
    let events = all_events(&snapshot);
    Some(Loaded {
        dir,
        summary,
        snapshot,
        events,
    })
}

/// 2025-01-01, when all of it was over.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_parts(1_735_689_600, 0).unwrap()
}

/// Rows of the file that are so, counted by another reader than that of the indexer.
pub(crate) fn rows(set: &DataSet, is_so: impl Fn(&csv::StringRecord) -> bool) -> u64 {
    let mut reader = csv::Reader::from_path(set.path()).unwrap();
    let records = reader.records().map(Result::unwrap);
    records.filter(is_so).count() as u64
}
