use prost::Message;
use sosie_proto::pb::{self, ErrorReason, write_result::Outcome};
use sosie_similarity::limits::{INGEST_BYTES_MAX, INGEST_RECORDS_MAX};
use tonic::Code;

use crate::fixture::{Running, Stream, accepted, changed, deletion, described, record, records};

/// What no answer, log or message may hold.
const CANARY: &str = "Jeanne-Dupont-0612345678";

fn refusal(outcome: &Outcome) -> &pb::RefusedWrite {
    match outcome {
        Outcome::Refused(refused) => refused,
        Outcome::Accepted(_) | Outcome::Unchanged(_) | Outcome::Valid(_) => {
            panic!("expected a refusal: {outcome:?}")
        }
    }
}

#[tokio::test]
async fn a_record_is_refused_by_rule_and_path_alone_and_keeps_no_other_out() {
    let running = Running::start().await;
    type Change = fn(&mut pb::EventInput);
    let wrong: [(Change, &str, &str); 8] = [
        (
            |e| e.event_id = format!("{CANARY} x"),
            "event_id",
            "MALFORMED",
        ),
        (
            |e| e.series_id = Some(format!("{CANARY} x")),
            "series_id",
            "MALFORMED",
        ),
        (
            |e| e.nature = Some(CANARY.to_owned()),
            "nature",
            "MALFORMED",
        ),
        (
            |e| e.time_zone = CANARY.to_owned(),
            "time_zone",
            "UNKNOWN_ZONE",
        ),
        (
            |e| e.outcomes = [(CANARY.to_owned(), 1.0)].into(),
            "outcomes",
            "MALFORMED",
        ),
        (|e| e.source_id.clear(), "source_id", "REQUIRED"),
        (
            |e| e.end_time = e.start_time,
            "end_time",
            "END_BEFORE_START",
        ),
        (
            |e| {
                e.location = Some(pb::Location {
                    latitude_degrees: Some(91.5),
                    longitude_degrees: Some(0.0),
                });
            },
            "location.latitude_degrees",
            "OUT_OF_RANGE",
        ),
    ];
    let mut batch = vec![record("first")];
    batch.extend(wrong.iter().map(|(change, _, _)| changed("x", change)));
    batch.push(record("last"));
    let told = running.put(batch).await;
    assert_eq!((&told[0], &told[9]), (&accepted(1, 1), &accepted(1, 2)));
    for (at, (_, field, rule)) in (1..).zip(wrong) {
        let refused = refusal(&told[at]);
        assert_eq!(refused.reason(), pb::WriteRefusal::InvalidRecord);
        let violation = &refused.field_violations[0];
        assert_eq!(violation.field, format!("records[{at}].event.{field}"));
        assert_eq!(violation.reason, rule);
        let told = format!("{refused:?}");
        assert!(!told.contains(CANARY) && !told.contains("91.5"), "{told}");
    }
}

#[tokio::test]
async fn a_deletion_is_refused_by_its_path() {
    let running = Running::start().await;
    let unreasoned = deletion("a", pb::DeletionReason::Unspecified);
    let told = running.delete(vec![unreasoned]).await;
    let violation = &refusal(&told[0]).field_violations[0];
    assert_eq!(violation.field, "deletions[0].reason");
    assert_eq!(violation.reason, "REQUIRED");
}

#[tokio::test]
async fn a_batch_is_tested_at_its_limit_and_one_past_it_and_empty() {
    let running = Running::start().await;
    let mut client = running.ingest().await;
    let told = running.put(records(0..INGEST_RECORDS_MAX)).await;
    assert_eq!(told.last(), Some(&accepted(1, 1_000)));
    for (count, rule) in [(0, "REQUIRED"), (INGEST_RECORDS_MAX + 1, "TOO_MANY")] {
        let request = pb::BatchIngestEventsRequest {
            records: records(0..count),
            validate_only: false,
        };
        let refused = described(client.batch_ingest_events(request).await);
        assert_eq!(refused.code, Code::InvalidArgument);
        assert_eq!(refused.reason, Some(ErrorReason::InvalidRequest));
        assert_eq!(refused.violations[0].field, "records");
        assert_eq!(refused.violations[0].reason, rule);
    }
    let none = pb::DeleteEventsRequest { deletions: vec![] };
    let refused = described(client.delete_events(none).await);
    assert_eq!(refused.violations[0].field, "deletions");
}

