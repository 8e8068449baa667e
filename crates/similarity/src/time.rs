//! Instants, the times of an event, and what they say in the local calendar (SPEC section 2).

mod calendar;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::invalid::{Invalid, Rule};
use crate::limits::EVENT_DAYS_MAX;
use calendar::{calendar, day_start, local_date, local_pieces};

pub use calendar::Calendar;
pub(crate) use calendar::{days_calendar, days_duration_s};

const SECOND_MICROS: i64 = 1_000_000;
const DAY_MICROS: i64 = 86_400 * SECOND_MICROS;

/// An instant, in whole microseconds since 1970-01-01T00:00:00Z; years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0001-01-01T00:00:00Z, the earliest that protobuf's `Timestamp` can say.
    pub const MIN: Timestamp = Timestamp(-62_135_596_800 * SECOND_MICROS);
    /// 9999-12-31T23:59:59.999999Z, the latest.
    pub const MAX: Timestamp = Timestamp(253_402_300_800 * SECOND_MICROS - 1);

    /// From microseconds since the epoch; years 1 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, Rule> {
        let stamp = Timestamp(micros);
        if stamp < Timestamp::MIN || stamp > Timestamp::MAX {
            return Err(Rule::NotInYears);
        }
        Ok(stamp)
    }

    /// From seconds and nanoseconds, as protobuf has them; finer than a microsecond is refused.
    pub fn from_parts(seconds: i64, nanos: i32) -> Result<Self, Rule> {
        let stamp = Timestamp::from_parts_floor(seconds, nanos)?;
        if nanos % 1_000 == 0 {
            Ok(stamp)
        } else {
            Err(Rule::TooFine)
        }
    }

    /// From seconds and nanoseconds, down to the microsecond: right for a bound such as `as_of`,
    /// since whatever it is compared with has whole microseconds.
    pub fn from_parts_floor(seconds: i64, nanos: i32) -> Result<Self, Rule> {
        if !(0..1_000_000_000).contains(&nanos) {
            return Err(Rule::Malformed);
        }
        let micros = seconds.checked_mul(SECOND_MICROS).ok_or(Rule::NotInYears)?;
        Timestamp::from_micros(micros.saturating_add(i64::from(nanos) / 1_000))
    }

    /// From a chrono instant; finer than a microsecond is refused.
    pub fn from_utc(time: DateTime<Utc>) -> Result<Self, Rule> {
        Timestamp::from_parts(time.timestamp(), time.timestamp_subsec_nanos() as i32)
    }

    /// Microseconds since the epoch.
    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// The same instant for chrono.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).expect("years 1 to 9999 are in chrono's range")
    }
}

/// How exactly the times of an event are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePrecision {
    /// Clock times.
    Exact,
    /// Local dates only: start is midnight of the first day, end midnight after the last.
    Day,
}

/// The times of an event: half-open [start, end), zone, precision. Always end > start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventTimes {
    start: Timestamp,
    end: Timestamp,
    zone: Tz,
    precision: TimePrecision,
}

impl EventTimes {
    /// Checks order, length, and for [`TimePrecision::Day`] that both ends are local midnights.
    ///
    /// # Errors
    /// [`Rule::EndBeforeStart`], [`Rule::LastsTooLong`] or [`Rule::NotMidnight`], on `start_time` or `end_time`.
    pub fn new(
        start: Timestamp,
        end: Timestamp,
        zone: Tz,
        precision: TimePrecision,
    ) -> Result<Self, Invalid> {
        if end <= start {
            return Err(Invalid::new("end_time", Rule::EndBeforeStart));
        }
        if lasts_too_long(start, end, zone, precision) {
            return Err(Invalid::new("end_time", Rule::LastsTooLong(EVENT_DAYS_MAX)));
        }
        if precision == TimePrecision::Day {
            for (field, instant) in [("start_time", start), ("end_time", end)] {
                if day_start(local_date(instant.0, zone), zone) != instant.0 {
                    return Err(Invalid::new(field, Rule::NotMidnight));
                }
            }
        }
        Ok(EventTimes {
            start,
            end,
            zone,
            precision,
        })
    }

