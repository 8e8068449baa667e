//! Events of a town that is not there: coarse values, so that scores tie, and many of them missing.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use geo::{LineString, MultiPolygon, Rect};
use sosie_index::record;
use sosie_similarity::{
    Basis, Code, CodePath, Event, EventId, EventParts, EventTimes, Footprint, FootprintShape,
    Location, Participants, SeriesId, State, StatedValues, TimePrecision, Timestamp,
};

use crate::draw::Draw;

const NATURES: [&str; 8] = [
    "music",
    "music/concert",
    "music/concert/rock",
    "sport",
    "sport/football/professional",
    "sport/running",
    "market/food",
    "market/flea/antiques/books/maps/old",
];
const SECTORS: [&str; 6] = [
    "town",
    "town/north",
    "town/north/port",
    "town/south",
    "town/south/park",
    "town/west/hills",
];
const SOURCES: [&str; 3] = ["permits", "register", "press"];
const DAY_S: i64 = 86_400;

/// `count` events with the ids `e00000` and up. The same seed gives the same events, and fewer of them are the
/// first of more.
pub fn synthetic_events(seed: u64, count: usize) -> Vec<Event> {
    let mut draw = Draw::new(seed);
    (0..count)
        .map(|at| event(&format!("e{at:05}"), &mut draw))
        .collect()
}

/// The events as NDJSON, a line each.
pub fn ndjson(events: &[Event]) -> String {
    let mut text = String::new();
    for event in events {
        let json = serde_json::to_string(&record::to_record(event)).expect("a record is JSON");
        writeln!(text, "{json}").expect("a string has room");
    }
    text
}

fn event(id: &str, draw: &mut Draw) -> Event {
    let times = times(draw);
    let known_micros = times.end().as_micros() + draw.below(40) as i64 * DAY_S * 1_000_000;
    let parts = EventParts {
        event_id: EventId::new(id).expect("an id"),
        series_id: draw.maybe(0.4, series),
        state: if draw.chance(0.85) {
            State::Held
        } else {
            *draw.one(&State::ALL)
        },
        times,
        stated: stated(draw),
        outcomes: outcomes(draw),
        outcomes_fewer_than: BTreeMap::new(),
        known_time: Timestamp::from_micros(known_micros).expect("a near year"),
        source_id: Code::new(draw.text(&SOURCES)).expect("a code"),
    };
    Event::new(parts).expect("a valid event")
}

fn series(draw: &mut Draw) -> SeriesId {
    SeriesId::new(&format!("s{}", draw.below(60))).expect("an id")
}

fn times(draw: &mut Draw) -> EventTimes {
    let zone = if draw.chance(0.9) {
        Tz::Europe__Paris
    } else {
        Tz::America__Sao_Paulo
    };
    let epoch = NaiveDate::from_ymd_opt(2015, 1, 1).expect("a date");
    let first = epoch + Days::new(draw.below(3_650) as u64);
    if draw.chance(0.3) {
        let last = first + Days::new(draw.below(4) as u64);
        return EventTimes::days(first, last, zone).expect("days in order");
    }
    let midnight = EventTimes::days(first, first, zone)
        .expect("a day")
        .start()
        .as_micros();
    let start = midnight + draw.below(48) as i64 * 1_800_000_000;
    let length = (1 + draw.below(30) as i64) * 3_600_000_000;
    let at = |micros| Timestamp::from_micros(micros).expect("a near year");
    EventTimes::new(at(start), at(start + length), zone, TimePrecision::Exact).expect("in order")
}

fn stated(draw: &mut Draw) -> StatedValues {
    let path = |text: &str| CodePath::new(text).expect("a path");
    StatedValues {
        nature: draw.maybe(0.8, |draw| path(draw.text(&NATURES))),
        sector: draw.maybe(0.85, |draw| path(draw.text(&SECTORS))),
        location: draw.maybe(0.85, place),
        participants: draw.maybe(0.7, participants),
        footprint_area_m2: draw.maybe(0.3, |draw| 100.0 * (1 + draw.below(50)) as f64),
        footprint: draw.maybe(0.1, footprint),
        active_duration_s: draw.maybe(0.1, |draw| 1_800.0 * draw.below(20) as f64),
    }
}

/// One of a few hundred places.
fn place(draw: &mut Draw) -> Location {
    let (north, east) = (draw.below(20) as f64, draw.below(20) as f64);
    Location::new(43.2 + north / 100.0, 5.3 + east / 100.0).expect("degrees in range")
}

fn participants(draw: &mut Draw) -> Participants {
    let best = *draw.one(&[0, 30, 100, 250, 800, 5_000, 60_000]);
    let low = draw.maybe(0.3, |_| best / 2);
    let high = draw.maybe(0.3, |_| best * 2);
    let basis = draw.maybe(0.5, |draw| {
        *draw.one(&[Basis::Peak, Basis::Daily, Basis::Total])
    });
    Participants::new(best, low, high, basis).expect("counts in order")
}

fn footprint(draw: &mut Draw) -> Footprint {
    let (x, y) = place(draw).to_point().x_y();
    let side = 0.0005 * (1 + draw.below(6)) as f64;
    let shape = if draw.chance(0.7) {
        let square = Rect::new((x, y), (x + side, y + side)).to_polygon();
        FootprintShape::Area(MultiPolygon::new(vec![square]))
    } else {
        let line = LineString::from(vec![(x, y), (x + side, y + 2.0 * side)]);
        FootprintShape::Route {
            line,
            width_m: 10.0,
        }
    };
    Footprint::new(shape).expect("a simple shape")
}

fn outcomes(draw: &mut Draw) -> BTreeMap<Code, f64> {
    let codes = draw.subset(&["officers", "barriers", "incidents"], 0.4);
    let count = |code: &str| (Code::new(code).expect("a code"), draw.below(200) as f64);
    codes.into_iter().map(count).collect()
}
