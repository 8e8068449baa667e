//! Page tokens over publications: they hold as long as their generation is loaded, and expire by name after.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use sosie_proto::error::describe;
use sosie_proto::pb::{self, ErrorReason};
use sosie_tests::{Clients, Publisher, Running, synthetic_events, until_async};
use tempfile::TempDir;
use tonic::{Code, Status};

const EVENTS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_token_outlives_one_publication_and_expires_with_its_generation() {
    let dir = TempDir::new().unwrap();
    let mut publisher = Publisher::open(dir.path(), 1);
    publisher.publish(&synthetic_events(1, EVENTS));
    let server = Running::start(dir.path()).await;
    let clients = server.clients().await;
    let first = find(&clients, String::new()).await.unwrap();
    let listed = list(&clients, String::new()).await.unwrap();
    let second = find(&clients, first.next_page_token.clone()).await.unwrap();

    // Two generations are kept in memory: that of the token is one of them, its files are gone.
    publish_and_wait(&mut publisher, &clients, 2).await;
    let again = find(&clients, first.next_page_token.clone()).await.unwrap();
    assert_eq!(again, second, "the page that it was before the publication");
    assert_eq!(again.receipt.unwrap().generation_id, "gen-000001");

    publish_and_wait(&mut publisher, &clients, 3).await;
    expired(&find(&clients, first.next_page_token).await.unwrap_err());
    expired(&list(&clients, listed.next_page_token).await.unwrap_err());
    expired(&find(&clients, second.next_page_token).await.unwrap_err());
    let anew = find(&clients, String::new()).await.unwrap();
    assert_eq!(anew.receipt.unwrap().generation_id, "gen-000003");
    eprintln!("expiry: 3 generations, 3 tokens");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generation_number_that_is_used_again_is_another_generation() {
    let (dir, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    Publisher::open(dir.path(), 1).publish(&synthetic_events(1, EVENTS));
    Publisher::open(other.path(), 1).publish(&synthetic_events(2, EVENTS));
    let (server, restored) = (
        Running::start(dir.path()).await,
        Running::start(other.path()).await,
    );
    let first = find(&server.clients().await, String::new()).await.unwrap();
    assert_eq!(first.receipt.unwrap().generation_id, "gen-000001");
    expired(
        &find(&restored.clients().await, first.next_page_token)
            .await
            .unwrap_err(),
    );
}

fn expired(status: &Status) {
    let described = describe(status);
    assert_eq!(described.code, Code::FailedPrecondition, "{status:?}");
    assert_eq!(
        described.reason,
        Some(ErrorReason::GenerationExpired),
        "{status:?}"
    );
}

async fn publish_and_wait(publisher: &mut Publisher, clients: &Clients, number: u64) {
    publisher.publish(&synthetic_events(number, EVENTS));
    let name = format!("gen-{number:06}");
    until_async(&name, async || {
        let answer = find(clients, String::new()).await.unwrap();
        (answer.receipt.unwrap().generation_id == name).then_some(())
    })
    .await;
}

async fn find(clients: &Clients, token: String) -> Result<pb::FindSimilarEventsResponse, Status> {
    let draft = pb::DraftEvent {
        nature: Some("music".to_owned()),
        ..Default::default()
    };
    let kind = Some(pb::probe::Kind::Draft(draft));
    let query = pb::SimilarityQuery {
        probe: Some(pb::Probe { kind }),
        as_of: Some(prost_types::Timestamp {
            seconds: 1_735_689_600,
            nanos: 0,
        }),
        ..Default::default()
    };
    let request = pb::FindSimilarEventsRequest {
        query: Some(query),
        page_size: Some(3),
        page_token: token,
        include_footprints: false,
    };
    let answer = clients
        .similar_events
        .clone()
        .find_similar_events(request)
        .await;
    answer.map(tonic::Response::into_inner)
}

async fn list(clients: &Clients, token: String) -> Result<pb::ListEventsResponse, Status> {
    let request = pb::ListEventsRequest {
        page_size: Some(3),
        page_token: token,
        ..Default::default()
    };
    clients
        .events
        .clone()
        .list_events(request)
        .await
        .map(tonic::Response::into_inner)
}
