use std::sync::atomic::Ordering;

use sosie_proto::pb;
use sosie_rpc::ServeError;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::fixture::{Running, record, within};

fn named(service: &str) -> HealthCheckRequest {
    HealthCheckRequest {
        service: service.to_owned(),
    }
}

#[tokio::test]
async fn the_services_serve_until_the_end_is_asked_for() {
    let mut running = Running::start().await;
    let mut health = HealthClient::new(running.channel().await);
    let mut watches = vec![];
    for name in ["", "sosie.v1.IngestService", "sosie.v1.IndexService"] {
        let mut watch = health.watch(named(name)).await.unwrap().into_inner();
        let told = async {
            while watch.message().await.unwrap().unwrap().status() != ServingStatus::Serving {}
        };
        within(told).await;
        watches.push(watch);
    }
    let unknown = health.check(named("sosie.v1.EventService")).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
    running.stop();
    for mut watch in watches {
        let last = within(watch.message()).await.unwrap().unwrap();
        assert_eq!(last.status(), ServingStatus::NotServing);
        assert_eq!(within(watch.message()).await.unwrap(), None);
    }
    running.ended().await;
}

#[tokio::test]
async fn a_service_whose_writer_has_panicked_ends_and_says_so() {
    let running = Running::start().await;
    let mut health = HealthClient::new(running.channel().await);
    let mut watch = health.watch(named("")).await.unwrap().into_inner();
    let mut client = running.ingest().await;
    running.follower.panics.store(true, Ordering::SeqCst);
    let request = pb::BatchIngestEventsRequest {
        records: vec![record("e-1")],
        validate_only: false,
    };
    let refused = client.batch_ingest_events(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::Internal);
    let told = async {
        while watch.message().await.unwrap().unwrap().status() != ServingStatus::NotServing {}
    };
    within(told).await;
    drop((client, health, watch));
    let ended = running.result().await;
    assert!(matches!(ended, Err(ServeError::PartEnded(_))), "{ended:?}");
}
