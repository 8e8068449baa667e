//! The commands that write, against an indexer in the process of the tests.

use std::num::NonZeroUsize;
use std::process::{Command, Output};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use sosie_indexer::GuardConfig;
use sosie_indexer::serve::{Follower, IndexerServer, ServeConfig, Stores};
use tempfile::TempDir;

use super::service::SERVICE;
use super::{code, file, sosie, stderr, stdout, text_of};

pub(crate) struct Indexer {
    pub(crate) dir: TempDir,
    url: String,
}

impl Indexer {
    fn start() -> Indexer {
        Indexer::start_with(|_, _| {})
    }

    pub(crate) fn start_with(change: impl FnOnce(&TempDir, &mut ServeConfig)) -> Indexer {
        let dir = tempfile::tempdir().expect("a directory");
        let mut config = ServeConfig {
            listen_addr: "127.0.0.1:0".parse().expect("an address"),
            store_dir: dir.path().join("store"),
            store_cache_bytes: 16 << 20,
            generations_dir: dir.path().join("generations"),
            snapshots_dir: dir.path().join("snapshots"),
            callers: None,
            profiles_dir: None,
            audit: None,
            guard: None,
            keep: NonZeroUsize::MIN,
            receipts: None,
            take_over: false,
            canaries: None,
            in_flight_max: NonZeroUsize::new(4).expect("not 0"),
            deadline: Duration::from_secs(60),
            drain_max: Duration::from_secs(1),
            reflection: false,
        };
        change(&dir, &mut config);
        let (bound, addr) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("threads can be had");
            runtime.block_on(async {
                let stores = Stores::open(&config).expect("the directory is empty");
                let follower = Follower::start(stores.clone(), false).expect("threads can be had");
                let server = IndexerServer::bind(config, stores, follower.feed());
                let server = server.await.expect("a port is free");
                bound
                    .send(server.local_addr())
                    .expect("the test waits for it");
                server.run(std::future::pending()).await.expect("it serves");
            });
        });
        let url = format!("http://{}", addr.recv().expect("the indexer binds"));
        Indexer { dir, url }
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("sosie starts")
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = sosie();
        command.args(args).env("SOSIE_INDEXER", &self.url);
        command
    }

    fn json(&self, args: &[&str]) -> (i32, Value) {
        let output = self.run(&[args, &["--json"]].concat());
        let told = serde_json::from_slice(&output.stdout);
        (code(&output), told.expect("--json writes JSON"))
    }
}

#[test]
fn a_file_is_taken_once_however_often_it_is_sent() {
    let indexer = Indexer::start();
    let history = SERVICE.path("history.ndjson");
    let lines = std::fs::read_to_string(&history).unwrap().lines().count();
    let checked = indexer.json(&["ingest", &history, "--validate-only"]).1;
    assert_eq!(checked["valid"], lines);
    assert_eq!(checked["accepted"], 0);
    let (status, first) = indexer.json(&["ingest", &history]);
    assert_eq!(status, 0);
    assert_eq!(first["accepted"], lines);
    assert_eq!(first["last_position"], lines);
    let again = indexer.json(&["ingest", &history]).1;
    assert_eq!(again["unchanged"], lines);
    let told = indexer.run(&["ingest", &history]);
    assert!(stdout(&told).contains("unchanged"), "{}", stdout(&told));
}

#[test]
fn what_is_refused_is_counted_by_field_and_rule_and_ends_with_2() {
    let indexer = Indexer::start();
    let history = std::fs::read_to_string(SERVICE.path("history.ndjson")).unwrap();
    let good = history.lines().next().unwrap();
    let bad = good.replace("HELD", "CANARY");
    let lines = format!("{good}\n\n{bad}\nCANARY\n{}\n", "x".repeat(2 << 20));
    let lines = file(&indexer.dir, "lines.ndjson", &lines);
    let (status, told) = indexer.json(&["ingest", text_of(&lines)]);
    assert_eq!(status, 2);
    assert_eq!(told["accepted"], 1);
    assert_eq!(told["refused"], 3);
    let rules: Vec<_> = told["refusals"].as_array().unwrap().iter().collect();
    assert_eq!(rules.len(), 3, "{told}");
    assert!(
        rules
            .iter()
            .any(|it| it["field"] == "state" && it["rule"] == "MALFORMED")
    );
    assert!(rules.iter().any(|it| it["rule"] == "TOO_LONG"));
    let told = indexer.run(&["ingest", text_of(&lines)]);
    let all = format!("{}{}", stdout(&told), stderr(&told));
    assert!(!all.contains("CANARY"), "{all}");
}

