//! What is left of an event that held what it must not hold.

use sosie_store::{Content, DeleteReason, HeadKind};

use crate::support::{
    accepted, apply, at, checked_log, delete, files_with, id, open, put, put_known, record_of,
    seen, unchanged,
};

#[test]
fn an_erasure_takes_the_records_of_all_revisions_and_leaves_that_there_were_some() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(&store, 100, vec![put("a", 1), put("b", 1), put("a", 2)]);
    apply(&store, 200, vec![delete("a", DeleteReason::PersonalData)]);
    let view = store.view().unwrap();
    let contents: Vec<_> = view.revisions(&id("a")).unwrap();
    let contents: Vec<_> = contents.iter().map(|of| &of.entry.content).collect();
    let tombstone = Content::Tombstone(DeleteReason::PersonalData);
    assert_eq!(contents, [&Content::Erased, &Content::Erased, &tombstone]);
    assert_eq!(view.summary().record_count, 1);
    assert_eq!(checked_log(&view).len(), 4);
}

#[test]
fn an_event_that_was_deleted_for_another_reason_can_still_be_erased_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let erase = || delete("a", DeleteReason::PersonalData);
    let writes = vec![
        put("a", 1),
        delete("a", DeleteReason::Test),
        erase(),
        erase(),
    ];
    let expected = [accepted(1, 1), accepted(2, 2), accepted(3, 3), unchanged(3)];
    assert_eq!(apply(&store, 100, writes), expected);
    let head = store.view().unwrap().head(&id("a")).unwrap().unwrap();
    assert_eq!(head.kind, HeadKind::Deleted(DeleteReason::PersonalData));
}

#[test]
fn an_erasure_that_is_refused_erases_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let erase = seen(2, delete("a", DeleteReason::PersonalData));
    apply(&store, 100, vec![put("a", 1), erase]);
    let summary = store.view().unwrap().summary().clone();
    assert_eq!((summary.record_count, summary.scrub_due), (1, false));
}

#[test]
fn an_event_can_come_back_after_its_erasure_and_its_old_records_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let writes = vec![
        put("a", 1),
        delete("a", DeleteReason::PersonalData),
        put("a", 1),
    ];
    apply(&store, 100, writes);
    let view = store.view().unwrap();
    let revisions = view.revisions(&id("a")).unwrap();
    assert_eq!(revisions[0].entry.content, Content::Erased);
    assert!(matches!(revisions[2].entry.content, Content::Record(_)));
    checked_log(&view);
}

#[test]
fn after_a_scrub_no_file_of_the_store_holds_an_erased_record() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let others = (0..200).map(|n| put(&format!("other-{n}"), n));
    apply(&store, 100, others.collect());
    apply(
        &store,
        100,
        vec![put_known("secret", 1, Some(at(7))), put("b", 1)],
    );
    let record = record_of("secret", 1, at(7));
    assert_eq!(files_with(dir.path(), &record), 1);
    // Put and erased in one transaction, too: pages are changed in place then.
    let brief = [put("brief", 2), delete("brief", DeleteReason::PersonalData)];
    apply(&store, 200, brief.to_vec());
    apply(
        &store,
        200,
        vec![delete("secret", DeleteReason::PersonalData)],
    );
    let before = store.view().unwrap();
    assert!(before.summary().scrub_due);
    store.scrub().unwrap();
    let view = store.view().unwrap();
    assert!(!view.summary().scrub_due);
    assert_eq!(files_with(dir.path(), &record), 0);
    assert_eq!(files_with(dir.path(), &record[record.len() / 2..]), 0);
    let brief = record_of("brief", 2, at(200));
    assert_eq!(files_with(dir.path(), &brief[..brief.len() / 2]), 0);
    assert_eq!(checked_log(&view), checked_log(&before));
    assert_eq!(apply(&store, 300, vec![put("b", 2)]), [accepted(2, 206)]);
    drop((before, view, store));
    assert_eq!(checked_log(&open(dir.path()).view().unwrap()).len(), 206);
}

#[test]
fn a_scrub_that_nothing_asks_for_leaves_the_file_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(&store, 100, vec![put("a", 1)]);
    let inode = || {
        use std::os::unix::fs::MetadataExt;
        let file = std::fs::metadata(dir.path().join("store.redb"));
        file.unwrap().ino()
    };
    let before = inode();
    store.scrub().unwrap();
    assert_eq!(inode(), before);
}
