//! Answers as JSON, for programs.
//!
//! **Law.** Fields are named as in the messages of `proto/sosie/v1`; enum values have lost their prefix, axes
//! are written as in profile files, times are RFC 3339, footprints GeoJSON; what is absent is left out.

mod event;
mod explanation;
mod facets;
mod find;
mod generation;
mod job;
mod ledger;
mod limits;
mod profile;
mod receipt;
mod sensitivity;
mod snapshot;
mod transparency;

pub(crate) use event::{EventAnswerView, EventListView};
pub(crate) use explanation::ExplanationView;
pub(crate) use facets::FacetsView;
pub(crate) use find::FindView;
pub(crate) use generation::{GenerationView, KeptGenerationView};
pub(crate) use job::JobView;
pub(crate) use limits::limits;
pub(crate) use profile::{ProfileChangeView, ProfileView};
pub(crate) use receipt::ReceiptView;
pub(crate) use sensitivity::SensitivityView;
pub(crate) use snapshot::SnapshotView;
pub(crate) use transparency::{ProfileDiffView, RecordView, ReplayView, StatementView};

use sosie_proto::pb;

/// The name of an enum value without the prefix that protobuf needs.
fn bare(name: &'static str, prefix: &str) -> &'static str {
    name.strip_prefix(prefix).unwrap_or(name)
}

/// An axis as profile files name it: `day_kind`.
pub(crate) fn axis_name(axis: pb::Axis) -> String {
    bare(axis.as_str_name(), "AXIS_").to_lowercase()
}

/// `HELD`.
pub(crate) fn state_name(state: pb::EventState) -> &'static str {
    bare(state.as_str_name(), "EVENT_STATE_")
}

/// `PEAK`; `None` if the source does not say.
pub(crate) fn basis_name(basis: pb::ParticipantsBasis) -> Option<&'static str> {
    let is_known = basis != pb::ParticipantsBasis::Unspecified;
    is_known.then(|| bare(basis.as_str_name(), "PARTICIPANTS_BASIS_"))
}

/// `EXACT`.
pub(crate) fn precision_name(precision: pb::TimePrecision) -> &'static str {
    bare(precision.as_str_name(), "TIME_PRECISION_")
}

/// `COMPARED`.
pub(crate) fn status_name(status: pb::ComparisonStatus) -> &'static str {
    bare(status.as_str_name(), "COMPARISON_STATUS_")
}

/// `GEO_DECAY`.
pub(crate) fn measure_name(measure: pb::Measure) -> &'static str {
    bare(measure.as_str_name(), "MEASURE_")
}

/// `KM`; `None` if nothing was compared.
pub(crate) fn unit_name(unit: pb::DistanceUnit) -> Option<&'static str> {
    let is_known = unit != pb::DistanceUnit::Unspecified;
    is_known.then(|| bare(unit.as_str_name(), "DISTANCE_UNIT_"))
}

/// `SERIES_COLLAPSED`.
pub(crate) fn rule_name(rule: pb::ExclusionRule) -> &'static str {
    bare(rule.as_str_name(), "EXCLUSION_RULE_")
}

/// The field of the filter: `nature_prefixes`; `None` for no condition.
pub(crate) fn condition_name(condition: pb::FilterCondition) -> Option<String> {
    let is_known = condition != pb::FilterCondition::Unspecified;
    is_known.then(|| bare(condition.as_str_name(), "FILTER_CONDITION_").to_lowercase())
}

/// A facet as `--by` names it: `nature`.
pub(crate) fn facet_name(facet: pb::Facet) -> String {
    bare(facet.as_str_name(), "FACET_").to_lowercase()
}

/// `GENERATION_GONE`.
pub(crate) fn obstacle_name(obstacle: pb::ReplayObstacle) -> &'static str {
    bare(obstacle.as_str_name(), "REPLAY_OBSTACLE_")
}

/// `ACTIVE`; `None` of a profile that no service told of.
pub(crate) fn profile_state_name(state: pb::ProfileState) -> Option<&'static str> {
    let is_known = state != pb::ProfileState::Unspecified;
    is_known.then(|| bare(state.as_str_name(), "PROFILE_STATE_"))
}

/// `EXPONENTIAL`.
pub(crate) fn shape_name(shape: pb::DecayShape) -> &'static str {
    bare(shape.as_str_name(), "DECAY_SHAPE_")
}
