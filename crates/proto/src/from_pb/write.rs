//! Writes: events as their sources state them, and deletions.

use std::collections::BTreeMap;

use sosie_similarity::limits::{INGEST_RECORDS_MAX, OUTCOME_FEWER_THAN_MAX};
use sosie_similarity::{
    Code, Event, EventId, EventParts, EventTimes, Invalid, Rule, SeriesId, Timestamp,
};

use super::probe::id_of_event;
use super::stated::{self, Stated};
use super::{At, choice, required, required_text, time};
use crate::pb;

/// Some records, unread: each is refused on its own, by [`ingest_record`].
#[derive(Clone, Debug, PartialEq)]
pub struct Records {
    /// One at least.
    pub records: Vec<pb::IngestRecord>,
    /// Whether nothing is to be written.
    pub validate_only: bool,
}

/// An event to write.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// As it is stated. What it has as its known time counts for nothing: the store finds it.
    pub event: Event,
    /// The known time, if one is stated.
    pub stated_known_time: Option<Timestamp>,
    /// The revision that the event must have, 0 for none.
    pub if_revision: Option<u64>,
}

/// An event to delete.
#[derive(Clone, Debug, PartialEq)]
pub struct Deletion {
    /// Which.
    pub event_id: EventId,
    /// Why; never unspecified.
    pub reason: pb::DeletionReason,
    /// The revision that the event must have.
    pub if_revision: Option<u64>,
}

/// A message of `IngestEvents`.
///
/// # Errors
/// On `records`, if it has none or too many.
pub fn ingest(request: pb::IngestEventsRequest) -> Result<Records, Invalid> {
    let pb::IngestEventsRequest {
        records,
        validate_only,
    } = request;
    Ok(Records {
        records: some(records).at("records")?,
        validate_only,
    })
}

/// A call of `BatchIngestEvents`.
///
/// # Errors
/// On `records`, if it has none or too many.
pub fn batch_ingest(request: pb::BatchIngestEventsRequest) -> Result<Records, Invalid> {
    let pb::BatchIngestEventsRequest {
        records,
        validate_only,
    } = request;
    Ok(Records {
        records: some(records).at("records")?,
        validate_only,
    })
}

/// A record. Paths start at the record.
///
/// # Errors
/// On the field that breaks a rule.
pub fn ingest_record(record: pb::IngestRecord) -> Result<Put, Invalid> {
    let pb::IngestRecord { event, if_revision } = record;
    let event = required(event).at("event")?;
    let known_time = event.known_time.map(time::instant).transpose();
    let stated_known_time = known_time.at("event.known_time")?;
    Ok(Put {
        event: self::event(event, stated_known_time).at("event")?,
        stated_known_time,
        if_revision: revision(if_revision).at("if_revision")?,
    })
}

/// The entries of a call of `DeleteEvents`, unread: each is refused on its own, by [`deletion`].
///
/// # Errors
/// On `deletions`, if it has none or too many.
pub fn deletions(request: pb::DeleteEventsRequest) -> Result<Vec<pb::EventDeletion>, Invalid> {
    let pb::DeleteEventsRequest { deletions } = request;
    some(deletions).at("deletions")
}

/// A deletion. Paths start at it.
///
/// # Errors
/// On the field that breaks a rule.
pub fn deletion(deletion: pb::EventDeletion) -> Result<Deletion, Invalid> {
    let pb::EventDeletion {
        event_id,
        reason,
        if_revision,
    } = deletion;
    let reason = match choice::known(reason).at("reason")? {
        pb::DeletionReason::Unspecified => Err(Invalid::new("reason", Rule::Required)),
        reason @ (pb::DeletionReason::Withdrawn
        | pb::DeletionReason::Duplicate
        | pb::DeletionReason::Test
        | pb::DeletionReason::PersonalData) => Ok(reason),
    };
    Ok(Deletion {
        event_id: id_of_event(&event_id).at("event_id")?,
        reason: reason?,
        if_revision: revision(if_revision).at("if_revision")?,
    })
}

fn event(input: pb::EventInput, known_time: Option<Timestamp>) -> Result<Event, Invalid> {
    let pb::EventInput {
        event_id,
        series_id,
        state,
        nature,
        sector,
        location,
        start_time,
        end_time,
        time_zone,
        time_precision,
        active_duration_s,
        participants,
        footprint_area_m2,
        footprint,
        outcomes,
        outcomes_fewer_than,
        known_time: _,
        source_id,
    } = input;
    let series_id = series_id.as_deref().map(SeriesId::new).transpose();
    let start = required(start_time).and_then(time::instant);
    let end = required(end_time).and_then(time::instant);
    let times = EventTimes::new(
        start.at("start_time")?,
        end.at("end_time")?,
        time::zone(&time_zone).at("time_zone")?,
        choice::stated_precision(time_precision).at("time_precision")?,
    )?;
    Event::new(EventParts {
        event_id: id_of_event(&event_id).at("event_id")?,
        series_id: series_id.at("series_id")?,
        state: choice::state(state).at("state")?,
        times,
        stated: stated::values(Stated {
            location,
            participants,
            nature,
            sector,
            active_duration_s,
            footprint_area_m2,
            footprint,
        })?,
        outcomes: by_code(outcomes, Ok).at("outcomes")?,
        outcomes_fewer_than: by_code(outcomes_fewer_than, bound).at("outcomes_fewer_than")?,
        known_time: known_time.unwrap_or(times.end()),
        source_id: required_text(&source_id)
            .and_then(Code::new)
            .at("source_id")?,
    })
}

/// A key that is no code is not told: it is the caller's own text.
fn by_code<M, N>(
    numbers: BTreeMap<String, M>,
    number: impl Fn(M) -> Result<N, Rule>,
) -> Result<BTreeMap<Code, N>, Rule> {
    let numbers = numbers.into_iter();
    numbers
        .map(|(code, told)| Ok((Code::new(&code)?, number(told)?)))
        .collect()
}

/// The domain checks the range; a negative number is in none.
fn bound(number: i32) -> Result<u32, Rule> {
    let out_of_range = Rule::OutOfRange(1.0, f64::from(OUTCOME_FEWER_THAN_MAX));
    u32::try_from(number).map_err(|_| out_of_range)
}

/// The list, which has to have an entry, and not too many.
fn some<T>(entries: Vec<T>) -> Result<Vec<T>, Rule> {
    match entries.len() {
        0 => Err(Rule::Required),
        1..=INGEST_RECORDS_MAX => Ok(entries),
        _ => Err(Rule::TooMany(INGEST_RECORDS_MAX)),
    }
}

fn revision(number: Option<i64>) -> Result<Option<u64>, Rule> {
    let number = number.map(u64::try_from).transpose();
    number.map_err(|_| Rule::OutOfRange(0.0, i64::MAX as f64))
}

#[cfg(test)]
mod tests;
