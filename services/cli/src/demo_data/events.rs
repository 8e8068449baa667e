//! From an occasion (a kind, a spot, a day) to its record, with the gaps that real sources have.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, SecondsFormat, Timelike};
use chrono_tz::Tz;

use super::SOURCE_ID;
use super::calendar::{self, Span};
use super::draw::Draw;
use super::kinds::{Kind, Spots};
use super::places::Place;
use super::record::{Footprint, Location, Participants, Record};
use super::routes::Route;
use super::sizes;
use super::states::{self, State};

/// A gathering that was announced for a day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion {
    pub(crate) kind: &'static Kind,
    /// Index into the kind's spots.
    pub(crate) spot: usize,
    pub(crate) date: NaiveDate,
    /// The number of its series, if it recurs.
    pub(crate) series: Option<u32>,
    /// Share of the kind's median size that its series is used to.
    pub(crate) level: Option<f64>,
}

impl Occasion {
    /// Where it is, and in which sector: a route is where it starts.
    pub(crate) fn whereabouts(&self) -> (Location, &'static str) {
        match self.kind.spots {
            Spots::Places(places) => {
                let Place {
                    at: [latitude, longitude],
                    sector,
                    ..
                } = places[self.spot];
                (
                    Location {
                        latitude,
                        longitude,
                    },
                    sector,
                )
            }
            Spots::Routes(routes) => {
                let Route { points, sector, .. } = routes[self.spot];
                let [longitude, latitude] = points[0];
                (
                    Location {
                        latitude,
                        longitude,
                    },
                    sector,
                )
            }
        }
    }
}

/// An event without its id yet, which is given in order of time.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) start: DateTime<Tz>,
    pub(crate) record: Record,
}

/// Draws what became of `occasion`, and what the source knows of it.
pub(crate) fn event(occasion: &Occasion, draw: &mut Draw) -> Event {
    let Occasion { kind, date, .. } = *occasion;
    let (at, sector) = occasion.whereabouts();
    let announced = kind.size.draw(occasion.level, draw);
    let (state, heads) = states::state_of(date, announced, kind.kept, draw);
    let span = calendar::span(kind.hours, date, draw);
    let mapped = draw
        .chance(kind.mapped)
        .then(|| ground(occasion, heads, draw));
    let (footprint_area_m2, footprint) = mapped.unwrap_or_default();
    let declared = draw.chance(kind.declared * 0.7);
    let record = Record {
        event_id: String::new(),
        series_id: occasion.series.map(|series| format!("mrs-s-{series:04}")),
        state: state.name(),
        nature: nature(kind.nature, draw),
        sector: (!draw.chance(0.04)).then_some(sector),
        location: (!draw.chance(0.05)).then_some(at),
        start_time: rfc3339(span.start),
        end_time: rfc3339(span.end),
        time_zone: "Europe/Paris",
        time_precision: if span.days_only { "DAY" } else { "EXACT" },
        active_duration_s: span.active_s,
        participants: participants(kind, heads, state, draw),
        footprint_area_m2,
        footprint,
        outcomes: (state == State::Held)
            .then(|| outcomes(kind, heads, span, draw))
            .flatten(),
        known_time: rfc3339(calendar::known_time(span, declared, draw)),
        source_id: SOURCE_ID,
    };
    Event {
        start: span.start,
        record,
    }
}

