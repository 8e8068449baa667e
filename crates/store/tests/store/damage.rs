//! Files that are no store, or are one no more.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use redb::{Database, TableDefinition};
use sosie_store::{FORMAT_VERSION, OpenError, Options, Store};

use crate::support::{apply, checked_log, open, put};

fn file(dir: &Path) -> PathBuf {
    dir.join("store.redb")
}

fn reopened(dir: &Path) -> Result<Store, OpenError> {
    let options = Options {
        cache_bytes: 8 << 20,
        verify: true,
    };
    Store::open(dir, options)
}

fn small_store(dir: &Path) {
    let store = open(dir);
    for round in 0..5 {
        let writes = (0..40).map(|n| put(&format!("e{n}"), 40 * round + n));
        apply(&store, 100, writes.collect());
    }
}

#[test]
fn a_store_of_another_version_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    small_store(dir.path());
    let database = Database::open(file(dir.path())).unwrap();
    let transaction = database.begin_write().unwrap();
    let meta = TableDefinition::<&str, u128>::new("meta");
    let mut table = transaction.open_table(meta).unwrap();
    table
        .insert("format_version", u128::from(FORMAT_VERSION) + 1)
        .unwrap();
    drop(table);
    transaction.commit().unwrap();
    drop(database);
    let refused = reopened(dir.path()).err().unwrap();
    assert!(matches!(refused, OpenError::Version { found } if found == FORMAT_VERSION + 1));
}

#[test]
fn a_database_that_is_no_store_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(Database::create(file(dir.path())).unwrap());
    let refused = reopened(dir.path()).err().unwrap();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused}");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    for bytes in [&b""[..], b"not a store", &[0; 100_000]] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(file(dir.path()), bytes).unwrap();
        let refused = reopened(dir.path()).err();
        assert!(
            matches!(refused, Some(OpenError::Damaged { .. })),
            "{refused:?}"
        );
        assert_eq!(fs::read(file(dir.path())).unwrap(), bytes);
    }
}

#[test]
fn a_store_that_is_open_can_not_be_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let refused = reopened(dir.path()).err();
    assert!(matches!(refused, Some(OpenError::InUse(_))), "{refused:?}");
    drop(store);
    open(dir.path());
}

#[test]
fn a_file_that_a_crash_left_half_made_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("store.redb.new"), b"half").unwrap();
    small_store(dir.path());
    fs::write(dir.path().join("store.redb.new"), b"half").unwrap();
    assert_eq!(checked_log(&open(dir.path()).view().unwrap()).len(), 200);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

/// A byte that no page in use holds may change unnoticed: then everything that was there is there.
#[test]
fn a_byte_that_was_changed_is_noticed_or_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    small_store(dir.path());
    let log = checked_log(&open(dir.path()).view().unwrap());
    let whole = fs::read(file(dir.path())).unwrap();
    let in_header = 0..512;
    let spread = (512..whole.len()).step_by((whole.len() / 400) | 1);
    let (mut refused, mut unnoticed) = (0, 0);
    for offset in in_header.chain(spread) {
        fs::write(file(dir.path()), &whole).unwrap();
        let damaged = OpenOptions::new()
            .write(true)
            .open(file(dir.path()))
            .unwrap();
        damaged
            .write_all_at(&[!whole[offset]], offset as u64)
            .unwrap();
        drop(damaged);
        match reopened(dir.path()) {
            Err(OpenError::Damaged { .. } | OpenError::Malformed { .. }) => refused += 1,
            Err(other) => panic!("byte {offset}: {other}"),
            Ok(store) => {
                let found = checked_log(&store.view().unwrap());
                assert_eq!(found, log, "byte {offset}");
                unnoticed += 1;
            }
        }
    }
    assert!(refused > 50, "{refused} refused, {unnoticed} unnoticed");
}

#[test]
fn a_store_that_was_cut_short_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    small_store(dir.path());
    let whole = fs::read(file(dir.path())).unwrap();
    for length in [1, 9, 100, 4_096, 8_192, whole.len() / 2] {
        fs::write(file(dir.path()), &whole[..length]).unwrap();
        let refused = reopened(dir.path()).err();
        assert!(
            matches!(refused, Some(OpenError::Damaged { .. })),
            "cut to {length}: {refused:?}"
        );
    }
}
