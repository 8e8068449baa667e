//! Start, end and precision of a row.

use chrono::Datelike;
use chrono_tz::Tz;
use sosie_similarity::{EventTimes, Invalid, Rule, TimePrecision, Timestamp};

use super::cell::{Cell, Reading};
use super::choice::{Choice, Chosen, Names};
use super::error::{KeyError, KeyProblem};
use super::form::{KnownTimeForm, OnInvalid, TimesForm};
use super::moment::{Formats, Moment};
use crate::refusal::Refusal;

const PRECISIONS: Names<TimePrecision> = Names {
    read: |name| match name {
        "EXACT" => Some(TimePrecision::Exact),
        "DAY" => Some(TimePrecision::Day),
        _ => None,
    },
    all: "EXACT, DAY",
};

/// How the times of a row are read.
#[derive(Debug)]
pub(super) struct Times {
    start: Cell,
    end: Option<Cell>,
    formats: Formats,
    precision: Option<Choice<TimePrecision>>,
    years: Option<(i32, i32)>,
}

impl Times {
    pub(super) fn compile(key: &str, form: TimesForm) -> Result<Self, KeyError> {
        let at = |inner: &str| format!("{key}.{inner}");
        if form.years.is_some_and(|(first, last)| first > last) {
            return Err(KeyError::new(at("years"), KeyProblem::EmptyRange));
        }
        let precision = form
            .precision
            .map(|choice| Choice::compile(&at("precision"), choice, &PRECISIONS));
        Ok(Times {
            start: Cell::compile(&at("start"), form.start)?,
            end: form
                .end
                .map(|end| Cell::compile(&at("end"), end))
                .transpose()?,
            formats: Formats::compile(&at("formats"), form.formats)?,
            precision: precision.transpose()?,
            years: form.years,
        })
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &Cell> {
        let precision = self.precision.iter().flat_map(Choice::cells);
        std::iter::once(&self.start)
            .chain(&self.end)
            .chain(precision)
    }

    /// The times of a row in `zone`.
    pub(super) fn read(&self, zone: Tz, reading: &mut Reading<'_>) -> Result<EventTimes, Refusal> {
        let start = self.moment("start_time", &self.start, zone, reading)?;
        let end = match &self.end {
            Some(end) => Some(self.moment("end_time", end, zone, reading)?),
            None => None,
        };
        match self.precision(start, end, reading)? {
            // Without an end column every event has one day.
            TimePrecision::Day => {
                let last = end.unwrap_or(start).date(zone);
                Ok(EventTimes::days(start.date(zone), last, zone)?)
            }
            TimePrecision::Exact => {
                let end = end.ok_or_else(|| Refusal::new("end_time", Rule::Required))?;
                let start = start.instant("start_time", zone, reading)?;
                let end = end.instant("end_time", zone, reading)?;
                Ok(EventTimes::new(start, end, zone, TimePrecision::Exact)?)
            }
        }
    }

    fn moment(
        &self,
        field: &'static str,
        cell: &Cell,
        zone: Tz,
        reading: &mut Reading<'_>,
    ) -> Result<Moment, Refusal> {
        let text = reading
            .text(field, cell)?
            .ok_or(Invalid::new(field, Rule::Required))?;
        let moment = self
            .formats
            .parse(text)
            .map_err(|rule| Refusal::new(field, rule))?;
        let year = moment.date(zone).year();
        match self.years {
            Some((first, last)) if year < first || year > last => {
                let range = Rule::OutOfRange(f64::from(first), f64::from(last));
                Err(Refusal::new(field, range))
            }
            Some(_) | None => Ok(moment),
        }
    }

    /// As chosen; else DAY where a clock time is missing.
    fn precision(
        &self,
        start: Moment,
        end: Option<Moment>,
        reading: &mut Reading<'_>,
    ) -> Result<TimePrecision, Refusal> {
        let chosen = match &self.precision {
            Some(choice) => choice.choose("time_precision", reading)?,
            None => Chosen::Missing,
        };
        let has_clock = |moment: Moment| !matches!(moment, Moment::Date(_));
        Ok(match chosen {
            Chosen::Listed(precision) | Chosen::Default(precision) => precision,
            Chosen::Missing if has_clock(start) && end.is_none_or(has_clock) => {
                TimePrecision::Exact
            }
            Chosen::Missing => TimePrecision::Day,
        })
    }
}

/// When a row says that it was first known.
#[derive(Debug)]
pub(super) struct Known {
    cell: Cell,
    formats: Formats,
    on_invalid: OnInvalid,
}

impl Known {
    pub(super) fn compile(key: &str, form: KnownTimeForm) -> Result<Self, KeyError> {
        Ok(Known {
            cell: Cell::compile(&format!("{key}.column"), form.column)?,
            formats: Formats::compile(&format!("{key}.formats"), form.formats)?,
            on_invalid: form.on_invalid,
        })
    }

    pub(super) fn cell(&self) -> &Cell {
        &self.cell
    }

    /// A day alone means its end: a record must not count as known earlier than it was.
    pub(super) fn read(
        &self,
        zone: Tz,
        reading: &mut Reading<'_>,
    ) -> Result<Option<Timestamp>, Refusal> {
        const FIELD: &str = "known_time";
        let known = match reading
            .text(FIELD, &self.cell)?
            .map(|text| self.formats.parse(text))
        {
            None => Ok(None),
            Some(Ok(moment)) => moment.end_instant(FIELD, zone, reading).map(Some),
            Some(Err(rule)) => Err(Refusal::new(FIELD, rule)),
        };
        reading.optional(self.on_invalid, known)
    }
}
