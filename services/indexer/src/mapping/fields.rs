//! The fields of an event, each with how it is made of a row.

use std::collections::BTreeMap;
use std::path::Path;

use sosie_index::record::{parse_state, parse_zone};
use sosie_similarity::limits::{AREA_M2_MAX, EVENT_DAYS_MAX, OUTCOME_MAX};
use sosie_similarity::{
    Code, Event, EventId, EventParts, Invalid, Rule, SeriesId, State, StatedValues, Timestamp,
};

use super::cell::{Cell, Reading};
use super::choice::{Choice, Chosen, Names};
use super::error::KeyError;
use super::form::{FieldsForm, NumberForm, PathForm};
use super::id::Id;
use super::number::Number;
use super::participants::Counts;
use super::path::Levels;
use super::place::{Point, Shape};
use super::sector_map::SectorMap;
use super::times::{Known, Times};
use super::{KeyProblem, KnownTimeRule};
use crate::refusal::{Correction, Refusal};

const STATES: Names<State> = Names {
    read: |name| parse_state(name).ok(),
    all: "PLANNED, HELD, CANCELLED, POSTPONED",
};
const ZONES: Names<chrono_tz::Tz> = Names {
    read: |name| parse_zone(name).ok(),
    all: "the IANA time zones",
};

/// How every field of an event is made.
#[derive(Debug)]
pub(super) struct Fields {
    event_id: Id,
    series_id: Option<Id>,
    state: Choice<State>,
    zone: Choice<chrono_tz::Tz>,
    times: Times,
    nature: Option<Levels>,
    sector: Option<Levels>,
    point: Option<Point>,
    participants: Option<Counts>,
    footprint_area_m2: Option<Number>,
    active_duration_s: Option<Number>,
    shape: Shape,
    outcomes: BTreeMap<Code, Number>,
    known: Option<Known>,
}

impl Fields {
    /// Checks the keys; files that they name are relative to `dir`.
    pub(super) fn compile(form: FieldsForm, dir: &Path) -> Result<Self, KeyError> {
        let number = |name: &str, form: Option<NumberForm>| {
            form.map(|form| Number::compile(&format!("fields.{name}"), form))
                .transpose()
        };
        let id = |form| Id::compile("fields.series_id", form);
        let point = |form| Point::compile("fields.location", form);
        let counts = |form| Counts::compile("fields.participants", form);
        let known = |form| Known::compile("fields.known_time", form);
        Ok(Fields {
            event_id: Id::compile("fields.event_id", form.event_id)?,
            series_id: form.series_id.map(id).transpose()?,
            state: Choice::compile("fields.state", form.state, &STATES)?,
            zone: Choice::compile("fields.time_zone", form.time_zone, &ZONES)?,
            times: Times::compile("fields.times", form.times)?,
            nature: form
                .nature
                .map(|form| levels("fields.nature", form, dir))
                .transpose()?,
            sector: form
                .sector
                .map(|form| levels("fields.sector", form, dir))
                .transpose()?,
            point: form.location.map(point).transpose()?,
            participants: form.participants.map(counts).transpose()?,
            footprint_area_m2: number("footprint_area_m2", form.footprint_area_m2)?,
            active_duration_s: number("active_duration_s", form.active_duration_s)?,
            shape: Shape::compile("fields.geometry", form.geometry.unwrap_or_default())?,
            outcomes: outcomes(form.outcomes)?,
            known: form.known_time.map(known).transpose()?,
        })
    }

