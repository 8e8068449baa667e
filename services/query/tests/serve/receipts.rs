//! Generations that gave receipts are pinned, and those that nobody asked are not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use sosie_index::{GenerationStore, ReceiptRule};
use sosie_proto::pb;
use sosie_proto::pb::replay_search_response::Result as Replayed;
use sosie_proto::pb::transparency_service_client::TransparencyServiceClient;
use sosie_query::Config;

use crate::fixture::{PATIENCE, Running, config, events, find, number, publish};

fn pinning(dir: &Path) -> Config {
    Config {
        receipts_dir: Some(dir.join("receipts")),
        generations_loaded_max: number(1),
        keep_loaded: Duration::ZERO,
        ..config(&dir.join("generations"))
    }
}

/// The generations that are pinned, by the names of files.
fn pinned(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir.join("receipts")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let parts = names.filter_map(|name| name.split('.').nth(1).map(str::to_owned));
    parts.filter(|part| part.starts_with("gen-")).collect()
}

/// Waits until these generations are pinned, and no other.
async fn until_pinned(dir: &Path, expected: &[&str]) {
    let expected: BTreeSet<_> = expected.iter().map(|name| (*name).to_owned()).collect();
    let began = tokio::time::Instant::now();
    while pinned(dir) != expected {
        assert!(began.elapsed() < PATIENCE, "{:?}", pinned(dir));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_generation_is_pinned_while_it_is_in_memory_and_stays_pinned_only_if_it_was_asked() {
    let dir = tempfile::tempdir().unwrap();
    let generations = dir.path().join("generations");
    publish(&generations, &events(0..4));
    let running = Running::start(pinning(dir.path())).await;
    running.serving().await;
    until_pinned(dir.path(), &["gen-000001"]).await;
    publish(&generations, &events(0..5));
    // Nobody asked the first one: it leaves the memory as if it had not been there.
    until_pinned(dir.path(), &["gen-000002"]).await;
    let mut client = running.similar_events().await;
    client.find_similar_events(find()).await.unwrap();
    publish(&generations, &events(0..6));
    until_pinned(dir.path(), &["gen-000002", "gen-000003"]).await;
}

#[tokio::test]
async fn what_is_pinned_is_not_removed_and_what_is_not_there_is_not_pinned() {
    let dir = tempfile::tempdir().unwrap();
    let generations = dir.path().join("generations");
    publish(&generations, &events(0..4));
    let running = Running::start(pinning(dir.path())).await;
    running.serving().await;
    let mut client = running.similar_events().await;
    client.find_similar_events(find()).await.unwrap();
    publish(&generations, &events(0..5));
    until_pinned(dir.path(), &["gen-000001", "gen-000002"]).await;
    let rule = ReceiptRule {
        dir: dir.path().join("receipts"),
        days: 30,
        generations_max: 9,
    };
    let open = || GenerationStore::open(&generations, number(1)).unwrap();
    let now = sosie_rpc::now();
    let mut store = open().keeping(Some(rule.clone()));
    assert_eq!(store.prune(now).unwrap(), []);
    drop(store);
    // Without the rule it goes, and what it was pinned by is of no use.
    assert_eq!(open().prune(now).unwrap().len(), 1);
    let mut store = open().keeping(Some(rule));
    assert_eq!(store.prune(now).unwrap(), []);
    until_pinned(dir.path(), &["gen-000002"]).await;
}

#[tokio::test]
async fn a_generation_that_gave_receipts_stays_pinned_when_it_is_opened_again_in_vain() {
    let dir = tempfile::tempdir().unwrap();
    let generations = dir.path().join("generations");
    publish(&generations, &events(0..4));
    let running = Running::start(pinning(dir.path())).await;
    running.serving().await;
    let mut client = running.similar_events().await;
    let answer = client.find_similar_events(find()).await.unwrap();
    let mut receipt = answer.into_inner().receipt.unwrap();
    publish(&generations, &events(0..5));
    until_pinned(dir.path(), &["gen-000001", "gen-000002"]).await;
    // Some looks later it has left the memory.
    tokio::time::sleep(Duration::from_millis(400)).await;
    receipt.generation_digest = "0".repeat(64);
    let replay = pb::ReplaySearchRequest {
        receipt: Some(receipt),
        request: Some(find()),
    };
    let mut transparency = TransparencyServiceClient::new(running.channel().await);
    let told = transparency.replay_search(replay).await.unwrap();
    let result = told.into_inner().result.unwrap();
    assert!(!matches!(result, Replayed::Response(_)), "{result:?}");
    tokio::time::sleep(Duration::from_millis(400)).await;
    until_pinned(dir.path(), &["gen-000001", "gen-000002"]).await;
}
