//! Every limit of the domain, at it and one past it.

use chrono::Days;
use sosie_similarity::limits::{
    AREA_M2_MAX, EVENT_DAYS_MAX, FILTER_LIST_MAX, OUTCOME_FEWER_THAN_MAX, OUTCOME_MAX,
    OUTCOMES_MAX, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, PARTICIPANTS_MAX, RADIUS_KM_MAX,
    ROUTE_WIDTH_M_MAX, VERTICES_MAX,
};
use sosie_similarity::{
    Circle, Draft, DraftTimes, Event, Filter, Footprint, FootprintShape, Invalid, Page,
    Participants, Rule, StatedValues,
};

use super::check_refused;
use crate::fixtures::{Asked, code, day, draft_of, event_id, parts, path, place, series_id};

#[test]
fn a_page_has_one_to_a_thousand_hits() {
    let limit = |size| Page::first(size).map(|page| (page.offset, page.limit));
    assert_eq!(limit(None), Ok((0, PAGE_SIZE_DEFAULT)));
    assert_eq!(limit(Some(1)), Ok((0, 1)));
    assert_eq!(limit(Some(1_000)), Ok((0, PAGE_SIZE_MAX)));
    for size in [0, -1, 1_001, i32::MIN, i32::MAX] {
        assert_eq!(
            limit(Some(size)),
            Err(Rule::OutOfRange(1.0, 1_000.0)),
            "{size}"
        );
    }
}

/// A filter with `length` entries in the list of that name.
fn listing(name: &str, length: usize) -> Filter {
    let names = || (0..length).map(|at| format!("x{at}"));
    let mut filter = Filter::default();
    match name {
        "nature_prefixes" => filter.nature_prefixes = names().map(|name| path(&name)).collect(),
        "sector_prefixes" => filter.sector_prefixes = names().map(|name| path(&name)).collect(),
        "source_ids" => filter.source_ids = names().map(|name| code(&name)).collect(),
        "excluded_event_ids" => {
            filter.excluded_event_ids = names().map(|name| event_id(&name)).collect();
        }
        "excluded_series_ids" => {
            filter.excluded_series_ids = names().map(|name| series_id(&name)).collect();
        }
        other => panic!("no list of a filter is called {other}"),
    }
    filter
}

#[test]
fn the_lists_of_a_filter_have_at_most_a_thousand_entries() {
    for name in [
        "nature_prefixes",
        "sector_prefixes",
        "source_ids",
        "excluded_event_ids",
        "excluded_series_ids",
    ] {
        let resolved = |length| {
            let asked = Asked::of_draft(draft_of("music"));
            let asked = asked.with(|asked| asked.query.filter = listing(name, length));
            asked.query.resolve(asked.found)
        };
        assert!(resolved(FILTER_LIST_MAX).is_ok(), "{name}");
        let field = format!("filter.{name}");
        check_refused(
            resolved(FILTER_LIST_MAX + 1),
            &field,
            Rule::TooMany(FILTER_LIST_MAX),
        );
    }
}

fn with_outcomes(outcomes: impl IntoIterator<Item = (String, f64)>) -> Result<Event, Invalid> {
    let mut parts = parts("e");
    let outcomes = outcomes.into_iter();
    parts.outcomes = outcomes.map(|(name, count)| (code(&name), count)).collect();
    Event::new(parts)
}

#[test]
fn an_event_has_at_most_64_outcomes() {
    let of = |length: usize| with_outcomes((0..length).map(|at| (format!("x{at}"), 1.0)));
    assert!(of(OUTCOMES_MAX).is_ok());
    check_refused(
        of(OUTCOMES_MAX + 1),
        "outcomes",
        Rule::TooMany(OUTCOMES_MAX),
    );
}

#[test]
fn an_outcome_is_a_count_within_its_limit() {
    let officers = |count| with_outcomes([("officers".to_owned(), count)]);
    assert!(officers(0.0).is_ok() && officers(OUTCOME_MAX).is_ok());
    for count in [-1.0, OUTCOME_MAX.next_up()] {
        check_refused(
            officers(count),
            "outcomes.officers",
            Rule::OutOfRange(0.0, OUTCOME_MAX),
        );
    }
    check_refused(officers(f64::NAN), "outcomes.officers", Rule::NotFinite);
}

fn with_bounds(
    exact: &[&str],
    bounds: impl IntoIterator<Item = (String, u32)>,
) -> Result<Event, Invalid> {
    let mut parts = parts("e");
    parts.outcomes = exact.iter().map(|name| (code(name), 1.0)).collect();
    let bounds = bounds.into_iter();
    parts.outcomes_fewer_than = bounds.map(|(name, bound)| (code(&name), bound)).collect();
    Event::new(parts)
}

