//! The JSON form of an event: one NDJSON line of a source, and the record that the index stores.
//!
//! Unknown fields are refused at every level. Errors name the field and the rule, never the value.

mod geometry;
mod instant;
pub mod object;
mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sosie_similarity::{
    Basis, Code, CodePath, Event, EventId, EventParts, EventTimes, Invalid, Location, Participants,
    Rule, SeriesId, State, StatedValues, TimePrecision, Timestamp,
};

pub use geometry::GeometryRecord;
pub use instant::{format_instant, parse_instant};
pub use text::{Bounds, Counts};

/// An event as JSON states it, before any check but the shape. `null` is the same as absent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EventRecord<'a> {
    /// Required: 1–64 of `[A-Za-z0-9._:-]`.
    #[serde(borrow, default, deserialize_with = "text::optional")]
    pub event_id: Option<Cow<'a, str>>,
    /// The same form.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub series_id: Option<Cow<'a, str>>,
    /// Required: PLANNED, HELD, CANCELLED or POSTPONED.
    #[serde(borrow, default, deserialize_with = "text::optional")]
    pub state: Option<Cow<'a, str>>,
    /// Codes joined by `/`.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub nature: Option<Cow<'a, str>>,
    /// Codes joined by `/`.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub sector: Option<Cow<'a, str>>,
    /// Degrees.
    #[serde(
        default,
        deserialize_with = "object::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub location: Option<LocationRecord>,
    /// Required: RFC 3339, microseconds at most.
    #[serde(borrow, default, deserialize_with = "text::optional")]
    pub start_time: Option<Cow<'a, str>>,
    /// Required: RFC 3339, microseconds at most.
    #[serde(borrow, default, deserialize_with = "text::optional")]
    pub end_time: Option<Cow<'a, str>>,
    /// Required: IANA name.
    #[serde(borrow, default, deserialize_with = "text::optional")]
    pub time_zone: Option<Cow<'a, str>>,
    /// Required: EXACT or DAY.
    #[serde(borrow, default, deserialize_with = "text::optional")]
    pub time_precision: Option<Cow<'a, str>>,
    /// Seconds, at least 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_duration_s: Option<f64>,
    /// Counts.
    #[serde(
        default,
        deserialize_with = "object::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub participants: Option<ParticipantsRecord>,
    /// m², above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footprint_area_m2: Option<f64>,
    /// A GeoJSON Polygon or MultiPolygon, or a LineString with `width_m`.
    #[serde(
        default,
        deserialize_with = "object::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub footprint: Option<GeometryRecord>,
    /// Counts by code.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::counts",
        skip_serializing_if = "Option::is_none"
    )]
    pub outcomes: Option<Counts<'a>>,
    /// Of outcomes that are not told exactly, the whole number by code that they are fewer than.
    #[serde(
        borrow,
        default,
        deserialize_with = "text::bounds",
        skip_serializing_if = "Option::is_none"
    )]
    pub outcomes_fewer_than: Option<Bounds<'a>>,
    /// RFC 3339; absent, see [`KnownTime`].
    #[serde(
        borrow,
        default,
        deserialize_with = "text::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub known_time: Option<Cow<'a, str>>,
    /// Required: a code.
    #[serde(borrow, default, deserialize_with = "text::optional")]
    pub source_id: Option<Cow<'a, str>>,
}

/// A position as JSON states it, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LocationRecord {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// Counts of participants as JSON states them.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ParticipantsRecord {
    /// The best single count.
    pub best: u64,
    /// The lowest count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<u64>,
    /// The highest count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<u64>,
    /// PEAK, DAILY or TOTAL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// What `known_time` is where a record does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownTime {
    /// This ingest time.
    Ingest(Timestamp),
    /// The event's `end_time`: for history that is loaded later.
    EndTime,
}

/// Parses and checks one JSON object.
///
/// # Errors
/// The field and the rule that it breaks; `` for text that is not a JSON object.
pub fn parse_event(json: &[u8], known_time: KnownTime) -> Result<Event, Invalid> {
    let json = std::str::from_utf8(json).map_err(|_| Invalid::new("", Rule::Malformed))?;
    event(parse_record(json)?, known_time)
}