#[test]
fn an_event_is_deleted_for_a_reason() {
    let indexer = Indexer::start();
    indexer.run(&["ingest", &SERVICE.path("history.ndjson")]);
    let ids = ["delete", "mrs-000001", "no-such", "--reason", "duplicate"];
    let (status, told) = indexer.json(&ids);
    assert_eq!(status, 2);
    assert_eq!(told["accepted"], 1);
    assert_eq!(told["refusals"][0]["reason"], "UNKNOWN_EVENT");
    let unreasoned = indexer.run(&["delete", "mrs-000001"]);
    assert_eq!(code(&unreasoned), 2);
}

#[test]
fn generations_of_an_indexer_are_listed_and_one_that_it_lacks_is_not_found() {
    let indexer = Indexer::start();
    let told = indexer.run(&["generations", "list"]);
    assert!(
        stdout(&told).contains("Nothing was published"),
        "{}",
        stderr(&told)
    );
    let args = [
        "generations",
        "activate",
        "gen-000001",
        "--reason",
        "mended",
    ];
    let absent = indexer.run(&args);
    assert_eq!(code(&absent), 3, "{}", stderr(&absent));
    assert!(stderr(&absent).contains("GENERATION_NOT_FOUND"));
}

#[test]
fn a_job_makes_the_index_anew_and_is_watched_shown_and_listed() {
    let indexer = Indexer::start();
    indexer.run(&["ingest", &SERVICE.path("history.ndjson")]);
    let (status, told) = indexer.json(&["jobs", "start", "--watch", "--request-id", "first"]);
    assert_eq!(status, 0, "{told}");
    assert_eq!(told["job"]["state"], "SUCCEEDED");
    assert_eq!(told["job"]["phase"], "SWITCHING");
    let generation = told["job"]["generation_id"].as_str().unwrap();
    let job = told["job"]["job_id"].as_str().unwrap();
    let (_, again) = indexer.json(&["jobs", "start", "--request-id", "first"]);
    assert_eq!(again, told);
    let shown = indexer.run(&["jobs", "show", job]);
    assert!(stdout(&shown).contains(generation), "{}", stdout(&shown));
    let watched = indexer.run(&["jobs", "watch", job]);
    assert_eq!(code(&watched), 0);
    assert!(
        stderr(&watched).contains("switching"),
        "{}",
        stderr(&watched)
    );
    let (_, cancelled) = indexer.json(&["jobs", "cancel", job]);
    assert_eq!(cancelled, told);
    let (_, listed) = indexer.json(&["jobs", "list"]);
    assert_eq!(listed["jobs"].as_array().unwrap().len(), 1);
    let absent = indexer.run(&["jobs", "show", "job-0000000000000000"]);
    assert_eq!(code(&absent), 3, "{}", stderr(&absent));
    let unknown = indexer.run(&["jobs", "start", "--source", "no-such"]);
    assert_eq!(code(&unknown), 3, "{}", stderr(&unknown));
    assert!(stderr(&unknown).contains("source_names[0]"));
}

#[test]
fn a_job_of_an_empty_store_fails_and_says_why() {
    let indexer = Indexer::start();
    let failed = indexer.run(&["jobs", "start", "--watch"]);
    assert_eq!(code(&failed), 1, "{}", stderr(&failed));
    assert!(
        stdout(&failed).contains("STORE_EMPTY"),
        "{}",
        stdout(&failed)
    );
}

