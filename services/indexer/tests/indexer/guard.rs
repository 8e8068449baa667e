//! The personal-data guard over the records of files.

use sosie_indexer::{GuardConfig, Input, NoProgress, reindex};

use crate::bench::Bench;

const CLEAN: &str = r#"{"event_id":"e-1","state":"HELD","start_time":"2024-06-21T18:00:00Z","end_time":"2024-06-21T20:00:00Z",
"time_zone":"Europe/Paris","time_precision":"EXACT","source_id":"trial"}"#;

#[test]
fn what_is_kept_out_of_a_file_is_refused_and_told_with_the_others_without_its_value() {
    let bench = Bench::new();
    let clean = CLEAN.replace('\n', "");
    let mail = clean.replace("e-1", "jean.dupont.gmail.com");
    let file = bench.write("events.ndjson", format!("{clean}\n{mail}\n"));
    let mut job = bench.job(vec![Input::Ndjson(file)]);
    job.guard = Some(GuardConfig {
        policy: bench.write("guard.toml", ""),
        vocabularies: vec![],
    });
    let summary = reindex(job, &mut NoProgress).unwrap();
    assert_eq!((summary.total.indexed, summary.total.refused), (1, 1));
    let guards = bench.manifest().guards;
    let rules = guards[0].rules.as_ref().unwrap();
    let policy = sosie_indexer::Gate::read(&bench.write("guard.toml", ""), &[]).unwrap();
    assert_eq!((guards.len(), rules), (1, &policy.rules()));
    let told = bench.rejects();
    assert!(
        told.contains("event_id") && told.contains("EMAIL"),
        "{told}"
    );
    assert!(!told.contains("dupont"), "{told}");
}

#[test]
fn a_small_count_of_a_file_is_published_as_fewer_than_k() {
    let bench = Bench::new();
    let outcomes = r#","outcomes":{"incidents":3,"officers":24}}"#;
    let line = CLEAN.replace('\n', "").replace('}', outcomes);
    let file = bench.write("events.ndjson", format!("{line}\n"));
    let mut job = bench.job(vec![Input::Ndjson(file)]);
    job.guard = Some(GuardConfig {
        policy: bench.write("guard.toml", "[small_counts]\nk = 4\noutcomes = true"),
        vocabularies: vec![],
    });
    reindex(job, &mut NoProgress).unwrap();
    let event = bench.event("e-1");
    let parts = event.parts();
    let counts = parts.outcomes.iter();
    let counts: Vec<_> = counts
        .map(|(code, count)| (code.as_str(), *count))
        .collect();
    assert_eq!(counts, [("officers", 24.0)]);
    let bounds = parts.outcomes_fewer_than.iter();
    let bounds: Vec<_> = bounds
        .map(|(code, bound)| (code.as_str(), *bound))
        .collect();
    assert_eq!(bounds, [("incidents", 4)]);
}
