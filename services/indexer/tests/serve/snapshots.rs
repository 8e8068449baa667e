//! Snapshots: made beside what goes on, checked byte by byte, started from elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

use sosie_index::record::{KnownTime, parse_event};
use sosie_indexer::serve::{Follower, Stores};
use sosie_indexer::snapshot::{self, SNAPSHOT_FILE, Snapshot, SnapshotError, Target};
use sosie_proto::pb::snapshot_service_client::SnapshotServiceClient;
use sosie_proto::pb::{self, ErrorReason};
use sosie_similarity::{Code, Digest, EventId, Timestamp};
use sosie_store::{Content, Position, Summary};
use tempfile::TempDir;
use tonic::Code as GrpcCode;

use crate::fixture::{Running, config, described, records, within};
use crate::follower::{put, served};

fn make(stores: &Stores, snapshots: &Path, name: &str) -> Result<Snapshot, SnapshotError> {
    let stores = snapshot::Stores {
        store: &stores.store,
        generations: &stores.generations,
    };
    let now = Timestamp::from_micros(1_800_000_000_000_000).unwrap();
    let named = (Code::new(name).unwrap(), now);
    snapshot::create(&stores, snapshots, named, &mut |_| true)
}

fn target(dir: &Path) -> Target {
    Target {
        store_dir: dir.join("store"),
        generations_dir: dir.join("generations"),
    }
}

fn restore(from: &Path, to: &Path) -> Result<Snapshot, SnapshotError> {
    snapshot::restore(from, None, &target(to), &mut |_| true)
}

/// A snapshot of three published events.
fn of_three() -> (TempDir, PathBuf, Snapshot) {
    let dir = tempfile::tempdir().unwrap();
    let stores = Stores::open(&config(dir.path())).unwrap();
    put(&stores, 0..3);
    let follower = Follower::start(stores.clone(), false).unwrap();
    served(&stores.generations_dir, 3);
    drop(follower);
    let snapshots = dir.path().join("snapshots");
    let made = make(&stores, &snapshots, "three").unwrap();
    (dir, snapshots.join("three"), made)
}

/// Every file below a directory.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn an_indexer_starts_from_a_snapshot_where_the_other_was_and_goes_on() {
    let (_dir, snapshot, made) = of_three();
    assert_eq!((made.position, made.event_count), (3, 3));
    let elsewhere = tempfile::tempdir().unwrap();
    assert_eq!(restore(&snapshot, elsewhere.path()).unwrap(), made);
    let stores = Stores::open(&config(elsewhere.path())).unwrap();
    let before = served(&stores.generations_dir, 3);
    assert_eq!(Some(before.generation), made.generation);
    put(&stores, 3..5);
    let follower = Follower::start(stores.clone(), false).unwrap();
    let after = served(&stores.generations_dir, 5);
    drop(follower);
    assert!(after.generation > before.generation);
    assert_eq!(after.store.unwrap().store_id, made.store_id);
    let content = stores.store.view().unwrap().summary().content_digest;
    assert_eq!(after.content_digest, content);
}

#[test]
fn a_snapshot_stays_as_it_was_made_while_its_store_goes_on() {
    let (dir, snapshot, made) = of_three();
    let stores = Stores::open(&config(dir.path())).unwrap();
    put(&stores, 3..9);
    let follower = Follower::start(stores.clone(), false).unwrap();
    served(&stores.generations_dir, 9);
    drop(follower);
    let later = make(&stores, snapshot.parent().unwrap(), "nine").unwrap();
    assert_eq!(later.event_count, 9);
    let digest = Some(made.digest);
    assert_eq!(
        snapshot::verify(&snapshot, digest, &mut |_| true).unwrap(),
        made
    );
    let another = snapshot::verify(&snapshot, Some(later.digest), &mut |_| true);
    assert!(matches!(another, Err(SnapshotError::Damaged { .. })));
    let taken = make(&stores, snapshot.parent().unwrap(), "nine");
    assert!(matches!(taken, Err(SnapshotError::Taken(_))));
}

