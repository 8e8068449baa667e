//! Records that wait until somebody has decided on them: kept as they would be written, and no event yet.

use serde::{Deserialize, Serialize};
use sosie_index::record::{self, KnownTime, parse_record};
use sosie_similarity::{Digester, Event, EventId, Timestamp};

use crate::error::StoreError;

/// Most records that wait: days of work for who has to look at them, and usually some megabytes.
pub const HELD_MAX: usize = 10_000;
/// The known time of a record that states none.
const NOT_STATED: Timestamp = Timestamp::MAX;

/// A record that is to wait. Made by the caller, so that its form costs the one writer nothing.
#[derive(Clone, Debug)]
pub struct Hold {
    pub(crate) event_id: EventId,
    pub(crate) id: String,
    pub(crate) if_revision: Option<u64>,
    /// As JSON.
    pub(crate) findings: String,
    /// As JSON, with the known time only if that is stated.
    pub(crate) event: String,
}

/// A record that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// SHA-256 of what it says, 64 lower-case hexadecimal digits: one that comes again waits once.
    pub id: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// Why.
    pub findings: Vec<HeldFinding>,
    /// The event, as it would be written.
    pub event: Event,
    /// The known time, if its source states one.
    pub stated_known_time: Option<Timestamp>,
    /// The revision that its event must have, 0 for none.
    pub if_revision: Option<u64>,
}

/// Why a record waits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HeldFinding {
    /// The field of the event.
    pub field: String,
    /// The name of the rule, UPPER_SNAKE.
    pub rule: String,
}

impl Hold {
    /// An event as it would be written, with what its source states besides, and why it waits.
    pub fn new(
        event: &Event,
        (stated_known_time, if_revision): (Option<Timestamp>, Option<u64>),
        findings: &[HeldFinding],
    ) -> Self {
        let event_json = record::to_json(event, stated_known_time);
        let event_json = String::from_utf8(event_json).expect("JSON is UTF-8");
        Hold {
            event_id: event.id().clone(),
            id: id(&event_json, if_revision),
            if_revision,
            findings: serde_json::to_string(findings).expect("plain structs always serialise"),
            event: event_json,
        }
    }
}

fn id(event: &str, if_revision: Option<u64>) -> String {
    let mut digester = Digester::new("held/1");
    digester
        .text(event)
        .optional(if_revision, |digester, revision| {
            digester.text(&revision.to_string());
        });
    digester.finish().to_string()
}

/// The record in a row of the table.
pub(crate) fn held(row: (i64, Option<u64>, &str, &str)) -> Result<Held, StoreError> {
    let (since_micros, if_revision, findings, event) = row;
    let read = || {
        let record = parse_record(event).ok()?;
        let found = record::event(record, KnownTime::Ingest(NOT_STATED)).ok()?;
        let known_time = found.parts().known_time;
        Some(Held {
            id: id(event, if_revision),
            since: Timestamp::from_micros(since_micros).ok()?,
            findings: serde_json::from_str(findings).ok()?,
            event: found,
            stated_known_time: Some(known_time).filter(|known| *known != NOT_STATED),
            if_revision,
        })
    };
    read().ok_or(StoreError::Malformed("a held record that no store has"))
}
