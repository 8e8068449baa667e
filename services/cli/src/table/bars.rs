//! A bar per axis: the whole ledger of a hit at a glance.

use sosie_proto::pb::{self, ComparisonStatus};
use sosie_similarity::Axis;

/// Eighths of a column, lying.
const LYING: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// Eighths of a line, standing.
const STANDING: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How much room the bars take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bars {
    /// Standing bars side by side, a column per axis.
    Tight,
    /// Standing bars with a blank between.
    Standing,
    /// A lying bar of three columns per axis, under a name of three letters.
    Lying,
}

/// An axis by three letters; the first one, in capitals, is its short name.
fn abbreviation(axis: Axis) -> &'static str {
    match axis {
        Axis::Location => "loc",
        Axis::Participants => "par",
        Axis::Nature => "nat",
        Axis::Sector => "sec",
        Axis::DayKind => "day",
        Axis::Season => "sea",
        Axis::Footprint => "ftp",
        Axis::Duration => "dur",
    }
}

/// The one letter of an axis where there is no room for three.
fn letter(axis: Axis) -> char {
    match axis {
        Axis::Location => 'L',
        Axis::Participants => 'P',
        Axis::Nature => 'N',
        Axis::Sector => 'S',
        Axis::DayKind => 'D',
        Axis::Season => 'Y',
        Axis::Footprint => 'F',
        Axis::Duration => 'T',
    }
}

/// What an axis looks at.
fn meaning(axis: Axis) -> &'static str {
    match axis {
        Axis::Location => "location",
        Axis::Participants => "participants",
        Axis::Nature => "nature",
        Axis::Sector => "sector",
        Axis::DayKind => "weekday/weekend",
        Axis::Season => "time of year",
        Axis::Footprint => "footprint",
        Axis::Duration => "duration",
    }
}

impl Bars {
    /// Columns that eight axes take.
    pub(super) fn width(self) -> usize {
        match self {
            Bars::Tight => 8,
            Bars::Standing => 15,
            Bars::Lying => 31,
        }
    }

    /// The names of the axes over the bars of `ledger`.
    pub(super) fn heading(self, ledger: &[pb::AxisComparison]) -> String {
        let names = axes(ledger).map(|axis| match self {
            Bars::Tight | Bars::Standing => letter(axis).to_string(),
            Bars::Lying => abbreviation(axis).to_owned(),
        });
        names.collect::<Vec<_>>().join(self.blank())
    }

    /// The bars of `ledger`.
    pub(super) fn bars(self, ledger: &[pb::AxisComparison]) -> String {
        let bars = ledger.iter().map(|line| match (mark(line), self) {
            (Some(mark), Bars::Tight | Bars::Standing) => mark.to_string(),
            (Some(mark), Bars::Lying) => format!("{mark}  "),
            (None, Bars::Tight | Bars::Standing) => {
                STANDING[eighths(line.similarity(), 1)].to_string()
            }
            (None, Bars::Lying) => lying(eighths(line.similarity(), 3)),
        });
        bars.collect::<Vec<_>>().join(self.blank())
    }

    fn blank(self) -> &'static str {
        match self {
            Bars::Tight => "",
            Bars::Standing | Bars::Lying => " ",
        }
    }

    /// What the names and the marks mean.
    pub(super) fn legend(self, ledger: &[pb::AxisComparison]) -> String {
        let names = axes(ledger).map(|axis| match self {
            Bars::Tight | Bars::Standing => format!("{} {}", letter(axis), meaning(axis)),
            Bars::Lying => format!("{} {}", abbreviation(axis), meaning(axis)),
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

/// What the bars, and the marks in place of them, mean.
pub(super) const MARKS: &str = "The fuller a bar, the more alike. In place of a bar: · not known of that \
    event, – not in the question, ≠ counted on another basis. Cover: share of the question that was compared.";

fn axes(ledger: &[pb::AxisComparison]) -> impl Iterator<Item = Axis> {
    let names = ledger
        .iter()
        .map(|line| crate::view::axis_name(line.axis()));
    names.filter_map(|name| Axis::from_name(&name))
}

fn mark(line: &pb::AxisComparison) -> Option<char> {
    match line.status() {
        ComparisonStatus::Compared => None,
        ComparisonStatus::CandidateMissing => Some('·'),
        ComparisonStatus::NotComparable => Some('≠'),
        ComparisonStatus::ProbeMissing | ComparisonStatus::Unspecified => Some('–'),
    }
}

/// At least one, so that what was compared is seen to have been.
fn eighths(similarity: f64, columns: usize) -> usize {
    let whole = 8 * columns;
    ((similarity * whole as f64).round() as usize).clamp(1, whole)
}

fn lying(eighths: usize) -> String {
    let columns = (0..3).map(|column| LYING[eighths.saturating_sub(8 * column).min(8)]);
    columns.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(axis: Axis, status: ComparisonStatus, similarity: f64) -> pb::AxisComparison {
        pb::AxisComparison {
            axis: sosie_proto::to_pb::axis(axis).into(),
            status: status.into(),
            similarity: Some(similarity),
            ..pb::AxisComparison::default()
        }
    }

    #[test]
    fn bars_are_as_long_as_the_axes_are_alike() {
        let ledger = [
            line(Axis::Location, ComparisonStatus::Compared, 1.0),
            line(Axis::Participants, ComparisonStatus::Compared, 0.5),
            line(Axis::Nature, ComparisonStatus::Compared, 0.0),
            line(Axis::Sector, ComparisonStatus::CandidateMissing, 0.0),
        ];
        assert_eq!(Bars::Standing.heading(&ledger), "L P N S");
        assert_eq!(Bars::Standing.bars(&ledger), "█ ▄ ▁ ·");
        assert_eq!(Bars::Tight.bars(&ledger), "█▄▁·");
        assert_eq!(Bars::Lying.heading(&ledger), "loc par nat sec");
        assert_eq!(Bars::Lying.bars(&ledger), "███ █▌  ▏   ·  ");
    }
}
