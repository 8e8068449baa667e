//! Drafts of one value each.

use geo::Polygon;
use sosie_similarity::{Basis, DraftTimes, Footprint, Participants, StatedValues};

use super::Setting;
use crate::fixtures::{area, day, path, place, ring, route};

/// Each is to be set on a draft that states nothing.
pub(super) fn stated() -> Vec<Setting<StatedValues>> {
    vec![
        ("nature", |v| v.nature = Some(path("a"))),
        ("sector", |v| v.sector = Some(path("a"))),
        ("place", |v| v.location = Some(place(1.0, 2.0))),
        ("other latitude", |v| v.location = Some(place(0.0, 2.0))),
        ("other longitude", |v| v.location = Some(place(1.0, 0.0))),
        ("8 take part", |v| {
            v.participants = counted(8, (None, None), None)
        }),
        ("9 take part", |v| {
            v.participants = counted(9, (None, None), None)
        }),
        ("low", |v| {
            v.participants = counted(8, (Some(7), None), None)
        }),
        ("high", |v| {
            v.participants = counted(8, (None, Some(9)), None)
        }),
        ("peak", |v| {
            v.participants = counted(8, (None, None), Some(Basis::Peak))
        }),
        ("daily", |v| {
            v.participants = counted(8, (None, None), Some(Basis::Daily))
        }),
        ("total", |v| {
            v.participants = counted(8, (None, None), Some(Basis::Total))
        }),
        ("m²", |v| v.footprint_area_m2 = Some(8.0)),
        ("seconds", |v| v.active_duration_s = Some(8.0)),
        ("area", |v| cover(v, square(None))),
        ("area with a hole", |v| cover(v, square(Some(2.0)))),
        ("area with a larger hole", |v| cover(v, square(Some(3.0)))),
        ("route", |v| {
            cover(v, route(vec![(0.0, 0.0), (1.0, 1.0)], 5.0))
        }),
        ("wider route", |v| {
            cover(v, route(vec![(0.0, 0.0), (1.0, 1.0)], 6.0))
        }),
        ("longer route", |v| {
            cover(v, route(vec![(0.0, 0.0), (1.0, 2.0)], 5.0))
        }),
    ]
}

/// Times that give different calendars or durations.
pub(super) fn times() -> Vec<(&'static str, DraftTimes)> {
    let date = |text| DraftTimes::StartDate(day(text));
    let two_days = DraftTimes::Dates {
        first: day("2024-06-02"),
        last: day("2024-06-03"),
    };
    vec![
        ("saturday", date("2024-06-01")),
        ("sunday", date("2024-06-02")),
        ("sunday and monday", two_days),
        ("winter", date("2024-12-07")),
    ]
}

fn counted(
    best: u64,
    (low, high): (Option<u64>, Option<u64>),
    basis: Option<Basis>,
) -> Option<Participants> {
    Some(Participants::new(best, low, high, basis).expect("in order"))
}

fn square(hole_to: Option<f64>) -> Footprint {
    let hole = hole_to.map(|high| ring((1.0, 1.0), (high, high)));
    let exterior = ring((0.0, 0.0), (4.0, 4.0));
    area(Polygon::new(exterior, hole.into_iter().collect()))
}

/// Place and area are stated, so that only the geometry tells two of these apart.
fn cover(values: &mut StatedValues, footprint: Footprint) {
    values.location = Some(place(1.0, 2.0));
    values.footprint_area_m2 = Some(1.0);
    values.footprint = Some(footprint);
}
