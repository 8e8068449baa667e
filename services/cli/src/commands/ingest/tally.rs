//! What became of writes, counted.

use std::collections::BTreeMap;
use std::io::Write;

use comfy_table::Cell;
use serde::Serialize;
use sosie_proto::pb::{self, write_result::Outcome};

use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, Side, grouped};

/// Counts of results.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    accepted: i64,
    unchanged: i64,
    valid: i64,
    /// By reason, field and rule.
    refused: BTreeMap<(&'static str, String, String), i64>,
    last_position: Option<i64>,
}

#[derive(Serialize)]
struct TallyDocument<'a> {
    read: i64,
    accepted: i64,
    unchanged: i64,
    valid: i64,
    refused: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_position: Option<i64>,
    refusals: Vec<RefusalView<'a>>,
}

#[derive(Serialize)]
struct RefusalView<'a> {
    reason: &'a str,
    field: &'a str,
    rule: &'a str,
    count: i64,
}

impl Tally {
    /// Counts results of the service.
    pub(crate) fn add(&mut self, results: Vec<pb::WriteResult>) {
        for result in results {
            match result.outcome {
                Some(Outcome::Accepted(accepted)) => {
                    self.accepted += 1;
                    self.last_position = self.last_position.max(Some(accepted.position));
                }
                Some(Outcome::Unchanged(_)) => self.unchanged += 1,
                Some(Outcome::Valid(_)) => self.valid += 1,
                Some(Outcome::Refused(refused)) => self.add_refused([refused]),
                None => {}
            }
        }
    }

    /// Counts refusals.
    pub(super) fn add_refused(&mut self, refused: impl IntoIterator<Item = pb::RefusedWrite>) {
        for refused in refused {
            let reason = refused.reason().as_str_name();
            let reason = reason.strip_prefix("WRITE_REFUSAL_").unwrap_or(reason);
            let violation = refused.field_violations.into_iter().next();
            let violation = violation.unwrap_or_default();
            let field = within_entry(&violation.field).to_owned();
            let key = (reason, field, violation.reason);
            *self.refused.entry(key).or_default() += 1;
        }
    }

    /// How many were counted.
    pub(super) fn read(&self) -> i64 {
        self.accepted + self.unchanged + self.valid + self.refused()
    }

    fn refused(&self) -> i64 {
        self.refused.values().sum()
    }

    fn refusals(&self) -> Vec<RefusalView<'_>> {
        let refused = self.refused.iter();
        refused
            .map(|((reason, field, rule), count)| RefusalView {
                reason,
                field,
                rule,
                count: *count,
            })
            .collect()
    }
}

/// Shows a tally.
///
/// # Errors
/// [`Failure::Usage`] if something was refused.
pub(crate) fn show(out: &mut Output, tally: &Tally) -> Result<(), Failure> {
    if out.is_json() {
        out.document(&TallyDocument {
            read: tally.read(),
            accepted: tally.accepted,
            unchanged: tally.unchanged,
            valid: tally.valid,
            refused: tally.refused(),
            last_position: tally.last_position,
            refusals: tally.refusals(),
        })?;
    } else {
        write(out, tally)?;
    }
    match tally.refused() {
        0 => Ok(()),
        refused => {
            let rule = format!("{refused} of {} were refused", tally.read());
            Err(Failure::usage("records", rule))
        }
    }
}

fn write(out: &mut Output, tally: &Tally) -> std::io::Result<()> {
    let counts = [
        ("accepted", tally.accepted),
        ("unchanged", tally.unchanged),
        ("valid", tally.valid),
        ("refused", tally.refused()),
    ];
    let told = counts.into_iter().filter(|(_, count)| *count > 0);
    table::pairs(out, told.map(|(name, count)| (name, grouped(count))))?;
    if tally.refused.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let columns = [
        ("refused", Side::Left),
        ("field", Side::Left),
        ("rule", Side::Left),
        ("records", Side::Right),
    ];
    let mut refusals = table::table(&columns, 1);
    for refusal in tally.refusals() {
        refusals.add_row([
            Cell::new(refusal.reason),
            Cell::new(refusal.field),
            Cell::new(refusal.rule),
            Cell::new(grouped(refusal.count)),
        ]);
    }
    table::write(out, &refusals)
}

/// The path without its place in the message: `records[3].event.state` is `state`.
fn within_entry(field: &str) -> &str {
    let field = field.split_once("].").map_or(field, |(_, within)| within);
    field.strip_prefix("event.").unwrap_or(field)
}
