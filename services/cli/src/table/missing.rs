//! What a register asks for and nobody stated.

use std::io::{self, Write};

use sosie_proto::pb;

use crate::output::{FAINT, HEADING};

/// The file that the keys are of.
const DECLARATION: &str = "declaration.toml";

/// Writes the fields with the keys where they can be stated, those that are required first.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(out: &mut dyn Write, missing: &[pb::MissingRecordField]) -> io::Result<()> {
    let (required, optional): (Vec<_>, Vec<_>) = missing.iter().partition(|it| it.is_required);
    let width = missing.iter().map(|it| it.field.chars().count()).max();
    for (title, fields) in [
        ("Missing, and required by the register", required),
        ("Missing, and not required", optional),
    ] {
        if fields.is_empty() {
            continue;
        }
        writeln!(out, "{HEADING}{title}: {}{HEADING:#}", fields.len())?;
        for field in fields {
            let (width, key) = (width.unwrap_or(0), &field.configure_at);
            writeln!(out, "  {:width$}  {FAINT}{key}{FAINT:#}", field.field)?;
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "On the right is the key of {DECLARATION} (`sosie-query serve --declaration FILE`), or what Sosie would take it from."
    )
}