    /// Whole local days, `first` to `last` inclusive, with [`TimePrecision::Day`].
    ///
    /// # Errors
    /// Those of [`EventTimes::new`], and [`Rule::NotInYears`].
    pub fn days(first: NaiveDate, last: NaiveDate, zone: Tz) -> Result<Self, Invalid> {
        let at = |field, date: NaiveDate| {
            let in_years = (1..=9999).contains(&date.year());
            in_years
                .then_some(())
                .ok_or(Invalid::new(field, Rule::NotInYears))?;
            Timestamp::from_micros(day_start(date, zone)).map_err(|rule| Invalid::new(field, rule))
        };
        let start = at("start_time", first)?;
        let end = at(
            "end_time",
            last.checked_add_days(Days::new(1))
                .unwrap_or(NaiveDate::MAX),
        )?;
        EventTimes::new(start, end, zone, TimePrecision::Day)
    }

    /// First instant.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// First instant after the event.
    pub fn end(&self) -> Timestamp {
        self.end
    }

    /// The zone of the local calendar.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// How exactly the times are known.
    pub fn precision(&self) -> TimePrecision {
        self.precision
    }

    /// First and last local day that the event touches.
    pub fn dates(&self) -> (NaiveDate, NaiveDate) {
        (
            local_date(self.start.0, self.zone),
            local_date(self.end.0 - 1, self.zone),
        )
    }

    /// Seconds from the times alone: exact length, or 86,400 × days, or `None` for a one-day event of
    /// which only the day is known.
    pub fn duration_s(&self) -> Option<f64> {
        match self.precision {
            TimePrecision::Exact => Some((self.end.0 - self.start.0) as f64 / SECOND_MICROS as f64),
            TimePrecision::Day => days_duration_s(self.dates()),
        }
    }

    /// Shares of weekend and summer: by microseconds, or by days where only days are known.
    pub fn calendar(&self) -> Calendar {
        match self.precision {
            TimePrecision::Exact => calendar(
                self.dates().0,
                local_pieces(self.start.0, self.end.0, self.zone),
            ),
            TimePrecision::Day => days_calendar(self.dates()),
        }
    }
}

