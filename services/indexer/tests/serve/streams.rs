use sosie_proto::pb::{self, ErrorReason, write_result::Outcome};
use tonic::Code;

use crate::fixture::{Running, Stream, accepted, described, outcomes, records, unchanged};

#[tokio::test]
async fn answers_come_in_the_order_of_the_records_with_their_places_in_the_stream() {
    let running = Running::start().await;
    let mut stream = Stream::open(&mut running.ingest().await).await;
    let sizes = [3, 1, 500, 7];
    let mut sent = 0;
    for size in sizes {
        stream.send(records(sent..sent + size)).await;
        sent += size;
    }
    stream.end();
    let mut told = vec![];
    for size in sizes {
        let results = stream.results().await;
        assert_eq!(results.len(), size);
        told.extend(results);
    }
    assert_eq!(stream.answer().await.unwrap(), None);
    let places: Vec<_> = told.iter().map(|result| result.index).collect();
    assert_eq!(places, (0..511).collect::<Vec<_>>());
    let expected: Vec<_> = (1..=511).map(|position| accepted(1, position)).collect();
    assert_eq!(outcomes(told), expected);
}

#[tokio::test]
async fn the_first_message_decides_whether_a_stream_writes() {
    let running = Running::start().await;
    let mut stream = Stream::open(&mut running.ingest().await).await;
    stream
        .send_request(pb::IngestEventsRequest {
            records: records(0..1),
            validate_only: true,
        })
        .await;
    stream.send(records(1..2)).await;
    for _ in 0..2 {
        let told = outcomes(stream.results().await);
        assert!(matches!(told[..], [Outcome::Valid(_)]), "{told:?}");
    }
    assert_eq!(running.changes(), 0);
}

#[tokio::test]
async fn a_stream_that_is_sent_again_changes_nothing() {
    let running = Running::start().await;
    let mut client = running.ingest().await;
    for expected in [accepted(1, 2), unchanged(1)] {
        let mut stream = Stream::open(&mut client).await;
        stream.send(records(0..2)).await;
        assert_eq!(outcomes(stream.results().await)[1], expected);
    }
    assert_eq!(running.changes(), 2);
}

#[tokio::test]
async fn a_service_that_ends_answers_what_it_took_and_tells_streams_to_go_elsewhere() {
    let mut running = Running::start().await;
    let mut stream = Stream::open(&mut running.ingest().await).await;
    stream.send(records(0..100)).await;
    assert_eq!(stream.results().await.len(), 100);
    running.stop();
    let ended = described(stream.answer().await);
    assert_eq!(ended.code, Code::Unavailable);
    assert_eq!(ended.reason, Some(ErrorReason::NotServing));
    running.ended().await;
}
