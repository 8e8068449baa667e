//! Columns that are named as the fields of an event; members of groups as `group.member`, or the group as JSON.

use std::collections::BTreeMap;

use sosie_similarity::Code;
use sosie_similarity::limits::RECORD_BYTES_MAX;

use super::super::error::TableProblem;
use super::super::kind::Kind;
use super::super::name::{TableName, quoted};
use super::Column;
use crate::mapping::ColumnLabel;

/// What a column has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needed {
    Text,
    Time,
    Count,
    Number,
    Json,
}

/// The columns that there can be. Those of outcomes are named by their codes.
const FIELDS: [(&str, Needed); 24] = [
    ("event_id", Needed::Text),
    ("series_id", Needed::Text),
    ("state", Needed::Text),
    ("nature", Needed::Text),
    ("sector", Needed::Text),
    ("location", Needed::Json),
    ("location.latitude", Needed::Number),
    ("location.longitude", Needed::Number),
    ("start_time", Needed::Time),
    ("end_time", Needed::Time),
    ("time_zone", Needed::Text),
    ("time_precision", Needed::Text),
    ("active_duration_s", Needed::Number),
    ("participants", Needed::Json),
    ("participants.best", Needed::Count),
    ("participants.low", Needed::Count),
    ("participants.high", Needed::Count),
    ("participants.basis", Needed::Text),
    ("footprint_area_m2", Needed::Number),
    ("footprint", Needed::Json),
    ("outcomes", Needed::Json),
    ("outcomes_fewer_than", Needed::Json),
    ("known_time", Needed::Time),
    ("source_id", Needed::Text),
];

/// Columns that no event can do without, the last three if their group has any column.
const REQUIRED: [&str; 10] = [
    "event_id",
    "state",
    "start_time",
    "end_time",
    "time_zone",
    "time_precision",
    "source_id",
    "location.latitude",
    "location.longitude",
    "participants.best",
];

impl Needed {
    fn is(self, kind: Kind) -> bool {
        match self {
            Needed::Text => kind == Kind::Text,
            Needed::Time => matches!(kind, Kind::Text | Kind::Instant),
            Needed::Count => kind == Kind::Integer,
            Needed::Number => matches!(kind, Kind::Integer | Kind::Number),
            Needed::Json => kind == Kind::Json,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Needed::Text => "a text or an enum",
            Needed::Time => "a timestamp with time zone, or an RFC 3339 time as a text",
            Needed::Count => "smallint, integer or bigint",
            Needed::Number => "a number",
            Needed::Json => "json or jsonb",
        }
    }
}

/// The query that makes of each row its JSON.
pub(super) fn query(table: &TableName, columns: &[Column]) -> Result<String, TableProblem> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut members = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        check(column, at)?;
        let value = format!("t.{}", quoted(&column.name));
        match column.name.split_once('.') {
            // Absent members are left out, as a line of NDJSON would.
            Some((group, member)) => groups
                .entry(group)
                .or_default()
                .push(member_of(member, &value)),
            None => members.push(member_of(&column.name, &value)),
        }
    }
    check_required(columns)?;
    for (group, of_group) in groups {
        if let Some(at) = columns.iter().position(|column| column.name == group) {
            return Err(TableProblem::Twice(ColumnLabel::new(group, at)));
        }
        let object = format!(
            "json_strip_nulls(json_build_object({}))",
            of_group.join(", ")
        );
        // A group whose members are all absent is absent.
        members.push(member_of(
            group,
            &format!("nullif({object}::text, '{{}}')::json"),
        ));
    }
    let line = format!("json_build_object({})::text", members.join(", "));
    Ok(format!(
        "select case when octet_length(line) <= {RECORD_BYTES_MAX} then line end \
         from (select {line} as line from {table} t) lines"
    ))
}

fn member_of(name: &str, value: &str) -> String {
    format!("'{name}', {value}")
}

fn check(column: &Column, at: usize) -> Result<(), TableProblem> {
    let label = || ColumnLabel::new(&column.name, at);
    let known = FIELDS.iter().find(|(field, _)| *field == column.name);
    let code = column.name.strip_prefix("outcomes.");
    let needed = match (known, code) {
        (Some((_, needed)), _) => *needed,
        (None, Some(code)) if Code::new(code).is_ok() => Needed::Number,
        (None, Some(_) | None) => return Err(TableProblem::UnknownColumn(label())),
    };
    if needed.is(column.kind) {
        return Ok(());
    }
    Err(TableProblem::Type {
        column: label(),
        needed: needed.name(),
    })
}

fn check_required(columns: &[Column]) -> Result<(), TableProblem> {
    let has = |name: &str| columns.iter().any(|column| column.name == name);
    let has_group = |group: &str| {
        let mut names = columns.iter().map(|column| column.name.split_once('.'));
        names.any(|name| name.is_some_and(|(found, _)| found == group))
    };
    let is_needed = |name: &str| {
        name.split_once('.')
            .is_none_or(|(group, _)| has_group(group))
    };
    let missing = REQUIRED
        .into_iter()
        .find(|name| is_needed(name) && !has(name));
    missing.map_or(Ok(()), |name| Err(TableProblem::MissingColumn(name)))
}
