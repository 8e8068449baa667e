//! A few cases of each part: what CI runs of `cargo xtask torture`. Figures of time are of no use on a machine that builds
//! meanwhile, so the parts that measure are left to the command.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use sosie_tests::seed;
use sosie_torture::{Options, Part};
use tempfile::TempDir;

async fn holds(part: Part, cases: usize) {
    let dir = TempDir::new().unwrap();
    let options = Options {
        cases,
        seed: seed("torture", 1),
        dir: dir.path().to_owned(),
        events: 2_000,
        log: None,
        against: None,
    };
    let report = part.run(&options).await.unwrap();
    eprintln!("{report}");
    assert_eq!(report.failures, Vec::<String>::new());
    assert!(report.cases >= cases);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_indexer_has_lost_doubled_and_made_up_nothing() {
    holds(Part::Kills, 15).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_acknowledged_that_a_full_disk_has_not_and_all_goes_on_after() {
    if !sosie_torture::can_mount() {
        eprintln!("torture: no file system can be mounted here: full disks are left out");
        return;
    }
    holds(Part::Space, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_generation_is_refused_by_name() {
    holds(Part::Corruption, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_indexer_that_is_killed_is_ready_again() {
    holds(Part::Recovery, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_is_found() {
    holds(Part::Freshness, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn personal_data_is_refused_by_every_way_in_and_is_in_no_file_and_no_answer() {
    holds(Part::Canaries, 480).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_come_again_to_the_byte_whatever_the_segments_and_threads() {
    holds(Part::Replay, 300).await;
}
