//! What a row of the outbox asks for, checked.

use sosie_index::record::{self, KnownTime, parse_record};
use sosie_similarity::limits::RECORD_BYTES_MAX;
use sosie_similarity::{Event, EventId, Invalid, Rule, Timestamp};
use sosie_store::{Change, DeleteReason, Put, Write};

use super::outbox::OutboxRow;
use crate::mapping::{Mapping, Row};
use crate::refusal::Refusal;

/// The known time of an event of which nothing says it: the store finds it then. No source states the end of time.
const NOT_STATED: Timestamp = Timestamp::MAX;

/// The write that a row asks for.
pub(super) fn write(row: &OutboxRow) -> Result<Write, Refusal> {
    let id = required("event_id", row.event_id.as_deref())?;
    let event_id = EventId::new(id).map_err(|rule| Invalid::new("event_id", rule))?;
    let change = match required("operation", row.operation.as_deref())? {
        "upsert" => Change::Put(put(row, &event_id)?),
        "delete" => Change::Delete {
            event_id,
            reason: reason(required("reason", row.reason.as_deref())?)?,
        },
        _ => return Err(Refusal::new("operation", Rule::Malformed)),
    };
    Ok(Write {
        change,
        if_revision: None,
    })
}

fn put(row: &OutboxRow, event_id: &EventId) -> Result<Put, Refusal> {
    if row.is_too_long {
        return Err(Refusal::new("payload", Rule::TooLong(RECORD_BYTES_MAX)));
    }
    let event = event(required("payload", row.payload.as_deref())?)?;
    if event.id() != event_id {
        return Err(Refusal::new("event_id", Rule::Malformed));
    }
    Ok(put_of(event))
}

/// An event in its JSON form.
pub(super) fn event(json: &str) -> Result<Event, Refusal> {
    let record = parse_record(json)?;
    Ok(record::event(record, KnownTime::Ingest(NOT_STATED))?)
}

/// An event of a row that a mapping reads, and how many values were corrected.
pub(super) fn mapped(mapping: &Mapping, row: &dyn Row) -> (Result<Event, Refusal>, u64) {
    let (event, corrections) = mapping.event(row, NOT_STATED);
    (event, corrections.len() as u64)
}

/// An event as the store takes it.
pub(super) fn put_of(event: Event) -> Put {
    let known_time = Some(event.parts().known_time).filter(|known| *known != NOT_STATED);
    Put::new(event, known_time)
}

fn reason(name: &str) -> Result<DeleteReason, Refusal> {
    let reason = DeleteReason::ALL
        .into_iter()
        .find(|reason| reason.name() == name);
    reason.ok_or_else(|| Refusal::new("reason", Rule::Malformed))
}

fn required<'a>(field: &str, text: Option<&'a str>) -> Result<&'a str, Refusal> {
    text.ok_or_else(|| Refusal::new(field, Rule::Required))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"event_id":"e-1","state":"HELD","start_time":"2024-06-21T18:00:00Z",
        "end_time":"2024-06-21T20:00:00Z","time_zone":"Europe/Paris","time_precision":"EXACT","source_id":"trial"}"#;

    fn row(operation: &str, reason: Option<&str>, payload: Option<&str>) -> OutboxRow {
        OutboxRow {
            xid: 1,
            seq: 1,
            event_id: Some("e-1".to_owned()),
            operation: Some(operation.to_owned()),
            reason: reason.map(str::to_owned),
            payload: payload.map(str::to_owned),
            is_too_long: false,
            again: None,
        }
    }

    fn refused(row: &OutboxRow) -> (String, &'static str) {
        let refusal = write(row).unwrap_err();
        (refusal.field.clone(), refusal.reason.code())
    }

    #[test]
    fn a_row_is_a_write_or_is_refused_by_its_field() {
        let upsert = row("upsert", None, Some(EVENT));
        let write_of = |row: &OutboxRow| write(row).unwrap().change;
        assert!(matches!(write_of(&upsert), Change::Put(_)));
        for reason in DeleteReason::ALL {
            let delete = row("delete", Some(reason.name()), None);
            assert!(
                matches!(write_of(&delete), Change::Delete { reason: found, .. } if found == reason)
            );
        }
        let told = |field: &str, code| (field.to_owned(), code);
        assert_eq!(
            refused(&row("upsert", None, None)),
            told("payload", "REQUIRED")
        );
        assert_eq!(
            refused(&row("delete", None, None)),
            told("reason", "REQUIRED")
        );
        assert_eq!(
            refused(&row("delete", Some("BORED"), None)),
            told("reason", "MALFORMED")
        );
        assert_eq!(
            refused(&row("insert", None, Some(EVENT))),
            told("operation", "MALFORMED")
        );
        let cut = OutboxRow {
            is_too_long: true,
            ..row("upsert", None, None)
        };
        assert_eq!(refused(&cut), told("payload", "TOO_LONG"));
        let other = OutboxRow {
            event_id: Some("e-2".to_owned()),
            ..row("upsert", None, Some(EVENT))
        };
        assert_eq!(refused(&other), told("event_id", "MALFORMED"));
        let broken = EVENT.replace("HELD", "OVER");
        assert_eq!(refused(&row("upsert", None, Some(&broken))).0, "state");
    }
}
