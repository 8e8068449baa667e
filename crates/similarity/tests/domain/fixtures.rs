//! Valid things in few words, for examples and strategies alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;
use geo::{LineString, MultiPolygon, Polygon, Rect, line_string};
use sosie_similarity::{
    Answer, Axis, AxisRule, Calendar, Code, CodePath, DecayShape, Draft, DraftTimes, Event,
    EventId, EventParts, EventTimes, Filter, Footprint, FootprintShape, Hit, Location, Measure,
    MissingPolicy, Page, Participants, Probe, ProbeRef, Profile, ProfileId, ProfileRef, Query,
    Resolved, Search, SeriesId, State, StatedValues, TimePrecision, Timestamp, reference,
};

pub(crate) fn path(text: &str) -> CodePath {
    CodePath::new(text).expect("a path of the documented form")
}

pub(crate) fn code(text: &str) -> Code {
    Code::new(text).expect("a code of the documented form")
}

pub(crate) fn event_id(text: &str) -> EventId {
    EventId::new(text).expect("an id of the documented form")
}

pub(crate) fn series_id(text: &str) -> SeriesId {
    SeriesId::new(text).expect("an id of the documented form")
}

pub(crate) fn place(latitude: f64, longitude: f64) -> Location {
    Location::new(latitude, longitude).expect("degrees in range")
}

pub(crate) fn count(best: u64) -> Participants {
    Participants::new(best, None, None, None).expect("a count within the limit")
}

/// `2024-06-01T18:00:00Z`, or with an offset in place of the `Z`.
pub(crate) fn instant(text: &str) -> Timestamp {
    let at = chrono::DateTime::parse_from_rfc3339(text).expect("RFC 3339");
    Timestamp::from_utc(at.to_utc()).expect("whole microseconds")
}

/// `2024-06-01`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("an ISO 8601 date")
}

pub(crate) fn exact(start: &str, end: &str, zone: Tz) -> EventTimes {
    EventTimes::new(instant(start), instant(end), zone, TimePrecision::Exact).expect("valid times")
}

/// A calendar that says these shares and this day of the year.
pub(crate) fn calendar_on(weekend_share: f64, summer_share: f64, day_of_year: u16) -> Calendar {
    Calendar {
        weekend_share,
        summer_share,
        day_of_year,
        month: 1,
        weekday: 1,
    }
}

/// A closed ring around a rectangle.
pub(crate) fn ring((west, south): (f64, f64), (east, north): (f64, f64)) -> LineString<f64> {
    line_string![
        (x: west, y: south), (x: east, y: south), (x: east, y: north), (x: west, y: north),
        (x: west, y: south)
    ]
}

pub(crate) fn rectangle(west_south: (f64, f64), east_north: (f64, f64)) -> Footprint {
    area(Rect::new(west_south, east_north).to_polygon())
}

pub(crate) fn area(polygon: Polygon<f64>) -> Footprint {
    let shape = FootprintShape::Area(MultiPolygon::new(vec![polygon]));
    Footprint::new(shape).expect("a valid polygon")
}

pub(crate) fn route(line: Vec<(f64, f64)>, width_m: f64) -> Footprint {
    let line = line.into();
    Footprint::new(FootprintShape::Route { line, width_m }).expect("a valid route")
}

/// The measures of `tranquillity@1`.
pub(crate) fn default_measure(axis: Axis) -> Measure {
    match axis {
        Axis::Location => Measure::GeoDecay {
            h_km: 2.0,
            shape: DecayShape::Exponential,
        },
        Axis::Participants | Axis::Footprint => Measure::LogRatio { r: 3.0 },
        Axis::Duration => Measure::LogRatio { r: 2.0 },
        Axis::Nature | Axis::Sector => Measure::PathAffinity,
        Axis::DayKind | Axis::Season => Measure::ShareOverlap,
    }
}

