//! Each condition of a filter at its border: what is on it, and what is just past it.

use sosie_similarity::{
    Axis, BoundingBox, Circle, ClosedRange, Condition, Event, EventParts, Filter, Region, State,
    TimeInterval, haversine_km,
};

use crate::fixtures::{code, count, event, event_id, instant, parts, path, place, ring, series_id};

fn with(set: impl FnOnce(&mut EventParts)) -> Event {
    let mut parts = parts("e");
    set(&mut parts);
    event(parts)
}

fn ask(set: impl FnOnce(&mut Filter)) -> Filter {
    let mut filter = Filter::default();
    set(&mut filter);
    filter
}

fn check(filter: &Filter, condition: Condition, event: &Event, passes: bool) {
    let candidate = event.candidate();
    assert_eq!(filter.meets(condition, &candidate), passes, "{condition}");
    assert_eq!(filter.passes(&candidate), passes, "{condition}");
}

#[test]
fn a_prefix_matches_whole_codes() {
    let filter = ask(|f| f.nature_prefixes = vec![path("sport/foot"), path("music")]);
    let nature = |text: &str| with(|parts| parts.stated.nature = Some(path(text)));
    check(&filter, Condition::NaturePrefixes, &nature("music"), true);
    check(
        &filter,
        Condition::NaturePrefixes,
        &nature("sport/foot/cup"),
        true,
    );
    check(
        &filter,
        Condition::NaturePrefixes,
        &nature("sport/football"),
        false,
    );
    check(&filter, Condition::NaturePrefixes, &nature("sport"), false);
    check(&filter, Condition::NaturePrefixes, &with(|_| {}), false);
    let sector = ask(|f| f.sector_prefixes = vec![path("marseille/13008")]);
    let at = |text: &str| with(|parts| parts.stated.sector = Some(path(text)));
    check(
        &sector,
        Condition::SectorPrefixes,
        &at("marseille/13008/le-rouet"),
        true,
    );
    check(
        &sector,
        Condition::SectorPrefixes,
        &at("marseille/13009"),
        false,
    );
}

#[test]
fn an_interval_is_half_open_and_so_is_an_event() {
    // The event is [18:00, 20:00).
    let passes = |start: Option<&str>, end: Option<&str>, expected| {
        let at = |time: &str| instant(&format!("2023-06-07T{time}Z"));
        let interval = TimeInterval::new(start.map(at), end.map(at)).unwrap();
        let filter = ask(|f| f.time = Some(interval));
        check(&filter, Condition::Time, &with(|_| {}), expected);
    };
    passes(Some("19:00:00"), Some("19:00:01"), true);
    passes(Some("20:00:00"), None, false);
    passes(Some("19:59:59.999999"), None, true);
    passes(None, Some("18:00:00"), false);
    passes(None, Some("18:00:00.000001"), true);
    passes(Some("17:00:00"), Some("21:00:00"), true);
    passes(None, None, true);
}

#[test]
fn ranges_are_closed_and_ask_for_a_value() {
    let range = |min, max| Some(ClosedRange::new(min, max).unwrap());
    let people = |best| with(|parts| parts.stated.participants = Some(count(best)));
    let filter = ask(|f| f.participants = range(Some(10.0), Some(20.0)));
    for (best, passes) in [(9, false), (10, true), (20, true), (21, false)] {
        check(&filter, Condition::Participants, &people(best), passes);
    }
    check(&filter, Condition::Participants, &with(|_| {}), false);
    let area = ask(|f| f.footprint_area_m2 = range(None, Some(100.0)));
    let covers = |area| with(|parts| parts.stated.footprint_area_m2 = Some(area));
    check(&area, Condition::FootprintAreaM2, &covers(100.0), true);
    check(
        &area,
        Condition::FootprintAreaM2,
        &covers(100f64.next_up()),
        false,
    );
    check(&area, Condition::FootprintAreaM2, &with(|_| {}), false);
    // Derived from its times: two hours.
    for (least, passes) in [(7_200.0, true), (7_200f64.next_up(), false)] {
        let filter = ask(|f| f.duration_s = range(Some(least), None));
        check(&filter, Condition::DurationS, &with(|_| {}), passes);
    }
}