#[test]
fn an_outcome_is_fewer_than_1_to_1_000_and_is_not_told_exactly_too() {
    let incidents = |bound| with_bounds(&[], [("incidents".to_owned(), bound)]);
    assert!(incidents(1).is_ok() && incidents(OUTCOME_FEWER_THAN_MAX).is_ok());
    for bound in [0, OUTCOME_FEWER_THAN_MAX + 1] {
        check_refused(
            incidents(bound),
            "outcomes_fewer_than.incidents",
            Rule::OutOfRange(1.0, f64::from(OUTCOME_FEWER_THAN_MAX)),
        );
    }
    check_refused(
        with_bounds(&["incidents"], [("incidents".to_owned(), 5)]),
        "outcomes_fewer_than.incidents",
        Rule::Duplicate,
    );
    let many = |length: usize| (0..length).map(|at| (format!("x{at}"), 5));
    assert!(with_bounds(&["officers"], many(OUTCOMES_MAX - 1)).is_ok());
    check_refused(
        with_bounds(&["officers"], many(OUTCOMES_MAX)),
        "outcomes_fewer_than",
        Rule::TooMany(OUTCOMES_MAX),
    );
}

#[test]
fn counts_areas_and_opening_times_have_a_largest() {
    assert!(Participants::new(PARTICIPANTS_MAX, None, None, None).is_ok());
    let refused = Participants::new(1, None, Some(PARTICIPANTS_MAX + 1), None);
    check_refused(
        refused,
        "high",
        Rule::OutOfRange(0.0, PARTICIPANTS_MAX as f64),
    );
    let area = |area| {
        let footprint_area_m2 = Some(area);
        Draft::new(
            StatedValues {
                footprint_area_m2,
                ..StatedValues::default()
            },
            None,
        )
    };
    assert!(area(AREA_M2_MAX).is_ok());
    let past = area(AREA_M2_MAX.next_up());
    check_refused(
        past,
        "footprint_area_m2",
        Rule::OutOfRange(0.0, AREA_M2_MAX),
    );
    let open = |seconds| {
        let active_duration_s = Some(seconds);
        Draft::new(
            StatedValues {
                active_duration_s,
                ..StatedValues::default()
            },
            None,
        )
    };
    let longest = EVENT_DAYS_MAX as f64 * 86_400.0;
    assert!(open(longest).is_ok());
    check_refused(
        open(longest.next_up()),
        "active_duration_s",
        Rule::OutOfRange(0.0, longest),
    );
}

#[test]
fn a_draft_lasts_at_most_a_hundred_years() {
    let dates = |days: i64| {
        let first = day("1950-01-01");
        let last = first + Days::new(days as u64 - 1);
        Draft::new(
            StatedValues::default(),
            Some(DraftTimes::Dates { first, last }),
        )
    };
    assert!(dates(EVENT_DAYS_MAX).is_ok());
    check_refused(
        dates(EVENT_DAYS_MAX + 1),
        "dates.last_date",
        Rule::LastsTooLong(EVENT_DAYS_MAX),
    );
}

#[test]
fn a_radius_reaches_at_most_half_around_the_earth() {
    let circle = |radius_km| Circle::new(place(0.0, 0.0), radius_km);
    assert!(circle(RADIUS_KM_MAX).is_ok());
    check_refused(
        circle(RADIUS_KM_MAX.next_up()),
        "radius_km",
        Rule::OutOfRange(0.0, RADIUS_KM_MAX),
    );
    assert!(circle(0.0).is_ok());
    check_refused(circle(f64::NAN), "radius_km", Rule::NotFinite);
    assert!(circle(RADIUS_KM_MAX).unwrap().contains(place(0.0, 180.0)));
}

#[test]
fn a_route_has_a_widest_and_a_most_of_vertices() {
    let route = |vertices: usize, width_m| {
        let line = (0..vertices).map(|at| (5.0 + at as f64 * 1e-5, 43.0));
        let line = line.collect::<Vec<_>>().into();
        Footprint::new(FootprintShape::Route { line, width_m })
    };
    assert!(route(2, ROUTE_WIDTH_M_MAX).is_ok());
    let past = route(2, ROUTE_WIDTH_M_MAX.next_up());
    check_refused(past, "width_m", Rule::OutOfRange(0.0, ROUTE_WIDTH_M_MAX));
    check_refused(route(2, 0.0), "width_m", Rule::NotPositive);
    assert!(route(VERTICES_MAX, 5.0).is_ok());
    check_refused(
        route(VERTICES_MAX + 1, 5.0),
        "coordinates",
        Rule::TooMany(VERTICES_MAX),
    );
}
