//! Answers that are asked for again: the same bytes, or what is gone.

use std::fs;
use std::path::Path;

use prost::Message;
use sosie_proto::pb::replay_search_response::Result as Replayed;
use sosie_proto::pb::transparency_service_client::TransparencyServiceClient;
use sosie_proto::pb::{self, ReplayObstacle};
use tempfile::TempDir;

use crate::fixture::{Running, config, described, events, find, find_stored, number, publish};

/// A service that answered, and whose generation another has replaced.
struct Answered {
    dir: TempDir,
    running: Running,
    request: pb::FindSimilarEventsRequest,
    first: pb::FindSimilarEventsResponse,
}

impl Answered {
    async fn begin(request: pb::FindSimilarEventsRequest) -> Answered {
        let dir = tempfile::tempdir().unwrap();
        publish(dir.path(), &events(0..8));
        let mut config = config(dir.path());
        config.generations_loaded_max = number(1);
        let running = Running::start(config).await;
        running.serving().await;
        let mut client = running.similar_events().await;
        let first = client.find_similar_events(request.clone()).await.unwrap();
        publish(dir.path(), &events(2..20));
        running.serving_generation("gen-000002").await;
        Answered {
            dir,
            running,
            request,
            first: first.into_inner(),
        }
    }

    fn asked(&self) -> pb::ReplaySearchRequest {
        pb::ReplaySearchRequest {
            receipt: self.first.receipt.clone(),
            request: Some(self.request.clone()),
        }
    }

    async fn replay(&self, asked: pb::ReplaySearchRequest) -> Replayed {
        let mut client = TransparencyServiceClient::new(self.running.channel().await);
        let replayed = client.replay_search(asked).await.unwrap().into_inner();
        replayed.result.unwrap()
    }

    /// The obstacles of a receipt and request that were changed.
    async fn obstacles(
        &self,
        change: impl FnOnce(&mut pb::Receipt, &mut pb::FindSimilarEventsRequest),
    ) -> Vec<ReplayObstacle> {
        let mut asked = self.asked();
        let (receipt, request) = (asked.receipt.as_mut(), asked.request.as_mut());
        change(receipt.unwrap(), request.unwrap());
        match self.replay(asked).await {
            Replayed::Refusal(refusal) => refusal.obstacles().collect(),
            Replayed::Response(_) => Vec::new(),
        }
    }
}

#[tokio::test]
async fn an_answer_comes_again_from_a_generation_that_is_not_loaded_any_more() {
    for request in [find(), find_stored("e-03")] {
        let answered = Answered::begin(request).await;
        let Replayed::Response(again) = answered.replay(answered.asked()).await else {
            panic!("everything is there still");
        };
        assert_eq!(again.encode_to_vec(), answered.first.encode_to_vec());
    }
}

#[tokio::test]
async fn a_page_comes_again_with_its_token() {
    let mut request = find();
    request.page_size = Some(2);
    let mut answered = Answered::begin(request).await;
    answered.request.page_token = answered.first.next_page_token.clone();
    let Replayed::Response(second) = answered.replay(answered.asked()).await else {
        panic!("the second page has the receipt of the first");
    };
    assert_eq!(second.receipt, answered.first.receipt);
    assert_eq!(second.hits[0].rank, 3);
    let foreign = answered.obstacles(|_, request| {
        request.query.as_mut().unwrap().min_coverage = Some(0.5);
    });
    assert_eq!(foreign.await, [ReplayObstacle::RequestDiffers]);
}

#[tokio::test]
async fn each_pinned_thing_that_is_gone_or_differs_is_told_by_its_name() {
    use ReplayObstacle as Obstacle;
    let answered = Answered::begin(find_stored("e-03")).await;
    let other = "0".repeat(64);
    let digest = || other.clone();
    let found = answered.obstacles(|receipt, _| receipt.engine_version = "0.0.1".into());
    assert_eq!(found.await, [Obstacle::EngineVersionDiffers]);
    let found = answered.obstacles(|receipt, _| receipt.generation_digest = digest());
    assert_eq!(found.await, [Obstacle::GenerationDiffers]);
    let found = answered.obstacles(|receipt, _| receipt.nature_digest = digest());
    assert_eq!(found.await, [Obstacle::VocabularyDiffers]);
    let found = answered.obstacles(|receipt, _| receipt.profile = "tranquillity@9".into());
    assert_eq!(found.await, [Obstacle::ProfileGone]);
    let found = answered.obstacles(|receipt, _| receipt.profile_digest = digest());
    assert_eq!(found.await, [Obstacle::ProfileDiffers]);
    let found = answered.obstacles(|receipt, _| receipt.request_digest = digest());
    assert_eq!(found.await, [Obstacle::RequestDiffers]);
    let found = answered.obstacles(|_, request| {
        request.query.as_mut().unwrap().probe = find_stored("e-99").query.unwrap().probe;
    });
    assert_eq!(found.await, [Obstacle::ProbeGone]);
    let found = answered.obstacles(|_, request| {
        request.query.as_mut().unwrap().collapse_series = Some(false);
    });
    assert_eq!(found.await, [Obstacle::RequestDiffers]);
    let found = answered.obstacles(|_, request| {
        request.query.as_mut().unwrap().profile = "tranquillity@2".into();
    });
    assert_eq!(found.await, [Obstacle::RequestDiffers]);
    let found = answered.obstacles(|receipt, _| {
        receipt.engine_version = "0.0.1".into();
        receipt.generation_id = "gen-000009".into();
        receipt.profile = "tranquillity@9".into();
    });
    let all = [
        Obstacle::EngineVersionDiffers,
        Obstacle::GenerationGone,
        Obstacle::ProfileGone,
    ];
    assert_eq!(found.await, all);
}

#[tokio::test]
async fn a_generation_that_is_damaged_or_gone_is_not_answered_from() {
    let answered = Answered::begin(find()).await;
    let generation = answered.dir.path().join("gen-000001");
    damage(&generation);
    let found = answered.obstacles(|_, _| ()).await;
    assert_eq!(found, [ReplayObstacle::GenerationDamaged]);
    fs::remove_dir_all(&generation).unwrap();
    let found = answered.obstacles(|_, _| ()).await;
    assert_eq!(found, [ReplayObstacle::GenerationGone]);
}

/// Changes a byte of the largest file.
fn damage(generation: &Path) {
    let files = fs::read_dir(generation).unwrap().map(|file| file.unwrap());
    let largest = files.max_by_key(|file| file.metadata().unwrap().len());
    let path = largest.unwrap().path();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
}

#[tokio::test]
async fn a_receipt_that_is_none_is_refused_on_its_field() {
    let answered = Answered::begin(find()).await;
    let mut asked = answered.asked();
    asked.receipt.as_mut().unwrap().request_digest = "not a digest".into();
    let mut client = TransparencyServiceClient::new(answered.running.channel().await);
    let refused = described(client.replay_search(asked).await);
    assert_eq!(refused.violations[0].field, "receipt.request_digest");
}
