//! Records that wait: once, in the order of everything else, and gone with an erasure or a decision.

use std::fs;
use std::path::Path;

use sosie_store::{
    Change, DeleteReason, HELD_MAX, Held, HeldFinding, Hold, Outcome, Put, Refusal, STORE_FILE,
    Store, Write,
};

use crate::support::{
    accepted, apply, at, delete, event, id, mismatch, open, put, seen, unchanged,
};

fn finding() -> HeldFinding {
    HeldFinding {
        field: "nature[0]".to_owned(),
        rule: "NOT_IN_VOCABULARY".to_owned(),
    }
}

fn hold(text: &str, variant: u64, if_revision: Option<u64>) -> Write {
    let event = event(text, variant);
    let stated = (Some(at(50)), if_revision);
    write(Change::Hold(Hold::new(&event, stated, &[finding()])))
}

fn write(change: Change) -> Write {
    Write {
        change,
        if_revision: None,
    }
}

fn release(held: &Held) -> Write {
    let put = Put::new(held.event.clone(), held.stated_known_time);
    let id = held.id.clone();
    Write {
        change: Change::Release { id, put },
        if_revision: held.if_revision,
    }
}

fn drop_held(held: &Held) -> Write {
    write(Change::Drop {
        event_id: held.event.id().clone(),
        id: held.id.clone(),
    })
}

fn waiting(store: &Store) -> Vec<Held> {
    let view = store.view().unwrap();
    let mut all = view.held_after("", HELD_MAX).unwrap();
    all.sort_by(|a, b| a.event.id().cmp(b.event.id()));
    assert_eq!(all.len() as u64, view.held_count().unwrap());
    all
}

const NOT_HELD: Outcome = Outcome::Refused(Refusal::NotHeld);

#[test]
fn a_record_waits_once_and_as_it_was_over_restarts_and_in_copies_and_is_no_change() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let twice = vec![hold("a", 1, Some(3)), hold("a", 1, Some(3))];
    assert_eq!(apply(&store, 100, twice), [Outcome::Held, Outcome::Held]);
    apply(&store, 200, vec![hold("a", 1, Some(3)), hold("a", 1, None)]);
    let before = waiting(&store);
    assert_eq!(before.len(), 2);
    let stated = before
        .iter()
        .find(|held| held.if_revision == Some(3))
        .unwrap();
    assert_eq!(stated.event, {
        let mut parts = event("a", 1).parts().clone();
        parts.known_time = at(50);
        sosie_similarity::Event::new(parts).unwrap()
    });
    assert_eq!(
        (stated.since, stated.stated_known_time),
        (at(100), Some(at(50)))
    );
    assert_eq!(stated.findings, [finding()]);
    let summary = store.view().unwrap().summary().clone();
    assert_eq!((summary.position.get(), summary.event_count), (0, 0));
    let copies = tempfile::tempdir().unwrap();
    store.copy_to(copies.path()).unwrap();
    drop(store);
    assert_eq!(waiting(&open(dir.path())), before);
    assert_eq!(waiting(&open(copies.path())), before);
}

#[test]
fn a_release_writes_and_ends_the_wait_or_neither() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(&store, 100, vec![hold("a", 1, Some(1)), hold("b", 2, None)]);
    let [a, b] = waiting(&store).try_into().unwrap();
    assert_eq!(apply(&store, 200, vec![release(&a)]), [mismatch(0)]);
    assert_eq!(waiting(&store).len(), 2);
    let told = apply(&store, 200, vec![put("a", 7), release(&a), release(&a)]);
    assert_eq!(told, [accepted(1, 1), accepted(2, 2), NOT_HELD]);
    // What is there already ends the wait, too.
    let known = Put::new(event("b", 2), Some(at(50)));
    let told = apply(&store, 300, vec![write(Change::Put(known)), release(&b)]);
    assert_eq!(told, [accepted(1, 3), unchanged(1)]);
    assert_eq!(waiting(&store), []);
    assert_eq!(apply(&store, 300, vec![drop_held(&b)]), [NOT_HELD]);
}

