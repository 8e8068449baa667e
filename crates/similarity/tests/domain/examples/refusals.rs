//! What a value, an event, a draft or a query may not be.

use chrono_tz::Tz;
use geo::{MultiPolygon, line_string, polygon};
use sosie_similarity::{
    Axis, Basis, ClosedRange, Code, CodePath, Draft, DraftTimes, Event, EventTimes, Footprint,
    FootprintShape, Invalid, Location, Participants, Region, Rule, Search, StatedValues,
    TimeInterval, TimePrecision,
};

use super::check_refused;
use crate::fixtures::{self, Asked, day, draft_of, instant, parts};

#[test]
fn a_latitude_ends_at_the_pole_and_a_longitude_at_the_antimeridian() {
    assert!(Location::new(90.0, 180.0).is_ok() && Location::new(-90.0, -180.0).is_ok());
    check_refused(
        Location::new(91.0, 0.0),
        "latitude",
        Rule::OutOfRange(-90.0, 90.0),
    );
    check_refused(
        Location::new(-90f64.next_up(), 0.0),
        "latitude",
        Rule::OutOfRange(-90.0, 90.0),
    );
    check_refused(
        Location::new(0.0, 181.0),
        "longitude",
        Rule::OutOfRange(-180.0, 180.0),
    );
    check_refused(
        Location::new(f64::INFINITY, 0.0),
        "latitude",
        Rule::NotFinite,
    );
}

#[test]
fn an_event_ends_after_it_starts() {
    let times =
        |start, end| EventTimes::new(instant(start), instant(end), Tz::UTC, TimePrecision::Exact);
    let (noon, later) = ("2024-06-01T12:00:00Z", "2024-06-01T12:00:00.000001Z");
    assert!(times(noon, later).is_ok());
    check_refused(times(noon, noon), "end_time", Rule::EndBeforeStart);
    check_refused(times(later, noon), "end_time", Rule::EndBeforeStart);
    let interval = |start, end| TimeInterval::new(Some(instant(start)), Some(instant(end)));
    check_refused(interval(noon, noon), "end_time", Rule::EndBeforeStart);
}

#[test]
fn the_last_day_of_a_draft_is_not_before_its_first() {
    let dates = |first, last| {
        let times = DraftTimes::Dates {
            first: day(first),
            last: day(last),
        };
        Draft::new(StatedValues::default(), Some(times))
    };
    assert!(dates("2024-06-01", "2024-06-01").is_ok());
    check_refused(
        dates("2024-06-02", "2024-06-01"),
        "dates.last_date",
        Rule::EndBeforeStart,
    );
}

#[test]
fn a_path_has_at_most_six_codes_of_at_most_32_characters() {
    assert!(CodePath::new("a/b/c/d/e/f").is_ok());
    assert_eq!(CodePath::new("a/b/c/d/e/f/g"), Err(Rule::TooMany(6)));
    assert_eq!(
        CodePath::new(&format!("a/{}", "b".repeat(33))),
        Err(Rule::TooLong(32))
    );
    for text in ["", "/", "a/", "/a", "a//b", "A", "a b", "-a", "é"] {
        assert_eq!(CodePath::new(text), Err(Rule::Malformed), "{text}");
    }
    assert!(Code::new("0-9-").is_ok());
}

#[test]
fn low_is_at_most_best_and_best_at_most_high() {
    let count = |best, low, high| Participants::new(best, low, high, Some(Basis::Peak));
    assert!(count(8, Some(8), Some(8)).is_ok());
    check_refused(count(8, Some(9), None), "low", Rule::LowAboveHigh);
    check_refused(count(8, None, Some(7)), "best", Rule::LowAboveHigh);
}

#[test]
fn a_bow_tie_is_no_footprint_and_no_region() {
    let bow_tie = polygon![(x: 0., y: 0.), (x: 1., y: 1.), (x: 1., y: 0.), (x: 0., y: 1.)];
    let area = FootprintShape::Area(MultiPolygon::new(vec![bow_tie.clone()]));
    check_refused(Footprint::new(area), "coordinates", Rule::InvalidGeometry);
    check_refused(
        Region::new(bow_tie.exterior().clone(), vec![]),
        "",
        Rule::InvalidGeometry,
    );
}

