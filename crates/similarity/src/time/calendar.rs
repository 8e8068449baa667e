//! What instants say in a local calendar.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Offset, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use super::{DAY_MICROS, SECOND_MICROS};

/// What the calendar axes compare; always known together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calendar {
    /// Share of local time on Saturday or Sunday, in [0, 1].
    pub weekend_share: f64,
    /// Share of local time in April–September, in [0, 1].
    pub summer_share: f64,
    /// Local day of the year of the start, 1–366.
    pub day_of_year: u16,
    /// Local month of the start, 1–12.
    pub month: u8,
    /// Local weekday of the start, 1 (Monday) – 7 (Sunday).
    pub weekday: u8,
}

/// 86,400 × days, or `None` for one day: how long an event of one known day lasted is not known.
pub(crate) fn days_duration_s((first, last): (NaiveDate, NaiveDate)) -> Option<f64> {
    let days = (last - first).num_days() + 1;
    (days > 1).then_some(days as f64 * 86_400.0)
}

/// The calendar of whole days, `first` to `last` inclusive.
pub(crate) fn days_calendar((first, last): (NaiveDate, NaiveDate)) -> Calendar {
    calendar(
        first,
        first
            .iter_days()
            .take_while(|day| *day <= last)
            .map(|day| (day, 1)),
    )
}

/// Sums integers and divides once, so that one-day events give exactly 0 or 1.
pub(super) fn calendar(
    first: NaiveDate,
    pieces: impl Iterator<Item = (NaiveDate, i64)>,
) -> Calendar {
    let (mut total, mut weekend, mut summer) = (0i64, 0i64, 0i64);
    for (date, length) in pieces {
        total += length;
        weekend += length * i64::from(matches!(date.weekday(), Weekday::Sat | Weekday::Sun));
        summer += length * i64::from((4..=9).contains(&date.month()));
    }
    Calendar {
        weekend_share: weekend as f64 / total as f64,
        summer_share: summer as f64 / total as f64,
        day_of_year: first.ordinal() as u16,
        month: first.month() as u8,
        weekday: first.weekday().number_from_monday() as u8,
    }
}

/// [start, end) cut into pieces that lie on one local date, with their length in microseconds.
///
/// A piece also ends where the zone's offset changes, so its date is exact even in zones that
/// turn their clocks back over midnight.
pub(super) fn local_pieces(
    start: i64,
    end: i64,
    zone: Tz,
) -> impl Iterator<Item = (NaiveDate, i64)> {
    let mut at = start;
    std::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let offset = offset_micros(at, zone);
        let date = local_date(at, zone);
        let midnight = naive_midnight_micros(date) + DAY_MICROS - offset;
        let until = midnight.min(end);
        let next = first_offset_change(at, until, zone);
        let piece = (date, next - at);
        at = next;
        Some(piece)
    })
}

/// The first instant in (from, until] whose offset differs from that at `from`, else `until`.
/// Zones change their offset at most once a day, and the span is at most a day.
fn first_offset_change(from: i64, until: i64, zone: Tz) -> i64 {
    let offset = offset_micros(from, zone);
    first_instant(from, until, |at| offset_micros(at, zone) != offset)
}

/// The first instant of a local day; where clocks skip midnight, the first that they show.
pub(super) fn day_start(date: NaiveDate, zone: Tz) -> i64 {
    match zone
        .from_local_datetime(&date.and_time(NaiveTime::MIN))
        .earliest()
    {
        Some(midnight) => midnight.timestamp_micros(),
        None => {
            // Inside a gap: offsets span 26 hours, so both brackets are safe.
            let naive = naive_midnight_micros(date);
            let (from, until) = (naive - 2 * DAY_MICROS, naive + 2 * DAY_MICROS);
            first_instant(from, until, |at| local_date(at, zone) >= date)
        }
    }
}

/// The first microsecond in (from, until] at which `holds`, which never turns false again; else `until`.
fn first_instant(from: i64, until: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut before, mut after) = (from, until);
    if !holds(after) {
        return until;
    }
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if holds(middle) {
            after = middle
        } else {
            before = middle
        }
    }
    after
}

fn naive_midnight_micros(date: NaiveDate) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp_micros()
}

fn offset_micros(at: i64, zone: Tz) -> i64 {
    let utc = utc(at).naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * SECOND_MICROS
}

pub(super) fn local_date(at: i64, zone: Tz) -> NaiveDate {
    utc(at).with_timezone(&zone).date_naive()
}

fn utc(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at).expect("years 0 to 10000 are in chrono's range")
}
