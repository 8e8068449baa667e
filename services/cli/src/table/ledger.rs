//! The ledger of one comparison: how the score adds up.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color, ContentArrangement};
use sosie_proto::pb::{self, ComparisonStatus, DistanceUnit, axis_value::Kind};

use super::{Side, grouped, number, table};
use crate::output::Output;
use crate::view::{axis_name, basis_name};
use crate::when;

/// Where a path may be broken, without width and taken out before a line is written: the delimiter of a cell is
/// lost where it breaks, and a path has to keep its slashes.
const BREAK: char = '\u{200b}';

/// Writes a line for each axis, then their sum.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(
    out: &mut Output,
    ledger: &[pb::AxisComparison],
    score: Option<f64>,
) -> io::Result<()> {
    for line in lines(ledger, score, out.width()) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn lines(ledger: &[pb::AxisComparison], score: Option<f64>, width: u16) -> Vec<String> {
    let gap = if width < 100 { 1 } else { 2 };
    let columns = [
        ("axis", Side::Left),
        ("asked", Side::Left),
        ("event", Side::Left),
        ("distance", Side::Left),
        ("alike", Side::Right),
        ("weight", Side::Right),
        ("effective", Side::Right),
        ("adds", Side::Right),
    ];
    let mut table = table(&columns, gap);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    for line in ledger {
        table.add_row(row(line));
    }
    let effective: f64 = ledger.iter().map(|line| line.effective_weight).sum();
    if let Some(score) = score {
        table.add_row(total(effective, score));
    }
    let shown = |line: String| line.replace(BREAK, "").trim_end().to_owned();
    table.lines().map(shown).collect()
}

/// A path that may be broken after each slash.
fn breakable(path: &str) -> String {
    path.replace('/', &format!("/{BREAK}"))
}

fn row(line: &pb::AxisComparison) -> Vec<Cell> {
    let axis = axis_name(line.axis());
    let is_path = axis == "nature" || axis == "sector";
    let value = |value: Option<&pb::AxisValue>| {
        let text = value.and_then(|value| value_text(&axis, value));
        text.map_or_else(
            || super::faint("·"),
            |text| {
                if is_path {
                    Cell::new(breakable(&text)).set_delimiter(BREAK)
                } else {
                    Cell::new(text)
                }
            },
        )
    };
    let similarity = line
        .similarity
        .map_or("–".to_owned(), |it| format!("{it:.3}"));
    vec![
        Cell::new(&axis),
        value(line.probe_value.as_ref()),
        value(line.candidate_value.as_ref()),
        distance(line),
        Cell::new(similarity).fg(Color::DarkCyan),
        Cell::new(line.declared_weight),
        Cell::new(format!("{:.4}", line.effective_weight)),
        Cell::new(format!("{:.4}", line.contribution)),
    ]
}

fn total(effective: f64, score: f64) -> Vec<Cell> {
    let bold = |text: String| Cell::new(text).add_attribute(Attribute::Bold);
    let mut row = vec![bold("score".to_owned())];
    row.extend((0..5).map(|_| Cell::new("")));
    row.extend([bold(format!("{effective:.4}")), bold(format!("{score:.4}"))]);
    row
}

/// How far apart the values are or, where they were not compared, why not.
fn distance(line: &pb::AxisComparison) -> Cell {
    match line.status() {
        ComparisonStatus::Compared => {
            Cell::new(distance_text(line.distance(), line.distance_unit()))
        }
        ComparisonStatus::CandidateMissing => super::faint("not known"),
        ComparisonStatus::NotComparable => super::faint("other basis"),
        ComparisonStatus::ProbeMissing | ComparisonStatus::Unspecified => super::faint("not asked"),
    }
}

fn distance_text(distance: f64, unit: DistanceUnit) -> String {
    match unit {
        DistanceUnit::Km => format!("{distance:.2} km"),
        // Its unit is the logarithm; the ratio itself is what people know.
        DistanceUnit::LogRatio => format!("× {:.2}", distance.exp()),
        DistanceUnit::Edges => format!("{distance:.0} edges"),
        DistanceUnit::Share => number::percent(distance),
        DistanceUnit::Days => format!("{distance:.0} days"),
        DistanceUnit::Dissimilarity | DistanceUnit::Unspecified => format!("{distance:.3}"),
    }
}

fn value_text(axis: &str, value: &pb::AxisValue) -> Option<String> {
    Some(match value.kind.as_ref()? {
        Kind::Location(at) => {
            format!(
                "{:.4}, {:.4}",
                at.latitude_degrees(),
                at.longitude_degrees()
            )
        }
        Kind::Participants(participants) => participants_text(participants),
        Kind::Path(path) => path.clone(),
        Kind::Share(share) if axis == "season" => format!("{} summer", number::percent(*share)),
        Kind::Share(share) => format!("{} weekend", number::percent(*share)),
        Kind::DayOfYear(day) => format!("day {day}"),
        Kind::Footprint(footprint) if footprint.has_geometry => {
            format!("{} m² mapped", number::amount(footprint.area_m2))
        }
        Kind::Footprint(footprint) => format!("{} m²", number::amount(footprint.area_m2)),
        Kind::DurationS(seconds) => when::shown_duration(*seconds),
    })
}

/// `12,000 peak`.
pub(super) fn participants_text(participants: &pb::Participants) -> String {
    let best = grouped(participants.best());
    match basis_name(participants.basis()) {
        Some(basis) => format!("{best} {}", basis.to_lowercase()),
        None => best,
    }
}

#[cfg(test)]
mod tests {
    use sosie_proto::pb::Axis;

    use super::*;

    fn nature(path: &str) -> pb::AxisComparison {
        let value = pb::AxisValue {
            kind: Some(Kind::Path(path.to_owned())),
        };
        let mut line = pb::AxisComparison {
            probe_value: Some(value.clone()),
            candidate_value: Some(value),
            ..Default::default()
        };
        line.set_axis(Axis::Nature);
        line
    }

    #[test]
    fn a_path_keeps_its_slashes_where_it_is_broken() {
        let path = "culture/concert/open-air/festival/on-the-beach";
        for width in [80, 90, 120, 200] {
            let lines = lines(&[nature(path)], Some(0.5), width);
            let text: Vec<_> = lines
                .iter()
                .map(|it| anstream::adapter::strip_str(it).to_string())
                .collect();
            let n_slashes = text.concat().matches('/').count();
            assert_eq!(n_slashes, 2 * path.matches('/').count(), "{text:#?}");
            assert!(!text.concat().contains(BREAK), "{text:#?}");
            let fits = |line: &String| line.chars().count() <= usize::from(width);
            assert!(text.iter().all(fits), "{text:#?}");
        }
        assert!(
            lines(&[nature("sport/football")], None, 200)
                .concat()
                .contains("sport/football")
        );
    }
}