#[test]
fn a_region_is_closed_in_range_and_holds_its_holes() {
    let square = || fixtures::ring((0.0, 0.0), (4.0, 4.0));
    let outside = fixtures::ring((5.0, 5.0), (6.0, 6.0));
    check_refused(
        Region::new(square(), vec![outside]),
        "",
        Rule::InvalidGeometry,
    );
    let open = line_string![(x: 0., y: 0.), (x: 1., y: 0.), (x: 1., y: 1.), (x: 0., y: 1.)];
    check_refused(
        Region::new(open.clone(), vec![]),
        "exterior",
        Rule::RingNotClosed,
    );
    check_refused(
        Region::new(square(), vec![open]),
        "interiors[0]",
        Rule::RingNotClosed,
    );
    let far = fixtures::ring((0.0, 0.0), (4.0, 91.0));
    check_refused(
        Region::new(far, vec![]),
        "exterior",
        Rule::OutOfRange(-90.0, 90.0),
    );
}

#[test]
fn areas_and_opening_times_are_in_range() {
    let with = |set: fn(&mut StatedValues)| {
        let mut parts = parts("e");
        set(&mut parts.stated);
        Event::new(parts)
    };
    check_refused(
        with(|v| v.footprint_area_m2 = Some(0.0)),
        "footprint_area_m2",
        Rule::NotPositive,
    );
    check_refused(
        with(|v| v.footprint_area_m2 = Some(f64::NAN)),
        "footprint_area_m2",
        Rule::NotFinite,
    );
    assert!(with(|v| v.active_duration_s = Some(0.0)).is_ok());
    assert_eq!(
        with(|v| v.active_duration_s = Some(-1.0))
            .unwrap_err()
            .field,
        "active_duration_s"
    );
}

#[test]
fn ranges_are_finite_and_in_order() {
    assert!(ClosedRange::new(Some(1.0), Some(1.0)).is_ok());
    check_refused(
        ClosedRange::new(Some(2.0), Some(1.0)),
        "min",
        Rule::LowAboveHigh,
    );
    check_refused(
        ClosedRange::new(Some(f64::NAN), None),
        "min",
        Rule::NotFinite,
    );
    check_refused(
        ClosedRange::new(None, Some(f64::INFINITY)),
        "max",
        Rule::NotFinite,
    );
}

fn resolved(change: impl FnOnce(&mut Asked)) -> Result<Search, Invalid> {
    let asked = Asked::of_draft(draft_of("music")).with(change);
    asked.query.resolve(asked.found)
}

#[test]
fn a_weight_of_a_request_keeps_the_rules_of_a_profile() {
    let weighted =
        |weight| resolved(|asked| asked.query.weight_overrides = vec![(Axis::Nature, weight)]);
    assert!(weighted(1e-9).is_ok() && weighted(1e9).is_ok());
    let field = "weight_overrides[0].weight";
    for weight in [-1.0, 1e-9f64.next_down(), 1e9f64.next_up()] {
        check_refused(weighted(weight), field, Rule::OutOfRange(1e-9, 1e9));
    }
    check_refused(weighted(f64::NAN), field, Rule::NotFinite);
    let twice = vec![
        (Axis::Nature, 1.0),
        (Axis::Season, 1.0),
        (Axis::Nature, 1.0),
    ];
    let twice = resolved(|asked| asked.query.weight_overrides = twice);
    check_refused(twice, "weight_overrides[2].axis", Rule::Duplicate);
    let none = Axis::ALL.map(|axis| (axis, 0.0)).to_vec();
    let none = resolved(|asked| asked.query.weight_overrides = none);
    check_refused(none, "weight_overrides", Rule::NoWeight);
}

#[test]
fn a_probe_has_a_value_on_an_axis_with_a_weight() {
    let empty = Asked::of_draft(fixtures::draft(StatedValues::default(), None));
    check_refused(empty.query.resolve(empty.found), "probe", Rule::NoAxis);
    // It has a nature, which this request gives no weight.
    let weightless = resolved(|asked| asked.query.weight_overrides = vec![(Axis::Nature, 0.0)]);
    check_refused(weightless, "probe", Rule::NoAxis);
}

#[test]
fn a_floor_of_a_request_is_in_0_to_1() {
    let floor = |floor| resolved(|asked| asked.query.min_coverage = Some(floor));
    assert!(floor(0.0).is_ok() && floor(1.0).is_ok());
    check_refused(floor(-0.1), "min_coverage", Rule::OutOfRange(0.0, 1.0));
    check_refused(floor(1.1), "min_coverage", Rule::OutOfRange(0.0, 1.0));
    check_refused(floor(f64::NAN), "min_coverage", Rule::NotFinite);
}
