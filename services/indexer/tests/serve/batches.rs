use sosie_proto::pb::{self, DeletionReason, write_result::Outcome};
use sosie_similarity::EventId;

use crate::fixture::{Running, accepted, changed, deletion, mismatch, record, records, unchanged};

fn only_if(mut record: pb::IngestRecord, revision: i64) -> pb::IngestRecord {
    record.if_revision = Some(revision);
    record
}

#[tokio::test]
async fn what_is_accepted_is_in_the_store_and_the_feed_was_told_before() {
    let running = Running::start().await;
    let told = running.put(records(0..3)).await;
    assert_eq!(told, [accepted(1, 1), accepted(1, 2), accepted(1, 3)]);
    assert_eq!(running.follower.position(), 3);
    let view = running.store.view().unwrap();
    let head = view.head(&EventId::new("e-2").unwrap()).unwrap().unwrap();
    assert_eq!(head.position.get(), 3);
}

#[tokio::test]
async fn the_same_content_again_is_unchanged_and_other_content_is_a_revision() {
    let running = Running::start().await;
    running.put(vec![record("a")]).await;
    let other = || changed("a", |event| event.nature = None);
    let told = running.put(vec![record("a"), other(), other()]).await;
    assert_eq!(told, [unchanged(1), accepted(2, 2), unchanged(2)]);
    assert_eq!(running.changes(), 2);
}

#[tokio::test]
async fn a_condition_on_the_revision_holds_within_a_batch_too() {
    let running = Running::start().await;
    let at = |seconds| changed("a", move |event| event.active_duration_s = Some(seconds));
    let batch = vec![
        only_if(at(1.0), 1),
        only_if(at(1.0), 0),
        only_if(at(2.0), 0),
        only_if(at(2.0), 1),
        // It says what the head says: a call that is made twice is answered twice.
        only_if(at(2.0), 1),
    ];
    let told = running.put(batch).await;
    let expected = [
        mismatch(0),
        accepted(1, 1),
        mismatch(1),
        accepted(2, 2),
        unchanged(2),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn validate_only_writes_nothing_and_tells_what_would_be_refused() {
    let running = Running::start().await;
    let request = pb::BatchIngestEventsRequest {
        records: vec![record("a"), changed("b", |event| event.state = 0)],
        validate_only: true,
    };
    let answer = running.ingest().await.batch_ingest_events(request).await;
    let results = answer.unwrap().into_inner().results;
    assert!(matches!(results[0].outcome, Some(Outcome::Valid(_))));
    assert!(matches!(results[1].outcome, Some(Outcome::Refused(_))));
    assert_eq!((running.changes(), running.follower.position()), (0, 0));
}

#[tokio::test]
async fn a_deletion_is_a_revision_and_an_erasure_takes_the_records() {
    let running = Running::start().await;
    running.put(vec![record("a"), record("b")]).await;
    let told = running
        .delete(vec![
            deletion("a", DeletionReason::Withdrawn),
            deletion("a", DeletionReason::Withdrawn),
            deletion("b", DeletionReason::PersonalData),
            deletion("c", DeletionReason::Test),
        ])
        .await;
    assert_eq!(told[..3], [accepted(2, 3), unchanged(2), accepted(2, 4)]);
    let Outcome::Refused(unknown) = &told[3] else {
        panic!("{:?}", told[3]);
    };
    assert_eq!(unknown.reason(), pb::WriteRefusal::UnknownEvent);
    let view = running.store.view().unwrap();
    assert_eq!(view.summary().record_count, 1);
    // It can come back, as a revision of its own.
    assert_eq!(running.put(vec![record("a")]).await, [accepted(3, 5)]);
}
