//! Values of axes, and drafts made of them.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use geo::Polygon;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use sosie_similarity::{
    Basis, CodePath, Draft, DraftTimes, EventTimes, Footprint, Location, Participants,
    StatedValues, TimePrecision, Timestamp,
};

use crate::fixtures;

const DAY_MICROS: i64 = 86_400_000_000;

/// Mostly in one city, sometimes anywhere, sometimes at a pole or on the antimeridian.
pub(crate) fn location() -> impl Strategy<Value = Location> {
    prop_oneof![
        5 => (43.2..43.4f64, 5.3..5.5f64),
        2 => (-90.0..=90.0f64, -180.0..=180.0f64),
        1 => (select(vec![-90.0, 0.0, 90.0]), select(vec![-180.0, 0.0, 180.0])),
    ]
    .prop_map(|(latitude, longitude)| fixtures::place(latitude, longitude))
}

/// Three codes per level: common prefixes of every length are frequent.
pub(crate) fn code_path() -> impl Strategy<Value = CodePath> {
    let codes = select(vec!["sport", "music", "market"]);
    vec(codes, 1..=6).prop_map(|codes| fixtures::path(&codes.join("/")))
}

pub(crate) fn participants() -> impl Strategy<Value = Participants> {
    let best =
        prop_oneof![1 => Just(0u64), 3 => 0..100u64, 3 => (0.0..9.0f64).prop_map(power_of_10)];
    let basis = option::of(select(vec![Basis::Peak, Basis::Daily, Basis::Total]));
    (best, basis)
        .prop_map(|(best, basis)| Participants::new(best, None, None, basis).expect("in order"))
}

fn power_of_10(exponent: f64) -> u64 {
    10f64.powf(exponent) as u64
}

fn area_m2() -> impl Strategy<Value = f64> {
    (-2.0..14.0f64).prop_map(|exponent| 10f64.powf(exponent))
}

/// One square with a hole somewhere: any two share their border.
pub(crate) fn pierced() -> impl Strategy<Value = Footprint> {
    (0.002..0.004f64, 0.002..0.004f64, 0.0005..0.005f64).prop_map(|(east, north, side)| {
        let exterior = fixtures::ring((5.30, 43.30), (5.31, 43.31));
        let low = (5.30 + east, 43.30 + north);
        let hole = fixtures::ring(low, (low.0 + side, low.1 + side));
        fixtures::area(Polygon::new(exterior, vec![hole]))
    })
}

/// Rectangles of all sizes, squares with a hole, and routes.
pub(crate) fn footprint() -> impl Strategy<Value = Footprint> {
    let corner = || (5.30..5.31f64, 43.30..43.31f64);
    let side = || 0.0001..0.01f64;
    let rectangle = (corner(), side(), side()).prop_map(|((west, south), width, height)| {
        fixtures::rectangle((west, south), (west + width, south + height))
    });
    let large = (-60.0..60.0f64, -60.0..60.0f64, 1.0..20.0f64).prop_map(|(west, south, side)| {
        fixtures::rectangle((west, south), (west + side, south + side))
    });
    let route =
        (vec(corner(), 2..5), 1.0..60.0f64).prop_map(|(line, width)| fixtures::route(line, width));
    prop_oneof![3 => rectangle, 1 => large, 2 => pierced(), 2 => route]
}

/// 2019 to 2024, exact or by days, in zones whose clocks change at different hours or not at all.
pub(crate) fn times() -> impl Strategy<Value = EventTimes> {
    let zone = select(vec![
        Tz::Europe__Paris,
        Tz::America__New_York,
        Tz::Australia__Lord_Howe,
        Tz::Asia__Kolkata,
        Tz::UTC,
    ]);
    let start = (0..2_000i64, 0..DAY_MICROS);
    let length = prop_oneof![1..DAY_MICROS, 1..40 * DAY_MICROS];
    (zone, start, length, any::<bool>()).prop_map(|(zone, (days, micros), length, by_day)| {
        if by_day {
            let first = first_day() + Days::new(days as u64);
            let last = first + Days::new((length / DAY_MICROS) as u64);
            return EventTimes::days(first, last, zone).expect("whole days");
        }
        let start = fixtures::instant("2019-01-01T00:00:00Z").as_micros();
        let start = start + days * DAY_MICROS + micros;
        let at = |micros| Timestamp::from_micros(micros).expect("a year of four digits");
        EventTimes::new(at(start), at(start + length), zone, TimePrecision::Exact)
            .expect("in order")
    })
}

fn first_day() -> NaiveDate {
    fixtures::day("2019-01-01")
}

fn draft_times() -> impl Strategy<Value = DraftTimes> {
    let date = || (0..2_000u64).prop_map(|days| first_day() + Days::new(days));
    prop_oneof![
        times().prop_map(DraftTimes::Span),
        date().prop_map(DraftTimes::StartDate),
        (date(), 0..30u64).prop_map(|(first, days)| DraftTimes::Dates {
            first,
            last: first + Days::new(days)
        }),
    ]
}

/// A value with that probability; `option::weighted` knows no certainty.
fn perhaps<V: Strategy + 'static>(probability: f64, value: V) -> BoxedStrategy<Option<V::Value>> {
    if probability == 1.0 {
        value.prop_map(Some).boxed()
    } else {
        option::weighted(probability, value).boxed()
    }
}

/// Values each known with probability `known`; geometries half as often.
pub(crate) fn stated(known: f64) -> impl Strategy<Value = StatedValues> {
    (
        (
            perhaps(known, code_path()),
            perhaps(known, code_path()),
            perhaps(known, location()),
            perhaps(known, participants()),
        ),
        (
            perhaps(known, area_m2()),
            perhaps(known / 2.0, footprint()),
            perhaps(known, prop_oneof![Just(0.0), 0.0..1e6f64]),
        ),
    )
        .prop_map(|((nature, sector, location, participants), measured)| {
            let (footprint_area_m2, footprint, active_duration_s) = measured;
            StatedValues {
                nature,
                sector,
                location,
                participants,
                footprint_area_m2,
                footprint,
                active_duration_s,
            }
        })
}

/// A draft with gaps; perhaps with nothing at all.
pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    (stated(0.7), option::weighted(0.8, draft_times()))
        .prop_map(|(stated, times)| fixtures::draft(stated, times))
}

/// A draft with a value on every axis.
pub(crate) fn complete_draft() -> impl Strategy<Value = Draft> {
    (stated(1.0), times())
        .prop_map(|(stated, times)| fixtures::draft(stated, Some(DraftTimes::Span(times))))
}
