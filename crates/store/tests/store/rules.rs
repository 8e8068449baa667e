//! Revisions, known times, conditions and deletions, one rule a test.

use sosie_similarity::Timestamp;
use sosie_store::{
    Batch, Content, DeleteReason, HeadKind, Outcome, Position, Refusal, SourcePosition,
};

use crate::support::{
    accepted, apply, at, batch, checked_log, delete, id, known, mismatch, open, put, put_known,
    record_of, seen, unchanged,
};

#[test]
fn a_first_revision_is_known_as_stated_and_else_from_its_ingest_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let writes = vec![put("a", 1), put_known("b", 1, Some(at(7)))];
    assert_eq!(apply(&store, 100, writes), [accepted(1, 1), accepted(1, 2)]);
    let view = store.view().unwrap();
    assert_eq!(known(&view, "a"), [(100, None)]);
    assert_eq!(known(&view, "b"), [(7, None)]);
    let record = Content::Record(record_of("b", 1, at(7)));
    assert_eq!(view.revisions(&id("b")).unwrap()[0].entry.content, record);
}

#[test]
fn a_correction_is_known_from_its_ingest_on_whatever_it_states() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(&store, 100, vec![put_known("a", 1, Some(at(7)))]);
    apply(&store, 200, vec![put_known("a", 2, Some(at(8)))]);
    apply(&store, 300, vec![delete("a", DeleteReason::Withdrawn)]);
    apply(&store, 400, vec![put("a", 2)]);
    let view = store.view().unwrap();
    let expected = [
        (7, Some(200)),
        (200, Some(300)),
        (300, Some(400)),
        (400, None),
    ];
    assert_eq!(known(&view, "a"), expected);
    checked_log(&view);
}

#[test]
fn revisions_of_one_instant_are_a_microsecond_apart() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let writes = vec![put("a", 1), put("a", 2), put("a", 3)];
    assert_eq!(
        apply(&store, 100, writes),
        [accepted(1, 1), accepted(2, 2), accepted(3, 3)]
    );
    let view = store.view().unwrap();
    assert_eq!(
        known(&view, "a"),
        [(100, Some(101)), (101, Some(102)), (102, None)]
    );
}

#[test]
fn a_correction_of_what_is_known_in_the_future_is_known_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(&store, 100, vec![put_known("a", 1, Some(at(900)))]);
    apply(&store, 200, vec![put("a", 2)]);
    assert_eq!(
        known(&store.view().unwrap(), "a"),
        [(900, Some(901)), (901, None)]
    );
}

#[test]
fn at_the_end_of_time_a_revision_can_still_be_corrected() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(&store, 100, vec![put_known("a", 1, Some(Timestamp::MAX))]);
    assert_eq!(apply(&store, 200, vec![put("a", 2)]), [accepted(2, 2)]);
    let last = Timestamp::MAX.as_micros();
    assert_eq!(
        known(&store.view().unwrap(), "a"),
        [(last, Some(last)), (last, None)]
    );
}

#[test]
fn a_clock_that_is_set_back_makes_nothing_known_earlier() {
    let dir = tempfile::tempdir().unwrap();
    apply(&open(dir.path()), 500, vec![put("a", 1)]);
    let store = open(dir.path());
    apply(&store, 100, vec![put("b", 1)]);
    assert_eq!(known(&store.view().unwrap(), "b"), [(500, None)]);
}

#[test]
fn what_is_put_again_is_unchanged_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(
        &store,
        100,
        vec![put("a", 1), put_known("b", 1, Some(at(7)))],
    );
    let before = store.view().unwrap().summary().clone();
    let again = vec![put("a", 1), put_known("b", 1, Some(at(7)))];
    assert_eq!(apply(&store, 200, again), [unchanged(1), unchanged(1)]);
    assert_eq!(*store.view().unwrap().summary(), before);
}

#[test]
fn another_stated_known_time_is_another_content() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(&store, 100, vec![put("a", 1)]);
    let stated = put_known("a", 1, Some(at(100)));
    assert_eq!(apply(&store, 200, vec![stated]), [accepted(2, 2)]);
}