fn rfc3339(instant: DateTime<Tz>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// The path of a kind as a clerk files it: sometimes without its last code, sometimes not at all.
fn nature(path: &'static str, draw: &mut Draw) -> Option<String> {
    if draw.chance(0.08) {
        return None;
    }
    let coarser = path.rsplit_once('/').filter(|_| draw.chance(0.08));
    Some(coarser.map_or(path, |(parent, _)| parent).to_owned())
}

fn participants(kind: &Kind, heads: u64, state: State, draw: &mut Draw) -> Option<Participants> {
    if !draw.chance(kind.counted) {
        return None;
    }
    // Of what wasn't held there's an estimate only.
    let turnstiles = kind.turnstiles && state == State::Held;
    let best = sizes::as_reported(heads, turnstiles);
    let mut range = None;
    if !turnstiles && draw.chance(0.3) {
        let low = best as f64 * draw.between([0.6, 0.95]);
        let high = best as f64 * draw.between([1.05, 1.7]);
        range = Some((low.floor() as u64, high.ceil() as u64));
    }
    Some(Participants {
        best,
        low: range.map(|(low, _)| sizes::as_reported(low, false).min(best)),
        high: range.map(|(_, high)| sizes::as_reported(high, false).max(best)),
        basis: draw.chance(0.45).then_some(kind.basis),
    })
}

/// The area, the footprint or both.
fn ground(occasion: &Occasion, heads: u64, draw: &mut Draw) -> (Option<f64>, Option<Footprint>) {
    match occasion.kind.spots {
        Spots::Routes(routes) => {
            let Route {
                points, width_m, ..
            } = routes[occasion.spot];
            (
                None,
                Some(Footprint::LineString {
                    coordinates: points,
                    width_m,
                }),
            )
        }
        Spots::Places(places) => {
            let place = places[occasion.spot];
            let area_m2 = sizes::area_m2(heads, occasion.kind.m2_each, place.area_m2, draw);
            match draw.weighted(&[85, 10, 5]) {
                0 => (Some(area_m2), None),
                1 => (None, Some(rectangle(place.at, area_m2, draw))),
                _ => (Some(area_m2), Some(rectangle(place.at, area_m2, draw))),
            }
        }
    }
}

/// A rectangle of `area_m2` around a point, counter-clockwise and closed as RFC 7946 asks.
fn rectangle([latitude, longitude]: [f64; 2], area_m2: f64, draw: &mut Draw) -> Footprint {
    // At the latitude of Marseille, 43.3° north.
    const M_PER_DEGREE_NORTH: f64 = 111_110.0;
    const M_PER_DEGREE_EAST: f64 = 81_150.0;
    let depth_m = (area_m2 / draw.between([1.0, 3.0])).sqrt();
    let north = depth_m / 2.0 / M_PER_DEGREE_NORTH;
    let east = area_m2 / depth_m / 2.0 / M_PER_DEGREE_EAST;
    let corner = |x: f64, y: f64| [x, y].map(|degrees| (degrees * 1e6).round() / 1e6);
    let south_west = corner(longitude - east, latitude - north);
    let ring = [
        south_west,
        corner(longitude + east, latitude - north),
        corner(longitude + east, latitude + north),
        corner(longitude - east, latitude + north),
        south_west,
    ];
    Footprint::Polygon {
        coordinates: [ring],
    }
}

/// What it needed and what happened; `None` where nobody kept the figures.
fn outcomes(
    kind: &Kind,
    heads: u64,
    span: Span,
    draw: &mut Draw,
) -> Option<BTreeMap<&'static str, u64>> {
    if draw.chance(0.25) {
        return None;
    }
    let late = !span.days_only && (span.start.hour() >= 20 || span.end.hour() <= 5);
    let scale = (heads as f64).sqrt() * if late { 1.35 } else { 1.0 };
    let count =
        |per_root: f64, draw: &mut Draw| (per_root * scale * draw.factor(0.25)).round() as u64;
    let mut outcomes = BTreeMap::from([("officers", count(kind.needs.officers, draw))]);
    if draw.chance(0.85) {
        outcomes.insert("barriers", count(kind.needs.barriers, draw));
    }
    // Trouble comes by the hour more than staff does.
    let trouble = kind.needs.incidents * scale * if late { 1.5 } else { 1.0 };
    if draw.chance(0.8) {
        outcomes.insert("incidents", draw.times(trouble));
    }
    Some(outcomes)
}
