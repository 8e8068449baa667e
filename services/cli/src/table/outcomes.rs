//! What the hits needed.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell};
use sosie_proto::pb;

use super::number::amount;
use super::{Side, table};
use crate::output::Output;

/// Writes a line for each outcome; `n_hits` is how many hits there are in all.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(
    out: &mut Output,
    summaries: &[pb::OutcomeSummary],
    n_hits: usize,
) -> io::Result<()> {
    if summaries.is_empty() {
        return writeln!(out, "None of them says.");
    }
    let mut table = table(
        &[
            ("outcome", Side::Left),
            ("known of", Side::Right),
            ("least", Side::Right),
            ("lower quartile", Side::Right),
            ("median", Side::Right),
            ("upper quartile", Side::Right),
            ("most", Side::Right),
        ],
        2,
    );
    for summary in summaries {
        table.add_row([
            Cell::new(&summary.code),
            Cell::new(format!("{} of {n_hits}", summary.hit_count)),
            Cell::new(amount(summary.min)),
            Cell::new(amount(summary.p25)),
            Cell::new(amount(summary.median)).add_attribute(Attribute::Bold),
            Cell::new(amount(summary.p75)),
            Cell::new(amount(summary.max)),
        ]);
    }
    super::write(out, &table)
}
