use super::*;
use crate::sample::{START_S, bow_tie, point, square, time as at};
use sosie_similarity::{Axis, State};

fn with(change: impl FnOnce(&mut pb::Filter)) -> Result<Filter, Invalid> {
    let mut message = pb::Filter::default();
    change(&mut message);
    filter(Some(message))
}

fn refused(change: impl FnOnce(&mut pb::Filter), field: &str, rule: Rule) {
    assert_eq!(with(change).unwrap_err(), Invalid::new(field, rule));
}

#[test]
fn absent_and_empty_are_no_condition() {
    assert_eq!(filter(None), Ok(Filter::default()));
    assert_eq!(with(|_| {}), Ok(Filter::default()));
    let open = with(|filter| filter.time = Some(pb::TimeInterval::default()));
    assert_eq!(open, Ok(Filter::default()));
}

#[test]
fn every_condition_arrives() {
    let made = with(|filter| {
        filter.nature_prefixes = vec!["sport".to_owned()];
        filter.sector_prefixes = vec!["marseille/13008".to_owned(), "marseille".to_owned()];
        filter.states = vec![pb::EventState::Held.into(), pb::EventState::Planned.into()];
        filter.time = Some(pb::TimeInterval {
            start_time: Some(at(START_S)),
            end_time: None,
        });
        filter.participants = Some(pb::IntRange {
            min: Some(1),
            max: Some(1),
        });
        filter.footprint_area_m2 = Some(pb::DoubleRange::default());
        filter.duration_s = Some(pb::DoubleRange {
            min: None,
            max: Some(0.5),
        });
        filter.bounding_box = Some(box_of([-1.0, 170.0, 1.0, -170.0]));
        filter.radius = Some(pb::Circle {
            center: Some(point(1.0, 2.0)),
            radius_km: Some(3.0),
        });
        filter.polygon = Some(pb::Polygon {
            exterior: Some(square(0.0, 1.0)),
            interiors: vec![square(0.25, 0.5)],
        });
        filter.source_ids = vec!["b".to_owned(), "a".to_owned(), "a".to_owned()];
        filter.excluded_event_ids = vec!["e1".to_owned()];
        filter.excluded_series_ids = vec!["s1".to_owned()];
        filter.require_axes = vec![pb::Axis::Season.into()];
    })
    .unwrap();
    assert_eq!(made.nature_prefixes, [CodePath::new("sport").unwrap()]);
    assert_eq!(made.sector_prefixes.len(), 2);
    assert_eq!(made.states, [State::Planned, State::Held].into());
    assert_eq!(made.time.unwrap().ends().1, None);
    assert_eq!(made.participants.unwrap().ends(), (Some(1.0), Some(1.0)));
    assert_eq!(made.footprint_area_m2.unwrap().ends(), (None, None));
    assert_eq!(made.duration_s.unwrap().ends(), (None, Some(0.5)));
    assert_eq!(
        made.bounding_box.unwrap().degrees(),
        [-1.0, 170.0, 1.0, -170.0]
    );
    let circle = made.radius.unwrap();
    assert_eq!(circle.center().latitude_degrees(), 1.0);
    assert_eq!(circle.radius_km(), 3.0);
    assert_eq!(made.polygon.unwrap().polygon().interiors().len(), 1);
    assert_eq!(made.source_ids.len(), 2);
    assert_eq!(made.excluded_event_ids.len(), 1);
    assert_eq!(made.excluded_series_ids.len(), 1);
    assert_eq!(made.require_axes, [Axis::Season].into());
}

fn box_of([south, west, north, east]: [f64; 4]) -> pb::BoundingBox {
    pb::BoundingBox {
        south_degrees: Some(south),
        west_degrees: Some(west),
        north_degrees: Some(north),
        east_degrees: Some(east),
    }
}

/// A list that can be given too many entries.
type Fill = fn(&mut pb::Filter, usize);

#[test]
fn each_list_is_tested_at_its_limit_and_one_past_it() {
    let lists: [(&str, Fill); 7] = [
        ("nature_prefixes", |filter, n| {
            filter.nature_prefixes = vec!["a".to_owned(); n]
        }),
        ("sector_prefixes", |filter, n| {
            filter.sector_prefixes = vec!["a".to_owned(); n]
        }),
        ("states", |filter, n| filter.states = vec![2; n]),
        ("source_ids", |filter, n| {
            filter.source_ids = vec!["a".to_owned(); n]
        }),
        ("excluded_event_ids", |filter, n| {
            filter.excluded_event_ids = (0..n).map(|at| at.to_string()).collect();
        }),
        ("excluded_series_ids", |filter, n| {
            filter.excluded_series_ids = (0..n).map(|at| at.to_string()).collect();
        }),
        ("require_axes", |filter, n| filter.require_axes = vec![1; n]),
    ];
    for (field, fill) in lists {
        assert!(with(|filter| fill(filter, 1000)).is_ok(), "{field}");
        refused(|filter| fill(filter, 1001), field, Rule::TooMany(1000));
    }
}

