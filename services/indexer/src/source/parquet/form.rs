//! The fields of an event as columns: found in the schema once, then read row by row.
//!
//! The names and the nesting are those of the NDJSON record. A group whose members are all absent is absent.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono_tz::Tz;
use parquet::schema::types::SchemaDescriptor;
use sosie_index::record::{
    Counts, EventRecord, LocationRecord, ParticipantsRecord, format_instant, parse_footprint,
};
use sosie_similarity::limits::OUTCOMES_MAX;
use sosie_similarity::{Code, Rule};

use super::column::Column;
use super::error::ParquetProblem;
use super::kind::Kind;
use super::schema::{Found, find};
use crate::refusal::{Reason, Refusal};

/// Which column is which field: places in the list of columns.
pub(super) struct EventForm {
    event_id: usize,
    series_id: Option<usize>,
    state: usize,
    nature: Option<usize>,
    sector: Option<usize>,
    location: Option<[usize; 2]>,
    start_time: usize,
    end_time: usize,
    time_zone: usize,
    time_precision: usize,
    active_duration_s: Option<usize>,
    participants: Option<ParticipantsForm>,
    footprint_area_m2: Option<usize>,
    footprint: Option<usize>,
    outcomes: Outcomes,
    known_time: Option<usize>,
    source_id: usize,
}

struct ParticipantsForm {
    best: usize,
    low: Option<usize>,
    high: Option<usize>,
    basis: Option<usize>,
}

/// How outcomes are laid out.
pub(super) enum Outcomes {
    /// Not at all.
    Absent,
    /// A list of codes and one of counts.
    Map {
        /// The codes.
        codes: usize,
        /// The counts.
        counts: usize,
    },
    /// A column for each code.
    Group(Vec<(Code, usize)>),
}

impl EventForm {
    /// Finds the fields, and the columns that they are read from.
    ///
    /// # Errors
    /// A column that is no field or has another type than its field, or a field without its column.
    pub(super) fn compile(
        schema: &SchemaDescriptor,
    ) -> Result<(Self, Vec<Column>), ParquetProblem> {
        let Found {
            columns,
            fields,
            outcomes,
        } = find(schema)?;
        let at = |field: &str| fields.get(field).copied();
        let required = |field| at(field).ok_or(ParquetProblem::MissingColumn(field));
        let members = |group: &str| fields.keys().any(|field| field.starts_with(group));
        let location = members("location.").then(|| {
            let degrees = ["location.latitude", "location.longitude"].map(required);
            let [latitude, longitude] = degrees;
            Ok([latitude?, longitude?])
        });
        let participants = members("participants.").then(|| {
            Ok(ParticipantsForm {
                best: required("participants.best")?,
                low: at("participants.low"),
                high: at("participants.high"),
                basis: at("participants.basis"),
            })
        });
        let form = EventForm {
            event_id: required("event_id")?,
            series_id: at("series_id"),
            state: required("state")?,
            nature: at("nature"),
            sector: at("sector"),
            location: location.transpose()?,
            start_time: required("start_time")?,
            end_time: required("end_time")?,
            time_zone: required("time_zone")?,
            time_precision: required("time_precision")?,
            active_duration_s: at("active_duration_s"),
            participants: participants.transpose()?,
            footprint_area_m2: at("footprint_area_m2"),
            footprint: at("footprint"),
            outcomes,
            known_time: at("known_time"),
            source_id: required("source_id")?,
        };
        Ok((form, columns))
    }

