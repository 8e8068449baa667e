//! Stored events: one in full, or many, a line each.

use std::io::{self, Write};

use comfy_table::Cell;
use sosie_proto::pb;

use super::ledger::participants_text;
use super::number::{amount, percent};
use super::{Side, faint, grouped, pairs, shortened, table};
use crate::output::{HEADING, Output};
use crate::view::{precision_name, state_name};
use crate::when;

/// Writes everything that is known of one event.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write_one(out: &mut Output, event: &pb::Event) -> io::Result<()> {
    writeln!(out, "{HEADING}{}{HEADING:#}", event.event_id)?;
    let optional = |name, value: Option<String>| value.map(|value| (name, value));
    let exact = event.outcomes.iter();
    let exact = exact.map(|(code, &count)| format!("{} {code}", amount(count)));
    let bounds = event.outcomes_fewer_than.iter();
    let bounds = bounds.map(|(code, bound)| format!("< {bound} {code}"));
    let outcomes: Vec<String> = exact.chain(bounds).collect();
    let lines = [
        Some(("state", state_name(event.state()).to_lowercase())),
        optional("series", event.series_id.clone()),
        optional("nature", event.nature.clone()),
        optional("sector", event.sector.clone()),
        optional("location", event.location.as_ref().map(location_text)),
        Some(("time", span_text(event))),
        optional("duration", duration_s(event).map(when::shown_duration)),
        Some(("calendar", calendar_text(event))),
        optional("participants", event.participants.as_ref().map(counts_text)),
        optional("footprint", footprint_text(event)),
        optional(
            "outcomes",
            (!outcomes.is_empty()).then(|| outcomes.join(", ")),
        ),
        optional("known since", event.known_time.as_ref().map(when::utc_text)),
        Some(("source", event.source_id.clone())),
    ];
    pairs(out, lines.into_iter().flatten())
}

/// Writes a line for each event.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write_many(out: &mut Output, events: &[pb::Event]) -> io::Result<()> {
    // Id, date, state, participants and duration take 10, 10, 9, 7 and 8, the gaps 12.
    let path_max = (usize::from(out.width()).saturating_sub(56) / 2).max(10);
    let mut table = table(
        &[
            ("event", Side::Left),
            ("date", Side::Left),
            ("state", Side::Left),
            ("people", Side::Right),
            ("duration", Side::Right),
            ("nature", Side::Left),
            ("sector", Side::Left),
        ],
        2,
    );
    let known = |text: Option<String>| text.map_or_else(|| faint("·"), Cell::new);
    for event in events {
        let people = event.participants.as_ref().map(|it| grouped(it.best()));
        let path = |path: &Option<String>| path.as_deref().map(|path| shortened(path, path_max));
        table.add_row([
            Cell::new(&event.event_id),
            Cell::new(when::shown(
                event.start_time.as_ref(),
                &event.time_zone,
                "%Y-%m-%d",
            )),
            Cell::new(state_name(event.state()).to_lowercase()),
            known(people),
            known(duration_s(event).map(when::shown_duration)),
            known(path(&event.nature)),
            known(path(&event.sector)),
        ]);
    }
    super::write(out, &table)
}

fn duration_s(event: &pb::Event) -> Option<f64> {
    event.derived.as_ref()?.duration_s
}

fn location_text(at: &pb::Location) -> String {
    format!("{}, {}", at.latitude_degrees(), at.longitude_degrees())
}

fn span_text(event: &pb::Event) -> String {
    let shown = |at| when::shown(at, &event.time_zone, "%a %Y-%m-%d %H:%M");
    format!(
        "{} to {} {} ({})",
        shown(event.start_time.as_ref()),
        shown(event.end_time.as_ref()),
        event.time_zone,
        match event.time_precision() {
            pb::TimePrecision::Day => "only the days are known".to_owned(),
            precision @ (pb::TimePrecision::Exact | pb::TimePrecision::Unspecified) => {
                precision_name(precision).to_lowercase()
            }
        },
    )
}

fn calendar_text(event: &pb::Event) -> String {
    let derived = event.derived.as_ref();
    let share = |share: Option<f64>| percent(share.unwrap_or_default());
    format!(
        "{} at the weekend, {} in summer",
        share(derived.map(|it| it.weekend_share)),
        share(derived.map(|it| it.summer_share)),
    )
}

fn counts_text(participants: &pb::Participants) -> String {
    let text = participants_text(participants);
    match (participants.low, participants.high) {
        (None, None) => text,
        (low, high) => {
            let end = |end: Option<i64>| end.map_or("?".to_owned(), grouped);
            format!("{text} ({} to {})", end(low), end(high))
        }
    }
}

fn footprint_text(event: &pb::Event) -> Option<String> {
    let area = amount(event.footprint_area_m2?);
    Some(match event.footprint {
        Some(_) => format!("{area} m², mapped"),
        None => format!("{area} m²"),
    })
}
