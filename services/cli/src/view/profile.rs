//! A profile: what similarity means.

use serde::Serialize;
use sosie_proto::pb::{self, axis_definition::Measure, missing_policy::Kind};

use super::{axis_name, bare, profile_state_name, shape_name};
use crate::when;

/// [`pb::Profile`].
#[derive(Debug, Serialize)]
pub(crate) struct ProfileView {
    name: String,
    revision: i32,
    digest: String,
    axes: Vec<AxisDefinitionView>,
    min_coverage: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<ProfileChangeView>,
}

/// [`pb::ProfileChange`].
#[derive(Debug, Serialize)]
pub(crate) struct ProfileChangeView {
    pub(crate) changed_time: String,
    pub(crate) author: String,
    pub(crate) reason: &'static str,
    pub(crate) from_state: &'static str,
    pub(crate) to_state: &'static str,
}

#[derive(Debug, Serialize)]
struct AxisDefinitionView {
    axis: String,
    weight: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_policy: Option<MissingPolicyView>,
    #[serde(flatten)]
    measure: Option<MeasureView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum MissingPolicyView {
    Zero {},
    Neutral { similarity: f64 },
    Renormalise {},
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum MeasureView {
    GeoDecay {
        h_km: f64,
        shape: &'static str,
    },
    LogRatio {
        r: f64,
    },
    PathAffinity {},
    ShareOverlap {},
    CyclicSeason {},
    FootprintOverlap {
        beta: f64,
        r: f64,
    },
    Equal {},
    Table {
        codes: Vec<String>,
        rows: Vec<Vec<f64>>,
    },
}

impl From<&pb::Profile> for ProfileView {
    fn from(profile: &pb::Profile) -> Self {
        ProfileView {
            name: profile.name.clone(),
            revision: profile.revision,
            digest: profile.digest.clone(),
            axes: profile.axes.iter().map(axis).collect(),
            min_coverage: profile.min_coverage,
            state: profile_state_name(profile.state()),
            history: profile.history.iter().map(Into::into).collect(),
        }
    }
}

impl From<&pb::ProfileChange> for ProfileChangeView {
    fn from(change: &pb::ProfileChange) -> Self {
        let time = change.changed_time.as_ref();
        ProfileChangeView {
            changed_time: time.map_or(String::new(), when::utc_text),
            author: change.author.clone(),
            reason: bare(change.reason().as_str_name(), "PROFILE_CHANGE_REASON_"),
            from_state: profile_state_name(change.from_state()).unwrap_or_default(),
            to_state: profile_state_name(change.to_state()).unwrap_or_default(),
        }
    }
}

fn axis(definition: &pb::AxisDefinition) -> AxisDefinitionView {
    let policy = definition.missing_policy.as_ref();
    AxisDefinitionView {
        axis: axis_name(definition.axis()),
        weight: definition.weight,
        missing_policy: policy.and_then(|policy| policy.kind.as_ref()).map(missing),
        measure: definition.measure.as_ref().map(measure),
    }
}

fn missing(kind: &Kind) -> MissingPolicyView {
    match kind {
        Kind::Zero(pb::ZeroPolicy {}) => MissingPolicyView::Zero {},
        Kind::Neutral(neutral) => MissingPolicyView::Neutral {
            similarity: neutral.similarity,
        },
        Kind::Renormalise(pb::RenormalisePolicy {}) => MissingPolicyView::Renormalise {},
    }
}

fn measure(measure: &Measure) -> MeasureView {
    match measure {
        Measure::GeoDecay(it) => MeasureView::GeoDecay {
            h_km: it.h_km,
            shape: shape_name(it.shape()),
        },
        Measure::LogRatio(it) => MeasureView::LogRatio { r: it.r },
        Measure::PathAffinity(_) => MeasureView::PathAffinity {},
        Measure::ShareOverlap(_) => MeasureView::ShareOverlap {},
        Measure::CyclicSeason(_) => MeasureView::CyclicSeason {},
        Measure::FootprintOverlap(it) => MeasureView::FootprintOverlap {
            beta: it.beta,
            r: it.r,
        },
        Measure::Equal(_) => MeasureView::Equal {},
        Measure::Table(it) => MeasureView::Table {
            codes: it.codes.clone(),
            rows: it.rows.iter().map(|row| row.similarities.clone()).collect(),
        },
    }
}
