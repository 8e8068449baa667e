//! Many writers, a long transaction, a server that crashes and an indexer that is killed: every row of the outbox
//! becomes one revision, and the last state of every event is the platform's.
//!
//! `SOSIE_POSTGRES_STORM=whole` runs the whole size instead of some seconds of it.

mod naive;
mod verdict;
mod writers;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::cluster::Cluster;
use crate::fixture::{Indexer, dir};
use naive::naive_reader;
use verdict::Verdict;
use writers::{PLATFORM_SQL, long_transaction, write};

const CHILD_DIR: &str = "SOSIE_POSTGRES_CHILD_DIR";
const CHILD_URL: &str = "SOSIE_POSTGRES_CHILD_URL";
const FORM: &str = "outbox = \"sosie.outbox\"\npoll_interval_ms = 50";

/// How much there is of everything.
#[derive(Clone, Copy, Debug)]
struct Size {
    writers: u64,
    /// Rows of the outbox, about.
    rows: u64,
    /// Rows of one transaction, at most.
    transaction_rows: u64,
    long: Duration,
    crashes: u64,
    /// Longest life of an indexer.
    life_ms_max: u64,
}

const PART: Size = Size {
    writers: 4,
    rows: 5_000,
    transaction_rows: 10,
    long: Duration::from_secs(2),
    crashes: 3,
    life_ms_max: 2_000,
};
const WHOLE: Size = Size {
    writers: 8,
    rows: 200_000,
    transaction_rows: 10,
    long: Duration::from_secs(30),
    crashes: 10,
    life_ms_max: 5_000,
};

/// What the tasks of a storm share.
struct Storm {
    size: Size,
    url: String,
    /// Rows whose transaction was told to be committed.
    written: AtomicU64,
    long_is_over: AtomicBool,
    is_over: AtomicBool,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_outbox_becomes_one_revision_through_crashes_and_kills() {
    let Some(mut cluster) = Cluster::start().await else {
        return;
    };
    let whole = std::env::var("SOSIE_POSTGRES_STORM").is_ok_and(|size| size == "whole");
    let size = if whole { WHOLE } else { PART };
    let seed = std::env::var("SOSIE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| rand::rng().random());
    eprintln!("storm: seed {seed} (set SOSIE_SEED for another), {size:?}");
    cluster
        .client()
        .await
        .batch_execute(PLATFORM_SQL)
        .await
        .unwrap();
    let dir = dir();
    let begun = Instant::now();
    let storm = Arc::new(Storm {
        size,
        url: cluster.url(),
        written: AtomicU64::new(0),
        long_is_over: AtomicBool::new(false),
        is_over: AtomicBool::new(false),
    });
    let naive = tokio::spawn(naive_reader(storm.clone()));
    let long = tokio::spawn(long_transaction(storm.clone()));
    let random = |at: u64| StdRng::seed_from_u64(seed.wrapping_add(at));
    let writers: Vec<_> = (0..size.writers)
        .map(|writer| tokio::spawn(write(storm.clone(), writer, random(writer))))
        .collect();
    let killer = tokio::spawn(kill_indexers(
        storm.clone(),
        dir.path().to_owned(),
        random(100),
    ));
    crash_servers(&storm, &mut cluster, random(101)).await;
    for writer in writers {
        writer.await.unwrap();
    }
    long.await.unwrap();
    storm.is_over.store(true, Ordering::SeqCst);
    let kills = killer.await.unwrap();
    let naive = naive.await.unwrap();
    let indexer = Indexer::open(dir.path(), &cluster.url(), FORM).await;
    let left = indexer.source.catch_up().await.unwrap();
    let verdict = Verdict::of(&cluster.client().await, &indexer, &naive).await;
    let took = begun.elapsed();
    eprintln!(
        "storm: {} crashes, {kills} kills, {left} rows left at the end, {took:.1?}: {verdict:?}",
        size.crashes
    );
    verdict.check();
    assert!(
        kills > 0 && left < verdict.rows,
        "the killed indexers did the most of it"
    );
}

/// Crashes the server at moments that are spread over what is written, once the long transaction is over.
async fn crash_servers(storm: &Storm, cluster: &mut Cluster, mut random: StdRng) {
    while !storm.long_is_over.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let Size { rows, crashes, .. } = storm.size;
    // A tenth of the transactions is given up, and does not count.
    let to = rows * 3 / 4;
    let from = storm.written.load(Ordering::SeqCst).min(to);
    for crash in 0..crashes {
        let due = from + (to - from) * crash / crashes;
        while storm.written.load(Ordering::SeqCst) < due {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(0..50))).await;
        cluster.crash();
        tokio::time::sleep(Duration::from_millis(random.random_range(0..300))).await;
        cluster.up().await;
    }
}

/// Lets indexers follow, each for a random while, until all is written; how many were killed.
async fn kill_indexers(storm: Arc<Storm>, dir: std::path::PathBuf, mut random: StdRng) -> u64 {
    let mut kills = 0;
    while !storm.is_over.load(Ordering::SeqCst) {
        let child = indexer_process(&dir, &storm.url);
        let life = Duration::from_millis(random.random_range(300..storm.size.life_ms_max));
        tokio::time::sleep(life).await;
        drop(Killed(child));
        kills += 1;
    }
    kills
}

/// This test again, told by its environment to follow until it is killed.
fn indexer_process(dir: &Path, url: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "storm::an_indexer_that_follows_until_it_is_killed",
        "--nocapture",
    ]);
    command.env(CHILD_DIR, dir).env(CHILD_URL, url);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indexer_that_follows_until_it_is_killed() {
    let (Ok(dir), Ok(url)) = (std::env::var(CHILD_DIR), std::env::var(CHILD_URL)) else {
        return;
    };
    let indexer = Indexer::open(Path::new(&dir), &url, FORM).await;
    indexer.source.clone().run().await;
}
