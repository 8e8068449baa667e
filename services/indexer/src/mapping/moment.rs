//! Dates and times as sources write them, by a list of formats.

use std::fmt::{Display, Write};

use chrono::format::StrftimeItems;
use chrono::{DateTime, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use sosie_similarity::{Rule, Timestamp};

use super::cell::Reading;
use super::error::{KeyError, KeyProblem};
use crate::refusal::{Correction, Refusal};

/// What a cell tells: an instant, a local time, or a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Moment {
    Instant(DateTime<Utc>),
    Local(NaiveDateTime),
    Date(NaiveDate),
}

/// Formats in the order in which they are tried.
#[derive(Debug)]
pub(super) struct Formats(Vec<Format>);

#[derive(Debug)]
struct Format {
    pattern: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Instant,
    Local,
    Date,
}

impl Formats {
    pub(super) fn compile(key: &str, patterns: Vec<String>) -> Result<Self, KeyError> {
        if patterns.is_empty() {
            return Err(KeyError::new(key, KeyProblem::Needs("at least one format")));
        }
        let format = |(at, pattern): (usize, String)| match Format::kind(&pattern) {
            Some(kind) => Ok(Format { pattern, kind }),
            None => Err(KeyError::new(
                format!("{key}[{at}]"),
                KeyProblem::TimeFormat,
            )),
        };
        patterns
            .into_iter()
            .enumerate()
            .map(format)
            .collect::<Result<_, _>>()
            .map(Formats)
    }

    /// By the first format that reads all of it.
    pub(super) fn parse(&self, text: &str) -> Result<Moment, Rule> {
        self.0
            .iter()
            .find_map(|format| format.parse(text))
            .ok_or(Rule::Malformed)
    }
}

impl Format {
    /// What the pattern tells: the kind that can be written with it, and read back.
    ///
    /// Both, since a reader passes over what it has no use for: the hour of a day, the zone of a
    /// local time.
    fn kind(pattern: &str) -> Option<Kind> {
        let items = StrftimeItems::new(pattern).parse().ok()?;
        let sample = DateTime::from_timestamp(1_000_000_020, 0)?;
        let (instant, local) = (sample.fixed_offset(), sample.naive_utc());
        let written = [
            (
                Kind::Instant,
                written(instant.format_with_items(items.iter())),
            ),
            (Kind::Local, written(local.format_with_items(items.iter()))),
            (
                Kind::Date,
                written(local.date().format_with_items(items.iter())),
            ),
        ];
        let reads_back = |(kind, text): &(Kind, Option<String>)| {
            let format = Format {
                pattern: pattern.to_owned(),
                kind: *kind,
            };
            text.as_deref()
                .and_then(|text| format.parse(text))
                .is_some()
        };
        written.into_iter().find(reads_back).map(|(kind, _)| kind)
    }

    fn parse(&self, text: &str) -> Option<Moment> {
        match self.kind {
            Kind::Instant => DateTime::parse_from_str(text, &self.pattern)
                .map(|time| Moment::Instant(time.with_timezone(&Utc)))
                .ok(),
            Kind::Local => NaiveDateTime::parse_from_str(text, &self.pattern)
                .map(Moment::Local)
                .ok(),
            Kind::Date => NaiveDate::parse_from_str(text, &self.pattern)
                .map(Moment::Date)
                .ok(),
        }
    }
}

/// The text of what can be written with its items.
fn written(text: impl Display) -> Option<String> {
    let mut written = String::new();
    write!(written, "{text}").is_ok().then_some(written)
}

impl Moment {
    /// The local day that it is on.
    pub(super) fn date(self, zone: Tz) -> NaiveDate {
        match self {
            Moment::Instant(time) => time.with_timezone(&zone).date_naive(),
            Moment::Local(time) => time.date(),
            Moment::Date(date) => date,
        }
    }

    /// The instant that it is; a day alone is refused. Errors and corrections are on `field`.
    pub(super) fn instant(
        self,
        field: &str,
        zone: Tz,
        reading: &mut Reading<'_>,
    ) -> Result<Timestamp, Refusal> {
        let time = match self {
            Moment::Instant(time) => time,
            Moment::Local(local) => local_instant(local, field, zone, reading)?,
            Moment::Date(_) => return Err(Refusal::new(field, Rule::Malformed)),
        };
        Timestamp::from_utc(time).map_err(|rule| Refusal::new(field, rule))
    }

    /// The instant at which it is over: of a day alone the midnight after it.
    pub(super) fn end_instant(
        self,
        field: &str,
        zone: Tz,
        reading: &mut Reading<'_>,
    ) -> Result<Timestamp, Refusal> {
        let Moment::Date(date) = self else {
            return self.instant(field, zone, reading);
        };
        let after = date.checked_add_days(Days::new(1));
        let after = after.ok_or_else(|| Refusal::new(field, Rule::Malformed))?;
        Moment::Local(after.and_time(NaiveTime::MIN)).instant(field, zone, reading)
    }
}

/// A time that the clocks skip is refused; of one that they show twice, the first is meant.
fn local_instant(
    local: NaiveDateTime,
    field: &str,
    zone: Tz,
    reading: &mut Reading<'_>,
) -> Result<DateTime<Utc>, Refusal> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(time) => Ok(time.with_timezone(&Utc)),
        MappedLocalTime::Ambiguous(first, _) => {
            reading.correct(field, Correction::AmbiguousTime);
            Ok(first.with_timezone(&Utc))
        }
        MappedLocalTime::None => Err(Refusal::new(field, Rule::NoSuchLocalTime)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_tells_an_instant_a_local_time_or_a_day() {
        let kind = |pattern| Format::kind(pattern);
        assert!(matches!(kind("%Y-%m-%dT%H:%M:%S%z"), Some(Kind::Instant)));
        assert!(matches!(kind("%d/%m/%Y %H:%M"), Some(Kind::Local)));
        assert!(matches!(kind("%d/%m/%Y"), Some(Kind::Date)));
        for pattern in [
            "%Y-%m",
            "%H:%M",
            "%Q",
            "",
            "date",
            "%Y-%m-%d %H",
            "%Y-%m-%d %H:%M %Z",
        ] {
            assert!(kind(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn formats_are_tried_in_order_and_read_the_whole_text() {
        let patterns = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"].map(String::from).to_vec();
        let formats = Formats::compile("formats", patterns).unwrap();
        assert!(matches!(
            formats.parse("2024-06-01T18:00:00"),
            Ok(Moment::Local(_))
        ));
        assert!(matches!(formats.parse("2024-06-01"), Ok(Moment::Date(_))));
        for text in ["2024-06-31", "2024-06-01T", "2024-06-01 x", "tomorrow"] {
            assert_eq!(formats.parse(text), Err(Rule::Malformed), "{text}");
        }
    }
}