    /// The record of the row that the columns are at.
    pub(super) fn record<'a>(&self, columns: &'a [Column]) -> Result<EventRecord<'a>, Refusal> {
        let column = |at: usize| &columns[at];
        let text = |field, at: Option<usize>| match at {
            Some(at) => text(field, column(at)),
            None => Ok(None),
        };
        let time = |field, at: Option<usize>| match at {
            Some(at) => time(field, column(at)),
            None => Ok(None),
        };
        let number = |at: Option<usize>| at.and_then(|at| column(at).number());
        let footprint = text("footprint", self.footprint)?;
        Ok(EventRecord {
            event_id: text("event_id", Some(self.event_id))?,
            series_id: text("series_id", self.series_id)?,
            state: text("state", Some(self.state))?,
            nature: text("nature", self.nature)?,
            sector: text("sector", self.sector)?,
            location: self.location(columns)?,
            start_time: time("start_time", Some(self.start_time))?,
            end_time: time("end_time", Some(self.end_time))?,
            time_zone: text("time_zone", Some(self.time_zone))?,
            time_precision: text("time_precision", Some(self.time_precision))?,
            active_duration_s: number(self.active_duration_s),
            participants: self.participants(columns)?,
            footprint_area_m2: number(self.footprint_area_m2),
            footprint: footprint.map(|json| parse_footprint(&json)).transpose()?,
            outcomes: self.outcomes(columns)?,
            outcomes_fewer_than: None,
            known_time: time("known_time", self.known_time)?,
            source_id: text("source_id", Some(self.source_id))?,
        })
    }

    fn location(&self, columns: &[Column]) -> Result<Option<LocationRecord>, Refusal> {
        let degrees = self.location.map(|at| at.map(|at| columns[at].number()));
        let required = |field| Refusal::new(field, Rule::Required);
        match degrees {
            None | Some([None, None]) => Ok(None),
            Some([Some(latitude), Some(longitude)]) => Ok(Some(LocationRecord {
                latitude,
                longitude,
            })),
            Some([None, Some(_)]) => Err(required("location.latitude")),
            Some([Some(_), None]) => Err(required("location.longitude")),
        }
    }

    fn participants(&self, columns: &[Column]) -> Result<Option<ParticipantsRecord>, Refusal> {
        let Some(ParticipantsForm {
            best,
            low,
            high,
            basis,
        }) = self.participants
        else {
            return Ok(None);
        };
        let all = [Some(best), low, high, basis];
        let mut members = all.into_iter().flatten().map(|at| &columns[at]);
        if !members.any(Column::is_present) {
            return Ok(None);
        }
        let count = |field, at: Option<usize>| {
            let count = at.and_then(|at| columns[at].integer());
            let count = count.map(u64::try_from).transpose();
            count.map_err(|_| Refusal::new(field, Rule::Malformed))
        };
        let basis = basis.map(|at| text("participants.basis", &columns[at]));
        Ok(Some(ParticipantsRecord {
            best: count("participants.best", Some(best))?
                .ok_or(Refusal::new("participants.best", Rule::Required))?,
            low: count("participants.low", low)?,
            high: count("participants.high", high)?,
            basis: basis.transpose()?.flatten().map(Cow::into_owned),
        }))
    }

    fn outcomes<'a>(&self, columns: &'a [Column]) -> Result<Option<Counts<'a>>, Refusal> {
        match &self.outcomes {
            Outcomes::Absent => Ok(None),
            Outcomes::Map { codes, counts } => {
                map_counts(&columns[*codes], &columns[*counts]).map(Some)
            }
            Outcomes::Group(members) => {
                let count = |(code, at): &(Code, usize)| {
                    let count = columns[*at].number()?;
                    Some((Cow::Owned(code.to_string()), count))
                };
                Ok(Some(members.iter().filter_map(count).collect()))
            }
        }
    }
}

fn text<'a>(field: &str, column: &'a Column) -> Result<Option<Cow<'a, str>>, Refusal> {
    let text = column.text().map_err(|reason| Refusal::new(field, reason));
    Ok(text?.map(Cow::Borrowed))
}

/// Instants become the text that a record has of them.
fn time<'a>(field: &str, column: &'a Column) -> Result<Option<Cow<'a, str>>, Refusal> {
    if column.kind == Kind::Text {
        return text(field, column);
    }
    let instant = column.instant().map_err(|rule| Refusal::new(field, rule))?;
    Ok(instant.map(|at| Cow::Owned(format_instant(at, Tz::UTC))))
}

/// Refusals name no code: it is input, and may be anything.
fn map_counts<'a>(codes: &'a Column, counts: &'a Column) -> Result<Counts<'a>, Refusal> {
    let refusal = |reason: Reason| Refusal::new("outcomes", reason);
    let (mut found, mut values) = (BTreeMap::new(), counts.entries());
    for code in codes.entries() {
        let code = code.ok_or_else(|| refusal(Rule::Malformed.into()))?;
        let code = codes.text_at(code).map_err(refusal)?;
        let count = values.next().flatten().and_then(|at| counts.number_at(at));
        let count = count.ok_or_else(|| refusal(Rule::Malformed.into()))?;
        if found.insert(Cow::Borrowed(code), count).is_some() {
            return Err(refusal(Rule::Duplicate.into()));
        }
        if found.len() > OUTCOMES_MAX {
            return Err(refusal(Rule::TooMany(OUTCOMES_MAX).into()));
        }
    }
    if values.next().is_some() {
        return Err(refusal(Rule::Malformed.into()));
    }
    Ok(found)
}