/// Days are counted where only days are known: a hundred years of them can be an hour longer than their clocks say.
fn lasts_too_long(start: Timestamp, end: Timestamp, zone: Tz, precision: TimePrecision) -> bool {
    match precision {
        TimePrecision::Exact => end.0 - start.0 > EVENT_DAYS_MAX * DAY_MICROS,
        TimePrecision::Day => {
            let days = local_date(end.0, zone) - local_date(start.0, zone);
            days.num_days() > EVENT_DAYS_MAX
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America, Europe, Pacific};

    fn exact(start: &str, end: &str, zone: Tz) -> EventTimes {
        let at = |text: &str| Timestamp::from_utc(text.parse().unwrap()).unwrap();
        EventTimes::new(at(start), at(end), zone, TimePrecision::Exact).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_weekend_the_clocks_go_forward_has_47_hours() {
        // Friday 2024-03-29 to Monday 2024-04-01, local midnights: 24 + 24 + 23 hours.
        let times = exact(
            "2024-03-28T23:00:00Z",
            "2024-03-31T22:00:00Z",
            Europe::Paris,
        );
        assert_eq!(times.calendar().weekend_share, 47.0 / 71.0);
        assert_eq!(times.calendar().summer_share, 0.0);
        assert_eq!(times.duration_s(), Some(71.0 * 3600.0));
    }

    #[test]
    fn the_weekend_the_clocks_go_back_has_49_hours() {
        let times = exact(
            "2024-10-24T22:00:00Z",
            "2024-10-27T23:00:00Z",
            Europe::Paris,
        );
        assert_eq!(times.calendar().weekend_share, 49.0 / 73.0);
    }

    #[test]
    fn an_event_over_new_year_starts_late_in_the_year_and_is_all_winter() {
        let times = exact(
            "2023-12-31T21:00:00Z",
            "2024-01-01T03:00:00Z",
            Europe::Paris,
        );
        let calendar = times.calendar();
        // 22:00–24:00 is a Sunday, 00:00–04:00 a Monday.
        assert_eq!(calendar.weekend_share, 2.0 / 6.0);
        assert_eq!((calendar.summer_share, calendar.day_of_year), (0.0, 365));
        assert_eq!((calendar.month, calendar.weekday), (12, 7));
    }

    #[test]
    fn a_one_day_event_is_exactly_in_or_out() {
        let saturday =
            EventTimes::days(date("2024-06-01"), date("2024-06-01"), Europe::Paris).unwrap();
        assert_eq!(saturday.calendar().weekend_share, 1.0);
        assert_eq!(saturday.calendar().summer_share, 1.0);
        assert_eq!(saturday.duration_s(), None);
        let three =
            EventTimes::days(date("2024-09-29"), date("2024-10-01"), Europe::Paris).unwrap();
        assert_eq!(three.calendar().weekend_share, 1.0 / 3.0);
        assert_eq!(three.calendar().summer_share, 2.0 / 3.0);
        assert_eq!(three.duration_s(), Some(259_200.0));
    }

    #[test]
    fn a_day_without_a_midnight_begins_where_the_clocks_land() {
        // São Paulo went from 00:00 to 01:00 on 2018-11-04.
        let day = date("2018-11-04");
        let times = EventTimes::days(day, day, America::Sao_Paulo).unwrap();
        assert_eq!(
            times.start().to_utc().to_rfc3339(),
            "2018-11-04T03:00:00+00:00"
        );
        assert_eq!(times.dates(), (day, day));
        // Apia had no 2011-12-30 at all.
        let start = day_start(date("2011-12-30"), Pacific::Apia);
        assert_eq!(start, day_start(date("2011-12-31"), Pacific::Apia));
    }

    #[test]
    fn clocks_that_go_back_over_midnight_give_their_hour_to_the_day_shown() {
        // St John's went from Sunday 00:01 back to Saturday 23:01 on 2006-10-29.
        let times = exact(
            "2006-10-29T02:30:00Z",
            "2006-10-30T03:30:00Z",
            America::St_Johns,
        );
        assert_eq!(times.calendar().weekend_share, 24.0 / 25.0 + 1.0 / 25.0);
    }

    #[test]
    fn day_precision_asks_for_local_midnights() {
        let at = |text: &str| Timestamp::from_utc(text.parse().unwrap()).unwrap();
        let new = |s, e| EventTimes::new(at(s), at(e), Europe::Paris, TimePrecision::Day);
        let field = |times: Result<EventTimes, Invalid>| times.unwrap_err().field;
        assert!(new("2024-05-31T22:00:00Z", "2024-06-01T22:00:00Z").is_ok());
        assert_eq!(
            field(new("2024-06-01T00:00:00Z", "2024-06-01T22:00:00Z")),
            "start_time"
        );
        assert_eq!(
            field(new("2024-05-31T22:00:00Z", "2024-06-02T00:00:00Z")),
            "end_time"
        );
        assert_eq!(
            field(new("2024-05-31T22:00:00Z", "2024-05-31T22:00:00Z")),
            "end_time"
        );
    }

    #[test]
    fn an_event_lasts_at_most_a_hundred_years() {
        // London was an hour ahead in the winter of 1970.
        let span = |days: u64| {
            let first = date("1970-01-01");
            EventTimes::days(first, first + Days::new(days - 1), Europe::London)
        };
        assert!(span(36_525).is_ok());
        assert_eq!(
            span(36_526).unwrap_err().rule,
            Rule::LastsTooLong(EVENT_DAYS_MAX)
        );
    }

    #[test]
    fn instants_keep_microseconds_and_refuse_nanoseconds() {
        assert_eq!(
            Timestamp::from_parts(1, 1_000).unwrap().as_micros(),
            1_000_001
        );
        assert_eq!(Timestamp::from_parts(1, 1), Err(Rule::TooFine));
        assert_eq!(
            Timestamp::from_parts_floor(1, 1_999).unwrap().as_micros(),
            1_000_001
        );
        assert!(Timestamp::from_parts(253_402_300_800, 0).is_err());
    }
}
