//! Ledgers: how each axis contributed to a score.

use sosie_similarity::{AxisStatus, AxisValue, DistanceUnit, LedgerLine};

use super::{axis, location, participants};
use crate::pb;

/// A line of a ledger.
pub fn ledger_line(line: &LedgerLine) -> pb::AxisComparison {
    let LedgerLine {
        axis: compared,
        measure: measure_name,
        status: became,
        probe,
        candidate,
        distance,
        unit: distance_unit,
        similarity,
        declared_weight,
        effective_weight,
        contribution,
    } = line;
    pb::AxisComparison {
        axis: axis(*compared).into(),
        measure: measure(measure_name).into(),
        status: status(*became).into(),
        probe_value: probe.as_ref().map(axis_value),
        candidate_value: candidate.as_ref().map(axis_value),
        distance: *distance,
        distance_unit: distance_unit.map(unit).unwrap_or_default().into(),
        similarity: *similarity,
        declared_weight: *declared_weight,
        effective_weight: *effective_weight,
        contribution: *contribution,
    }
}

/// By the name in profile files. Not by the name in the contract, which would have to be made for each line.
fn measure(name: &str) -> pb::Measure {
    match name {
        "geo_decay" => pb::Measure::GeoDecay,
        "log_ratio" => pb::Measure::LogRatio,
        "path_affinity" => pb::Measure::PathAffinity,
        "share_overlap" => pb::Measure::ShareOverlap,
        "cyclic_season" => pb::Measure::CyclicSeason,
        "footprint_overlap" => pb::Measure::FootprintOverlap,
        "equal" => pb::Measure::Equal,
        "table" => pb::Measure::Table,
        _ => pb::Measure::Unspecified,
    }
}

fn status(status: AxisStatus) -> pb::ComparisonStatus {
    match status {
        AxisStatus::Compared => pb::ComparisonStatus::Compared,
        AxisStatus::ProbeMissing => pb::ComparisonStatus::ProbeMissing,
        AxisStatus::CandidateMissing => pb::ComparisonStatus::CandidateMissing,
        AxisStatus::NotComparable => pb::ComparisonStatus::NotComparable,
    }
}

fn unit(unit: DistanceUnit) -> pb::DistanceUnit {
    match unit {
        DistanceUnit::Km => pb::DistanceUnit::Km,
        DistanceUnit::LogRatio => pb::DistanceUnit::LogRatio,
        DistanceUnit::Edges => pb::DistanceUnit::Edges,
        DistanceUnit::Share => pb::DistanceUnit::Share,
        DistanceUnit::Days => pb::DistanceUnit::Days,
        DistanceUnit::Dissimilarity => pb::DistanceUnit::Dissimilarity,
    }
}

fn axis_value(value: &AxisValue) -> pb::AxisValue {
    use pb::axis_value::Kind;
    let kind = match value {
        AxisValue::Location(at) => Kind::Location(location(*at)),
        AxisValue::Participants(count) => Kind::Participants(participants(*count)),
        AxisValue::Path(path) => Kind::Path(path.to_string()),
        AxisValue::Share(share) => Kind::Share(*share),
        AxisValue::DayOfYear(day) => Kind::DayOfYear((*day).into()),
        AxisValue::Footprint {
            area_m2,
            has_geometry,
        } => Kind::Footprint(pb::FootprintValue {
            area_m2: *area_m2,
            has_geometry: *has_geometry,
        }),
        AxisValue::DurationS(seconds) => Kind::DurationS(*seconds),
    };
    pb::AxisValue { kind: Some(kind) }
}

#[cfg(test)]
mod tests;
