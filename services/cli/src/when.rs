//! Days, instants and lengths of time as people type them, and as they are shown.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow};
use chrono::offset::LocalResult;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use prost_types::Timestamp;
use sosie_proto::pb;

use crate::failure::Failure;

const LOCAL_FORMATS: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
];

/// What the clock of this machine says, down to the microsecond.
///
/// # Errors
/// A clock before 1970 or past the year 9999.
pub(crate) fn now() -> anyhow::Result<sosie_similarity::Timestamp> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = i64::try_from(since_epoch.context("the clock")?.as_micros())?;
    sosie_similarity::Timestamp::from_micros(micros).map_err(|rule| anyhow!("the clock {rule}"))
}

/// Reads an instant: RFC 3339, or a local time or a date (its midnight) in `zone`.
///
/// # Errors
/// [`Failure::Usage`] on `field`.
pub(crate) fn instant(field: &str, text: &str, zone: Option<Tz>) -> Result<Timestamp, Failure> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(message(at.to_utc()));
    }
    let local = local_time(text).ok_or_else(|| {
        Failure::usage(
            field,
            "is not a time: write 2026-07-11T20:00:00+02:00, or 2026-07-11T20:00 with a time zone",
        )
    })?;
    let zone = zone.ok_or_else(|| {
        Failure::usage(
            field,
            "is a local time: give --time-zone (Europe/Paris), or an offset (+02:00) with the time",
        )
    })?;
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => Ok(message(at.to_utc())),
        LocalResult::None => Err(Failure::usage(
            field,
            format_args!("does not exist in {zone}: clocks skip it"),
        )),
        LocalResult::Ambiguous(..) => Err(Failure::usage(
            field,
            format_args!("happens twice in {zone}: add the offset, such as +02:00"),
        )),
    }
}

fn local_time(text: &str) -> Option<NaiveDateTime> {
    let times = LOCAL_FORMATS.iter();
    let mut times = times.filter_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    times.next().or_else(|| {
        Some(
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()?
                .and_time(NaiveTime::MIN),
        )
    })
}

fn message(at: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: at.timestamp(),
        nanos: i32::try_from(at.timestamp_subsec_nanos())
            .expect("below 2 · 10^9, leap seconds too"),
    }
}

/// Reads a day, `2026-07-11`.
///
/// # Errors
/// [`Failure::Usage`] on `field`.
pub(crate) fn date(field: &str, text: &str) -> Result<pb::LocalDate, Failure> {
    use chrono::Datelike;
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| Failure::usage(field, "is not a date such as 2026-07-11"))?;
    Ok(pb::LocalDate {
        year: day.year(),
        month: day.month() as i32,
        day: day.day() as i32,
    })
}

/// Reads seconds: `5400`, `90m`, `1h30m`, `2d`.
///
/// # Errors
/// A sentence for clap.
pub(crate) fn duration_s(text: &str) -> Result<f64, String> {
    let refused = || "write seconds, or 90m, 6h, 1h30m, 2d".to_owned();
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    let (mut total, mut rest) = (0.0, text);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, tail) = rest.split_at(end.ok_or_else(refused)?);
        let number: f64 = number.parse().map_err(|_| refused())?;
        let unit = tail.chars().next().ok_or_else(refused)?;
        total += number * unit_s(unit).ok_or_else(refused)?;
        rest = &tail[unit.len_utf8()..];
    }
    if text.is_empty() {
        Err(refused())
    } else {
        Ok(total)
    }
}

fn unit_s(unit: char) -> Option<f64> {
    match unit {
        's' => Some(1.0),
        'm' => Some(60.0),
        'h' => Some(3_600.0),
        'd' => Some(86_400.0),
        _ => None,
    }
}

/// RFC 3339 in UTC; empty for an instant that no calendar has.
pub(crate) fn utc_text(at: &Timestamp) -> String {
    to_utc(at).map_or(String::new(), |at| {
        at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    })
}

