//! Probes: a stored event by its id, or a draft as far as it is known.

use chrono_tz::Tz;
use sosie_similarity::{
    Draft, DraftTimes, EventId, EventTimes, Invalid, ProbeRef, Rule, TimePrecision, Timestamp,
};

use super::stated::{self, Stated};
use super::{At, choice, required, required_text, time};
use crate::pb;

/// What is compared.
pub(super) fn probe(probe: pb::Probe) -> Result<ProbeRef, Invalid> {
    let pb::Probe { kind } = probe;
    match required(kind).at("")? {
        pb::probe::Kind::Draft(draft) => {
            let draft = self::draft(draft).at("draft")?;
            Ok(ProbeRef::Draft(Box::new(draft)))
        }
        pb::probe::Kind::EventId(id) => id_of_event(&id).at("event_id").map(ProbeRef::Stored),
    }
}

/// The id of an event, required.
pub(super) fn id_of_event(id: &str) -> Result<EventId, Rule> {
    EventId::new(required_text(id)?)
}

/// An event that is not stored.
///
/// # Errors
/// On the field of the draft that breaks a rule. That it has a value on some axis is not asked here, for
/// that depends on weights: see [`resolve`](super::resolve).
pub fn draft(draft: pb::DraftEvent) -> Result<Draft, Invalid> {
    let pb::DraftEvent {
        location,
        participants,
        nature,
        sector,
        when,
        active_duration_s,
        footprint_area_m2,
        footprint,
    } = draft;
    let stated = stated::values(Stated {
        location,
        participants,
        nature,
        sector,
        active_duration_s,
        footprint_area_m2,
        footprint,
    })?;
    Draft::new(stated, when.map(self::when).transpose()?)
}

fn when(when: pb::draft_event::When) -> Result<DraftTimes, Invalid> {
    match when {
        pb::draft_event::When::Times(times) => self::times(times).at("times"),
        pb::draft_event::When::Dates(dates) => self::dates(dates).at("dates"),
    }
}

fn times(times: pb::EventTimes) -> Result<DraftTimes, Invalid> {
    let pb::EventTimes {
        start_time,
        end_time,
        time_zone,
        time_precision,
    } = times;
    let start = required(start_time)
        .and_then(time::instant)
        .at("start_time")?;
    let end = end_time.map(time::instant).transpose().at("end_time")?;
    let zone = time::zone(&time_zone).at("time_zone")?;
    let precision = choice::precision(time_precision).at("time_precision")?;
    match end {
        Some(end) => EventTimes::new(start, end, zone, precision).map(DraftTimes::Span),
        None => start_alone(start, zone, precision),
    }
}

/// Without an end only the local date of the start is left to compare.
fn start_alone(
    start: Timestamp,
    zone: Tz,
    precision: TimePrecision,
) -> Result<DraftTimes, Invalid> {
    let date = start.to_utc().with_timezone(&zone).date_naive();
    match precision {
        TimePrecision::Exact => {}
        TimePrecision::Day if EventTimes::days(date, date, zone)?.start() == start => {}
        TimePrecision::Day => return Err(Invalid::new("start_time", Rule::NotMidnight)),
    }
    Ok(DraftTimes::StartDate(date))
}

fn dates(dates: pb::DateSpan) -> Result<DraftTimes, Invalid> {
    let pb::DateSpan {
        first_date,
        last_date,
    } = dates;
    let first = required(first_date).at("first_date")?;
    let first = time::date(first).at("first_date")?;
    let last = last_date.map(time::date).transpose().at("last_date")?;
    Ok(DraftTimes::Dates {
        first,
        last: last.unwrap_or(first),
    })
}

#[cfg(test)]
mod tests;
