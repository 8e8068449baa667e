//! Watched directories: what is renamed into them is in the store once, whatever happens to the process.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sosie_indexer::serve::Stores;
use sosie_similarity::Digest;
use sosie_store::{Batch, Change, Content, Position, Put, SourcePosition, Store, Write};

use crate::fixture::{PATIENCE, config};
use crate::guard::all_bytes;
use crate::process::{Process, line_with};

/// A spool in a directory of the test.
struct Spool {
    dir: tempfile::TempDir,
}

impl Spool {
    fn new(format: &str) -> Spool {
        let spool = Spool {
            dir: tempfile::tempdir().unwrap(),
        };
        let directory = spool.path("spool");
        let config = format!(
            "[[source]]\nname = \"city\"\nkind = \"spool\"\ndirectory = {directory:?}\npoll_interval_ms = 20\n{format}\n"
        );
        fs::write(spool.path("sosie-indexer.toml"), config).unwrap();
        fs::create_dir_all(spool.path("spool/incoming")).unwrap();
        spool
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Puts a file in, as it is to be done.
    fn put(&self, name: &str, text: &str) {
        let hidden = self.path("spool/incoming").join(format!(".{name}"));
        fs::write(&hidden, text).unwrap();
        fs::rename(hidden, self.path("spool/incoming").join(name)).unwrap();
    }

    fn start(&self) -> Process {
        Process::start_with(self.dir.path(), |command| {
            command.arg("--config").arg(self.path("sosie-indexer.toml"));
        })
    }

    fn names(&self, part: &str) -> Vec<String> {
        names(&self.path("spool").join(part))
    }

    /// Waits until nothing is left to import.
    fn wait_until_empty(&self) {
        let until = Instant::now() + PATIENCE;
        while self
            .names("incoming")
            .iter()
            .any(|name| !name.starts_with('.'))
        {
            assert!(Instant::now() < until, "{:?}", self.names("incoming"));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn wait_until_gone(&self, files: &[&str]) {
        let until = Instant::now() + PATIENCE;
        let is_there = |name: &String| files.contains(&name.as_str());
        while self.names("incoming").iter().any(is_there) {
            assert!(Instant::now() < until, "{:?}", self.names("incoming"));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn stores(&self) -> Stores {
        Stores::open(&config(self.dir.path())).unwrap()
    }

    /// Revisions by event.
    fn revisions(&self) -> BTreeMap<String, u64> {
        let view = self.stores().store.view().unwrap();
        let mut revisions = BTreeMap::new();
        for change in view.changes(Position::START).unwrap() {
            *revisions
                .entry(change.unwrap().event_id.to_string())
                .or_insert(0) += 1;
        }
        revisions
    }
}

fn names(dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Vec::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

pub(crate) fn line(id: &str, nature: &str) -> String {
    format!(
        r#"{{"event_id":"{id}","state":"HELD","nature":"{nature}","start_time":"2024-06-01T18:00:00+02:00","end_time":"2024-06-01T21:00:00+02:00","time_zone":"Europe/Paris","time_precision":"EXACT","source_id":"city"}}"#
    ) + "\n"
}

pub(crate) fn lines(ids: std::ops::Range<usize>) -> String {
    ids.map(|id| line(&format!("e-{id}"), "sport/football"))
        .collect()
}

const NDJSON: &str = "format = \"ndjson\"";

#[test]
fn files_are_imported_in_the_order_of_their_names_and_moved() {
    let spool = Spool::new(NDJSON);
    spool.put("b.ndjson", &line("x", "culture/concert"));
    spool.put(
        "a.ndjson",
        &(line("x", "sport/football") + &line("y", "sport/football")),
    );
    fs::write(spool.path("spool/incoming/.unfinished"), "{").unwrap();
    fs::create_dir(spool.path("spool/incoming/a-directory")).unwrap();
    let process = spool.start();
    spool.wait_until_gone(&["a.ndjson", "b.ndjson"]);
    spool.put("c.ndjson", &line("z", "sport/football"));
    spool.wait_until_gone(&["c.ndjson"]);
    drop(process);
    assert_eq!(spool.names("done"), ["a.ndjson", "b.ndjson", "c.ndjson"]);
    assert_eq!(spool.names("incoming"), [".unfinished", "a-directory"]);
    let view = spool.stores().store.view().unwrap();
    let changes = view.changes(Position::START).unwrap();
    let ids: Vec<_> = changes
        .map(|change| change.unwrap().event_id.to_string())
        .collect();
    assert_eq!(ids, ["x", "y", "x", "z"]);
}

#[test]
fn a_file_of_the_same_content_is_moved_without_writing_and_one_of_the_same_name_is_imported() {
    let spool = Spool::new(NDJSON);
    let process = spool.start();
    spool.put("day.ndjson", &lines(0..3));
    spool.wait_until_empty();
    spool.put("again.ndjson", &lines(0..3));
    line_with(&process.lines, "a file was imported before");
    spool.put("day.ndjson", &lines(2..5));
    spool.wait_until_empty();
    drop(process);
    let done = spool.names("done");
    assert_eq!(done.len(), 3, "{done:?}");
    assert_eq!(done[..2], ["again.ndjson", "day.ndjson"]);
    assert!(done[2].starts_with("day.ndjson."), "{done:?}");
    let once = |id: usize| (format!("e-{id}"), 1);
    assert_eq!(spool.revisions(), (0..5).map(once).collect());
}

#[test]
fn refused_records_are_told_without_their_values_and_too_many_keep_a_file_out() {
    let spool = Spool::new("format = \"ndjson\"\nmax_rejects = \"1\"");
    let bad = line("SECRET x", "sport/football");
    spool.put("some.ndjson", &(lines(0..2) + &bad + "\n"));
    spool.put("many.ndjson", &(lines(2..4) + &bad + &bad));
    let process = spool.start();
    spool.wait_until_empty();
    drop(process);
    assert_eq!(
        spool.names("done"),
        ["some.ndjson", "some.ndjson.rejects.ndjson"]
    );
    assert_eq!(
        spool.names("failed"),
        ["many.ndjson", "many.ndjson.rejects.ndjson"]
    );
    let read = |name: &str| fs::read_to_string(spool.path("spool").join(name)).unwrap();
    let rejects = read("done/some.ndjson.rejects.ndjson");
    assert!(
        rejects.contains(r#""position":3,"field":"event_id""#),
        "{rejects}"
    );
    let all = rejects + &read("failed/many.ndjson.rejects.ndjson");
    assert_eq!(all.lines().count(), 3, "{all}");
    assert!(!all.contains("SECRET"), "{all}");
    assert_eq!(spool.revisions().len(), 2);
}

#[test]
fn a_file_that_can_not_be_read_is_set_aside_with_the_reason_and_others_go_on() {
    let spool = Spool::new("format = \"geojson\"");
    spool.put("a.geojson", "{\"type\": \"Nothing\"}");
    let good = r#"{"type":"FeatureCollection","features":[]}"#;
    spool.put("b.geojson", good);
    let process = spool.start();
    spool.wait_until_empty();
    drop(process);
    assert_eq!(
        spool.names("failed"),
        ["a.geojson", "a.geojson.rejects.ndjson"]
    );
    assert_eq!(spool.names("done"), ["b.geojson"]);
    let told = fs::read_to_string(spool.path("spool/failed/a.geojson.rejects.ndjson")).unwrap();
    assert!(
        told.contains("is not a GeoJSON FeatureCollection"),
        "{told}"
    );
}

/// The moment between the last batch of a file and the record that it is done, and one in the midst of a file: both as a
/// kill leaves them.
#[test]
fn what_is_written_of_a_file_is_not_written_again_wherever_it_was_left() {
    for written in [1_500, 2_500] {
        let spool = Spool::new(NDJSON);
        let text = lines(0..2_500);
        let mut position = vec![1];
        position.extend(Digest::of(text.as_bytes()).as_bytes());
        position.extend((written as u64).to_le_bytes());
        leave_in_work(&spool.stores().store, position);
        spool.put("a.ndjson", &text);
        let process = spool.start();
        spool.wait_until_empty();
        drop(process);
        // What is not in the position is not looked at: had it been written, it would show.
        let found = spool.revisions();
        assert_eq!(found.len(), 2_500 - written + 1, "{written}");
        assert!(found.contains_key("before"));
    }
}

/// A position after so many records of a file; of the records one other stands for all.
fn leave_in_work(store: &Store, position: Vec<u8>) {
    let record = line("before", "sport/football");
    let event = sosie_index::record::parse_event(
        record.as_bytes(),
        sosie_index::record::KnownTime::EndTime,
    );
    let write = Write {
        change: Change::Put(Put::new(event.unwrap(), None)),
        if_revision: None,
    };
    let batch = Batch {
        writes: vec![write],
        source_position: Some(SourcePosition {
            source: "spool/city".to_owned(),
            position,
        }),
    };
    store.apply(&[batch], sosie_rpc::now()).unwrap();
}

const KILLS: usize = 25;
const FILES: usize = 4;
const FILE_RECORDS: usize = 6_000;

#[test]
fn kills_at_any_moment_lose_no_record_and_write_none_twice() {
    let seed = rand::random();
    eprintln!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let spool = Spool::new(NDJSON);
    for file in 0..FILES {
        let first = file * FILE_RECORDS;
        spool.put(
            &format!("{file}.ndjson"),
            &lines(first..first + FILE_RECORDS),
        );
    }
    let mut moments = Vec::new();
    for _ in 0..KILLS {
        let mut process = spool.start();
        std::thread::sleep(Duration::from_millis(random.random_range(1..300)));
        process.kill();
        let view = spool.stores().store.view().unwrap();
        moments.push(view.summary().event_count);
        // What is there is there once, at every moment.
        assert_eq!(view.summary().position.get(), view.summary().event_count);
    }
    let process = spool.start();
    spool.wait_until_empty();
    drop(process);
    eprintln!("{KILLS} kills, after {moments:?} records");
    let once = |id: usize| (format!("e-{id}"), 1);
    assert_eq!(
        spool.revisions(),
        (0..FILES * FILE_RECORDS).map(once).collect()
    );
    let all: Vec<_> = (0..FILES).map(|file| format!("{file}.ndjson")).collect();
    assert_eq!(spool.names("done"), all);
    let in_midst = moments
        .iter()
        .filter(|&&count| count % FILE_RECORDS as u64 != 0);
    assert!(in_midst.count() > 0, "no kill came in the midst of a file");
}

#[test]
fn a_small_count_of_a_file_is_in_the_store_as_fewer_than_k_only() {
    let spool = Spool::new(NDJSON);
    let policy = spool.path("guard.toml");
    fs::write(&policy, "[small_counts]\noutcomes = true").unwrap();
    let outcomes = r#","outcomes":{"incidents":3.3728159046}}"#;
    spool.put(
        "day.ndjson",
        &line("x", "sport/football").replace('}', outcomes),
    );
    let process = Process::start_with(spool.dir.path(), |command| {
        command
            .arg("--config")
            .arg(spool.path("sosie-indexer.toml"));
        command.arg("--guard").arg(&policy);
    });
    spool.wait_until_empty();
    // The same content under another name and with another small count: nothing is written.
    spool.put(
        "next-day.ndjson",
        &line("x", "sport/football").replace('}', &outcomes.replace("3.3728159046", "2")),
    );
    spool.wait_until_empty();
    drop(process);
    let view = spool.stores().store.view().unwrap();
    let changes: Vec<_> = view.changes(Position::START).unwrap().collect();
    assert_eq!(changes.len(), 1);
    let Content::Record(json) = &changes[0].as_ref().unwrap().content else {
        panic!("a record");
    };
    let record: serde_json::Value = serde_json::from_slice(json).unwrap();
    assert_eq!(record["outcomes_fewer_than"]["incidents"], 5);
    assert!(record.get("outcomes").is_none());
    for part in ["store", "generations"] {
        let content = all_bytes(&spool.path(part));
        let canary = b"3.37281";
        assert!(
            !content.windows(canary.len()).any(|w| w == canary),
            "{part}"
        );
    }
}
