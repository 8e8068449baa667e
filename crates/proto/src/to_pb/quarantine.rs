//! Records that wait in quarantine.

use sosie_similarity::{Event, Timestamp};

use super::{event_input, instant};
use crate::pb;

/// A record that waits.
#[derive(Clone, Debug)]
pub struct Quarantined<'a> {
    /// Its id.
    pub record_id: &'a str,
    /// Since when it waits.
    pub since: Timestamp,
    /// Why: fields and rules.
    pub findings: Vec<(&'a str, &'a str)>,
    /// As it would be stored.
    pub event: &'a Event,
    /// Its known time, if that is stated.
    pub known_time: Option<Timestamp>,
    /// The revision that its event must have.
    pub if_revision: Option<u64>,
}

/// A record that waits; with its event if it is told whole.
pub fn quarantined(record: Quarantined<'_>, is_whole: bool) -> pb::QuarantinedRecord {
    let Quarantined {
        record_id,
        since,
        findings,
        event,
        known_time,
        if_revision,
    } = record;
    let findings = findings
        .into_iter()
        .map(|(field, rule)| pb::FieldViolation {
            field: format!("event.{field}"),
            description: "is in no vocabulary".to_owned(),
            reason: rule.to_owned(),
        });
    pb::QuarantinedRecord {
        record_id: record_id.to_owned(),
        quarantined_time: Some(instant(since)),
        event_id: event.id().to_string(),
        findings: findings.collect(),
        if_revision: if_revision.map(|revision| i64::try_from(revision).unwrap_or(i64::MAX)),
        event: is_whole.then(|| event_input(event, known_time)),
    }
}
