//! Reindex jobs of the program itself, killed at random moments and in each phase.

use std::path::Path;
use std::time::{Duration, Instant};

use sosie_index::{Cancel, Current, Snapshot, VerifiedGeneration};
use sosie_indexer::serve::Stores;
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::{self, ReindexJobPhase, ReindexJobState};
use sosie_similarity::{Digest, Timestamp};
use sosie_store::Batch;
use tonic::transport::Channel;

use crate::fixture::{config, within};
use crate::jobs::write;
use crate::process::Process;

const EVENTS: usize = 3_000;
const KILLS: u64 = 12;

/// Puts events into the store, past the service; gives the digest of what it holds.
fn fill(dir: &Path) -> Digest {
    let stores = Stores::open(&config(dir)).unwrap();
    let batch = Batch {
        writes: (0..EVENTS).map(write).collect(),
        source_position: None,
    };
    let now = Timestamp::from_micros(1_800_000_000_000_000).unwrap();
    stores.store.apply(&[batch], now).unwrap();
    stores.store.view().unwrap().summary().content_digest
}

async fn client(process: &Process) -> IndexServiceClient<Channel> {
    IndexServiceClient::connect(process.uri()).await.unwrap()
}

async fn start(process: &Process) -> String {
    let request = pb::StartReindexRequest::default();
    let started = client(process).await.start_reindex(request).await;
    started.unwrap().into_inner().job.unwrap().job_id
}

/// Watches a job until it is in a phase, or has ended.
async fn until(process: &Process, job_id: &str, phase: Option<ReindexJobPhase>) -> pb::ReindexJob {
    let job_id = job_id.to_owned();
    let request = pb::WatchReindexJobRequest { job_id };
    let watched = client(process).await.watch_reindex_job(request).await;
    let mut watched = watched.unwrap().into_inner();
    let mut last = None;
    while let Some(message) = within(watched.message()).await.unwrap() {
        let job = message.job.unwrap();
        let is_there = phase.is_some_and(|phase| job.phase() >= phase);
        last = Some(job);
        if is_there {
            break;
        }
    }
    last.unwrap()
}

fn served(dir: &Path) -> Snapshot {
    let dir = dir.join("generations");
    let current = Current::read(&dir).unwrap().unwrap();
    Snapshot::open(VerifiedGeneration::open(&dir, &current).unwrap()).unwrap()
}

fn left(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join("generations")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut left: Vec<_> = names.filter(|name| name.starts_with(".live")).collect();
    left.sort();
    left
}

/// A fraction of one, the same for the same number.
fn drawn(number: u64) -> f64 {
    let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_is_killed_goes_on_and_ends_with_the_index_of_one_that_was_not() {
    let dir = tempfile::tempdir().unwrap();
    let expected = fill(dir.path());
    let process = Process::start(dir.path());
    let began = Instant::now();
    let job_id = start(&process).await;
    let unbroken = until(&process, &job_id, None).await;
    assert_eq!(unbroken.state(), ReindexJobState::Succeeded, "{unbroken:?}");
    let length = began.elapsed();
    drop(process);
    let mut phases = Vec::new();
    for kill in 0..KILLS {
        let process = Process::start(dir.path());
        let job_id = start(&process).await;
        let phase = match kill % 4 {
            0 => None,
            1 => Some(ReindexJobPhase::Building),
            2 => Some(ReindexJobPhase::Validating),
            _ => Some(ReindexJobPhase::Switching),
        };
        if phase.is_some() {
            until(&process, &job_id, phase).await;
            tokio::time::sleep(Duration::from_millis(30).mul_f64(drawn(kill))).await;
        } else {
            tokio::time::sleep(length.mul_f64(drawn(kill))).await;
        }
        // Killed as by `kill -9`.
        drop(process);
        let process = Process::start(dir.path());
        let request = pb::GetReindexJobRequest {
            job_id: job_id.clone(),
        };
        let found = client(&process).await.get_reindex_job(request).await;
        let found = found.unwrap().into_inner().job.unwrap();
        phases.push((found.state(), found.phase()));
        let ended = until(&process, &job_id, None).await;
        assert_eq!(
            ended.state(),
            ReindexJobState::Succeeded,
            "kill {kill}: {ended:?}"
        );
        drop(process);
        let snapshot = served(dir.path());
        let content = snapshot.content_digest(&Cancel::default()).unwrap();
        assert_eq!(content, expected, "kill {kill}");
        assert_eq!(snapshot.manifest().event_count, EVENTS as u64);
        assert_eq!(snapshot.generation().to_string(), ended.generation_id);
        assert_eq!(left(dir.path()), [".live"], "kill {kill}");
    }
    let broken = phases
        .iter()
        .filter(|(state, _)| *state == ReindexJobState::Running);
    eprintln!("killed jobs: {KILLS} kills of a job of {length:?}, found {phases:?}");
    assert!(broken.count() >= 4, "most kills come in time: {phases:?}");
}
