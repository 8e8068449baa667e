//! A line of a ledger.

use serde::Serialize;
use sosie_proto::pb::{self, axis_value::Kind};

use super::event::{LocationView, ParticipantsView};
use super::{axis_name, measure_name, status_name, unit_name};

/// [`pb::AxisComparison`].
#[derive(Debug, Serialize)]
pub(crate) struct AxisComparisonView {
    axis: String,
    measure: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    probe_value: Option<AxisValueView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate_value: Option<AxisValueView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    similarity: Option<f64>,
    declared_weight: f64,
    effective_weight: f64,
    contribution: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum AxisValueView {
    Location(LocationView),
    Participants(ParticipantsView),
    Path(String),
    Share(f64),
    DayOfYear(i32),
    Footprint { area_m2: f64, has_geometry: bool },
    DurationS(f64),
}

impl From<&pb::AxisComparison> for AxisComparisonView {
    fn from(line: &pb::AxisComparison) -> Self {
        AxisComparisonView {
            axis: axis_name(line.axis()),
            measure: measure_name(line.measure()),
            status: status_name(line.status()),
            probe_value: line.probe_value.as_ref().and_then(value),
            candidate_value: line.candidate_value.as_ref().and_then(value),
            distance: line.distance,
            distance_unit: unit_name(line.distance_unit()),
            similarity: line.similarity,
            declared_weight: line.declared_weight,
            effective_weight: line.effective_weight,
            contribution: line.contribution,
        }
    }
}

fn value(value: &pb::AxisValue) -> Option<AxisValueView> {
    Some(match value.kind.as_ref()? {
        Kind::Location(location) => AxisValueView::Location(location.into()),
        Kind::Participants(participants) => AxisValueView::Participants(participants.into()),
        Kind::Path(path) => AxisValueView::Path(path.clone()),
        Kind::Share(share) => AxisValueView::Share(*share),
        Kind::DayOfYear(day) => AxisValueView::DayOfYear(*day),
        Kind::Footprint(footprint) => AxisValueView::Footprint {
            area_m2: footprint.area_m2,
            has_geometry: footprint.has_geometry,
        },
        Kind::DurationS(seconds) => AxisValueView::DurationS(*seconds),
    })
}