#[test]
fn every_file_that_is_changed_cut_or_missing_is_refused_by_name_and_nothing_is_restored() {
    let (_dir, snapshot, made) = of_three();
    let elsewhere = tempfile::tempdir().unwrap();
    for file in files(&snapshot) {
        // The pointer is written anew from what was checked.
        if file.ends_with("CURRENT") {
            continue;
        }
        let good = fs::read(&file).unwrap();
        let mut flipped = good.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for bad in [Some(flipped), Some(good[..good.len() - 1].to_vec()), None] {
            match bad {
                Some(bad) => fs::write(&file, bad).unwrap(),
                None => fs::remove_file(&file).unwrap(),
            }
            let refused = restore(&snapshot, elsewhere.path())
                .unwrap_err()
                .to_string();
            assert!(
                refused.starts_with(&file.display().to_string()),
                "{refused}"
            );
            assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
        }
        fs::write(&file, good).unwrap();
    }
    assert_eq!(restore(&snapshot, elsewhere.path()).unwrap(), made);
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let (_dir, snapshot, _) = of_three();
    for taken in ["store", "generations"] {
        let elsewhere = tempfile::tempdir().unwrap();
        fs::create_dir(elsewhere.path().join(taken)).unwrap();
        fs::write(elsewhere.path().join(taken).join("x"), "x").unwrap();
        let refused = restore(&snapshot, elsewhere.path());
        assert!(matches!(refused, Err(SnapshotError::NotEmpty { .. })));
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    }
}

#[test]
fn one_that_is_cancelled_leaves_nothing_and_one_that_was_cut_off_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let stores = Stores::open(&config(dir.path())).unwrap();
    put(&stores, 0..2);
    let snapshots = dir.path().join("snapshots");
    let of = snapshot::Stores {
        store: &stores.store,
        generations: &stores.generations,
    };
    let named = (Code::new("x").unwrap(), Timestamp::MIN);
    let ended = snapshot::create(&of, &snapshots, named, &mut |_| false);
    assert!(matches!(ended, Err(SnapshotError::Cancelled)));
    assert_eq!(fs::read_dir(&snapshots).unwrap().count(), 0);
    fs::create_dir(snapshots.join(".stage-x")).unwrap();
    fs::write(snapshots.join(".stage-x").join("store"), "cut off").unwrap();
    let made = make(&stores, &snapshots, "x").unwrap();
    assert_eq!((made.event_count, made.generation), (2, None));
    let elsewhere = tempfile::tempdir().unwrap();
    restore(&snapshots.join("x"), elsewhere.path()).unwrap();
    let stores = Stores::open(&config(elsewhere.path())).unwrap();
    let follower = Follower::start(stores.clone(), false).unwrap();
    served(&stores.generations_dir, 2);
    drop(follower);
}

#[test]
fn a_snapshot_has_every_revision_and_none_that_was_erased() {
    let running = tokio::runtime::Runtime::new().unwrap();
    running.block_on(async {
        let running = Running::start().await;
        running.put(records(0..3)).await;
        let erased = crate::fixture::deletion("e-1", pb::DeletionReason::PersonalData);
        running.delete(vec![erased]).await;
        let mut client = SnapshotServiceClient::new(running.channel().await);
        let asked = || pb::CreateSnapshotRequest {
            snapshot_id: "erased".to_owned(),
        };
        let mut told = client.create_snapshot(asked()).await.unwrap().into_inner();
        let mut last = None;
        while let Some(message) = within(told.message()).await.unwrap() {
            last = Some(message);
        }
        let made = last.unwrap().snapshot.unwrap();
        assert_eq!((made.position, made.event_count), (4, 2));
        let path = running.dir.path().join("snapshots/erased");
        let json = fs::read(path.join(SNAPSHOT_FILE)).unwrap();
        assert_eq!(made.digest, Digest::of(&json).to_string());
        for file in files(&path) {
            let bytes = fs::read(&file).unwrap();
            let holds = |id: &str| bytes.windows(id.len()).any(|at| at == id.as_bytes());
            assert!(!holds("\"e-1\""), "{}", file.display());
        }
        let again = client
            .create_snapshot(asked())
            .await
            .unwrap()
            .into_inner()
            .message()
            .await;
        let refused = described(again);
        assert_eq!(
            (refused.code, refused.reason),
            (GrpcCode::AlreadyExists, Some(ErrorReason::SnapshotExists))
        );
        let elsewhere = tempfile::tempdir().unwrap();
        restore(&path, elsewhere.path()).unwrap();
        let stores = Stores::open(&config(elsewhere.path())).unwrap();
        let view = stores.store.view().unwrap();
        let summary = Summary {
            scrub_due: false,
            held_scrub_due: false,
            ..running.store.view().unwrap().summary().clone()
        };
        assert_eq!(*view.summary(), summary);
        let first = view.revisions(&EventId::new("e-0").unwrap()).unwrap();
        let Content::Record(record) = &first[0].entry.content else {
            panic!("e-0 is there");
        };
        parse_event(record, KnownTime::EndTime).unwrap();
        assert_eq!(view.changes(Position::START).unwrap().count(), 4);
    });
}
