use sosie_proto::pb::{self, ErrorReason, draft_event, probe};
use tonic::Code;

use crate::fixture::{
    described, draft, find, find_of, find_stored, location, query_of, served, time,
};

/// A request, then what it is refused with: code, reason, field path, rule.
type Case = (
    pb::FindSimilarEventsRequest,
    Code,
    ErrorReason,
    &'static str,
    &'static str,
);

fn invalid(request: pb::FindSimilarEventsRequest, field: &'static str, rule: &'static str) -> Case {
    (
        request,
        Code::InvalidArgument,
        ErrorReason::InvalidRequest,
        field,
        rule,
    )
}

fn with_query(change: impl FnOnce(&mut pb::SimilarityQuery)) -> pb::FindSimilarEventsRequest {
    let mut request = find();
    change(request.query.as_mut().unwrap());
    request
}

fn with_filter(filter: pb::Filter) -> pb::FindSimilarEventsRequest {
    with_query(|query| query.filter = Some(filter))
}

fn with_draft(change: impl FnOnce(&mut pb::DraftEvent)) -> pb::FindSimilarEventsRequest {
    let mut draft = draft();
    change(&mut draft);
    find_of(query_of(probe::Kind::Draft(draft)))
}

fn with_weight(axis: pb::Axis, weight: Option<f64>) -> pb::FindSimilarEventsRequest {
    let axis = axis.into();
    with_query(|query| query.weight_overrides = vec![pb::AxisWeight { axis, weight }])
}

fn with_page(size: i32, token: &str) -> pb::FindSimilarEventsRequest {
    pb::FindSimilarEventsRequest {
        page_size: Some(size),
        page_token: token.to_owned(),
        ..find()
    }
}

/// A ring that crosses itself.
fn bow_tie() -> pb::Polygon {
    let corners = [
        (43.0, 5.0),
        (43.1, 5.1),
        (43.1, 5.0),
        (43.0, 5.1),
        (43.0, 5.0),
    ];
    let points = corners.map(|(latitude, longitude)| location(latitude, longitude));
    pb::Polygon {
        exterior: Some(pb::LinearRing {
            points: points.into(),
        }),
        interiors: vec![],
    }
}

fn pages_and_probes() -> Vec<Case> {
    let nothing = pb::FindSimilarEventsRequest::default();
    let no_probe = with_query(|query| query.probe = None);
    let no_kind = with_query(|query| query.probe = Some(pb::Probe::default()));
    let empty = find_of(query_of(probe::Kind::Draft(pb::DraftEvent::default())));
    vec![
        invalid(nothing, "query", "REQUIRED"),
        invalid(with_page(0, ""), "page_size", "OUT_OF_RANGE"),
        invalid(with_page(-1, ""), "page_size", "OUT_OF_RANGE"),
        invalid(with_page(1_001, ""), "page_size", "OUT_OF_RANGE"),
        invalid(with_page(1, "made up"), "page_token", "FOREIGN_PAGE_TOKEN"),
        invalid(no_probe, "query.probe", "REQUIRED"),
        invalid(no_kind, "query.probe", "REQUIRED"),
        invalid(empty, "query.probe", "NO_AXIS"),
        invalid(
            find_stored("two words"),
            "query.probe.event_id",
            "MALFORMED",
        ),
        (
            find_stored("nobody"),
            Code::NotFound,
            ErrorReason::EventNotFound,
            "query.probe.event_id",
            "UNKNOWN_EVENT",
        ),
    ]
}

fn drafts() -> Vec<Case> {
    let times = |start: i64, end: i64| pb::EventTimes {
        start_time: Some(time(start)),
        end_time: Some(time(end)),
        time_zone: "Europe/Paris".to_owned(),
        time_precision: 0,
    };
    let backwards = with_draft(|draft| draft.when = Some(draft_event::When::Times(times(9, 8))));
    let north = with_draft(|draft| draft.location = Some(location(91.0, 5.0)));
    let nan = with_draft(|draft| draft.location = Some(location(f64::NAN, 5.0)));
    let deep = with_draft(|draft| draft.nature = Some("a/b/c/d/e/f/g".to_owned()));
    let negative = with_draft(|draft| {
        draft.participants = Some(pb::Participants {
            best: Some(-1),
            ..pb::Participants::default()
        });
    });
    vec![
        invalid(
            backwards,
            "query.probe.draft.times.end_time",
            "END_BEFORE_START",
        ),
        invalid(
            north,
            "query.probe.draft.location.latitude_degrees",
            "OUT_OF_RANGE",
        ),
        invalid(
            nan,
            "query.probe.draft.location.latitude_degrees",
            "NOT_FINITE",
        ),
        invalid(deep, "query.probe.draft.nature", "TOO_MANY"),
        invalid(
            negative,
            "query.probe.draft.participants.best",
            "OUT_OF_RANGE",
        ),
    ]
}