/// Parses one JSON object into its record, checking shape and field names only.
///
/// # Errors
/// As [`parse_event`].
pub fn parse_record(json: &str) -> Result<EventRecord<'_>, Invalid> {
    let object: object::Object<EventRecord<'_>> = crate::serde_error::from_json(json)?;
    Ok(object.0)
}

/// Parses a GeoJSON footprint, checking its shape only.
///
/// # Errors
/// The field and the rule that it breaks, `footprint` for text that is no geometry of a footprint.
pub fn parse_footprint(json: &str) -> Result<GeometryRecord, Invalid> {
    let object: Result<object::Object<GeometryRecord>, _> = crate::serde_error::from_json(json);
    Ok(object.map_err(|invalid| invalid.under("footprint"))?.0)
}

/// Checks a record.
///
/// # Errors
/// The field and the rule that it breaks.
pub fn event(mut record: EventRecord<'_>, known_time: KnownTime) -> Result<Event, Invalid> {
    let event_id = required("event_id", record.event_id.as_deref(), EventId::new)?;
    let series_id = optional("series_id", record.series_id.as_deref(), SeriesId::new)?;
    let state = required("state", record.state.as_deref(), parse_state)?;
    let times = times(&record)?;
    let source_id = required("source_id", record.source_id.as_deref(), Code::new)?;
    let known_time = match (&record.known_time, known_time) {
        (Some(text), _) => parse_instant(text).map_err(|rule| Invalid::new("known_time", rule))?,
        (None, KnownTime::Ingest(now)) => now,
        (None, KnownTime::EndTime) => times.end(),
    };
    let outcomes = by_code("outcomes", record.outcomes.take())?;
    let outcomes_fewer_than = by_code("outcomes_fewer_than", record.outcomes_fewer_than.take())?;
    let stated = stated(record)?;
    Event::new(EventParts {
        event_id,
        series_id,
        state,
        times,
        stated,
        outcomes,
        outcomes_fewer_than,
        known_time,
        source_id,
    })
}

/// The record of an event: what was stated, nothing derived. Parsing it gives the event again.
pub fn to_record(event: &Event) -> EventRecord<'_> {
    let parts = event.parts();
    let stated = &parts.stated;
    let zone = parts.times.zone();
    let instant = |at, zone| Some(Cow::Owned(format_instant(at, zone)));
    EventRecord {
        event_id: Some(parts.event_id.as_str().into()),
        series_id: parts.series_id.as_ref().map(|id| id.as_str().into()),
        state: Some(parts.state.name().into()),
        nature: stated.nature.as_ref().map(|path| path.as_str().into()),
        sector: stated.sector.as_ref().map(|path| path.as_str().into()),
        location: stated.location.map(|at| LocationRecord {
            latitude: at.latitude_degrees(),
            longitude: at.longitude_degrees(),
        }),
        start_time: instant(parts.times.start(), zone),
        end_time: instant(parts.times.end(), zone),
        time_zone: Some(zone.name().into()),
        time_precision: Some(precision_name(parts.times.precision()).into()),
        active_duration_s: stated.active_duration_s,
        participants: stated.participants.map(participants_record),
        footprint_area_m2: stated.footprint_area_m2,
        footprint: stated
            .footprint
            .as_ref()
            .map(|f| GeometryRecord::of(f.shape())),
        outcomes: by_text(&parts.outcomes),
        outcomes_fewer_than: by_text(&parts.outcomes_fewer_than),
        known_time: instant(parts.known_time, chrono_tz::Tz::UTC),
        source_id: Some(parts.source_id.as_str().into()),
    }
}

/// The record of an event as JSON, the bytes that the index stores, as if the event were known from `known_time`;
/// with none, what the source states beside it.
pub fn to_json(event: &Event, known_time: Option<Timestamp>) -> Vec<u8> {
    let record = EventRecord {
        known_time: known_time.map(|at| Cow::Owned(format_instant(at, chrono_tz::Tz::UTC))),
        ..to_record(event)
    };
    serde_json::to_vec(&record).expect("a record is plain JSON")
}

fn participants_record(count: Participants) -> ParticipantsRecord {
    ParticipantsRecord {
        best: count.best(),
        low: count.low(),
        high: count.high(),
        basis: count.basis().map(|basis| basis.name().to_owned()),
    }
}

