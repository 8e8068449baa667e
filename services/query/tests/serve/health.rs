use sosie_proto::pb::{self, ErrorReason};
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use crate::fixture::{Running, config, described, events, find, publish, within};

const NAMES: [&str; 4] = [
    "",
    "sosie.v1.SimilarEventsService",
    "sosie.v1.EventService",
    "sosie.v1.ProfileService",
];

fn named(service: &str) -> HealthCheckRequest {
    HealthCheckRequest {
        service: service.to_owned(),
    }
}

#[tokio::test]
async fn every_service_serves_once_a_generation_is_loaded_and_not_before() {
    let dir = tempfile::tempdir().unwrap();
    let generations = dir.path().join("not-there-yet");
    let running = Running::start(config(&generations)).await;
    let mut health = running.health().await;
    let mut watches = vec![];
    for name in NAMES {
        let told = health.check(named(name)).await.unwrap().into_inner();
        assert_eq!(told.status(), ServingStatus::NotServing, "{name}");
        let mut watch = health.watch(named(name)).await.unwrap().into_inner();
        let first = watch.message().await.unwrap().unwrap();
        assert_eq!(first.status(), ServingStatus::NotServing, "{name}");
        watches.push(watch);
    }
    publish(&generations, &events(0..3));
    for mut watch in watches {
        let next = within(watch.message()).await.unwrap().unwrap();
        assert_eq!(next.status(), ServingStatus::Serving);
    }
    for name in NAMES {
        let told = health.check(named(name)).await.unwrap().into_inner();
        assert_eq!(told.status(), ServingStatus::Serving, "{name}");
    }
}

#[tokio::test]
async fn a_service_that_is_not_ours_is_not_found() {
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(config(dir.path())).await;
    let mut health = running.health().await;
    let unknown = || named("sosie.v1.IndexService");
    assert_eq!(
        health.check(unknown()).await.unwrap_err().code(),
        Code::NotFound
    );
    assert_eq!(
        health.watch(unknown()).await.unwrap_err().code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn before_the_first_generation_calls_are_told_to_retry_but_for_those_that_need_none() {
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(config(dir.path())).await;
    let mut client = running.similar_events().await;
    let refused = described(client.find_similar_events(find()).await);
    assert_eq!(refused.code, Code::Unavailable);
    assert_eq!(refused.reason, Some(ErrorReason::NotServing));
    assert!(refused.retry_after.is_some());
    let batch = pb::BatchFindSimilarEventsRequest {
        requests: vec![find()],
    };
    let refused = described(client.batch_find_similar_events(batch).await);
    assert_eq!(refused.reason, Some(ErrorReason::NotServing));
    let limits = client.get_limits(pb::GetLimitsRequest {}).await.unwrap();
    let limits = limits.into_inner().limits.unwrap();
    assert_eq!(
        (limits.requests_in_flight_max, limits.deadline_ms_max),
        (16, 30_000)
    );
    let mut profiles = running.profiles().await;
    assert!(
        profiles
            .list_profiles(pb::ListProfilesRequest {})
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn reflection_lists_what_is_served_and_tells_it() {
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(config(dir.path())).await;
    let listed = reflected(&running, MessageRequest::ListServices(String::new())).await;
    let Some(MessageResponse::ListServicesResponse(listed)) = listed.message_response else {
        panic!("expected a list");
    };
    let mut names: Vec<_> = listed
        .service
        .into_iter()
        .map(|service| service.name)
        .collect();
    names.sort();
    let expected = [
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "sosie.v1.EventService",
        "sosie.v1.ProfileService",
        "sosie.v1.SimilarEventsService",
        "sosie.v1.TransparencyService",
    ];
    assert_eq!(names, expected);
    for symbol in expected {
        let symbol = MessageRequest::FileContainingSymbol(symbol.to_owned());
        let file = reflected(&running, symbol).await.message_response;
        assert!(matches!(
            file,
            Some(MessageResponse::FileDescriptorResponse(_))
        ));
    }
}

#[tokio::test]
async fn reflection_can_be_switched_off() {
    let dir = tempfile::tempdir().unwrap();
    let off = sosie_query::Config {
        reflection: false,
        ..config(dir.path())
    };
    let running = Running::start(off).await;
    let mut client = ServerReflectionClient::new(running.channel().await);
    let requests = tokio_stream::iter([ServerReflectionRequest::default()]);
    let refused = client.server_reflection_info(requests).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unimplemented);
}

async fn reflected(running: &Running, request: MessageRequest) -> ServerReflectionResponse {
    let mut client = ServerReflectionClient::new(running.channel().await);
    let requests = tokio_stream::iter([ServerReflectionRequest {
        host: String::new(),
        message_request: Some(request),
    }]);
    let mut answers = client
        .server_reflection_info(requests)
        .await
        .unwrap()
        .into_inner();
    within(answers.message()).await.unwrap().unwrap()
}
