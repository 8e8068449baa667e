//! Profiles.

use sosie_similarity::{AxisRule, DecayShape, Measure, MissingPolicy, Profile, SimilarityTable};

use super::axis;
use crate::pb::{self, axis_definition, missing_policy};

/// A profile with its digest.
pub fn profile(profile: &Profile) -> pb::Profile {
    pb::Profile {
        name: profile.id().name.to_string(),
        // A revision past the range of the contract would take two billion edits.
        revision: i32::try_from(profile.id().revision).unwrap_or(i32::MAX),
        digest: profile.digest().to_string(),
        axes: profile.axes().iter().map(axis_definition).collect(),
        min_coverage: profile.min_coverage(),
    }
}

fn axis_definition(rule: &AxisRule) -> pb::AxisDefinition {
    let AxisRule {
        axis: of,
        measure: compared_by,
        weight,
        missing,
    } = rule;
    pb::AxisDefinition {
        axis: axis(*of).into(),
        weight: *weight,
        missing_policy: Some(policy(*missing)),
        measure: Some(measure(compared_by)),
    }
}

fn policy(policy: MissingPolicy) -> pb::MissingPolicy {
    use missing_policy::Kind;
    let kind = match policy {
        MissingPolicy::Zero => Kind::Zero(pb::ZeroPolicy {}),
        MissingPolicy::Neutral(similarity) => Kind::Neutral(pb::NeutralPolicy { similarity }),
        MissingPolicy::Renormalise => Kind::Renormalise(pb::RenormalisePolicy {}),
    };
    pb::MissingPolicy { kind: Some(kind) }
}

fn measure(measure: &Measure) -> axis_definition::Measure {
    use axis_definition::Measure as Told;
    match measure {
        Measure::GeoDecay { h_km, shape } => Told::GeoDecay(pb::GeoDecayMeasure {
            h_km: *h_km,
            shape: decay_shape(*shape).into(),
        }),
        Measure::LogRatio { r } => Told::LogRatio(pb::LogRatioMeasure { r: *r }),
        Measure::PathAffinity => Told::PathAffinity(pb::PathAffinityMeasure {}),
        Measure::ShareOverlap => Told::ShareOverlap(pb::ShareOverlapMeasure {}),
        Measure::CyclicSeason => Told::CyclicSeason(pb::CyclicSeasonMeasure {}),
        Measure::FootprintOverlap { beta, r } => {
            Told::FootprintOverlap(pb::FootprintOverlapMeasure { beta: *beta, r: *r })
        }
        Measure::Equal => Told::Equal(pb::EqualMeasure {}),
        Measure::Table(table) => Told::Table(self::table(table)),
    }
}

fn decay_shape(shape: DecayShape) -> pb::DecayShape {
    match shape {
        DecayShape::Exponential => pb::DecayShape::Exponential,
        DecayShape::Gaussian => pb::DecayShape::Gaussian,
        DecayShape::Linear => pb::DecayShape::Linear,
    }
}

fn table(table: &SimilarityTable) -> pb::TableMeasure {
    let rows = table.rows().iter().map(|row| pb::TableRow {
        similarities: row.clone(),
    });
    pb::TableMeasure {
        codes: table.codes().iter().map(ToString::to_string).collect(),
        rows: rows.collect(),
    }
}

#[cfg(test)]
mod tests;
