use std::time::Duration;

use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::{self, ErrorReason};
use sosie_similarity::limits::INGEST_MESSAGES_PER_STREAM_MAX;
use tonic::transport::Channel;

use crate::fixture::{Running, Stream, described, number, records, within};

fn message(first: usize) -> pb::IngestEventsRequest {
    pb::IngestEventsRequest {
        records: records(first..first + 1_000),
        validate_only: false,
    }
}

#[tokio::test]
async fn who_takes_no_answers_is_soon_read_no_more_and_stops_nobody_else() {
    let running = Running::start().await;
    let uri = Channel::from_shared(format!("http://{}", running.addr)).unwrap();
    // The client's own window would hold the answers to many messages; there are buffers enough besides.
    let narrow = uri.initial_stream_window_size(65_535).connect().await;
    let stalled = Stream::open(&mut IngestServiceClient::new(narrow.unwrap())).await;
    let mut taken = 0;
    while stalled.takes(message(1_000 * taken)).await {
        taken += 1;
        assert!(taken < 20 * INGEST_MESSAGES_PER_STREAM_MAX, "never stalled");
    }
    let written = running.changes();
    assert!(written <= 1_000 * taken);
    let mut other = Stream::open(&mut running.ingest().await).await;
    for first in 0..20 {
        other.send(records(first..first + 1)).await;
        assert_eq!(other.results().await.len(), 1);
    }
    assert_eq!(running.put(records(0..1)).await.len(), 1);
    drop(stalled);
}

#[tokio::test]
async fn a_stream_takes_a_place_until_it_ends_and_one_past_the_limit_is_told_to_wait() {
    let running = Running::start_with(|config| config.in_flight_max = number(1)).await;
    let mut client = running.ingest().await;
    let mut stream = Stream::open(&mut client).await;
    let batch = || pb::BatchIngestEventsRequest {
        records: records(0..1),
        validate_only: false,
    };
    let refused = described(client.batch_ingest_events(batch()).await);
    assert_eq!(refused.reason, Some(ErrorReason::Overloaded));
    assert!(refused.retry_after.is_some());
    stream.end();
    assert_eq!(stream.answer().await.unwrap(), None);
    // The place is free a moment after the client has seen the end.
    let admitted = async {
        while client.batch_ingest_events(batch()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    within(admitted).await;
}

#[tokio::test]
async fn the_limits_are_told() {
    let running = Running::start().await;
    let request = pb::GetIngestLimitsRequest {};
    let told = running.ingest().await.get_ingest_limits(request).await;
    let limits = told.unwrap().into_inner().limits.unwrap();
    assert_eq!(limits.records_max, 1_000);
    assert_eq!(limits.requests_in_flight_max, 16);
    assert_eq!(limits.deadline_ms_max, 30_000);
}