/// RFC 3339 with the offset of `zone`, an IANA name; in UTC if it is not known here.
pub(crate) fn local_text(at: &Timestamp, zone: &str) -> String {
    let local = zone.parse::<Tz>().ok().zip(to_utc(at));
    local.map_or_else(
        || utc_text(at),
        |(zone, at)| {
            at.with_timezone(&zone)
                .to_rfc3339_opts(SecondsFormat::AutoSi, true)
        },
    )
}

/// A local time as `format` says, in the terms of chrono; empty where [`utc_text`] is.
pub(crate) fn shown(at: Option<&Timestamp>, zone: &str, format: &str) -> String {
    let zone = zone.parse().unwrap_or(Tz::UTC);
    at.and_then(to_utc).map_or(String::new(), |at| {
        at.with_timezone(&zone).format(format).to_string()
    })
}

fn to_utc(at: &Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.seconds, u32::try_from(at.nanos).ok()?)
}

/// Seconds as people say them: `45 min`, `6 h`, `1 h 30`, `3 d`.
pub(crate) fn shown_duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round();
    if seconds < 90.0 {
        format!("{seconds:.0} s")
    } else if minutes < 90.0 {
        format!("{minutes:.0} min")
    } else if seconds < 2.0 * 86_400.0 {
        match minutes % 60.0 {
            0.0 => format!("{:.0} h", minutes / 60.0),
            rest => format!("{:.0} h {rest:02.0}", (minutes / 60.0).floor()),
        }
    } else {
        let days = seconds / 86_400.0;
        let digits = usize::from((days - days.round()).abs() > 0.05);
        format!("{days:.digits$} d")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARIS: Option<Tz> = Some(chrono_tz::Europe::Paris);

    fn told(failure: Failure) -> String {
        let mut told = Vec::new();
        failure.write(false, &mut told).unwrap();
        String::from_utf8(told).unwrap()
    }

    #[test]
    fn local_times_and_offsets_name_the_same_instant() {
        let offset = instant("--start", "2026-07-11T20:00:00+02:00", None).unwrap();
        for text in [
            "2026-07-11T20:00",
            "2026-07-11 20:00",
            "2026-07-11T20:00:00",
        ] {
            assert_eq!(instant("--start", text, PARIS).unwrap(), offset);
        }
        assert_eq!(utc_text(&offset), "2026-07-11T18:00:00Z");
        assert_eq!(
            local_text(&offset, "Europe/Paris"),
            "2026-07-11T20:00:00+02:00"
        );
        let midnight = instant("--from", "2026-07-11", PARIS).unwrap();
        assert_eq!(utc_text(&midnight), "2026-07-10T22:00:00Z");
    }

    #[test]
    fn a_local_time_that_is_no_single_instant_is_refused() {
        let refused = |text| told(instant("--start", text, PARIS).unwrap_err());
        assert!(refused("2026-03-29T02:30").contains("does not exist"));
        assert!(refused("2026-10-25T02:30").contains("twice"));
        assert!(refused("tomorrow").contains("not a time"));
        let zoneless = told(instant("--start", "2026-07-11T20:00", None).unwrap_err());
        assert!(zoneless.contains("--time-zone"));
    }

    #[test]
    fn lengths_of_time_are_read_and_shown() {
        for (text, seconds) in [
            ("5400", 5_400.0),
            ("90m", 5_400.0),
            ("1h30m", 5_400.0),
            ("6h", 21_600.0),
            ("2d", 172_800.0),
            ("0.5h", 1_800.0),
        ] {
            assert_eq!(duration_s(text), Ok(seconds), "{text}");
        }
        for text in ["", "h", "6x", "6h30", "six"] {
            assert!(duration_s(text).is_err(), "{text}");
        }
        for (seconds, text) in [
            (30.0, "30 s"),
            (2_700.0, "45 min"),
            (5_400.0, "1 h 30"),
            (21_600.0, "6 h"),
            (259_200.0, "3 d"),
            (216_000.0, "2.5 d"),
        ] {
            assert_eq!(shown_duration(seconds), text);
        }
    }
}
