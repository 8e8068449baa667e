//! `day_kind`, `season` and `duration` as they are derived from times, in the local calendar.

use chrono_tz::Tz;
use sosie_similarity::{
    Axis, AxisValues, DistanceUnit, Draft, DraftTimes, Event, EventTimes, Measure, StatedValues,
};

use super::{check, check_measure};
use crate::fixtures::{self, calendar_on, day, draft, event, exact, parts};

const PARIS: Tz = Tz::Europe__Paris;

fn held(times: EventTimes) -> Event {
    let mut parts = parts("e");
    parts.times = times;
    event(parts)
}

fn shares(event: &Event) -> (f64, f64) {
    (
        event.calendar().weekend_share,
        event.calendar().summer_share,
    )
}

fn dated(times: DraftTimes) -> Draft {
    draft(StatedValues::default(), Some(times))
}

#[test]
fn a_weekday_is_nothing_like_a_weekend() {
    let values = |share| AxisValues {
        calendar: Some(calendar_on(share, 0.0, 1)),
        ..AxisValues::default()
    };
    check(Axis::DayKind, values(1.0), values(0.0), 0.0);
    check(Axis::DayKind, values(1.0), values(1.0), 1.0);
    check(Axis::DayKind, values(0.75), values(0.25), 0.5);
}

#[test]
fn a_festival_over_the_end_of_september_is_half_summer() {
    // 22:00 to 02:00 local, two hours on each side.
    let night = held(exact(
        "2024-09-30T22:00:00+02:00",
        "2024-10-01T02:00:00+02:00",
        PARIS,
    ));
    let (june, january) = (
        dated(DraftTimes::StartDate(day("2024-06-03"))),
        dated(DraftTimes::StartDate(day("2024-01-15"))),
    );
    assert_eq!(shares(&night), (0.0, 0.5));
    check(Axis::Season, night.values(), june.values(), 0.5);
    check(Axis::Season, night.values(), january.values(), 0.5);
    check(Axis::Season, june.values(), january.values(), 0.0);
}

#[test]
fn the_first_of_january_and_the_second_of_july_are_opposite_in_season() {
    let date = |text| dated(DraftTimes::StartDate(day(text)));
    let (january, july) = (date("2023-01-01"), date("2023-07-02"));
    // Days 1 and 183: (1 + cos(2π · 182 / 365.2425)) / 2.
    let pair = (january.values(), july.values());
    check_measure(
        &Measure::CyclicSeason,
        Axis::Season,
        pair,
        0.000_028_553_924,
    );
    let compared = Measure::CyclicSeason
        .compare(Axis::Season, &pair.0, &pair.1)
        .unwrap();
    assert_eq!(
        (compared.distance, compared.unit),
        (182.0, DistanceUnit::Days)
    );
}

#[test]
fn the_year_is_round_in_season() {
    let date = |text| dated(DraftTimes::StartDate(day(text)));
    let (eve, new_year) = (date("2023-12-31"), date("2024-01-01"));
    // Days 365 and 1: 364 apart, (1 + cos(2π · 364 / 365.2425)) / 2.
    let pair = (eve.values(), new_year.values());
    check_measure(
        &Measure::CyclicSeason,
        Axis::Season,
        pair,
        0.999_885_787_565,
    );
    let compared = Measure::CyclicSeason
        .compare(Axis::Season, &pair.0, &pair.1)
        .unwrap();
    assert!((compared.distance - 1.2425).abs() < 1e-9, "{compared:?}");
}

#[test]
fn the_weekend_that_the_clocks_go_forward_lasts_47_hours() {
    // Saturday 00:00 +01:00 to Monday 00:00 +02:00.
    let weekend = held(exact(
        "2024-03-30T00:00:00+01:00",
        "2024-04-01T00:00:00+02:00",
        PARIS,
    ));
    assert_eq!(shares(&weekend), (1.0, 0.0));
    assert_eq!(weekend.values().duration_s, Some(47.0 * 3_600.0));
    // By days it is two days of 86,400 s, whatever the clocks did.
    let by_day = EventTimes::days(day("2024-03-30"), day("2024-03-31"), PARIS).unwrap();
    assert_eq!(held(by_day).values().duration_s, Some(172_800.0));
}

