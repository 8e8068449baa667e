//! The ledger of one comparison: how the score adds up.

use std::io;

use comfy_table::{Attribute, Cell, Color, ContentArrangement};
use sosie_proto::pb::{self, ComparisonStatus, DistanceUnit, axis_value::Kind};

use super::{Side, grouped, number, table};
use crate::output::Output;
use crate::view::{axis_name, basis_name};
use crate::when;

/// Writes a line for each axis, then their sum.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(
    out: &mut Output,
    ledger: &[pb::AxisComparison],
    score: Option<f64>,
) -> io::Result<()> {
    let gap = if out.width() < 100 { 1 } else { 2 };
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
        .set_width(out.width());
    for line in ledger {
        table.add_row(row(line));
    }
    let effective: f64 = ledger.iter().map(|line| line.effective_weight).sum();
    if let Some(score) = score {
        table.add_row(total(effective, score));
    }
    super::write(out, &table)
}

fn row(line: &pb::AxisComparison) -> Vec<Cell> {
    let axis = axis_name(line.axis());
    let is_path = axis == "nature" || axis == "sector";
    let delimiter = if is_path { '/' } else { ' ' };
    let value = |value: Option<&pb::AxisValue>| {
        let text = value.and_then(|value| value_text(&axis, value));
        text.map_or_else(
            || super::faint("·"),
            |text| Cell::new(text).set_delimiter(delimiter),
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
