//! What became of lists under another profile.

use std::io;

use comfy_table::Cell;
use sosie_proto::pb;

use super::{Side, faint, table};
use crate::output::Output;

const GAP: usize = 2;
/// `overlap`, and a gap after it.
const OVERLAP_WIDTH: usize = 7 + GAP;

/// Writes a line for each list; `probes` are the events that they were asked for, in the same order.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(
    out: &mut Output,
    probes: &[String],
    changes: &[pb::ListChange],
) -> io::Result<()> {
    let mut table = table(
        &[
            ("event", Side::Left),
            ("overlap", Side::Right),
            ("entered", Side::Left),
            ("left", Side::Left),
        ],
        GAP as u16,
    );
    let probe_width = probes.iter().map(String::len).max().unwrap_or(0) + GAP;
    let taken = probe_width + OVERLAP_WIDTH + GAP;
    let width = usize::from(out.width()).saturating_sub(taken) / 2;
    for (probe, change) in probes.iter().zip(changes) {
        table.add_row([
            Cell::new(probe),
            Cell::new(overlap(change.rank_biased_overlap)),
            ids(&change.entered_event_ids, width),
            ids(&change.left_event_ids, width),
        ]);
    }
    super::write(out, &table)
}

/// Three digits, never rounded up: 1.000 says that no rank that both lists have differs.
fn overlap(share: f64) -> String {
    format!("{:.3}", (share * 1_000.0).floor() / 1_000.0)
}

/// As many on a line as fit.
fn ids(ids: &[String], width: usize) -> Cell {
    if ids.is_empty() {
        return faint("none");
    }
    let mut lines = vec![String::new()];
    for id in ids {
        let line = lines.last_mut().expect("there is one from the start");
        if line.is_empty() {
            line.push_str(id);
        } else if line.len() + 1 + id.len() <= width {
            line.push(' ');
            line.push_str(id);
        } else {
            lines.push(id.clone());
        }
    }
    Cell::new(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_below_one_is_never_told_as_one() {
        assert_eq!(
            [1.0, 0.999_9, 0.5, 0.0].map(overlap),
            ["1.000", "0.999", "0.500", "0.000"]
        );
    }

    #[test]
    fn ids_are_broken_between_lines() {
        let three = ["mrs-000001", "mrs-000002", "mrs-000003"].map(str::to_owned);
        let content = ids(&three, 21).content();
        assert_eq!(content, "mrs-000001 mrs-000002\nmrs-000003");
        assert_eq!(ids(&[], 21).content(), "none");
    }
}