fn queries() -> Vec<Case> {
    let no_such_profile = with_query(|query| query.profile = "quiet@1".to_owned());
    let no_profile_name = with_query(|query| query.profile = "tranquillity@0".to_owned());
    let coverage = with_query(|query| query.min_coverage = Some(1.5));
    let unknown_axis = with_query(|query| {
        query.weight_overrides = vec![pb::AxisWeight {
            axis: 99,
            weight: Some(1.0),
        }];
    });
    let no_weight = with_query(|query| {
        let off = |axis| pb::AxisWeight {
            axis,
            weight: Some(0.0),
        };
        query.weight_overrides = (1..=8).map(off).collect();
    });
    let unspecified = with_weight(pb::Axis::Unspecified, Some(1.0));
    let axis = "query.weight_overrides[0].axis";
    let weight = "query.weight_overrides[0].weight";
    vec![
        (
            no_such_profile,
            Code::NotFound,
            ErrorReason::ProfileNotFound,
            "query.profile",
            "UNKNOWN_PROFILE",
        ),
        invalid(no_profile_name, "query.profile", "MALFORMED"),
        invalid(coverage, "query.min_coverage", "OUT_OF_RANGE"),
        invalid(unknown_axis, axis, "MALFORMED"),
        invalid(unspecified, axis, "REQUIRED"),
        invalid(
            with_weight(pb::Axis::Nature, Some(-1.0)),
            weight,
            "OUT_OF_RANGE",
        ),
        invalid(with_weight(pb::Axis::Nature, None), weight, "REQUIRED"),
        invalid(no_weight, "query.weight_overrides", "NO_WEIGHT"),
    ]
}

fn filters() -> Vec<Case> {
    let filter = pb::Filter::default;
    let crossing = pb::Filter {
        polygon: Some(bow_tie()),
        ..filter()
    };
    let unknown_state = pb::Filter {
        states: vec![2, 99],
        ..filter()
    };
    let interval = pb::TimeInterval {
        start_time: Some(time(9)),
        end_time: Some(time(9)),
    };
    let empty_interval = pb::Filter {
        time: Some(interval),
        ..filter()
    };
    let deep = vec!["sport".to_owned(), "a/b/c/d/e/f/g".to_owned()];
    let deep_prefix = pb::Filter {
        nature_prefixes: deep,
        ..filter()
    };
    let many = pb::Filter {
        source_ids: vec!["register".to_owned(); 1_001],
        ..filter()
    };
    vec![
        invalid(
            with_filter(crossing),
            "query.filter.polygon",
            "INVALID_GEOMETRY",
        ),
        invalid(
            with_filter(unknown_state),
            "query.filter.states[1]",
            "MALFORMED",
        ),
        invalid(
            with_filter(empty_interval),
            "query.filter.time.end_time",
            "END_BEFORE_START",
        ),
        invalid(
            with_filter(deep_prefix),
            "query.filter.nature_prefixes[1]",
            "TOO_MANY",
        ),
        invalid(with_filter(many), "query.filter.source_ids", "TOO_MANY"),
    ]
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_by_code_reason_field_and_rule() {
    let (_dir, running) = served(2).await;
    let mut client = running.similar_events().await;
    let cases = [pages_and_probes(), drafts(), queries(), filters()];
    let (mut told, mut expected) = (vec![], vec![]);
    for (request, code, reason, field, rule) in cases.into_iter().flatten() {
        expected.push(format!("{code:?} {reason:?} {field} {rule}"));
        let refused = described(client.find_similar_events(request).await);
        let (reason, violation) = (refused.reason.unwrap(), &refused.violations[0]);
        assert!(
            refused.message.contains(&violation.field),
            "{}",
            refused.message
        );
        let (field, rule) = (&violation.field, &violation.reason);
        told.push(format!("{:?} {reason:?} {field} {rule}", refused.code));
    }
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_message_past_the_limit_is_refused_by_the_transport() {
    let (_dir, running) = served(1).await;
    let mut client = running.similar_events().await;
    let mut request = find();
    request.page_token = "x".repeat(1 << 20);
    let refused = client.find_similar_events(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::OutOfRange);
}