#[test]
fn a_write_is_refused_if_its_caller_has_seen_another_revision() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let withdrawn = || delete("a", DeleteReason::Withdrawn);
    let writes = vec![
        seen(1, put("a", 1)),
        seen(0, put("a", 1)),
        seen(0, put("a", 2)),
        seen(2, put("a", 2)),
        seen(1, put("a", 2)),
        seen(1, withdrawn()),
        seen(2, withdrawn()),
        seen(2, put("a", 3)),
        seen(3, put("a", 3)),
    ];
    let expected = [
        mismatch(0),
        accepted(1, 1),
        mismatch(1),
        mismatch(1),
        accepted(2, 2),
        mismatch(2),
        accepted(3, 3),
        mismatch(3),
        accepted(4, 4),
    ];
    assert_eq!(apply(&store, 100, writes), expected);
}

#[test]
fn a_conditional_write_that_is_sent_again_is_unchanged() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let writes = || vec![seen(0, put("a", 1))];
    assert_eq!(apply(&store, 100, writes()), [accepted(1, 1)]);
    assert_eq!(apply(&store, 200, writes()), [unchanged(1)]);
    let delete = || vec![seen(1, delete("a", DeleteReason::Test))];
    assert_eq!(apply(&store, 300, delete()), [accepted(2, 2)]);
    assert_eq!(apply(&store, 400, delete()), [unchanged(2)]);
}

#[test]
fn what_never_was_can_not_be_deleted_and_what_was_deleted_stays_so() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let outcomes = apply(&store, 100, vec![delete("a", DeleteReason::Test)]);
    assert_eq!(outcomes, [Outcome::Refused(Refusal::NotFound)]);
    apply(
        &store,
        100,
        vec![put("a", 1), delete("a", DeleteReason::Test)],
    );
    let again = vec![delete("a", DeleteReason::Duplicate)];
    assert_eq!(apply(&store, 200, again), [unchanged(2)]);
    let head = store.view().unwrap().head(&id("a")).unwrap().unwrap();
    assert_eq!(head.kind, HeadKind::Deleted(DeleteReason::Test));
}

#[test]
fn the_position_of_a_source_moves_with_its_batch_even_if_nothing_else_does() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let pulled = |writes, position: &[u8]| Batch {
        writes,
        source_position: Some(SourcePosition {
            source: "outbox".to_owned(),
            position: position.to_vec(),
        }),
    };
    store
        .apply(&[pulled(vec![put("a", 1)], b"1")], at(100))
        .unwrap();
    assert_eq!(
        store.view().unwrap().source_position("spool").unwrap(),
        None
    );
    store
        .apply(&[pulled(vec![put("a", 1)], b"2"), batch(vec![])], at(200))
        .unwrap();
    drop(store);
    let view = open(dir.path()).view().unwrap();
    assert_eq!(view.source_position("outbox").unwrap().unwrap(), b"2");
    assert_eq!(view.summary().position, Position::new(1));
}

#[test]
fn a_view_does_not_move() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(&store, 100, vec![put("a", 1)]);
    let view = store.view().unwrap();
    apply(&store, 200, vec![put("a", 2), put("b", 1)]);
    assert_eq!(checked_log(&view).len(), 1);
    assert_eq!(view.head(&id("b")).unwrap(), None);
    assert_eq!(checked_log(&store.view().unwrap()).len(), 3);
}

#[test]
fn reading_begins_after_what_was_read() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(
        &store,
        100,
        vec![put("b", 1), put("a", 1), put("c", 1), put("a", 2)],
    );
    let view = store.view().unwrap();
    let changes = view.changes(Position::new(2)).unwrap();
    let changes: Vec<_> = changes.map(|entry| entry.unwrap().position.get()).collect();
    assert_eq!(changes, [3, 4]);
    let histories = view.histories(Some(&id("a"))).unwrap();
    let ids = histories.map(|history| history.unwrap()[0].entry.event_id.clone());
    assert_eq!(ids.collect::<Vec<_>>(), [id("b"), id("c")]);
    assert_eq!(view.change(Position::new(5)).unwrap(), None);
}

#[test]
fn a_store_keeps_its_id_and_no_two_have_the_same() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let id_of = |dir: &tempfile::TempDir| {
        let view = open(dir.path()).view().unwrap();
        view.summary().store_id
    };
    assert_eq!(id_of(&dir), id_of(&dir));
    assert_ne!(id_of(&dir), id_of(&other));
}
