//! Events that are sent become searchable, corrections change nothing that was answered as of before, and a kill of the
//! indexer loses nothing that it acknowledged: both programs, over gRPC only.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use sosie_index::Current;
use sosie_proto::pb;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::write_result::Outcome;
use sosie_tests::{Clients, Draw, IndexerProcess, Running, seed, until, until_async};
use tempfile::TempDir;
use tonic::transport::Channel;

const KILLS: usize = 12;
const EVENTS_PER_ROUND: u64 = 120;

fn record(number: u64, participants: i64) -> pb::IngestRecord {
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
            best: Some(participants),
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

/// What became of records; `None` if no answer came.
async fn send(
    client: &mut IngestServiceClient<Channel>,
    records: Vec<pb::IngestRecord>,
) -> Option<Vec<Outcome>> {
    let request = pb::BatchIngestEventsRequest {
        records,
        validate_only: false,
    };
    let answer = client.batch_ingest_events(request).await.ok()?.into_inner();
    let outcomes = answer
        .results
        .into_iter()
        .map(|result| result.outcome.unwrap());
    Some(outcomes.collect())
}

/// How many take part in an event, as it is known now; `None` if it is not there.
async fn participants(clients: &Clients, number: u64) -> Option<i64> {
    let request = pb::GetEventRequest {
        event_id: format!("e-{number}"),
    };
    let answer = clients.events.clone().get_event(request).await;
    let event = answer.ok()?.into_inner().event.unwrap();
    event.participants.unwrap().best
}

async fn until_known(clients: &Clients, number: u64, expected: Option<i64>) {
    until_async(&format!("e-{number} with {expected:?}"), async || {
        (participants(clients, number).await == expected).then_some(())
    })
    .await;
}

fn accepted(outcomes: &[Outcome]) -> bool {
    let is_accepted = |outcome: &Outcome| matches!(outcome, Outcome::Accepted(_));
    outcomes.iter().all(is_accepted)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_is_found_and_a_correction_changes_no_earlier_answer() {
    let dir = TempDir::new().unwrap();
    let mut indexer = IndexerProcess::start(dir.path());
    let mut ingest = indexer.ingest().await;
    assert!(accepted(
        &send(&mut ingest, (0..40).map(|n| record(n, 100)).collect())
            .await
            .unwrap()
    ));
    let query = Running::start(&indexer.generations()).await;
    let clients = query.clients().await;
    until_known(&clients, 39, Some(100)).await;
    let as_of = prost_types::Timestamp {
        seconds: 1_700_000_000,
        nanos: 0,
    };
    let search = || async {
        let draft = pb::DraftEvent {
            participants: Some(pb::Participants {
                best: Some(100),
                ..Default::default()
            }),
            ..Default::default()
        };
        let request = pb::FindSimilarEventsRequest {
            query: Some(pb::SimilarityQuery {
                probe: Some(pb::Probe {
                    kind: Some(pb::probe::Kind::Draft(draft)),
                }),
                as_of: Some(as_of),
                ..Default::default()
            }),
            page_size: Some(40),
            ..Default::default()
        };
        let found = clients
            .similar_events
            .clone()
            .find_similar_events(request)
            .await;
        found.unwrap().into_inner().hits
    };
    let before = search().await;
    assert_eq!(before.len(), 40);
    assert!(accepted(
        &send(&mut ingest, vec![record(7, 9_000)]).await.unwrap()
    ));
    until_known(&clients, 7, Some(9_000)).await;
    assert_eq!(
        search().await,
        before,
        "as of an instant before the correction"
    );
    let deletion = pb::EventDeletion {
        event_id: "e-8".to_owned(),
        reason: pb::DeletionReason::Withdrawn.into(),
        if_revision: None,
    };
    let request = pb::DeleteEventsRequest {
        deletions: vec![deletion],
    };
    ingest.delete_events(request).await.unwrap();
    until_known(&clients, 8, None).await;
    assert_eq!(
        search().await,
        before,
        "as of an instant before the withdrawal"
    );
    query.stop().await;
}

/// Whether any file below `dir` holds a text.
fn is_held(dir: &Path, text: &str) -> bool {
    let entries = std::fs::read_dir(dir).unwrap();
    entries.map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return is_held(&path, text);
        }
        // A file of a generation that is removed meanwhile holds nothing.
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes
            .windows(text.len())
            .any(|found| found == text.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_erased_is_in_no_file_of_the_store_and_of_the_generation_that_is_served() {
    const CANARY: &str = "jean.dupont";
    let dir = TempDir::new().unwrap();
    let mut indexer = IndexerProcess::start(dir.path());
    let mut ingest = indexer.ingest().await;
    let mut planted = record(0, 10);
    planted.event.as_mut().unwrap().series_id = Some(CANARY.to_owned());
    let records = vec![planted, record(1, 20), record(2, 30)];
    assert!(accepted(&send(&mut ingest, records).await.unwrap()));
    let query = Running::start(&indexer.generations()).await;
    let clients = query.clients().await;
    until_known(&clients, 2, Some(30)).await;
    assert!(is_held(&dir.path().join("store"), CANARY));
    let deletion = pb::EventDeletion {
        event_id: "e-0".to_owned(),
        reason: pb::DeletionReason::PersonalData.into(),
        if_revision: None,
    };
    let request = pb::DeleteEventsRequest {
        deletions: vec![deletion],
    };
    ingest.delete_events(request).await.unwrap();
    until_known(&clients, 0, None).await;
    let current = Current::read(&indexer.generations()).unwrap().unwrap();
    let served = indexer.generations().join(current.generation.to_string());
    let kept = [
        dir.path().join("store"),
        indexer.generations().join(".live"),
        served,
    ];
    until("files without what was erased", || {
        let is_gone = !kept.iter().any(|dir| is_held(dir, CANARY));
        is_gone.then_some(())
    });
    query.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_indexer_loses_nothing_that_it_acknowledged_and_doubles_nothing() {
    let seed = seed("live", 7);
    let mut draw = Draw::new(seed);
    let dir = TempDir::new().unwrap();
    let mut acknowledged: BTreeMap<u64, i64> = BTreeMap::new();
    let mut tried: BTreeMap<u64, i64> = BTreeMap::new();
    for round in 0..KILLS as u64 {
        let mut indexer = IndexerProcess::start(dir.path());
        let mut ingest = indexer.ingest().await;
        let lifetime = Duration::from_millis(draw.below(900) as u64);
        let kill = tokio::spawn(async move {
            tokio::time::sleep(lifetime).await;
            indexer.kill();
        });
        for step in 0.. {
            // New events, and corrections of those there are.
            let numbers = (0..EVENTS_PER_ROUND).map(|n| (round * 60 + n + step * 17) % 900);
            let numbers: Vec<u64> = numbers.collect();
            let participants = (1 + round * 1_000 + step) as i64;
            let records = numbers.iter().map(|number| record(*number, participants));
            tried.extend(numbers.iter().map(|number| (*number, participants)));
            let Some(outcomes) = send(&mut ingest, records.collect()).await else {
                break;
            };
            assert!(accepted(&outcomes), "seed {seed}, round {round}");
            acknowledged.extend(numbers.iter().map(|number| (*number, participants)));
        }
        kill.await.unwrap();
    }
    let mut indexer = IndexerProcess::start(dir.path());
    let last = send(&mut indexer.ingest().await, vec![record(1_000, 5)])
        .await
        .unwrap();
    assert!(accepted(&last));
    let query = Running::start(&indexer.generations()).await;
    let clients = query.clients().await;
    until_known(&clients, 1_000, Some(5)).await;
    for (number, participants_told) in &acknowledged {
        let found = participants(&clients, *number).await;
        // A batch that was cut off may have been written, too.
        let possible = [Some(*participants_told), tried.get(number).copied()];
        assert!(
            possible.contains(&found),
            "seed {seed}, e-{number}: {found:?}"
        );
    }
    let request = pb::CountFacetsRequest::default();
    let counted = clients
        .similar_events
        .clone()
        .count_facets(request)
        .await
        .unwrap();
    let candidates = counted.into_inner().candidates;
    let unanswered = tried
        .keys()
        .filter(|number| !acknowledged.contains_key(number))
        .count() as i64;
    let least = acknowledged.len() as i64 + 1;
    assert!(
        (least..=least + unanswered).contains(&candidates),
        "seed {seed}: {candidates}"
    );
    eprintln!(
        "live: seed {seed}, {KILLS} kills, {} events acknowledged",
        acknowledged.len()
    );
    query.stop().await;
}