    /// The names of all columns that are read.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        let mut cells = self.event_id.cells();
        cells.extend(self.series_id.iter().flat_map(Id::cells));
        cells.extend(
            self.state
                .cells()
                .chain(self.zone.cells())
                .chain(self.times.cells()),
        );
        cells.extend(
            self.nature
                .iter()
                .chain(&self.sector)
                .flat_map(Levels::cells),
        );
        cells.extend(self.point.iter().flat_map(Point::cells));
        cells.extend(self.participants.iter().flat_map(Counts::cells));
        let numbers = self.footprint_area_m2.iter().chain(&self.active_duration_s);
        cells.extend(numbers.chain(self.outcomes.values()).map(Number::cell));
        cells.extend(
            self.shape
                .cell()
                .into_iter()
                .chain(self.known.iter().map(Known::cell)),
        );
        cells.into_iter().map(Cell::column)
    }

    /// The event of a row.
    pub(super) fn event(
        &self,
        source: &Provenance<'_>,
        reading: &mut Reading<'_>,
    ) -> Result<Event, Refusal> {
        let event_id = self.event_id.read("event_id", reading, EventId::new)?;
        let event_id = event_id.ok_or(Invalid::new("event_id", Rule::Required))?;
        let series_id = match &self.series_id {
            Some(id) => id.read("series_id", reading, SeriesId::new)?,
            None => None,
        };
        let state = self.state(reading)?;
        let zone = match self.zone.choose("time_zone", reading)? {
            Chosen::Listed(zone) | Chosen::Default(zone) => zone,
            Chosen::Missing => return Err(Refusal::new("time_zone", Rule::Required)),
        };
        let times = self.times.read(zone, reading)?;
        let known = self
            .known
            .as_ref()
            .map(|known| known.read(zone, reading))
            .transpose()?;
        let known_time = known.flatten().unwrap_or(match source.known_time {
            KnownTimeRule::Ingest => source.ingest_time,
            KnownTimeRule::EndTime => times.end(),
        });
        let stated = self.stated(reading)?;
        let outcomes = self.outcomes(reading)?;
        let source_id = source.source_id.clone();
        Ok(Event::new(EventParts {
            event_id,
            series_id,
            state,
            times,
            stated,
            outcomes,
            outcomes_fewer_than: BTreeMap::new(),
            known_time,
            source_id,
        })?)
    }

    fn state(&self, reading: &mut Reading<'_>) -> Result<State, Refusal> {
        match self.state.choose("state", reading)? {
            Chosen::Listed(state) => Ok(state),
            Chosen::Default(state) => {
                reading.correct("state", Correction::Defaulted);
                Ok(state)
            }
            Chosen::Missing => Err(Refusal::new("state", Rule::Required)),
        }
    }

    fn stated(&self, reading: &mut Reading<'_>) -> Result<StatedValues, Refusal> {
        let (shape_location, footprint) = self.shape.read(reading)?;
        let point = self
            .point
            .as_ref()
            .map(|point| point.read(reading))
            .transpose()?
            .flatten();
        let location = point.or(shape_location);
        let place = location.or(footprint.as_ref().map(|footprint| footprint.centroid()));
        let path = |field, levels: &Option<Levels>, reading: &mut Reading<'_>| {
            let levels = levels.as_ref();
            levels
                .map(|levels| levels.read(field, place, reading))
                .transpose()
                .map(Option::flatten)
        };
        let nature = path("nature", &self.nature, reading)?;
        let sector = path("sector", &self.sector, reading)?;
        let participants = self
            .participants
            .as_ref()
            .map(|counts| counts.read(reading));
        Ok(StatedValues {
            nature,
            sector,
            location,
            participants: participants.transpose()?.flatten(),
            footprint_area_m2: read_number("footprint_area_m2", &self.footprint_area_m2, reading)?,
            footprint,
            active_duration_s: read_number("active_duration_s", &self.active_duration_s, reading)?,
        })
    }

    fn outcomes(&self, reading: &mut Reading<'_>) -> Result<BTreeMap<Code, f64>, Refusal> {
        let mut outcomes = BTreeMap::new();
        for (code, number) in &self.outcomes {
            let field = format!("outcomes.{code}");
            let check = |count| in_range(count, OUTCOME_MAX);
            if let Some(count) = number.read(&field, reading, check)? {
                outcomes.insert(code.clone(), count);
            }
        }
        Ok(outcomes)
    }

    /// The sector maps that were read.
    pub(super) fn maps(&self) -> impl Iterator<Item = &SectorMap> {
        self.nature
            .iter()
            .chain(&self.sector)
            .filter_map(Levels::map)
    }
}

/// What all rows of a source share.
pub(super) struct Provenance<'a> {
    pub(super) source_id: &'a Code,
    pub(super) known_time: KnownTimeRule,
    pub(super) ingest_time: Timestamp,
}

fn levels(key: &str, form: PathForm, dir: &Path) -> Result<Levels, KeyError> {
    let map = form
        .map
        .as_ref()
        .map(|map| SectorMap::read(&dir.join(&map.file)));
    let map = map.transpose().map_err(|error| {
        KeyError::new(format!("{key}.map.file"), KeyProblem::Map(Box::new(error)))
    })?;
    Levels::compile(key, form, map)
}

fn outcomes(form: BTreeMap<String, NumberForm>) -> Result<BTreeMap<Code, Number>, KeyError> {
    let outcome = |(name, number): (String, NumberForm)| {
        let key = format!("fields.outcomes.{name}");
        let code = Code::new(&name).map_err(|rule| KeyError::new(&key, rule))?;
        Ok((code, Number::compile(&key, number)?))
    };
    form.into_iter().map(outcome).collect()
}

/// Checked here too, so that an invalid one can be left out and not the whole row.
fn read_number(
    field: &str,
    number: &Option<Number>,
    reading: &mut Reading<'_>,
) -> Result<Option<f64>, Refusal> {
    let check = |value: f64| match field {
        "footprint_area_m2" if value <= 0.0 => Err(Rule::NotPositive),
        "footprint_area_m2" => in_range(value, AREA_M2_MAX),
        _ => in_range(value, EVENT_DAYS_MAX as f64 * 86_400.0),
    };
    number
        .as_ref()
        .map(|number| number.read(field, reading, check))
        .transpose()
        .map(Option::flatten)
}

fn in_range(value: f64, max: f64) -> Result<(), Rule> {
    if (0.0..=max).contains(&value) {
        Ok(())
    } else {
        Err(Rule::OutOfRange(0.0, max))
    }
}