#[test]
fn a_snapshot_is_made_and_restored_where_sosie_is_called() {
    let indexer = Indexer::start();
    let made = indexer.run(&["snapshot", "create", "nightly", "--json"]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    let made: Value = serde_json::from_str(stdout(&made)).expect("a document");
    let digest = made["digest"].as_str().expect("a digest");
    let elsewhere = tempfile::tempdir().expect("a directory");
    let snapshot = indexer.dir.path().join("snapshots/nightly");
    let restore = || {
        let mut command = sosie();
        command.current_dir(elsewhere.path());
        command.args(["snapshot", "restore", text_of(&snapshot), "--json"]);
        // As in the README: plain names.
        command.args(["--store", "store", "--generations", "generations"]);
        let restored = command.args(["--digest", digest]).output();
        restored.expect("sosie starts")
    };
    let restored = restore();
    assert_eq!(code(&restored), 0, "{}", stderr(&restored));
    let restored: Value = serde_json::from_str(stdout(&restored)).expect("a document");
    assert_eq!(restored, made);
    let again = restore();
    assert_eq!(code(&again), 1);
    assert!(
        stderr(&again).contains("is not empty"),
        "{}",
        stderr(&again)
    );
}

#[test]
fn a_record_that_waits_is_shown_and_released_or_dropped() {
    const VOCABULARY: &str = "list = \"nature\"\nname = \"n\"\nversion = \"1\"\ndescendants = true\ncodes = [\"sport\"]\n";
    let indexer = Indexer::start_with(|dir, config| {
        let policy = file(dir, "guard.toml", "on_unknown_code = \"quarantine\"");
        let vocabulary = file(dir, "nature.toml", VOCABULARY);
        config.guard = Some(GuardConfig {
            policy,
            vocabularies: vec![vocabulary],
        });
    });
    let none = indexer.run(&["guard", "quarantine", "list"]);
    assert_eq!(stdout(&none), "No record is in quarantine.\n");
    let history = std::fs::read_to_string(SERVICE.path("history.ndjson")).unwrap();
    let mut event: Value = serde_json::from_str(history.lines().next().unwrap()).unwrap();
    event["nature"] = "novelty/drones".into();
    let id = event["event_id"].as_str().unwrap().to_owned();
    let line = file(&indexer.dir, "lines.ndjson", &format!("{event}\n"));
    let (status, told) = indexer.json(&["ingest", text_of(&line)]);
    assert_eq!((status, &told["accepted"]), (2, &0.into()));
    let (status, told) = indexer.json(&["guard", "quarantine", "list"]);
    assert_eq!(status, 0);
    let waiting = &told["records"][0];
    assert_eq!(waiting["event_id"], *id);
    assert_eq!(waiting["findings"][0]["field"], "event.nature[0]");
    let record = waiting["record_id"].as_str().unwrap();
    let table = indexer.run(&["guard", "quarantine", "list"]);
    assert!(stdout(&table).contains(record), "{}", stdout(&table));
    let shown = indexer.run(&["guard", "quarantine", "show", record]);
    assert!(
        stdout(&shown).contains("novelty/drones"),
        "{}",
        stdout(&shown)
    );
    let report = indexer.run(&["guard", "report"]);
    let told = "In quarantine now: 1; see `sosie guard quarantine list`";
    assert!(stdout(&report).contains(told), "{}", stdout(&report));
    // Its code is in no vocabulary yet.
    let released = indexer.run(&["guard", "quarantine", "release", record]);
    assert_eq!(code(&released), 2);
    // One that waits no more keeps no other from being dropped.
    let gone = "0".repeat(64);
    let (status, dropped) = indexer.json(&["guard", "quarantine", "drop", &gone, record]);
    assert_eq!((status, &dropped["dropped"]), (3, &1.into()));
    let gone = indexer.run(&["guard", "quarantine", "show", record]);
    assert_eq!(code(&gone), 3);
}
