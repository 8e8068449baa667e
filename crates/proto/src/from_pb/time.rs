//! Instants, zones and dates.

use chrono::{Datelike, Months, NaiveDate};
use chrono_tz::Tz;
use sosie_similarity::{Invalid, Rule, Timestamp};

use super::{At, required_text};
use crate::pb;

/// An instant in whole microseconds.
pub(super) fn instant(time: prost_types::Timestamp) -> Result<Timestamp, Rule> {
    let prost_types::Timestamp { seconds, nanos } = time;
    Timestamp::from_parts(seconds, nanos)
}

/// An instant cut to whole microseconds: right for a bound, for what it bounds has whole ones.
pub(super) fn instant_floor(time: prost_types::Timestamp) -> Result<Timestamp, Rule> {
    let prost_types::Timestamp { seconds, nanos } = time;
    Timestamp::from_parts_floor(seconds, nanos)
}

/// `as_of` of a request, named so.
pub(super) fn as_of(time: Option<prost_types::Timestamp>) -> Result<Option<Timestamp>, Invalid> {
    time.map(instant_floor).transpose().at("as_of")
}

/// A zone of the IANA database, required.
pub(super) fn zone(name: &str) -> Result<Tz, Rule> {
    required_text(name)?.parse().map_err(|_| Rule::UnknownZone)
}

/// A local day; each part is required.
pub(super) fn date(date: pb::LocalDate) -> Result<NaiveDate, Invalid> {
    let pb::LocalDate { year, month, day } = date;
    let year = part(year, 9999).at("year")?;
    let month = part(month, 12).at("month")?;
    let first = NaiveDate::from_ymd_opt(year as i32, month, 1)
        .expect("years 1 to 9999 are in chrono's range");
    let last = first + Months::new(1) - chrono::Days::new(1);
    let day = part(day, last.day()).at("day")?;
    Ok(first.with_day(day).expect("it is a day of this month"))
}

/// A part of a date, 1 to `max`; proto3 sends an absent one as 0.
fn part(number: i32, max: u32) -> Result<u32, Rule> {
    match u32::try_from(number) {
        Ok(0) => Err(Rule::Required),
        Ok(number) if number <= max => Ok(number),
        Ok(_) | Err(_) => Err(Rule::OutOfRange(1.0, max.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(year: i32, month: i32, day: i32, expected: Result<&str, &str>) {
        let made = date(pb::LocalDate { year, month, day });
        let made = made
            .map(|date| date.to_string())
            .map_err(|invalid| format!("{}: {}", invalid.field, invalid.rule));
        assert_eq!(made.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_date_is_checked_part_by_part() {
        check(2024, 2, 29, Ok("2024-02-29"));
        check(1, 1, 1, Ok("0001-01-01"));
        check(9999, 12, 31, Ok("9999-12-31"));
        check(2023, 2, 29, Err("day: is not in [1, 28]"));
        check(2024, 13, 1, Err("month: is not in [1, 12]"));
        check(10_000, 1, 1, Err("year: is not in [1, 9999]"));
        check(-1, 1, 1, Err("year: is not in [1, 9999]"));
        check(0, 1, 1, Err("year: is required"));
        check(2024, 0, 1, Err("month: is required"));
        check(2024, 1, 0, Err("day: is required"));
    }

    #[test]
    fn an_instant_is_not_rounded_and_as_of_is_cut() {
        let time = |nanos| prost_types::Timestamp { seconds: -1, nanos };
        assert_eq!(instant(time(1_000)).unwrap().as_micros(), -999_999);
        assert_eq!(instant(time(1_001)), Err(Rule::TooFine));
        assert_eq!(
            as_of(Some(time(1_999))),
            Ok(Some(instant(time(1_000)).unwrap()))
        );
        assert_eq!(as_of(None), Ok(None));
        let refused = as_of(Some(time(1_000_000_000))).unwrap_err();
        assert_eq!(refused, Invalid::new("as_of", Rule::Malformed));
        let far = prost_types::Timestamp {
            seconds: i64::MAX,
            nanos: 0,
        };
        assert_eq!(as_of(Some(far)).unwrap_err().field, "as_of");
    }

    #[test]
    fn a_zone_is_one_of_iana() {
        assert_eq!(zone("Europe/Paris"), Ok(Tz::Europe__Paris));
        assert_eq!(zone("Europe/Mars"), Err(Rule::UnknownZone));
        assert_eq!(zone(""), Err(Rule::Required));
    }
}
