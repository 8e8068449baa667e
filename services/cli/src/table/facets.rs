//! Counts of candidates.

use std::io::{self, Write};

use comfy_table::{Cell, Color};
use sosie_proto::pb::{self, Facet};

use super::{Side, faint, grouped, table};
use crate::output::{FAINT, Output};
use crate::view::facet_name;

/// In place of a count that is withheld.
const WITHHELD: &str = "withheld";

/// Columns of the longest bar.
const BAR_MAX: usize = 30;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Writes the counts of one facet under its name.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(out: &mut Output, facet: &pb::FacetCounts) -> io::Result<()> {
    let name = facet_name(facet.facet());
    out.heading(&match facet.depth {
        Some(depth) => format!("By {name}, {depth} deep"),
        None => format!("By {name}"),
    })?;
    let mut table = table(
        &[
            (name.as_str(), Side::Left),
            ("events", Side::Right),
            ("", Side::Left),
        ],
        2,
    );
    let greatest = facet.counts.iter().map(|count| count.count).max();
    let greatest = greatest.unwrap_or(1).max(1);
    for count in in_order(facet) {
        let bar = (count.count as usize * BAR_MAX).div_ceil(greatest as usize);
        table.add_row([
            Cell::new(key_text(facet.facet(), &count.key)),
            count_cell(count.count, count.is_withheld),
            Cell::new("▄".repeat(bar)).fg(Color::DarkCyan),
        ]);
    }
    if facet.missing_count > 0 || facet.is_missing_withheld {
        let missing = if facet.is_missing_withheld {
            WITHHELD.to_owned()
        } else {
            grouped(facet.missing_count)
        };
        table.add_row([faint("not known"), faint(&missing), Cell::new("")]);
    }
    super::write(out, &table)?;
    if facet.has_unlisted_keys {
        writeln!(out, "and others that are not told")?;
    }
    match facet.omitted_key_count {
        0 => Ok(()),
        more => writeln!(out, "and {} more", grouped(more)),
    }
}

/// What a service withholds, in words.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write_withholding(out: &mut Output, smallest_count: i64) -> io::Result<()> {
    if smallest_count == 0 {
        return Ok(());
    }
    let words = format!(
        "{WITHHELD}: fewer than {smallest_count}, or withheld because such a count could be found from it"
    );
    writeln!(out, "\n{FAINT}{words}{FAINT:#}")
}

fn count_cell(count: i64, is_withheld: bool) -> Cell {
    if is_withheld {
        faint(WITHHELD)
    } else {
        Cell::new(grouped(count))
    }
}

/// As told, the most first; but months and weekdays in their own order.
fn in_order(facet: &pb::FacetCounts) -> Vec<&pb::FacetCount> {
    let mut counts: Vec<_> = facet.counts.iter().collect();
    if matches!(facet.facet(), Facet::Month | Facet::Weekday) {
        counts.sort_by_key(|count| &count.key);
    }
    counts
}

/// A key with its name in words, where it is a number.
fn key_text(facet: Facet, key: &str) -> String {
    let nth = |names: &[&'static str]| {
        let number: usize = key.parse().ok()?;
        names.get(number.checked_sub(1)?).copied()
    };
    let name = match facet {
        Facet::Month => nth(&MONTHS),
        Facet::Weekday => nth(&WEEKDAYS),
        Facet::Nature | Facet::Sector | Facet::Source | Facet::Unspecified => None,
    };
    name.map_or_else(|| key.to_owned(), |name| format!("{key} {name}"))
}
