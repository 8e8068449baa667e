//! What the indexer does by itself is in its audit log, by its own name.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sosie_audit::{Act, Body, Entry, Filter, Kind, Outcome, Pinned, PublicKey, Reader};
use sosie_index::Current;
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::{self, ReindexJobState};

use crate::fixture::{records, within};
use crate::follower::served;
use crate::process::Process;

fn start(dir: &Path) -> Process {
    Process::start_with(dir, |command: &mut Command| {
        command.arg("--audit").arg(dir.join("audit"));
    })
}

/// What the process has done, in order.
fn acts(dir: &Path) -> Vec<Entry> {
    let key = PublicKey::load(&dir.join("audit.pub")).unwrap();
    let filter = Filter {
        kinds: vec![
            Kind::GenerationPublished,
            Kind::GenerationActivated,
            Kind::ReindexEnded,
        ],
        ..Filter::default()
    };
    let reader = Reader::open(&dir.join("audit"), &key, filter).unwrap();
    let records = reader.map(|record| match record.unwrap().body {
        Body::Entry(entry) => entry,
        Body::Mark(mark) => panic!("{mark:?}"),
    });
    records.collect()
}

/// An act in few words.
fn told(entry: &Entry) -> String {
    let named = |what: &str, pinned: &Pinned| format!("{what} {}", pinned.name.as_str());
    match &entry.act {
        Act::GenerationPublished(pinned) => named("published", pinned),
        Act::GenerationActivated(pinned) => named("activated", pinned),
        Act::ReindexEnded(reindex) => {
            let generation = reindex.generation.as_ref().map(|name| name.as_str());
            format!("job ended with {}", generation.unwrap_or("nothing"))
        }
        Act::ProfileActivated(..)
        | Act::ProfileRetired(..)
        | Act::Call(_)
        | Act::StreamEnded(_) => panic!("{entry:?}"),
    }
}

/// Makes the index anew, and waits for it.
async fn reindex(client: &mut IndexServiceClient<tonic::transport::Channel>) {
    let started = client.start_reindex(pb::StartReindexRequest::default());
    let job_id = started.await.unwrap().into_inner().job.unwrap().job_id;
    let ended = async {
        loop {
            let request = pb::GetReindexJobRequest {
                job_id: job_id.clone(),
            };
            let told = client.get_reindex_job(request).await.unwrap().into_inner();
            let job = told.job.unwrap();
            if job.state() != ReindexJobState::Running {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let job = within(ended).await;
    assert_eq!(job.state(), ReindexJobState::Succeeded, "{job:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publications_choices_and_ends_of_jobs_are_recorded_and_so_is_what_a_start_finds() {
    let dir = tempfile::tempdir().unwrap();
    let generations = dir.path().join("generations");
    let mut process = start(dir.path());
    let request = pb::BatchIngestEventsRequest {
        records: records(0..3),
        validate_only: false,
    };
    let mut ingest = IngestServiceClient::connect(process.uri()).await.unwrap();
    ingest.batch_ingest_events(request).await.unwrap();
    served(&generations, 3);
    let mut index = IndexServiceClient::connect(process.uri()).await.unwrap();
    reindex(&mut index).await;
    let request = pb::ActivateGenerationRequest {
        generation_id: "gen-000001".to_owned(),
        reason: pb::ActivationReason::Exercise.into(),
        expected_active_generation_id: None,
    };
    index.activate_generation(request).await.unwrap();
    process.kill();
    let mut process = start(dir.path());
    process.kill();
    let acts = acts(dir.path());
    let all: Vec<_> = acts.iter().map(told).collect();
    assert_eq!(
        all,
        [
            "published gen-000001",
            "published gen-000002",
            "job ended with gen-000002",
            "activated gen-000001",
            "activated gen-000001",
        ]
    );
    assert!(acts.iter().all(|act| act.who.as_str() == "sosie-indexer"));
    assert!(acts.iter().all(|act| act.outcome == Outcome::Ok));
    let current = Current::read(&generations).unwrap().unwrap();
    for at in [0, 3, 4] {
        let (Act::GenerationPublished(pinned) | Act::GenerationActivated(pinned)) = &acts[at].act
        else {
            panic!("{:?}", acts[at]);
        };
        assert_eq!(pinned.digest, current.manifest_digest);
    }
}
