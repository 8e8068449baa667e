//! Generations that receipts name stay, so that answers can be given again: both programs, over gRPC only.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use prost::Message;
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::replay_search_response::Result as Replayed;
use sosie_proto::pb::transparency_service_client::TransparencyServiceClient;
use sosie_proto::pb::{self, ReplayObstacle};
use sosie_tests::{Clients, IndexerProcess, ServerProcess, program, until, until_async};
use tempfile::TempDir;

/// One directory with all that both programs keep.
struct Place(TempDir);

impl Place {
    /// An indexer that keeps one generation, and those that receipts of a day name, `receipts_max` of them at most.
    fn indexer(&self, receipts_max: u32) -> IndexerProcess {
        let mut command = Command::new(program("sosie-indexer"));
        command.env("SOSIE_RECEIPTS", self.receipts());
        command.env("SOSIE_INDEXER_KEEP", "1");
        command.env("SOSIE_INDEXER_KEEP_RECEIPTS_DAYS", "1");
        let max = receipts_max.to_string();
        command.env("SOSIE_INDEXER_KEPT_FOR_RECEIPTS_MAX", max);
        IndexerProcess::start_as(&mut command, self.0.path())
    }

    fn query(&self) -> ServerProcess {
        let log = self.0.path().join("query.log");
        let receipts = self.receipts();
        let further = ["--receipts", receipts.to_str().unwrap()];
        ServerProcess::start_with(&self.0.path().join("generations"), &log, &further)
    }

    fn receipts(&self) -> PathBuf {
        self.0.path().join("receipts")
    }

    fn generations(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir(self.0.path().join("generations")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("gen-")).collect()
    }
}

fn record(number: u64) -> pb::IngestRecord {
    let at = |seconds| prost_types::Timestamp { seconds, nanos: 0 };
    let start = 1_500_000_000 + number as i64 * 86_400;
    let event = pb::EventInput {
        event_id: format!("e-{number}"),
        state: pb::EventState::Held.into(),
        nature: Some("culture/concert".to_owned()),
        start_time: Some(at(start)),
        end_time: Some(at(start + 7_200)),
        time_zone: "Europe/Paris".to_owned(),
        time_precision: pb::TimePrecision::Exact.into(),
        participants: Some(pb::Participants {
            best: Some(100 + number as i64),
            ..Default::default()
        }),
        known_time: Some(at(start + 86_400)),
        source_id: "trial".to_owned(),
        ..Default::default()
    };
    pb::IngestRecord {
        event: Some(event),
        if_revision: None,
    }
}

/// Sends an event, and waits for the generation that has it.
async fn add(indexer: &mut IndexerProcess, clients: &Clients, number: u64) {
    let request = pb::BatchIngestEventsRequest {
        records: vec![record(number)],
        validate_only: false,
    };
    let mut ingest = indexer.ingest().await;
    ingest.batch_ingest_events(request).await.unwrap();
    until_async(&format!("e-{number}"), async || {
        let event_id = format!("e-{number}");
        let mut events = clients.events.clone();
        events
            .get_event(pb::GetEventRequest { event_id })
            .await
            .ok()
    })
    .await;
}

