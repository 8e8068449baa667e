use super::*;
use crate::{sample, to_pb};

fn input() -> pb::EventInput {
    let event = sample::event("sd-1");
    to_pb::event_input(&event, Some(event.parts().known_time))
}

fn record(change: impl FnOnce(&mut pb::EventInput)) -> Result<Put, Invalid> {
    let mut event = input();
    change(&mut event);
    ingest_record(pb::IngestRecord {
        event: Some(event),
        if_revision: None,
    })
}

fn check(change: impl FnOnce(&mut pb::EventInput), field: &str, rule: Rule) {
    let refused = record(change).map(|put| put.event.id().to_string());
    assert_eq!(refused, Err(Invalid::new(format!("event.{field}"), rule)));
}

#[test]
fn an_event_comes_back_as_it_went() {
    let event = sample::event("sd-1");
    let put = record(|_| {}).unwrap();
    assert_eq!(put.event, event);
    assert_eq!(put.stated_known_time, Some(event.parts().known_time));
    let without = record(|event| event.known_time = None).unwrap();
    assert_eq!(without.stated_known_time, None);
}

#[test]
fn what_an_event_must_have_is_required() {
    check(|e| e.event_id.clear(), "event_id", Rule::Required);
    check(|e| e.state = 0, "state", Rule::Required);
    check(|e| e.start_time = None, "start_time", Rule::Required);
    check(|e| e.end_time = None, "end_time", Rule::Required);
    check(|e| e.time_zone.clear(), "time_zone", Rule::Required);
    check(|e| e.time_precision = 0, "time_precision", Rule::Required);
    check(|e| e.source_id.clear(), "source_id", Rule::Required);
    let refused = ingest_record(pb::IngestRecord::default());
    assert_eq!(refused, Err(Invalid::new("event", Rule::Required)));
}

#[test]
fn a_field_at_fault_is_told_by_its_path() {
    let malformed = Rule::Malformed;
    check(|e| e.event_id = "é".to_owned(), "event_id", malformed);
    check(
        |e| e.series_id = Some(String::new()),
        "series_id",
        malformed,
    );
    check(|e| e.state = 9, "state", malformed);
    check(|e| e.nature = Some("A".to_owned()), "nature", malformed);
    check(|e| e.sector = Some("a//b".to_owned()), "sector", malformed);
    check(|e| e.source_id = "X".to_owned(), "source_id", malformed);
    check(
        |e| e.location = Some(sample::point(91.0, 0.0)),
        "location.latitude_degrees",
        Rule::OutOfRange(-90.0, 90.0),
    );
    check(
        |e| e.end_time = e.start_time,
        "end_time",
        Rule::EndBeforeStart,
    );
    check(
        |e| e.time_precision = pb::TimePrecision::Day.into(),
        "start_time",
        Rule::NotMidnight,
    );
    check(
        |e| {
            let participants = e.participants.as_mut().unwrap();
            participants.low = Some(801);
        },
        "participants.low",
        Rule::LowAboveHigh,
    );
    check(
        |e| e.footprint = Some(pb::Footprint::default()),
        "footprint",
        Rule::Required,
    );
    check(
        |e| e.footprint_area_m2 = Some(0.0),
        "footprint_area_m2",
        Rule::NotPositive,
    );
    check(
        |e| {
            e.known_time = Some(prost_types::Timestamp {
                seconds: 0,
                nanos: 1,
            });
        },
        "known_time",
        Rule::TooFine,
    );
}

#[test]
fn a_bound_of_outcomes_is_a_number_from_1_to_1_000() {
    let with = |key: &str, bound| {
        let key = key.to_owned();
        move |event: &mut pb::EventInput| event.outcomes_fewer_than = [(key, bound)].into()
    };
    let range = Rule::OutOfRange(1.0, 1_000.0);
    check(
        with("Jean Dupont", 5),
        "outcomes_fewer_than",
        Rule::Malformed,
    );
    check(with("injured", -1), "outcomes_fewer_than", range);
    check(with("injured", 0), "outcomes_fewer_than.injured", range);
    check(with("injured", 1_001), "outcomes_fewer_than.injured", range);
    check(
        with("officers", 5),
        "outcomes_fewer_than.officers",
        Rule::Duplicate,
    );
}

#[test]
fn a_key_of_outcomes_is_told_only_if_it_is_a_code() {
    let with = |key: &str, count| {
        let key = key.to_owned();
        move |event: &mut pb::EventInput| event.outcomes = [(key, count)].into()
    };
    check(with("Jean Dupont", 1.0), "outcomes", Rule::Malformed);
    let range = Rule::OutOfRange(0.0, 1e15);
    check(with("officers", -1.0), "outcomes.officers", range);
    check(
        with("officers", f64::NAN),
        "outcomes.officers",
        Rule::NotFinite,
    );
}

#[test]
fn a_message_has_a_record_and_not_one_past_the_limit() {
    let of = |count| pb::IngestEventsRequest {
        records: vec![pb::IngestRecord::default(); count],
        validate_only: true,
    };
    let records = |rule| Err(Invalid::new("records", rule));
    assert_eq!(ingest(of(0)), records(Rule::Required));
    assert!(ingest(of(1)).is_ok_and(|asked| asked.validate_only));
    assert_eq!(ingest(of(1_000)).unwrap().records.len(), 1_000);
    assert_eq!(ingest(of(1_001)), records(Rule::TooMany(1_000)));
    let batch = pb::BatchIngestEventsRequest {
        records: vec![pb::IngestRecord::default(); 1_001],
        validate_only: false,
    };
    assert_eq!(batch_ingest(batch), records(Rule::TooMany(1_000)));
    let request = pb::DeleteEventsRequest {
        deletions: vec![pb::EventDeletion::default(); 1_001],
    };
    let refused = deletions(request);
    assert_eq!(
        refused,
        Err(Invalid::new("deletions", Rule::TooMany(1_000)))
    );
}

#[test]
fn a_revision_counts_from_none() {
    let with = |if_revision| {
        ingest_record(pb::IngestRecord {
            event: Some(input()),
            if_revision,
        })
    };
    assert_eq!(with(Some(0)).unwrap().if_revision, Some(0));
    assert_eq!(with(None).unwrap().if_revision, None);
    let refused = with(Some(-1)).unwrap_err();
    let range = Rule::OutOfRange(0.0, i64::MAX as f64);
    assert_eq!(refused, Invalid::new("if_revision", range));
}

#[test]
fn a_deletion_names_an_event_and_a_reason() {
    let asked = |event_id: &str, reason| {
        deletion(pb::EventDeletion {
            event_id: event_id.to_owned(),
            reason,
            if_revision: Some(2),
        })
    };
    let made = asked("sd-1", 4).unwrap();
    assert_eq!(made.reason, pb::DeletionReason::PersonalData);
    assert_eq!(made.if_revision, Some(2));
    let refused = |event_id, reason| asked(event_id, reason).unwrap_err();
    assert_eq!(refused("", 1), Invalid::new("event_id", Rule::Required));
    assert_eq!(refused("sd-1", 0), Invalid::new("reason", Rule::Required));
    assert_eq!(refused("sd-1", 5), Invalid::new("reason", Rule::Malformed));
}
