use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sosie_proto::pb::{self, ErrorReason};
use sosie_query::Config;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;

use crate::fixture::{Running, config, described, find, find_stored, number, within};
use crate::stub::Stub;

fn tight() -> Config {
    Config {
        in_flight_max: number(2),
        ..config(Path::new("not-looked-at"))
    }
}

fn batch() -> pb::BatchFindSimilarEventsRequest {
    pb::BatchFindSimilarEventsRequest {
        requests: vec![find(), find()],
    }
}

#[tokio::test]
async fn a_call_past_the_limit_is_refused_at_once_and_health_is_not() {
    let (stub, serving) = Stub::serving();
    let running = Running::start_with(tight(), serving).await;
    let mut client = running.similar_events().await;
    let search = |mut client: pb::similar_events_service_client::SimilarEventsServiceClient<_>| {
        tokio::spawn(async move { client.find_similar_events(find()).await })
    };
    let first = search(client.clone());
    // A batch takes one place, for as long as its stream lasts.
    let mut stream = client
        .batch_find_similar_events(batch())
        .await
        .unwrap()
        .into_inner();
    Stub::reaches(&stub.searching, 2).await;
    let refused = described(client.find_similar_events(find()).await);
    assert_eq!(refused.code, Code::ResourceExhausted);
    assert_eq!(refused.reason, Some(ErrorReason::Overloaded));
    assert!(refused.retry_after.is_some());
    let mut health = running.health().await;
    assert!(health.check(HealthCheckRequest::default()).await.is_ok());
    stub.let_go();
    assert!(within(first).await.unwrap().is_ok());
    while within(stream.message()).await.unwrap().is_some() {}
    let free = async {
        while client.find_similar_events(find()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(free).await;
}

#[tokio::test]
async fn searches_that_wait_for_their_turn_are_all_answered_and_those_that_leave_never_begin() {
    let (stub, serving) = Stub::serving();
    let in_turn = Config {
        searches_at_once: Some(number(2)),
        ..config(Path::new("not-looked-at"))
    };
    let running = Running::start_with(in_turn, serving).await;
    let mut client = running.similar_events().await;
    let search = || {
        let mut client = client.clone();
        tokio::spawn(async move { client.find_similar_events(find()).await })
    };
    let begun = [search(), search()];
    Stub::reaches(&stub.searching, 2).await;
    let waiting = [search(), search(), search()];
    let mut request = Request::new(find());
    request.set_timeout(Duration::from_millis(100));
    let left = within(client.find_similar_events(request)).await;
    let code = left.expect_err("there is no turn for it").code();
    assert!(
        matches!(code, Code::DeadlineExceeded | Code::Cancelled),
        "{code}"
    );
    // What is no search waits for none of them.
    let mut events = running.events().await;
    let listed = events.list_events(pb::ListEventsRequest::default());
    assert!(within(listed).await.is_ok());
    // A batch takes a turn for each of its searches.
    let batched = client.batch_find_similar_events(batch()).await;
    // By then the service knows that the one has left.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(stub.searching.load(Ordering::SeqCst), 2);
    stub.let_go();
    for search in begun.into_iter().chain(waiting) {
        assert!(within(search).await.unwrap().is_ok());
    }
    let mut batched = batched.unwrap().into_inner();
    while within(batched.message()).await.unwrap().is_some() {}
    assert_eq!(stub.searching.load(Ordering::SeqCst), 5 + 2);
}

#[tokio::test]
async fn a_late_call_ends_by_our_deadline_and_its_work_too() {
    let (stub, serving) = Stub::serving();
    let short = Config {
        deadline: Duration::from_millis(100),
        ..tight()
    };
    let running = Running::start_with(short, serving).await;
    let mut client = running.similar_events().await;
    let refused = described(within(client.find_similar_events(find())).await);
    assert_eq!(refused.code, Code::DeadlineExceeded);
    assert_eq!(refused.reason, Some(ErrorReason::DeadlineExceeded));
    Stub::reaches(&stub.cancelled, 1).await;
    // A stream says so at its end.
    let mut stream = client
        .batch_find_similar_events(batch())
        .await
        .unwrap()
        .into_inner();
    let refused = described(within(stream.message()).await);
    assert_eq!(refused.reason, Some(ErrorReason::DeadlineExceeded));
    Stub::reaches(&stub.cancelled, 2).await;
}

#[tokio::test]
async fn a_late_call_ends_by_the_deadline_of_its_client() {
    let (stub, serving) = Stub::serving();
    let running = Running::start_with(tight(), serving).await;
    let mut client = running.similar_events().await;
    let mut stream_client = client.clone();
    let mut request = Request::new(find());
    request.set_timeout(Duration::from_millis(100));
    let refused = within(client.find_similar_events(request))
        .await
        .unwrap_err();
    // The client's own clock may be first; then its word for it counts.
    assert!(
        matches!(refused.code(), Code::DeadlineExceeded | Code::Cancelled),
        "{refused:?}"
    );
    Stub::reaches(&stub.cancelled, 1).await;
    let mut request = Request::new(batch());
    request.set_timeout(Duration::from_millis(300));
    let mut stream = stream_client
        .batch_find_similar_events(request)
        .await
        .unwrap()
        .into_inner();
    let refused = described(within(stream.message()).await);
    assert_eq!(refused.reason, Some(ErrorReason::DeadlineExceeded));
}

#[tokio::test]
async fn a_client_that_leaves_ends_its_work() {
    let (stub, serving) = Stub::serving();
    let running = Running::start_with(tight(), serving).await;
    let mut client = running.similar_events().await;
    let search = tokio::spawn({
        let mut client = client.clone();
        async move { client.find_similar_events(find()).await }
    });
    Stub::reaches(&stub.searching, 1).await;
    search.abort();
    Stub::reaches(&stub.cancelled, 1).await;
    let stream = client.batch_find_similar_events(batch()).await.unwrap();
    Stub::reaches(&stub.searching, 2).await;
    drop(stream);
    Stub::reaches(&stub.cancelled, 2).await;
}

#[tokio::test]
async fn a_fault_of_ours_is_internal_and_its_cause_is_not_told() {
    let (_stub, serving) = Stub::serving();
    let running = Running::start_with(tight(), serving).await;
    let mut client = running.similar_events().await;
    // Failed and panicked.
    let failed = client.count_facets(pb::CountFacetsRequest::default()).await;
    let panicked = client.find_similar_events(find_stored("e-01")).await;
    for refused in [described(failed.map(drop)), described(panicked.map(drop))] {
        assert_eq!(
            (refused.code, refused.reason),
            (Code::Internal, Some(ErrorReason::Internal))
        );
        assert!(!refused.message.contains("only the log"));
    }
    // In a batch too, in its place.
    let requests = vec![find_stored("e-01"), find_stored("e-02")];
    let request = pb::BatchFindSimilarEventsRequest { requests };
    let mut stream = client
        .batch_find_similar_events(request)
        .await
        .unwrap()
        .into_inner();
    let mut internal = 0;
    while let Some(answer) = within(stream.message()).await.unwrap() {
        let Some(pb::batch_find_similar_events_response::Result::Error(error)) = answer.result
        else {
            panic!("expected an error");
        };
        assert_eq!(error.reason(), ErrorReason::Internal);
        internal += 1;
    }
    assert_eq!(internal, 2);
}
