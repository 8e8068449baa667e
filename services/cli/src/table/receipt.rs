//! What pins an answer, and how much was looked at for it.

use std::io;

use sosie_proto::pb;

use super::{grouped, pairs};
use crate::output::Output;
use crate::when;

/// Writes the receipt under a heading; with `counts` also how much was looked at.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(
    out: &mut Output,
    receipt: Option<&pb::Receipt>,
    counts: Option<&pb::SearchCounts>,
) -> io::Result<()> {
    let Some(receipt) = receipt else {
        return Ok(());
    };
    out.heading("Receipt")?;
    let mut lines = vec![
        ("generation", receipt.generation_id.clone()),
        ("", receipt.generation_digest.clone()),
    ];
    if !receipt.profile.is_empty() {
        lines.push(("profile", receipt.profile.clone()));
        lines.push(("", receipt.profile_digest.clone()));
    }
    lines.push(("request", receipt.request_digest.clone()));
    if let Some(as_of) = &receipt.as_of {
        lines.push(("as of", when::utc_text(as_of)));
    }
    lines.push(("engine", receipt.engine_version.clone()));
    if let Some(counts) = counts {
        lines.push(("looked at", looked_at(counts)));
    }
    pairs(out, lines)
}

fn looked_at(counts: &pb::SearchCounts) -> String {
    format!(
        "{} candidates, {} of them scored; {} of {} blocks skipped",
        grouped(counts.candidates),
        grouped(counts.rows_scored),
        grouped(counts.blocks_skipped),
        grouped(counts.blocks_scored + counts.blocks_skipped),
    )
}