#[test]
fn an_entry_is_named_by_its_place() {
    let texts = |bad: &str| vec!["a".to_owned(), bad.to_owned()];
    refused(
        |filter| filter.nature_prefixes = texts("a/a/a/a/a/a/a"),
        "nature_prefixes[1]",
        Rule::TooMany(6),
    );
    refused(
        |filter| filter.sector_prefixes = texts(""),
        "sector_prefixes[1]",
        Rule::Malformed,
    );
    refused(
        |filter| filter.source_ids = texts("A"),
        "source_ids[1]",
        Rule::Malformed,
    );
    refused(
        |filter| filter.excluded_event_ids = texts(&"x".repeat(65)),
        "excluded_event_ids[1]",
        Rule::TooLong(64),
    );
    refused(
        |filter| filter.excluded_series_ids = texts("é"),
        "excluded_series_ids[1]",
        Rule::Malformed,
    );
    refused(
        |filter| filter.states = vec![2, 0],
        "states[1]",
        Rule::Required,
    );
    refused(
        |filter| filter.states = vec![2, 77],
        "states[1]",
        Rule::Malformed,
    );
    refused(
        |filter| filter.require_axes = vec![1, 9],
        "require_axes[1]",
        Rule::Malformed,
    );
}

#[test]
fn intervals_and_ranges_are_in_order() {
    let interval = |start, end| pb::TimeInterval {
        start_time: Some(start),
        end_time: Some(end),
    };
    refused(
        |filter| filter.time = Some(interval(at(5), at(5))),
        "time.end_time",
        Rule::EndBeforeStart,
    );
    let fine = prost_types::Timestamp {
        seconds: 0,
        nanos: 1,
    };
    refused(
        |filter| filter.time = Some(interval(fine, at(5))),
        "time.start_time",
        Rule::TooFine,
    );
    let ends = |min, max| pb::IntRange {
        min: Some(min),
        max: Some(max),
    };
    // Both round to 2^53.
    refused(
        |filter| filter.participants = Some(ends((1 << 53) + 1, 1 << 53)),
        "participants.min",
        Rule::LowAboveHigh,
    );
    assert!(with(|filter| filter.participants = Some(ends(i64::MIN, i64::MAX))).is_ok());
    let ends = |min, max| pb::DoubleRange {
        min: Some(min),
        max: Some(max),
    };
    refused(
        |filter| filter.footprint_area_m2 = Some(ends(2.0, 1.0)),
        "footprint_area_m2.min",
        Rule::LowAboveHigh,
    );
    refused(
        |filter| filter.duration_s = Some(ends(0.0, f64::NAN)),
        "duration_s.max",
        Rule::NotFinite,
    );
}

#[test]
fn regions_name_the_field_at_fault() {
    let outside = Rule::OutOfRange(-90.0, 90.0);
    refused(
        |filter| filter.bounding_box = Some(box_of([-91.0, 0.0, 0.0, 0.0])),
        "bounding_box.south_degrees",
        outside,
    );
    refused(
        |filter| filter.bounding_box = Some(box_of([1.0, 0.0, 0.0, 0.0])),
        "bounding_box.south_degrees",
        Rule::LowAboveHigh,
    );
    let mut open = box_of([0.0; 4]);
    open.east_degrees = None;
    let field = "bounding_box.east_degrees";
    refused(
        |filter| filter.bounding_box = Some(open),
        field,
        Rule::Required,
    );
    let circle = |center, radius_km| Some(pb::Circle { center, radius_km });
    let here = Some(point(0.0, 0.0));
    assert!(with(|filter| filter.radius = circle(here, Some(20_016.0))).is_ok());
    let too_far = Rule::OutOfRange(0.0, 20_016.0);
    let field = "radius.radius_km";
    refused(
        |filter| filter.radius = circle(here, Some(20_016.5)),
        field,
        too_far,
    );
    refused(
        |filter| filter.radius = circle(here, None),
        field,
        Rule::Required,
    );
    refused(
        |filter| filter.radius = circle(None, Some(1.0)),
        "radius.center",
        Rule::Required,
    );
    refused(
        |filter| filter.radius = circle(Some(point(91.0, 0.0)), Some(1.0)),
        "radius.center.latitude_degrees",
        outside,
    );
    refused(
        |filter| filter.polygon = Some(bow_tie()),
        "polygon",
        Rule::InvalidGeometry,
    );
}
