//! Answers as tables, for people, on 80 columns or more.
//!
//! Start reading at [`hits`], then [`ledger`]. Colours are always written here; the output takes them out
//! where they are not wanted.

mod bars;
pub(crate) mod changes;
pub(crate) mod event;
pub(crate) mod facets;
pub(crate) mod generations;
pub(crate) mod hits;
pub(crate) mod jobs;
pub(crate) mod ledger;
pub(crate) mod missing;
mod number;
pub(crate) mod obstacles;
pub(crate) mod outcomes;
pub(crate) mod profile;
pub(crate) mod receipt;
pub(crate) mod snapshot;
pub(crate) mod verdict;

use std::io::{self, Write};

use comfy_table::{
    Attribute, Cell, CellAlignment, ContentArrangement, ContentLineStyle, LineStyle, Table,
    TableStyle,
};

use crate::output::{FAINT, Output};

pub(crate) use number::grouped;

const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─'))
    .content_lines(ContentLineStyle::none());

/// Which side a column leans to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// An empty table with named columns, `gap` blanks apart, as wide as its content.
pub(crate) fn table(columns: &[(&str, Side)], gap: u16) -> Table {
    let mut table = Table::new();
    table
        .force_no_tty()
        .enforce_styling()
        .load_style(STYLE)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(columns.iter().map(|(name, _)| heading(name)));
    table.style_text_only();
    for (column, (_, side)) in table.column_iter_mut().zip(columns) {
        column.set_padding((0, gap)).set_cell_alignment(match side {
            Side::Left => CellAlignment::Left,
            Side::Right => CellAlignment::Right,
        });
    }
    table
}

fn heading(text: &str) -> Cell {
    Cell::new(text).add_attribute(Attribute::Bold)
}

fn faint(text: &str) -> Cell {
    Cell::new(text).add_attribute(Attribute::Dim)
}

/// Writes a table, its lines without blanks at their ends.
pub(crate) fn write(out: &mut Output, table: &Table) -> io::Result<()> {
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Writes a remark, its lines broken between words.
fn remark(out: &mut Output, text: &str) -> io::Result<()> {
    let width = usize::from(out.width());
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            writeln!(out, "{FAINT}{line}{FAINT:#}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(out, "{FAINT}{line}{FAINT:#}")
}

/// A table of names and values, without a heading.
pub(crate) fn pairs<'a>(
    out: &mut Output,
    pairs: impl IntoIterator<Item = (&'a str, String)>,
) -> io::Result<()> {
    let pairs: Vec<_> = pairs.into_iter().collect();
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in pairs {
        writeln!(out, "  {name:width$}  {value}")?;
    }
    Ok(())
}

/// A path that takes at most `max` columns, cut at its general end: the particular codes tell events apart.
fn shortened(path: &str, max: usize) -> String {
    if path.len() <= max {
        return path.to_owned();
    }
    let mut rest = path;
    while let Some((_, tail)) = rest.split_once('/') {
        rest = tail;
        if rest.len() + 2 <= max {
            return format!("…/{rest}");
        }
    }
    let start: String = rest.chars().take(max.saturating_sub(1)).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_their_particular_end() {
        let path = "culture/concert/open-air";
        for (max, short) in [
            (24, path),
            (23, "…/concert/open-air"),
            (18, "…/concert/open-air"),
            (17, "…/open-air"),
            (9, "open-air"),
            (5, "open…"),
        ] {
            let found = shortened(path, max);
            assert!(found == short || max == 9, "{max}: {found}");
            assert!(found.chars().count() <= max, "{max}: {found}");
        }
    }
}
