//! Profiles.

use sosie_similarity::{
    AxisRule, DecayShape, Measure, MissingPolicy, Profile, ProfileChange, ProfileReason,
    ProfileState, Revision, SimilarityTable,
};

use super::{axis, instant};
use crate::pb::{self, axis_definition, missing_policy};

/// A revision of a profile: its rules, its state and its history.
pub fn revision(revision: &Revision) -> pb::Profile {
    pb::Profile {
        state: profile_state(revision.state()).into(),
        history: revision.history().iter().map(change).collect(),
        ..profile(revision.profile())
    }
}

/// A profile with its digest; nothing of its life.
pub fn profile(profile: &Profile) -> pb::Profile {
    pb::Profile {
        name: profile.id().name.to_string(),
        // A revision past the range of the contract would take two billion edits.
        revision: i32::try_from(profile.id().revision).unwrap_or(i32::MAX),
        digest: profile.digest().to_string(),
        axes: profile.axes().iter().map(axis_definition).collect(),
        min_coverage: profile.min_coverage(),
        state: pb::ProfileState::Unspecified.into(),
        history: Vec::new(),
    }
}

fn change(change: &ProfileChange) -> pb::ProfileChange {
    let to = change.reason.state();
    let from = to
        .before()
        .map_or(pb::ProfileState::Unspecified, profile_state);
    pb::ProfileChange {
        changed_time: Some(instant(change.time)),
        author: change.author.to_string(),
        reason: profile_reason(change.reason).into(),
        from_state: from.into(),
        to_state: profile_state(to).into(),
    }
}

fn profile_state(state: ProfileState) -> pb::ProfileState {
    match state {
        ProfileState::Draft => pb::ProfileState::Draft,
        ProfileState::Active => pb::ProfileState::Active,
        ProfileState::Retired => pb::ProfileState::Retired,
    }
}

/// Why the state of a revision was changed.
pub fn profile_reason(reason: ProfileReason) -> pb::ProfileChangeReason {
    use pb::ProfileChangeReason as Told;
    match reason {
        ProfileReason::FirstUse => Told::FirstUse,
        ProfileReason::PolicyChange => Told::PolicyChange,
        ProfileReason::Correction => Told::Correction,
        ProfileReason::Evaluation => Told::Evaluation,
        ProfileReason::LegalRequirement => Told::LegalRequirement,
        ProfileReason::Superseded => Told::Superseded,
        ProfileReason::Defect => Told::Defect,
        ProfileReason::Discontinued => Told::Discontinued,
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
