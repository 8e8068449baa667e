//! What the hits needed.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell};
use sosie_proto::pb;

use super::number::amount;
use super::{Side, table};
use crate::output::{FAINT, Output};

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
        let least = summary.at_least.unwrap_or_else(|| exact(summary));
        table.add_row([
            Cell::new(&summary.code),
            Cell::new(format!("{} of {n_hits}", summary.hit_count)),
            Cell::new(between(least.min, summary.min)),
            Cell::new(between(least.p25, summary.p25)),
            Cell::new(between(least.median, summary.median)).add_attribute(Attribute::Bold),
            Cell::new(between(least.p75, summary.p75)),
            Cell::new(between(least.max, summary.max)),
        ]);
    }
    super::write(out, &table)?;
    let coarse = summaries.iter().filter(|it| it.fewer_than_hit_count > 0);
    for summary in coarse {
        let (code, count) = (&summary.code, summary.fewer_than_hit_count);
        let words = format!(
            "{code}: {count} of {} are told only as fewer than a number",
            summary.hit_count
        );
        writeln!(out, "{FAINT}{words}{FAINT:#}")?;
    }
    Ok(())
}

/// Where all counts are told exactly, what they are at least is what they are.
fn exact(summary: &pb::OutcomeSummary) -> pb::OutcomeQuantiles {
    pb::OutcomeQuantiles {
        min: summary.min,
        p25: summary.p25,
        median: summary.median,
        p75: summary.p75,
        max: summary.max,
    }
}

/// A number that is known to be at least one and at most the other, or both if they are the same.
pub(crate) fn between(least: f64, most: f64) -> String {
    if least == most {
        amount(most)
    } else {
        format!("{} to {}", amount(least), amount(most))
    }
}