#[test]
fn regions_include_their_edge_and_ask_for_a_place() {
    let at = |latitude, longitude| {
        with(|parts| parts.stated.location = Some(place(latitude, longitude)))
    };
    let pacific = BoundingBox::new((-20.0, 170.0), (20.0, -170.0)).unwrap();
    let filter = ask(|f| f.bounding_box = Some(pacific));
    for (longitude, passes) in [
        (170.0, true),
        (180.0, true),
        (-170.0, true),
        (169.9, false),
        (0.0, false),
    ] {
        check(
            &filter,
            Condition::BoundingBox,
            &at(20.0, longitude),
            passes,
        );
    }
    check(&filter, Condition::BoundingBox, &with(|_| {}), false);

    let (center, edge) = (place(43.27, 5.39), place(43.30, 5.39));
    let circle = |radius_km| ask(|f| f.radius = Some(Circle::new(center, radius_km).unwrap()));
    let radius_km = haversine_km(center, edge);
    check(
        &circle(radius_km),
        Condition::Radius,
        &at(43.30, 5.39),
        true,
    );
    check(
        &circle(radius_km.next_down()),
        Condition::Radius,
        &at(43.30, 5.39),
        false,
    );
    check(&circle(radius_km), Condition::Radius, &with(|_| {}), false);

    let hole = ring((1.0, 1.0), (2.0, 2.0));
    let region = Region::new(ring((0.0, 0.0), (4.0, 4.0)), vec![hole]).unwrap();
    let filter = ask(|f| f.polygon = Some(region));
    for (latitude, longitude, passes) in [
        (3.0, 3.0, true),
        (0.0, 2.0, true),
        (1.0, 1.5, true),
        (1.5, 1.5, false),
        (5.0, 1.0, false),
    ] {
        check(
            &filter,
            Condition::Polygon,
            &at(latitude, longitude),
            passes,
        );
    }
    check(&filter, Condition::Polygon, &with(|_| {}), false);
}

#[test]
fn sources_ids_and_series_are_matched_whole() {
    let source = ask(|f| f.source_ids = [code("register"), code("other")].into());
    check(&source, Condition::SourceIds, &with(|_| {}), true);
    check(
        &source,
        Condition::SourceIds,
        &with(|parts| parts.source_id = code("regist")),
        false,
    );
    let ids = ask(|f| f.excluded_event_ids = [event_id("e")].into());
    check(&ids, Condition::ExcludedEventIds, &with(|_| {}), false);
    check(
        &ids,
        Condition::ExcludedEventIds,
        &with(|parts| parts.event_id = event_id("e1")),
        true,
    );
    let series = ask(|f| f.excluded_series_ids = [series_id("s")].into());
    let of = |id: &str| with(|parts| parts.series_id = Some(series_id(id)));
    check(&series, Condition::ExcludedSeriesIds, &of("s"), false);
    check(&series, Condition::ExcludedSeriesIds, &of("s2"), true);
    check(&series, Condition::ExcludedSeriesIds, &with(|_| {}), true);
}

#[test]
fn states_are_held_unless_they_are_named() {
    let state = |state| with(|parts| parts.state = state);
    let planned = ask(|f| f.states = [State::Planned, State::Postponed].into());
    for (at, passes) in State::ALL.into_iter().zip([true, false, false, true]) {
        check(&planned, Condition::States, &state(at), passes);
        check(
            &Filter::default(),
            Condition::States,
            &state(at),
            at == State::Held,
        );
    }
}

#[test]
fn a_required_axis_asks_for_a_value_derived_ones_included() {
    let require = |axis| ask(|f| f.require_axes = [axis].into());
    for axis in Axis::ALL {
        let derived = matches!(axis, Axis::DayKind | Axis::Season | Axis::Duration);
        check(
            &require(axis),
            Condition::RequireAxes,
            &with(|_| {}),
            derived,
        );
    }
    let both = ask(|f| f.require_axes = [Axis::Duration, Axis::Nature].into());
    check(&both, Condition::RequireAxes, &with(|_| {}), false);
    let nature = with(|parts| parts.stated.nature = Some(path("music")));
    check(&both, Condition::RequireAxes, &nature, true);
}
