//! Filters of one condition each.

use sosie_similarity::{
    Axis, BoundingBox, Circle, ClosedRange, Filter, Region, State, TimeInterval,
};

use super::Setting;
use crate::fixtures::{self, code, path, place};

/// Each is to be set on a filter that asks for nothing.
pub(super) fn filters() -> Vec<Setting<Filter>> {
    let mut filters = paths_and_sets();
    filters.extend(numbers());
    filters.extend(regions());
    filters
}

fn paths_and_sets() -> Vec<Setting<Filter>> {
    vec![
        ("nature", |f| f.nature_prefixes = vec![path("a")]),
        ("two natures", |f| {
            f.nature_prefixes = vec![path("a"), path("b")]
        }),
        ("one nature of two codes", |f| {
            f.nature_prefixes = vec![path("a/b")]
        }),
        ("sector", |f| f.sector_prefixes = vec![path("a")]),
        ("planned", |f| f.states = [State::Planned].into()),
        ("planned and held", |f| {
            f.states = [State::Planned, State::Held].into()
        }),
        ("source", |f| f.source_ids = [code("a")].into()),
        ("event", |f| {
            f.excluded_event_ids = [fixtures::event_id("a")].into()
        }),
        ("series", |f| {
            f.excluded_series_ids = [fixtures::series_id("a")].into()
        }),
        ("axis", |f| f.require_axes = [Axis::Nature].into()),
        ("other axis", |f| f.require_axes = [Axis::Sector].into()),
    ]
}

fn interval(start: Option<&str>, end: Option<&str>) -> Option<TimeInterval> {
    let ends = (start.map(fixtures::instant), end.map(fixtures::instant));
    Some(TimeInterval::new(ends.0, ends.1).expect("in order"))
}

fn range(min: Option<f64>, max: Option<f64>) -> Option<ClosedRange> {
    Some(ClosedRange::new(min, max).expect("in order"))
}

fn numbers() -> Vec<Setting<Filter>> {
    vec![
        ("from", |f| {
            f.time = interval(Some("2024-01-01T00:00:00Z"), None)
        }),
        ("until", |f| {
            f.time = interval(None, Some("2024-01-01T00:00:00Z"))
        }),
        ("any time", |f| f.time = interval(None, None)),
        ("from to", |f| {
            f.time = interval(Some("2023-01-01T00:00:00Z"), Some("2024-01-01T00:00:00Z"));
        }),
        ("at least 1 takes part", |f| {
            f.participants = range(Some(1.0), None)
        }),
        ("at most 1 takes part", |f| {
            f.participants = range(None, Some(1.0))
        }),
        ("any take part", |f| f.participants = range(None, None)),
        ("at least 1 m²", |f| {
            f.footprint_area_m2 = range(Some(1.0), None)
        }),
        ("at least 1 s", |f| f.duration_s = range(Some(1.0), None)),
        ("1 s to 2 s", |f| f.duration_s = range(Some(1.0), Some(2.0))),
    ]
}

fn bounding_box(degrees: [f64; 4]) -> Option<BoundingBox> {
    let [south, west, north, east] = degrees;
    Some(BoundingBox::new((south, west), (north, east)).expect("in order"))
}

fn circle(latitude: f64, longitude: f64, radius_km: f64) -> Option<Circle> {
    Some(Circle::new(place(latitude, longitude), radius_km).expect("within the limit"))
}

fn region(hole: Option<(f64, f64)>, side: f64) -> Option<Region> {
    let hole = hole.map(|(low, high)| fixtures::ring((low, low), (high, high)));
    let exterior = fixtures::ring((0.0, 0.0), (side, side));
    Some(Region::new(exterior, hole.into_iter().collect()).expect("a valid polygon"))
}

fn regions() -> Vec<Setting<Filter>> {
    vec![
        ("box", |f| {
            f.bounding_box = bounding_box([1.0, 2.0, 3.0, 4.0])
        }),
        ("box, other south", |f| {
            f.bounding_box = bounding_box([0.0, 2.0, 3.0, 4.0])
        }),
        ("box, other west", |f| {
            f.bounding_box = bounding_box([1.0, 0.0, 3.0, 4.0])
        }),
        ("box, other north", |f| {
            f.bounding_box = bounding_box([1.0, 2.0, 9.0, 4.0])
        }),
        ("box, other east", |f| {
            f.bounding_box = bounding_box([1.0, 2.0, 3.0, 9.0])
        }),
        ("radius", |f| f.radius = circle(1.0, 2.0, 3.0)),
        ("radius, other latitude", |f| {
            f.radius = circle(0.0, 2.0, 3.0)
        }),
        ("radius, other longitude", |f| {
            f.radius = circle(1.0, 0.0, 3.0)
        }),
        ("radius, other length", |f| f.radius = circle(1.0, 2.0, 9.0)),
        ("polygon", |f| f.polygon = region(None, 4.0)),
        ("larger polygon", |f| f.polygon = region(None, 5.0)),
        ("polygon with a hole", |f| {
            f.polygon = region(Some((1.0, 2.0)), 4.0)
        }),
        ("polygon with a larger hole", |f| {
            f.polygon = region(Some((1.0, 3.0)), 4.0)
        }),
    ]
}
