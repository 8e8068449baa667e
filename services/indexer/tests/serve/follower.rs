//! What follows the store: an index that is not what the store has is made anew.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use sosie_index::record::{KnownTime, parse_event};
use sosie_index::{
    LiveIndex, Manifest, Pin, PinOwner, Pins, ReceiptRule, StorePosition, list_generations,
};
use sosie_indexer::serve::{Follower, ServeConfig, Stores};
use sosie_similarity::{Event, Timestamp};
use sosie_store::{Batch, Change, DeleteReason, Put, Write};

use crate::fixture::{PATIENCE, config, number};

fn event(number: u32) -> Event {
    let json = format!(
        r#"{{"event_id":"e-{number}","state":"HELD","start_time":"2024-06-21T18:00:00Z",
            "end_time":"2024-06-21T20:00:00Z","time_zone":"Europe/Paris","time_precision":"EXACT","source_id":"trial"}}"#
    );
    parse_event(json.as_bytes(), KnownTime::EndTime).unwrap()
}

pub(crate) fn put(stores: &Stores, numbers: std::ops::Range<u32>) {
    write(
        stores,
        numbers.map(|number| Change::Put(Put::new(event(number), None))),
    );
}

fn write(stores: &Stores, changes: impl IntoIterator<Item = Change>) {
    let writes = changes.into_iter().map(|change| Write {
        change,
        if_revision: None,
    });
    let batch = Batch {
        writes: writes.collect(),
        source_position: None,
    };
    let now = Timestamp::from_micros(1_800_000_000_000_000).unwrap();
    stores.store.apply(&[batch], now).unwrap();
}

/// Waits until so many events are served.
pub(crate) fn served(generations: &Path, events: u64) -> Manifest {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found = list_generations(generations).unwrap().into_iter();
        let current = found.filter(|found| found.is_current);
        let manifest = current.filter_map(|found| found.manifest.ok()).next();
        if let Some(manifest) = manifest.filter(|manifest| manifest.event_count == events) {
            return manifest;
        }
        assert!(Instant::now() < deadline, "{events} events in vain");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_index_that_lost_an_event_is_made_anew_from_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let stores = Stores::open(&config(dir.path())).unwrap();
    put(&stores, 0..3);
    let follower = Follower::start(stores.clone(), false).unwrap();
    let before = served(&stores.generations_dir, 3);
    drop(follower);
    let store = before.store.unwrap();
    let mut live = LiveIndex::open(&stores.generations_dir.join(".live"), store).unwrap();
    live.replace(event(1).id(), &[]).unwrap();
    live.commit(store.position).unwrap();
    drop(live);
    put(&stores, 3..4);
    let follower = Follower::start(stores.clone(), false).unwrap();
    let after = served(&stores.generations_dir, 4);
    drop(follower);
    assert_eq!(after.document_count, 4);
    let position = StorePosition {
        position: store.position + 1,
        ..store
    };
    assert_eq!(after.store, Some(position));
    let content = stores.store.view().unwrap().summary().content_digest;
    assert_eq!(after.content_digest, content);
}

/// Whether nothing is left to erase.
fn scrubbed(stores: &Stores) -> bool {
    !stores.store.view().unwrap().summary().scrub_due
}

#[test]
fn an_erasure_is_done_only_when_no_pinned_generation_has_the_event() {
    let dir = tempfile::tempdir().unwrap();
    let pins_dir = dir.path().join("receipts");
    let receipts = ReceiptRule {
        dir: pins_dir.clone(),
        days: 30,
        generations_max: 9,
    };
    let config = ServeConfig {
        keep: number(1),
        receipts: Some(receipts),
        ..config(dir.path())
    };
    let stores = Stores::open(&config).unwrap();
    put(&stores, 0..3);
    let follower = Follower::start(stores.clone(), false).unwrap();
    let pinned = served(&stores.generations_dir, 3).generation;
    let pins = Pins::open(&pins_dir).unwrap();
    let owner = PinOwner::new(1, sosie_rpc::now());
    let pin = Pin::new(sosie_rpc::now(), pinned, owner);
    assert!(pins.add(&pin, &stores.generations_dir).unwrap());
    // Somebody pins and does not end: what is pinned can't be judged, nor removed.
    let lock = File::open(pins_dir.join(".lock")).unwrap();
    lock.lock().unwrap();
    write(
        &stores,
        [Change::Delete {
            event_id: event(1).id().clone(),
            reason: DeleteReason::PersonalData,
        }],
    );
    follower
        .feed()
        .advanced(stores.store.view().unwrap().summary().position);
    served(&stores.generations_dir, 2);
    let path = stores.generations_dir.join(pinned.to_string());
    // Longer than who pins is waited for, by the publication and by the erasure after it.
    std::thread::sleep(Duration::from_secs(6));
    assert!(path.is_dir() && !scrubbed(&stores));
    drop(lock);
    let deadline = Instant::now() + PATIENCE;
    while !scrubbed(&stores) {
        assert!(Instant::now() < deadline, "not erased");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(!path.exists());
}

#[test]
fn over_a_generation_of_another_origin_nothing_is_published_unless_told() {
    let dir = tempfile::tempdir().unwrap();
    let stores = Stores::open(&config(dir.path())).unwrap();
    put(&stores, 0..2);
    let follower = Follower::start(stores.clone(), false).unwrap();
    served(&stores.generations_dir, 2);
    drop(follower);
    let generations_dir = stores.generations_dir.clone();
    let other = tempfile::tempdir().unwrap();
    let mut of_another = config(other.path());
    of_another.generations_dir = generations_dir.clone();
    // The lock of the generations goes with the last of its holders.
    drop(stores);
    let stores = Stores::open(&of_another).unwrap();
    put(&stores, 0..5);
    let follower = Follower::start(stores.clone(), false).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    drop(follower);
    served(&generations_dir, 2);
    let follower = Follower::start(stores.clone(), true).unwrap();
    served(&generations_dir, 5);
    drop(follower);
}