#[test]
fn the_hour_that_comes_twice_counts_twice() {
    // Friday 18:00 +02:00 to Sunday 18:00 +01:00: 6 + 24 + 19 hours.
    let event = held(exact(
        "2024-10-25T18:00:00+02:00",
        "2024-10-27T18:00:00+01:00",
        PARIS,
    ));
    assert_eq!(shares(&event), (43.0 / 49.0, 0.0));
    assert_eq!(event.values().duration_s, Some(49.0 * 3_600.0));
}

#[test]
fn an_event_over_new_year_belongs_to_the_day_it_starts_on() {
    // Sunday 22:00 to Monday 02:00.
    let event = held(exact(
        "2023-12-31T22:00:00+01:00",
        "2024-01-01T02:00:00+01:00",
        PARIS,
    ));
    assert_eq!(shares(&event), (0.5, 0.0));
    let calendar = event.calendar();
    assert_eq!(
        (calendar.day_of_year, calendar.month, calendar.weekday),
        (365, 12, 7)
    );
}

#[test]
fn the_day_is_that_of_the_zone_and_not_of_utc() {
    // Half past midnight on Saturday in Paris, half past six on Friday evening in New York.
    let (start, end) = ("2024-06-07T22:30:00Z", "2024-06-07T23:30:00Z");
    assert_eq!(shares(&held(exact(start, end, PARIS))), (1.0, 1.0));
    assert_eq!(
        shares(&held(exact(start, end, Tz::America__New_York))),
        (0.0, 1.0)
    );
}

#[test]
fn a_date_alone_is_enough_for_weekday_and_season_and_not_for_duration() {
    let saturday = dated(DraftTimes::StartDate(day("2024-06-01")));
    let known = Axis::ALL
        .into_iter()
        .filter(|axis| saturday.values().has(*axis));
    assert_eq!(known.collect::<Vec<_>>(), [Axis::DayKind, Axis::Season]);
    assert_eq!(saturday.values().calendar.unwrap().weekend_share, 1.0);
    assert_eq!(saturday.values().calendar.unwrap().summer_share, 1.0);
}

#[test]
fn several_dates_give_a_duration_and_one_does_not() {
    let dates = |first, last| {
        let (first, last) = (day(first), day(last));
        dated(DraftTimes::Dates { first, last }).values().duration_s
    };
    assert_eq!(dates("2024-06-01", "2024-06-03"), Some(259_200.0));
    assert_eq!(dates("2024-06-01", "2024-06-01"), None);
}

#[test]
fn the_opening_time_that_is_stated_goes_before_the_times() {
    let mut parts = parts("e");
    assert_eq!(event(parts.clone()).values().duration_s, Some(7_200.0));
    parts.stated.active_duration_s = Some(1_800.0);
    assert_eq!(event(parts).values().duration_s, Some(1_800.0));
}

#[test]
fn what_a_footprint_tells_is_used_where_nothing_else_is_said() {
    let square = fixtures::rectangle((5.0, 43.0), (5.02, 43.02));
    let mut parts = parts("e");
    parts.stated.footprint = Some(square.clone());
    let derived = event(parts.clone());
    assert_eq!(derived.values().location, Some(square.centroid()));
    assert_eq!(derived.values().footprint_area_m2, Some(square.area_m2()));
    parts.stated.location = Some(fixtures::place(43.0, 5.0));
    parts.stated.footprint_area_m2 = Some(12_000.0);
    let stated = event(parts);
    assert_eq!(stated.values().location, Some(fixtures::place(43.0, 5.0)));
    assert_eq!(stated.values().footprint_area_m2, Some(12_000.0));
}