fn asked() -> pb::FindSimilarEventsRequest {
    let draft = pb::DraftEvent {
        participants: Some(pb::Participants {
            best: Some(100),
            ..Default::default()
        }),
        ..Default::default()
    };
    pb::FindSimilarEventsRequest {
        query: Some(pb::SimilarityQuery {
            probe: Some(pb::Probe {
                kind: Some(pb::probe::Kind::Draft(draft)),
            }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

async fn answer(clients: &Clients) -> pb::FindSimilarEventsResponse {
    let mut similar_events = clients.similar_events.clone();
    let answer = similar_events.find_similar_events(asked()).await;
    answer.unwrap().into_inner()
}

fn generation(answer: &pb::FindSimilarEventsResponse) -> String {
    answer.receipt.as_ref().unwrap().generation_id.clone()
}

/// The same answer again, to the last byte, or what is in its way.
async fn again(
    clients: &Clients,
    first: &pb::FindSimilarEventsResponse,
) -> Result<bool, Vec<ReplayObstacle>> {
    let request = pb::ReplaySearchRequest {
        receipt: first.receipt.clone(),
        request: Some(asked()),
    };
    let mut client = TransparencyServiceClient::new(clients.channel.clone());
    let replayed = client.replay_search(request).await.unwrap().into_inner();
    match replayed.result.unwrap() {
        Replayed::Response(again) => Ok(again.encode_to_vec() == first.encode_to_vec()),
        Replayed::Refusal(refusal) => Err(refusal.obstacles().collect()),
    }
}

async fn listed(indexer: &mut IndexerProcess) -> pb::ListGenerationsResponse {
    let mut index = IndexServiceClient::new(indexer.connect().await);
    let listed = index.list_generations(pb::ListGenerationsRequest {}).await;
    listed.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_answered_again_after_both_were_killed_and_until_it_is_erased() {
    let place = Place(TempDir::new().unwrap());
    let mut indexer = place.indexer(50);
    let query = place.query();
    let mut ingest = indexer.ingest().await;
    let records = (0..10).map(record).collect();
    let request = pb::BatchIngestEventsRequest {
        records,
        validate_only: false,
    };
    ingest.batch_ingest_events(request).await.unwrap();
    let clients = query.clients().await;
    add(&mut indexer, &clients, 10).await;
    let first = answer(&clients).await;
    for number in 11..14 {
        add(&mut indexer, &clients, number).await;
    }
    drop(query);
    indexer.kill();
    let mut indexer = place.indexer(50);
    let query = place.query();
    let clients = query.clients().await;
    add(&mut indexer, &clients, 14).await;
    assert_ne!(generation(&answer(&clients).await), generation(&first));
    assert_eq!(again(&clients, &first).await, Ok(true));
    let told = listed(&mut indexer).await;
    let keeping = told.receipt_keeping.unwrap();
    assert_eq!((keeping.days, keeping.generations_max), (1, 50));
    let of_first = told.generations.iter();
    let mut of_first = of_first.filter(|told| told.generation_id == generation(&first));
    let until_time = of_first.next().unwrap().kept_for_receipts_until_time;
    assert!(until_time.unwrap().seconds > now_seconds());
    // What is erased is erased from what was kept, too.
    let deletion = pb::EventDeletion {
        event_id: "e-3".to_owned(),
        reason: pb::DeletionReason::PersonalData.into(),
        ..Default::default()
    };
    let request = pb::DeleteEventsRequest {
        deletions: vec![deletion],
    };
    indexer.ingest().await.delete_events(request).await.unwrap();
    until("the removal of what was kept", || {
        (!place.generations().contains(&generation(&first))).then_some(())
    });
    drop(query);
    let query = place.query();
    let refused = again(&query.clients().await, &first).await;
    assert_eq!(refused, Err(vec![ReplayObstacle::GenerationGone]));
}

/// Seconds since 1970.
fn now_seconds() -> i64 {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since_1970.unwrap().as_secs() as i64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn past_the_limit_the_oldest_goes_and_the_log_of_the_indexer_says_so() {
    let place = Place(TempDir::new().unwrap());
    let mut indexer = place.indexer(2);
    let query = place.query();
    let mut ingest = indexer.ingest().await;
    let request = pb::BatchIngestEventsRequest {
        records: vec![record(0)],
        validate_only: false,
    };
    ingest.batch_ingest_events(request).await.unwrap();
    let clients = query.clients().await;
    let first = answer(&clients).await;
    let mut later = Vec::new();
    for number in 1..5 {
        add(&mut indexer, &clients, number).await;
        later.push(generation(&answer(&clients).await));
    }
    // The one that is served, and the two before it.
    let expected: BTreeSet<_> = later[1..].iter().cloned().collect();
    until("the oldest to go", || {
        (place.generations() == expected).then_some(())
    });
    assert!(!expected.contains(&generation(&first)));
    let log = indexer.log();
    let said = log
        .lines()
        .filter(|line| line.contains("although receipts name it"));
    let said: Vec<_> = said.collect();
    assert!(said[0].contains(&generation(&first)), "{log}");
}