#[test]
fn an_erasure_ends_the_wait_of_what_came_before_it_and_leaves_no_byte_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(
        &store,
        100,
        vec![put("a", 1), hold("a", 2, None), hold("ab", 3, None)],
    );
    let others = vec![
        delete("a", DeleteReason::Withdrawn),
        seen(9, delete("a", DeleteReason::PersonalData)),
    ];
    assert_eq!(apply(&store, 200, others), [accepted(2, 2), mismatch(2)]);
    assert_eq!(waiting(&store).len(), 2);
    let erasure = || delete("a", DeleteReason::PersonalData);
    let told = apply(
        &store,
        300,
        vec![erasure(), hold("a", 4, None), erasure(), hold("a", 5, None)],
    );
    assert_eq!(
        told,
        [accepted(3, 3), Outcome::Held, unchanged(3), Outcome::Held]
    );
    let left = waiting(&store);
    let ids: Vec<_> = left.iter().map(|held| held.event.id().clone()).collect();
    assert_eq!(ids, [id("a"), id("ab")]);
    // Also of an event that there never was.
    let told = apply(&store, 400, vec![delete("ab", DeleteReason::PersonalData)]);
    assert_eq!(told, [Outcome::Refused(Refusal::NotFound)]);
    store.scrub().unwrap();
    assert!(is_in_file(dir.path(), &left[0].id));
    assert!(!is_in_file(dir.path(), &left[1].id));
    assert!(!is_in_file(dir.path(), "\"event_id\":\"ab\""));
}

fn is_in_file(dir: &Path, text: &str) -> bool {
    let file = fs::read(dir.join(STORE_FILE)).unwrap();
    let mut parts = file.windows(text.len());
    parts.any(|bytes| bytes == text.as_bytes())
}

#[test]
fn a_record_that_is_dropped_is_in_no_part_of_the_file_after_a_scrub_and_no_index_need_know() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    apply(&store, 100, vec![put("b", 1), hold("a", 2, None)]);
    let [held] = waiting(&store).try_into().unwrap();
    assert_eq!(
        store.view().unwrap().held(&held.id).unwrap(),
        Some(held.clone())
    );
    assert_eq!(
        apply(&store, 200, vec![drop_held(&held)]),
        [Outcome::Dropped]
    );
    assert_eq!(store.view().unwrap().held(&held.id).unwrap(), None);
    let due = |store: &Store| {
        let summary = store.view().unwrap().summary().clone();
        (summary.scrub_due, summary.held_scrub_due)
    };
    drop(store);
    let store = open(dir.path());
    assert_eq!(due(&store), (false, true));
    store.scrub().unwrap();
    assert_eq!(due(&store), (false, false));
    assert!(!is_in_file(dir.path(), &held.id));
}

#[test]
fn the_list_of_what_waits_is_whole_in_parts_of_any_size() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let all = (0..23).map(|at| hold(&format!("e-{at}"), at, None));
    apply(&store, 100, all.collect());
    let view = store.view().unwrap();
    let whole = view.held_after("", HELD_MAX).unwrap();
    assert!(whole.is_sorted_by(|a, b| a.id < b.id) && whole.len() == 23);
    for size in [1, 7, 22, 23, 24] {
        let mut listed: Vec<Held> = Vec::new();
        loop {
            let after = listed.last().map_or(String::new(), |last| last.id.clone());
            let part = view.held_after(&after, size).unwrap();
            if part.is_empty() {
                break;
            }
            listed.extend(part);
        }
        assert_eq!(listed, whole);
    }
}

#[test]
fn past_the_limit_no_record_waits_until_one_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let all = (0..HELD_MAX as u64).map(|at| hold(&format!("e-{at}"), 1, None));
    let told = apply(&store, 100, all.collect());
    assert!(told.iter().all(|outcome| *outcome == Outcome::Held));
    let one_more = || vec![hold("more", 1, None), hold("e-7", 1, None)];
    let told = apply(&store, 200, one_more());
    assert_eq!(told, [Outcome::Refused(Refusal::HeldFull), Outcome::Held]);
    let first = waiting(&store).swap_remove(0);
    assert_eq!(
        apply(&store, 300, vec![drop_held(&first)]),
        [Outcome::Dropped]
    );
    assert_eq!(
        apply(&store, 400, one_more()),
        [Outcome::Held, Outcome::Held]
    );
}

#[test]
fn a_file_from_before_there_was_a_quarantine_gets_one() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let table = redb::TableDefinition::<(&str, &str), (i64, Option<u64>, &str, &str)>::new("held");
    let database = redb::Database::open(dir.path().join(STORE_FILE)).unwrap();
    let transaction = database.begin_write().unwrap();
    assert!(transaction.delete_table(table).unwrap());
    transaction.commit().unwrap();
    drop(database);
    let store = open(dir.path());
    assert_eq!(waiting(&store), []);
    assert_eq!(
        apply(&store, 100, vec![hold("a", 1, None)]),
        [Outcome::Held]
    );
}
