//! One run of the indexer over one input, and what it tells.

use std::num::NonZeroUsize;

use serde_json::Value;
use sosie_index::Cancel;
use sosie_indexer::{
    Declarations, Input, MaxRejects, NoProgress, ReindexError, ReindexJob, Summary, reindex,
};
use sosie_similarity::Timestamp;
use tempfile::TempDir;

/// In every value that is refused, and in no other text: what is told may not have it.
pub(crate) const CANARY: &str = "731942";

/// What a run leaves and says.
pub(crate) struct Run {
    pub(crate) dir: TempDir,
    pub(crate) result: Result<Summary, ReindexError>,
}

impl Run {
    pub(crate) fn of(input: Input, dir: TempDir) -> Run {
        let job = ReindexJob {
            guard: None,
            generations: dir.path().join("generations"),
            inputs: vec![input],
            declarations: Declarations::default(),
            rejects: Some(dir.path().join("rejects.ndjson")),
            max_rejects: MaxRejects::Count(100),
            keep: NonZeroUsize::MIN,
            receipts: None,
            ingest_time: Timestamp::from_parts(1_735_689_600, 0).unwrap(),
            cancel: Cancel::default(),
        };
        let result = reindex(job, &mut NoProgress);
        Run { dir, result }
    }

    /// Position, field and rule of each refused record, as the rejects file tells them.
    pub(crate) fn rejects(&self) -> Vec<(u64, String, String)> {
        let text = std::fs::read_to_string(self.dir.path().join("rejects.ndjson")).unwrap();
        assert_no_canary(&text);
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        lines
            .map(|line| {
                (
                    line["position"].as_u64().unwrap(),
                    text(&line["field"]),
                    text(&line["rule"]),
                )
            })
            .collect()
    }

    pub(crate) fn summary(&self) -> &Summary {
        let summary = self.result.as_ref().unwrap();
        assert_no_canary(&format!("{summary:?}"));
        assert!(summary.total.adds_up(), "{:?}", summary.total);
        summary
    }
}

#[track_caller]
pub(crate) fn assert_no_canary(text: &str) {
    assert!(
        !text.to_lowercase().contains(CANARY),
        "a value is told: {text}"
    );
    assert!(
        !text.to_lowercase().contains("canary"),
        "a value is told: {text}"
    );
}
