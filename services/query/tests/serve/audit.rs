//! The audit log of the query service: batches with the digest of their receipts, and what is served.

use std::path::Path;
use std::time::Duration;

use sosie_audit::{Act, Body, Entry, Filter, Kind, PublicKey, Reader};
use sosie_proto::pb::batch_find_similar_events_response::Result as Answered;
use sosie_proto::{ReceiptsDigest, pb};
use sosie_query::Config;
use sosie_rpc::AuditConfig;

use crate::fixture::{Running, config, events, find, find_stored, publish, within};

fn entries(dir: &Path, kind: Kind) -> Vec<Entry> {
    let key = PublicKey::load(&dir.join("audit.pub")).unwrap();
    let filter = Filter {
        kinds: vec![kind],
        ..Filter::default()
    };
    let reader = Reader::open(&dir.join("audit"), &key, filter).unwrap();
    let records = reader.map(|record| match record.unwrap().body {
        Body::Entry(entry) => entry,
        Body::Mark(mark) => panic!("{mark:?}"),
    });
    records.collect()
}

/// Waits until there is an entry of the kind: reads are buffered.
async fn first(dir: &Path, kind: Kind) -> Entry {
    let found = async {
        loop {
            if let Some(entry) = entries(dir, kind).into_iter().next() {
                return entry;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    within(found).await
}

async fn audited(dir: &Path) -> Running {
    let generations = dir.join("generations");
    publish(&generations, &events(0..6));
    let running = Running::start(Config {
        audit: AuditConfig::told(Some(dir.join("audit")), None, true),
        ..config(&generations)
    })
    .await;
    running.serving().await;
    running
}

#[tokio::test]
async fn a_batch_is_one_record_with_its_counts_and_the_digest_of_its_receipts() {
    let dir = tempfile::tempdir().unwrap();
    let running = audited(dir.path()).await;
    let request = pb::BatchFindSimilarEventsRequest {
        requests: vec![find(), find_stored("e-99"), find_stored("e-03")],
    };
    let mut client = running.similar_events().await;
    let mut answers = client
        .batch_find_similar_events(request)
        .await
        .unwrap()
        .into_inner();
    let (mut digest, mut generation) = (ReceiptsDigest::default(), String::new());
    while let Some(answer) = within(answers.message()).await.unwrap() {
        if let Some(Answered::Response(response)) = answer.result {
            let receipt = response.receipt.unwrap();
            digest.add(&receipt);
            generation = receipt.generation_digest;
        }
    }
    let entry = first(dir.path(), Kind::Call).await;
    let Act::Call(call) = &entry.act else {
        panic!("{entry:?}");
    };
    let method = "sosie.v1.SimilarEventsService/BatchFindSimilarEvents";
    assert_eq!(call.as_str(), method);
    let count = entry.count.unwrap();
    assert_eq!((count.accepted, count.refused), (2, 1));
    assert_eq!(entry.receipts, Some(digest.digest()));
    let receipt = entry.receipt.unwrap();
    assert_eq!(receipt.generation.digest.to_string(), generation);
    assert!(entry.what.is_some() && receipt.profile.is_none());
    assert_eq!(entries(dir.path(), Kind::Call).len(), 1);
}

#[tokio::test]
async fn what_is_served_and_what_can_be_applied_is_recorded_by_the_name_of_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let running = audited(dir.path()).await;
    let profile = first(dir.path(), Kind::ProfileActivated).await;
    let generation = first(dir.path(), Kind::GenerationActivated).await;
    let named = |entry: &Entry| {
        let (Act::ProfileActivated(pinned, _) | Act::GenerationActivated(pinned)) = &entry.act
        else {
            panic!("{:?}", entry.act);
        };
        (pinned.name.as_str().to_owned(), pinned.digest.to_string())
    };
    let mut client = running.similar_events().await;
    let answer = client
        .find_similar_events(find())
        .await
        .unwrap()
        .into_inner();
    let receipt = answer.receipt.unwrap();
    assert_eq!(named(&profile), (receipt.profile, receipt.profile_digest));
    let pinned = (receipt.generation_id, receipt.generation_digest);
    assert_eq!(named(&generation), pinned);
    assert!(
        [profile, generation]
            .iter()
            .all(|entry| entry.who.as_str() == "sosie-query")
    );
}
