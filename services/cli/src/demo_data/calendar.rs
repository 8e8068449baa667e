//! Days and hours of the history, in the local time of Marseille.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, TimeZone, Weekday};
use chrono_tz::{Europe::Paris, Tz};

use super::draw::Draw;
use super::kinds::Hours;

/// The years the history covers, both included.
pub(crate) const YEARS: [i32; 2] = [2016, 2025];

/// When an event took place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) start: DateTime<Tz>,
    pub(crate) end: DateTime<Tz>,
    /// True if only the days are known.
    pub(crate) days_only: bool,
    /// How long it was open, if that isn't all of the time.
    pub(crate) active_s: Option<u32>,
}

/// A day of the Gregorian calendar.
pub(crate) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the tables name days that exist every year")
}

/// The first `weekday` on or after `date`.
pub(crate) fn on_or_after(date: NaiveDate, weekday: Weekday) -> NaiveDate {
    let wait = weekday.days_since(date.weekday());
    date + Days::new(u64::from(wait))
}

/// A day of `year`, by weights of months and weekdays.
pub(crate) fn drawn_date(
    year: i32,
    months: &[u32; 12],
    weekdays: &[u32; 7],
    draw: &mut Draw,
) -> NaiveDate {
    const FROM_MONDAY: [Weekday; 7] = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];
    let month = draw.weighted(months) as u32 + 1;
    let first = on_or_after(date(year, month, 1), FROM_MONDAY[draw.weighted(weekdays)]);
    let drawn = first + Days::new(7 * draw.below(5) as u64);
    // A month that has no fifth of the weekday gives its first.
    if drawn.month() == month { drawn } else { first }
}

/// The weekly days of `year` on the weekday that the `nth` market has.
pub(crate) fn weekly_dates(year: i32, nth: usize) -> impl Iterator<Item = NaiveDate> {
    // Tuesday to Sunday in turn: neighbouring markets share the week, and Monday is for rest.
    const IN_TURN: [Weekday; 6] = [
        Weekday::Sat,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Fri,
        Weekday::Thu,
        Weekday::Sun,
    ];
    let first = on_or_after(date(year, 1, 1), IN_TURN[nth % IN_TURN.len()]);
    first.iter_weeks().take_while(move |day| day.year() == year)
}

/// Draws from when to when an event on `date` lasts.
pub(crate) fn span(hours: Hours, date: NaiveDate, draw: &mut Draw) -> Span {
    match hours {
        Hours::Once { starts_h, lasts_h } => once(date, starts_h, lasts_h, draw),
        Hours::Daily {
            days,
            opens_h,
            open_h,
        } => {
            let days = draw.whole(days).min(days_left(date));
            let open_s = open_h * 3_600;
            let last = date + Days::new(u64::from(days) - 1);
            Span {
                start: local(date, opens_h * 60),
                end: local(last, opens_h * 60) + TimeDelta::seconds(i64::from(open_s)),
                days_only: false,
                active_s: (days > 1).then_some(days * open_s),
            }
        }
        Hours::Days { days, open_h } => {
            let days = draw.whole(days).min(days_left(date));
            let known = draw.chance(0.6);
            Span {
                active_s: open_h.filter(|_| known).map(|open_h| days * open_h * 3_600),
                ..whole_days(date, days)
            }
        }
    }
}

/// Days from `date` to the end of the history: nothing runs on into a year that it doesn't cover.
fn days_left(date: NaiveDate) -> u32 {
    let after = self::date(YEARS[1] + 1, 1, 1);
    u32::try_from((after - date).num_days()).expect("no event begins after the last year")
}

fn once(date: NaiveDate, starts_h: [f64; 2], lasts_h: f64, draw: &mut Draw) -> Span {
    let quarters = |hours: f64| (hours * 4.0).round() as u32;
    let start_min = draw.whole(starts_h.map(quarters)) * 15;
    let lasts_min = quarters(lasts_h * draw.factor(0.18)).max(2) * 15;
    // Some sources note the day alone; past midnight that would make it two days.
    if start_min + lasts_min <= 24 * 60 && draw.chance(0.1) {
        return whole_days(date, 1);
    }
    let start = local(date, start_min);
    let end = start + TimeDelta::minutes(i64::from(lasts_min));
    Span {
        start,
        end,
        days_only: false,
        active_s: None,
    }
}

fn whole_days(date: NaiveDate, days: u32) -> Span {
    let after = date + Days::new(u64::from(days));
    Span {
        start: local(date, 0),
        end: local(after, 0),
        days_only: true,
        active_s: None,
    }
}

/// When the record reached the source: at a desk some weeks before, or once all was over.
pub(crate) fn known_time(span: Span, announced: bool, draw: &mut Draw) -> DateTime<Tz> {
    if !announced {
        return span.end;
    }
    let mut day = span.start.date_naive() - Days::new(u64::from(draw.whole([8, 70])));
    // Desks are closed at weekends.
    while day.weekday().number_from_monday() > 5 {
        day = day - Days::new(1);
    }
    local(day, draw.whole([9 * 60, 17 * 60 - 1]))
}

/// The instant when clocks in Marseille show so many minutes after midnight.
fn local(date: NaiveDate, minute_of_day: u32) -> DateTime<Tz> {
    let clock = date
        .and_hms_opt(minute_of_day / 60, minute_of_day % 60, 0)
        .expect("hours in the tables are below 24");
    Paris
        .from_local_datetime(&clock)
        .earliest()
        .expect("clocks leap from two to three at night, when nothing here begins")
}
