use std::path::Path;
use std::time::{Duration, Instant};

use sosie_query::Config;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;

use crate::fixture::{Running, config, find, number, served, within};
use crate::stub::Stub;

#[tokio::test]
async fn a_watch_is_told_ends_and_does_not_hold_up_the_drain() {
    let (_dir, mut running) = served(1).await;
    let mut health = running.health().await;
    let request = HealthCheckRequest::default();
    let mut watch = health.watch(request).await.unwrap().into_inner();
    let told = watch.message().await.unwrap().unwrap();
    assert_eq!(told.status(), ServingStatus::Serving);
    let begun = Instant::now();
    running.stop();
    let told = within(watch.message()).await.unwrap().unwrap();
    assert_eq!(told.status(), ServingStatus::NotServing);
    assert!(within(watch.message()).await.unwrap().is_none());
    running.ended().await;
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "half of drain_max and less"
    );
}

#[tokio::test]
async fn a_call_in_flight_is_finished() {
    let (stub, serving) = Stub::serving();
    let mut running = Running::start_with(config(Path::new("not-looked-at")), serving).await;
    let mut client = running.similar_events().await;
    let search = tokio::spawn(async move { client.find_similar_events(find()).await });
    Stub::reaches(&stub.searching, 1).await;
    running.stop();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stub.let_go();
    assert!(within(search).await.unwrap().is_ok());
    running.ended().await;
}

#[tokio::test]
async fn what_lasts_past_the_drain_is_cut() {
    let (stub, serving) = Stub::serving();
    let hasty = Config {
        drain_max: Duration::from_millis(100),
        in_flight_max: number(1),
        ..config(Path::new("not-looked-at"))
    };
    let mut running = Running::start_with(hasty, serving).await;
    let addr = running.addr;
    let mut client = running.similar_events().await;
    // A client that never says a word, and one whose call never ends.
    let silent = tokio::net::TcpStream::connect(addr).await.unwrap();
    let search = tokio::spawn(async move { client.find_similar_events(find()).await });
    Stub::reaches(&stub.searching, 1).await;
    let begun = Instant::now();
    running.stop();
    running.ended().await;
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(within(search).await.unwrap().is_err());
    Stub::reaches(&stub.cancelled, 1).await;
    drop(silent);
    // The port is free again.
    tokio::net::TcpListener::bind(addr).await.unwrap();
}

#[tokio::test]
async fn a_service_that_never_served_ends_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut running = Running::start(config(dir.path())).await;
    running.stop();
    running.ended().await;
}