#[tokio::test]
async fn a_message_is_tested_at_its_bytes_and_one_past_them() {
    let running = Running::start().await;
    let mut client = running.ingest().await;
    let of_bytes = |bytes: usize| {
        let request = |id: String| pb::BatchIngestEventsRequest {
            records: vec![changed(&id, |_| {})],
            validate_only: true,
        };
        let empty = request("x".repeat(INGEST_BYTES_MAX)).encoded_len() - INGEST_BYTES_MAX;
        let request = request("x".repeat(bytes - empty));
        assert_eq!(request.encoded_len(), bytes);
        request
    };
    let told = client.batch_ingest_events(of_bytes(INGEST_BYTES_MAX)).await;
    let results = told.unwrap().into_inner().results;
    let refused = refusal(results[0].outcome.as_ref().unwrap());
    assert_eq!(refused.field_violations[0].reason, "TOO_LONG");
    let past = client
        .batch_ingest_events(of_bytes(INGEST_BYTES_MAX + 1))
        .await;
    assert_eq!(past.unwrap_err().code(), Code::OutOfRange);
}

#[tokio::test]
async fn a_stream_ends_with_a_message_that_is_none_after_what_came_before_is_answered() {
    let running = Running::start().await;
    let mut client = running.ingest().await;
    let mut stream = Stream::open(&mut client).await;
    stream.send(records(0..2)).await;
    stream.send(vec![]).await;
    assert_eq!(stream.results().await.len(), 2);
    let refused = described(stream.answer().await);
    assert_eq!(refused.violations[0].field, "records");
    // A stream that begins by writing can't turn into one that does not.
    let mut stream = Stream::open(&mut client).await;
    stream.send(records(0..1)).await;
    let turned = pb::IngestEventsRequest {
        records: records(0..1),
        validate_only: true,
    };
    stream.send_request(turned).await;
    assert_eq!(stream.results().await.len(), 1);
    let refused = described(stream.answer().await);
    assert_eq!(refused.violations[0].field, "validate_only");
}

#[tokio::test]
async fn a_field_that_the_contract_lacks_is_refused_and_nothing_of_its_message_is_written() {
    let running = Running::start().await;
    // An event as it is read has what Sosie derives, which is not for a source to state: field 18.
    let mut event = record("a").event.unwrap().encode_to_vec();
    let derived = pb::DerivedValues::default();
    prost::encoding::message::encode(18, &derived, &mut event);
    let mut record = Vec::new();
    prost::encoding::bytes::encode(1, &event, &mut record);
    let mut request = Vec::new();
    prost::encoding::bytes::encode(1, &record, &mut request);
    let mut grpc = tonic::client::Grpc::new(running.channel().await);
    grpc.ready().await.unwrap();
    let path = "/sosie.v1.IngestService/BatchIngestEvents".parse().unwrap();
    let answer = grpc.unary(tonic::Request::new(request), path, Raw).await;
    let refused = described(answer);
    assert_eq!(refused.violations[0].field, "records[0].event.18");
    assert_eq!(refused.violations[0].reason, "UNKNOWN_FIELD");
    assert_eq!(running.changes(), 0);
}

/// Sends bytes as they are, and reads none.
struct Raw;

impl tonic::codec::Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = ();
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl tonic::codec::Encoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;

    fn encode(
        &mut self,
        item: Vec<u8>,
        target: &mut tonic::codec::EncodeBuf<'_>,
    ) -> Result<(), tonic::Status> {
        bytes::BufMut::put_slice(target, &item);
        Ok(())
    }
}

impl tonic::codec::Decoder for Raw {
    type Item = ();
    type Error = tonic::Status;

    fn decode(&mut self, _: &mut tonic::codec::DecodeBuf<'_>) -> Result<Option<()>, tonic::Status> {
        Ok(Some(()))
    }
}