/// Checks the axis values of a record: the part that a stored event and a draft share.
///
/// # Errors
/// The field and the rule that it breaks.
pub fn stated(record: EventRecord<'_>) -> Result<StatedValues, Invalid> {
    let location = record
        .location
        .map(|at| Location::new(at.latitude, at.longitude));
    let participants = record.participants.map(participants);
    let footprint = record.footprint.map(GeometryRecord::footprint);
    Ok(StatedValues {
        nature: optional("nature", record.nature.as_deref(), CodePath::new)?,
        sector: optional("sector", record.sector.as_deref(), CodePath::new)?,
        location: location
            .transpose()
            .map_err(|invalid| invalid.under("location"))?,
        participants: participants
            .transpose()
            .map_err(|invalid| invalid.under("participants"))?,
        footprint_area_m2: record.footprint_area_m2,
        footprint: footprint
            .transpose()
            .map_err(|invalid| invalid.under("footprint"))?,
        active_duration_s: record.active_duration_s,
    })
}

fn times(record: &EventRecord<'_>) -> Result<EventTimes, Invalid> {
    let start = required("start_time", record.start_time.as_deref(), parse_instant)?;
    let end = required("end_time", record.end_time.as_deref(), parse_instant)?;
    let zone = required("time_zone", record.time_zone.as_deref(), parse_zone)?;
    let precision = required(
        "time_precision",
        record.time_precision.as_deref(),
        parse_precision,
    )?;
    EventTimes::new(start, end, zone, precision)
}

fn participants(record: ParticipantsRecord) -> Result<Participants, Invalid> {
    let basis = optional("basis", record.basis.as_deref(), parse_basis)?;
    Participants::new(record.best, record.low, record.high, basis)
}

fn by_code<N>(
    field: &'static str,
    record: Option<BTreeMap<Cow<'_, str>, N>>,
) -> Result<BTreeMap<Code, N>, Invalid> {
    // The key of a refused outcome is input too: it is not repeated.
    let code = |text: Cow<'_, str>| Code::new(&text).map_err(|rule| Invalid::new(field, rule));
    record
        .into_iter()
        .flatten()
        .map(|(text, number)| Ok((code(text)?, number)))
        .collect()
}

/// None where there is nothing: what an event does not have is not in its record.
fn by_text<N: Copy>(numbers: &BTreeMap<Code, N>) -> Option<BTreeMap<Cow<'_, str>, N>> {
    let by_text = numbers.iter().map(|(code, n)| (code.as_str().into(), *n));
    (!numbers.is_empty()).then(|| by_text.collect())
}

/// Parses an IANA name.
///
/// # Errors
/// [`Rule::UnknownZone`].
pub fn parse_zone(name: &str) -> Result<chrono_tz::Tz, Rule> {
    name.parse().map_err(|_| Rule::UnknownZone)
}

/// Parses PLANNED, HELD, CANCELLED or POSTPONED.
///
/// # Errors
/// [`Rule::Malformed`].
pub fn parse_state(name: &str) -> Result<State, Rule> {
    State::ALL
        .into_iter()
        .find(|state| state.name() == name)
        .ok_or(Rule::Malformed)
}

/// Parses PEAK, DAILY or TOTAL.
///
/// # Errors
/// [`Rule::Malformed`].
pub fn parse_basis(name: &str) -> Result<Basis, Rule> {
    let all = [Basis::Peak, Basis::Daily, Basis::Total];
    all.into_iter()
        .find(|basis| basis.name() == name)
        .ok_or(Rule::Malformed)
}

fn parse_precision(name: &str) -> Result<TimePrecision, Rule> {
    match name {
        "EXACT" => Ok(TimePrecision::Exact),
        "DAY" => Ok(TimePrecision::Day),
        _ => Err(Rule::Malformed),
    }
}

fn precision_name(precision: TimePrecision) -> &'static str {
    match precision {
        TimePrecision::Exact => "EXACT",
        TimePrecision::Day => "DAY",
    }
}

fn required<T>(
    field: &'static str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Result<T, Rule>,
) -> Result<T, Invalid> {
    let text = text.ok_or(Invalid::new(field, Rule::Required))?;
    parse(text).map_err(|rule| Invalid::new(field, rule))
}

fn optional<T>(
    field: &'static str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Result<T, Rule>,
) -> Result<Option<T>, Invalid> {
    text.map(parse)
        .transpose()
        .map_err(|rule| Invalid::new(field, rule))
}