/// The axes of `tranquillity@1`, with one policy for all.
pub(crate) fn rules(missing: MissingPolicy) -> Vec<AxisRule> {
    let rule = |axis| AxisRule {
        axis,
        measure: default_measure(axis),
        weight: 1.0,
        missing,
    };
    Axis::ALL.into_iter().map(rule).collect()
}

pub(crate) fn profile(axes: Vec<AxisRule>) -> Profile {
    Profile::new(profile_id(), axes, 0.0).expect("a valid profile")
}

pub(crate) fn profile_id() -> ProfileId {
    ProfileId {
        name: code("tranquillity"),
        revision: 1,
    }
}

pub(crate) fn tranquillity() -> Profile {
    profile(rules(MissingPolicy::Zero))
}

pub(crate) fn draft(stated: StatedValues, times: Option<DraftTimes>) -> Draft {
    Draft::new(stated, times).expect("a valid draft")
}

/// A draft of whose values only the nature is known.
pub(crate) fn draft_of(nature: &str) -> Draft {
    let stated = StatedValues {
        nature: Some(path(nature)),
        ..StatedValues::default()
    };
    draft(stated, None)
}

/// Held on a June evening in Paris, known an hour after its end, of no series.
pub(crate) fn parts(id: &str) -> EventParts {
    EventParts {
        event_id: event_id(id),
        series_id: None,
        state: State::Held,
        times: exact(
            "2023-06-07T18:00:00Z",
            "2023-06-07T20:00:00Z",
            Tz::Europe__Paris,
        ),
        stated: StatedValues::default(),
        outcomes: BTreeMap::new(),
        outcomes_fewer_than: BTreeMap::new(),
        known_time: instant("2023-06-07T21:00:00Z"),
        source_id: code("register"),
    }
}

pub(crate) fn event(parts: EventParts) -> Event {
    Event::new(parts).expect("a valid event")
}

/// An event of [`parts`] with a nature.
pub(crate) fn event_of(id: &str, nature: &str) -> Event {
    let mut parts = parts(id);
    parts.stated.nature = Some(path(nature));
    event(parts)
}

/// A query and what its names stand for, so that one setting can be changed and the rest kept.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) query: Query,
    pub(crate) found: Resolved,
}

impl Asked {
    /// Every default, `tranquillity@1`, and 2025 for now.
    pub(crate) fn of(probe: Probe) -> Self {
        let probe_ref = match &probe {
            Probe::Draft(draft) => ProbeRef::Draft(draft.clone()),
            Probe::Stored(event) => ProbeRef::Stored(event.id().clone()),
        };
        let query = Query {
            probe: probe_ref,
            profile: ProfileRef::parse("tranquillity@1").expect("name and revision"),
            weight_overrides: vec![],
            min_coverage: None,
            filter: Filter::default(),
            as_of: None,
            exclude_probe_series: false,
            collapse_series: true,
        };
        let found = Resolved {
            profile: Arc::new(tranquillity()),
            probe,
            now: instant("2025-01-01T00:00:00Z"),
        };
        Asked { query, found }
    }

    pub(crate) fn of_draft(draft: Draft) -> Self {
        Asked::of(Probe::Draft(Box::new(draft)))
    }

    pub(crate) fn of_stored(event: Event) -> Self {
        Asked::of(Probe::Stored(Box::new(event)))
    }

    pub(crate) fn search(&self) -> Search {
        let found = self.found.clone();
        self.query.clone().resolve(found).expect("a valid query")
    }

    /// The same search with one thing changed.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Asked)) -> Asked {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }
}

/// All hits on one page.
pub(crate) fn whole_list(events: &[Event], search: &Search) -> Answer {
    let page = Page {
        offset: 0,
        limit: 1_000,
    };
    reference::search(events, search, page)
}

/// Ids of all hits, best first.
pub(crate) fn hit_ids(events: &[Event], search: &Search) -> Vec<String> {
    ids_of(whole_list(events, search).hits)
}

pub(crate) fn ids_of(hits: impl IntoIterator<Item = Hit>) -> Vec<String> {
    let hits = hits.into_iter();
    hits.map(|hit| hit.event.id().to_string()).collect()
}
