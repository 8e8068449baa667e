use std::fs;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use sosie_index::GenerationStore;
use sosie_index::record::{KnownTime, parse_event};
use sosie_store::{Batch, Change, Options, Put, Store, Write};

use super::*;
use crate::serve::jobs::building::build;
use crate::serve::jobs::stop::Stop;

fn put(number: usize) -> Write {
    // Every state and a future one: all of them count.
    let state = ["HELD", "PLANNED", "CANCELLED", "POSTPONED"][number % 4];
    let json = format!(
        r#"{{"event_id":"e-{number}","state":"{state}","start_time":"2124-06-21T18:00:00Z","nature":"sport",
            "end_time":"2124-06-21T20:00:00Z","time_zone":"Europe/Paris","time_precision":"EXACT","source_id":"trial"}}"#
    );
    let event = parse_event(json.as_bytes(), KnownTime::EndTime).unwrap();
    Write {
        change: Change::Put(Put::new(event, None)),
        if_revision: None,
    }
}

/// Stores with some events, and an index of them.
fn made() -> (tempfile::TempDir, Stores, AtPosition) {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        cache_bytes: 1 << 20,
        verify: false,
    };
    let store = Store::open(&dir.path().join("store"), options).unwrap();
    let batch = Batch {
        writes: (0..40).map(put).collect(),
        source_position: None,
    };
    store.apply(&[batch], sosie_rpc::now()).unwrap();
    let generations_dir = dir.path().join("generations");
    let generations = GenerationStore::open(&generations_dir, NonZeroUsize::MIN).unwrap();
    let stores = Stores {
        gate: None,
        audit: None,
        store: Arc::new(store),
        generations: Arc::new(Mutex::new(generations)),
        generations_dir,
    };
    let next = stores.generations_dir.join(".live-next");
    let built = build(&next, &stores.store, &Stop::default(), |_, _| {});
    (dir, stores, built.unwrap().unwrap())
}

fn check(made: &mut AtPosition, stores: &Stores) -> Result<Manifest, Invalidated> {
    validate(made, stores, None, &Cancel::default())
}

#[test]
fn an_index_that_is_what_the_store_has_is_valid_and_no_generation() {
    let (_dir, stores, mut made) = made();
    let manifest = check(&mut made, &stores).unwrap();
    assert_eq!(manifest.event_count, 40);
    let left: Vec<_> = fs::read_dir(&stores.generations_dir).unwrap().collect();
    assert_eq!(left.len(), 2, "the index and the lock: {left:?}");
}

#[test]
fn other_counts_and_other_records_than_those_of_the_store_are_refused() {
    let (_dir, stores, mut made) = made();
    let facts = made.facts.clone();
    made.facts.event_count += 1;
    let refused = check(&mut made, &stores).unwrap_err();
    let is_count = matches!(
        refused,
        Invalidated::Count {
            found: 40,
            expected: 41
        }
    );
    assert!(is_count, "{refused}");
    made.facts = facts.clone();
    made.facts.document_count -= 1;
    let refused = check(&mut made, &stores).unwrap_err();
    let is_count = matches!(refused, Invalidated::Live(LiveError::Disagrees { .. }));
    assert!(is_count, "{refused}");
    made.facts = facts;
    made.facts.content_digest = Digest::of(b"of other records");
    let refused = check(&mut made, &stores).unwrap_err();
    assert!(matches!(refused, Invalidated::Content { .. }), "{refused}");
}

#[test]
fn a_damaged_file_is_refused() {
    let (_dir, stores, mut made) = made();
    let next = stores.generations_dir.join(".live-next");
    let files = fs::read_dir(&next)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let stored = files.filter(|path| path.extension().is_some_and(|end| end == "store"));
    let stored = stored.last().unwrap();
    let mut bytes = fs::read(&stored).unwrap();
    bytes[20] ^= 1;
    fs::write(&stored, bytes).unwrap();
    let refused = check(&mut made, &stores).unwrap_err();
    let is_damaged = matches!(refused, Invalidated::Live(LiveError::Damaged { .. }));
    assert!(is_damaged, "{refused}");
}
