//! Stores and events of tests.

use std::path::Path;
use std::sync::LazyLock;

use sosie_index::{ContentDigest, record};
use sosie_similarity::{Digest, Event, EventId, Timestamp};
use sosie_store::{
    Batch, Change, Content, DeleteReason, HeadKind, LogEntry, Options, Outcome, Position, Put,
    Refusal, Store, View, Write,
};
use sosie_synthetic::{Config, Generator};

static EVENTS: LazyLock<Generator> = LazyLock::new(|| Generator::new(1, Config::default()));

pub(crate) fn open(dir: &Path) -> Store {
    let options = Options {
        cache_bytes: 8 << 20,
        verify: true,
    };
    Store::open(dir, options).unwrap()
}

pub(crate) fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

pub(crate) fn id(text: &str) -> EventId {
    EventId::new(text).unwrap()
}

/// An event of that id; `variant` chooses everything else.
pub(crate) fn event(text: &str, variant: u64) -> Event {
    let mut parts = EVENTS.event(variant).parts().clone();
    parts.event_id = id(text);
    Event::new(parts).unwrap()
}

/// The bytes of its record if it is known from `known`.
pub(crate) fn record_of(text: &str, variant: u64, known: Timestamp) -> Vec<u8> {
    record::to_json(&event(text, variant), Some(known))
}

pub(crate) fn put(text: &str, variant: u64) -> Write {
    put_known(text, variant, None)
}

pub(crate) fn put_known(text: &str, variant: u64, known: Option<Timestamp>) -> Write {
    Write {
        change: Change::Put(Put::new(event(text, variant), known)),
        if_revision: None,
    }
}

pub(crate) fn delete(text: &str, reason: DeleteReason) -> Write {
    Write {
        change: Change::Delete {
            event_id: id(text),
            reason,
        },
        if_revision: None,
    }
}

pub(crate) fn seen(revision: u64, write: Write) -> Write {
    Write {
        if_revision: Some(revision),
        ..write
    }
}

pub(crate) fn batch(writes: Vec<Write>) -> Batch {
    Batch {
        writes,
        source_position: None,
    }
}

/// Applies one batch at an instant.
pub(crate) fn apply(store: &Store, micros: i64, writes: Vec<Write>) -> Vec<Outcome> {
    let outcomes = store.apply(&[batch(writes)], at(micros)).unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes.into_iter().next().unwrap()
}

pub(crate) fn accepted(revision: u64, position: u64) -> Outcome {
    let position = Position::new(position);
    Outcome::Accepted { revision, position }
}

pub(crate) fn unchanged(revision: u64) -> Outcome {
    Outcome::Unchanged { revision }
}

pub(crate) fn mismatch(found: u64) -> Outcome {
    Outcome::Refused(Refusal::RevisionMismatch { found })
}

/// Known time and superseded time of every revision of an event.
pub(crate) fn known(view: &View, text: &str) -> Vec<(i64, Option<i64>)> {
    let revisions = view.revisions(&id(text)).unwrap();
    revisions
        .iter()
        .map(|revision| {
            let superseded = revision.superseded_time.map(Timestamp::as_micros);
            (revision.entry.known_time.as_micros(), superseded)
        })
        .collect()
}

/// Every change, having compared all that a store tells twice.
pub(crate) fn checked_log(view: &View) -> Vec<LogEntry> {
    let log: Vec<_> = view.changes(Position::START).unwrap().collect();
    let log: Vec<LogEntry> = log.into_iter().map(Result::unwrap).collect();
    let positions = log.iter().map(|entry| entry.position.get());
    assert!(positions.eq(1..=log.len() as u64), "a gap in the log");
    let summary = view.summary();
    assert_eq!(summary.position.get(), log.len() as u64);
    let mut content = ContentDigest::default();
    let mut records = 0;
    for entry in &log {
        if let Content::Record(record) = &entry.content {
            content.add(Digest::of(record));
            records += 1;
        }
    }
    assert_eq!(summary.content_digest, content.digest());
    assert_eq!(summary.record_count, records);
    check_histories(view, log.len());
    log
}

/// Revisions of every event count from 1, and each is known for a time of its own.
fn check_histories(view: &View, changes: usize) {
    let (mut live, mut deleted, mut revisions) = (0, 0, 0);
    let mut last: Option<EventId> = None;
    for history in view.histories(None).unwrap() {
        let history = history.unwrap();
        let head = &history.last().unwrap().entry;
        let event_id = &head.event_id;
        assert!(last.as_ref().is_none_or(|last| last < event_id));
        for (before, after) in history.iter().zip(&history[1..]) {
            assert!(before.entry.known_time < after.entry.known_time);
            assert_eq!(before.superseded_time, Some(after.entry.known_time));
            assert_eq!(after.entry.previous, Some(before.entry.position));
        }
        for (number, revision) in (1..).zip(&history) {
            assert_eq!(revision.entry.revision, number, "of {event_id}");
            assert_eq!(&revision.entry.event_id, event_id);
        }
        let told = view.head(event_id).unwrap().unwrap();
        assert_eq!(
            (told.revision, told.position),
            (head.revision, head.position)
        );
        assert_eq!(told.known_time, head.known_time);
        match told.kind {
            HeadKind::Live => live += 1,
            HeadKind::Deleted(reason) => {
                deleted += 1;
                assert_eq!(head.content, Content::Tombstone(reason));
            }
        }
        revisions += history.len();
        last = Some(event_id.clone());
    }
    let summary = view.summary();
    assert_eq!(
        (summary.event_count, summary.deleted_count),
        (live, deleted)
    );
    assert_eq!(revisions, changes, "every change is of one history");
}

/// The parts of the file of a store that hold some bytes.
pub(crate) fn files_with(dir: &Path, bytes: &[u8]) -> usize {
    let files = std::fs::read_dir(dir).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .filter(|file| file.windows(bytes.len()).any(|window| window == bytes))
        .count()
}
