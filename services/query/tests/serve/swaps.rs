use std::fs;
use std::time::Duration;

use sosie_index::{
    ActivationReason, Choice, Current, GenerationId, GenerationStore, VerifiedGeneration,
};
use sosie_proto::pb::{self, ErrorReason};
use sosie_similarity::Timestamp;
use tonic::Code;

use crate::fixture::{
    Running, config, described, events, find, hit_ids, number, publish, served, within,
};

#[tokio::test]
async fn a_new_generation_is_picked_up_while_calls_go_on_and_none_fails() {
    let (dir, running) = served(4).await;
    let mut client = running.similar_events().await;
    let calls = async {
        loop {
            let answer = client
                .find_similar_events(find())
                .await
                .unwrap()
                .into_inner();
            let receipt = answer.receipt.as_ref().unwrap();
            match receipt.generation_id.as_str() {
                "gen-000001" => assert_eq!(answer.counts.unwrap().candidates, 4),
                "gen-000002" => {
                    assert_eq!(answer.counts.unwrap().candidates, 6);
                    return;
                }
                other => panic!("{other}"),
            }
        }
    };
    let published = tokio::task::spawn_blocking({
        let dir = dir.path().to_owned();
        move || publish(&dir, &events(0..6))
    });
    within(calls).await;
    published.await.unwrap();
}

#[tokio::test]
async fn a_page_goes_on_with_its_generation_until_that_is_let_go() {
    let (dir, running) = served(8).await;
    let mut client = running.similar_events().await;
    let mut request = find();
    request.page_size = Some(3);
    let first = client
        .find_similar_events(request.clone())
        .await
        .unwrap()
        .into_inner();
    request.page_token = first.next_page_token;
    // Of two generations in memory the first is one.
    publish(dir.path(), &events(3..20));
    running.serving_generation("gen-000002").await;
    let second = client
        .find_similar_events(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(second.receipt, first.receipt);
    assert_eq!(second.hits[0].rank, 4);
    // Of three it is none.
    publish(dir.path(), &events(0..3));
    running.serving_generation("gen-000003").await;
    let refused = described(client.find_similar_events(request).await);
    assert_eq!(refused.code, Code::FailedPrecondition);
    assert_eq!(refused.reason, Some(ErrorReason::GenerationExpired));
}

#[tokio::test]
async fn a_token_of_a_list_expires_too() {
    let limit = |config: &mut sosie_query::Config| config.generations_loaded_max = number(1);
    assert!(has_expired_after(1, limit).await);
}

#[tokio::test]
async fn a_superseded_generation_is_let_go_when_its_time_is_over() {
    let limit = |config: &mut sosie_query::Config| {
        config.generations_loaded_max = number(10);
        config.keep_loaded = Duration::ZERO;
    };
    assert!(has_expired_after(1, limit).await);
}

/// Generations of runs share no files: a third would be more than twice the memory of one.
#[tokio::test]
async fn a_third_generation_stays_only_where_there_is_memory() {
    let limit = |config: &mut sosie_query::Config| config.generations_loaded_max = number(10);
    assert!(!has_expired_after(1, limit).await);
    assert!(has_expired_after(2, limit).await);
}

/// Whether a token of a first page can't be used any more after so many publications.
async fn has_expired_after(
    publications: u64,
    limit: impl FnOnce(&mut sosie_query::Config),
) -> bool {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &events(0..4));
    let mut config = config(dir.path());
    limit(&mut config);
    let looks = 5 * config.poll_interval;
    let running = Running::start(config).await;
    running.serving().await;
    let mut client = running.events().await;
    let mut request = pb::ListEventsRequest {
        page_size: Some(1),
        ..pb::ListEventsRequest::default()
    };
    let page = client.list_events(request.clone()).await.unwrap();
    request.page_token = page.into_inner().next_page_token;
    for number in 2..publications + 2 {
        publish(dir.path(), &events(1..5));
        running
            .serving_generation(&format!("gen-{number:06}"))
            .await;
    }
    // What is old is let go of at the next look.
    tokio::time::sleep(looks).await;
    match client.list_events(request).await {
        Ok(_) => false,
        refused => {
            let refused = described(refused);
            assert_eq!(refused.reason, Some(ErrorReason::GenerationExpired));
            true
        }
    }
}

#[tokio::test]
async fn a_bad_generation_is_refused_the_old_one_serves_and_the_next_good_one_is_taken() {
    let (dir, running) = served(3).await;
    // Published whole, then damaged in one byte before the service can have read it.
    let elsewhere = tempfile::tempdir().unwrap();
    publish(elsewhere.path(), &events(0..2));
    publish(elsewhere.path(), &events(0..5));
    let (bad, here) = (
        elsewhere.path().join("gen-000002"),
        dir.path().join("gen-000002"),
    );
    copy_damaged(&bad, &here);
    fs::copy(elsewhere.path().join("CURRENT"), dir.path().join("next")).unwrap();
    fs::rename(dir.path().join("next"), dir.path().join("CURRENT")).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut client = running.similar_events().await;
    let answer = client
        .find_similar_events(find())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.receipt.as_ref().unwrap().generation_id, "gen-000001");
    assert_eq!(hit_ids(&answer).len(), 1);
    publish(dir.path(), &events(0..6));
    running.serving_generation("gen-000003").await;
}

/// Copies a directory, with the last byte of its largest file changed.
fn copy_damaged(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir(to).unwrap();
    let files = fs::read_dir(from)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.collect();
    for file in &files {
        fs::copy(file, to.join(file.file_name().unwrap())).unwrap();
    }
    let is_data = |file: &&std::path::PathBuf| !file.ends_with("MANIFEST.json");
    let largest = files
        .iter()
        .filter(is_data)
        .max_by_key(|file| fs::metadata(file).unwrap().len());
    let damaged = to.join(largest.unwrap().file_name().unwrap());
    let mut bytes = fs::read(&damaged).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&damaged, bytes).unwrap();
}

#[tokio::test]
async fn a_generation_that_is_chosen_again_is_followed_backwards_loaded_or_not() {
    let (dir, running) = served(3).await;
    for weeks in 4..=5 {
        publish(dir.path(), &events(0..weeks));
        running
            .serving_generation(&format!("gen-00000{}", weeks - 2))
            .await;
    }
    // Two are loaded: the second is still in memory, the first is read again.
    for name in ["gen-000002", "gen-000001", "gen-000003"] {
        let mut store = GenerationStore::open(dir.path(), number(5)).unwrap();
        let current = Current::of(dir.path(), GenerationId::parse(name).unwrap()).unwrap();
        let checked = VerifiedGeneration::open(dir.path(), &current).unwrap();
        let choice = Choice {
            time: Timestamp::from_micros(0).unwrap(),
            reason: ActivationReason::WrongData,
            expected: None,
        };
        store.activate(&checked, choice).unwrap();
        within(running.serving_generation(name)).await;
    }
}
