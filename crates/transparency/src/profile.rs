//! What differs between two revisions of a profile.

mod words;

use sosie_similarity::{Axis, AxisRule, Digest, Measure, MissingPolicy, Profile, ProfileId};

use crate::language::Language;
use crate::wording::{Parameter, measure_wording};

/// All that differs between two revisions, in a fixed order.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileDiff {
    before: (ProfileId, Digest),
    after: (ProfileId, Digest),
    differences: Vec<Difference>,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// The order of the axes, in which scores are summed and ledgers written.
    AxisOrder {
        /// The order in the first profile.
        before: Vec<Axis>,
        /// The order in the second.
        after: Vec<Axis>,
    },
    /// The least coverage of a hit.
    MinCoverage {
        /// In the first profile.
        before: f64,
        /// In the second.
        after: f64,
    },
    /// The weight of an axis.
    Weight {
        /// Which axis.
        axis: Axis,
        /// In the first profile.
        before: f64,
        /// In the second.
        after: f64,
    },
    /// The measure of an axis, whatever its parameters.
    Measure {
        /// Which axis.
        axis: Axis,
        /// In the first profile.
        before: Measure,
        /// In the second.
        after: Measure,
    },
    /// A parameter of the same measure.
    Parameter {
        /// Which axis.
        axis: Axis,
        /// In the first profile.
        before: Parameter,
        /// In the second; of the same name.
        after: Parameter,
    },
    /// The policy of an axis for missing values, its similarity included.
    Policy {
        /// Which axis.
        axis: Axis,
        /// In the first profile.
        before: MissingPolicy,
        /// In the second.
        after: MissingPolicy,
    },
}

impl ProfileDiff {
    /// Compares two profiles: usually revisions of one, but any two have the same eight axes.
    pub fn new(before: &Profile, after: &Profile) -> Self {
        let mut differences = Vec::new();
        let order = |profile: &Profile| {
            profile
                .axes()
                .iter()
                .map(|rule| rule.axis)
                .collect::<Vec<_>>()
        };
        let (old, new) = (order(before), order(after));
        if old != new {
            differences.push(Difference::AxisOrder {
                before: old,
                after: new,
            });
        }
        let (old, new) = (before.min_coverage(), after.min_coverage());
        if old != new {
            differences.push(Difference::MinCoverage {
                before: old,
                after: new,
            });
        }
        for rule in before.axes() {
            let other = after.axes().iter().find(|other| other.axis == rule.axis);
            let other = other.expect("a profile has every axis");
            differences.extend(rule_differences(rule, other));
        }
        let id = |profile: &Profile| (profile.id().clone(), profile.digest());
        ProfileDiff {
            before: id(before),
            after: id(after),
            differences,
        }
    }

    /// Id and digest of the first profile.
    pub fn before(&self) -> &(ProfileId, Digest) {
        &self.before
    }

    /// Id and digest of the second profile.
    pub fn after(&self) -> &(ProfileId, Digest) {
        &self.after
    }

    /// What differs: first the whole, then axis by axis in the order of the first profile.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// As Markdown, a line for each difference.
    pub fn to_markdown(&self, language: Language) -> String {
        words::markdown(self, language)
    }
}

fn rule_differences(before: &AxisRule, after: &AxisRule) -> Vec<Difference> {
    let axis = before.axis;
    let weight = (before.weight != after.weight).then_some(Difference::Weight {
        axis,
        before: before.weight,
        after: after.weight,
    });
    let policy = (before.missing != after.missing).then_some(Difference::Policy {
        axis,
        before: before.missing,
        after: after.missing,
    });
    let measure = measure_differences(axis, &before.measure, &after.measure);
    weight.into_iter().chain(measure).chain(policy).collect()
}

/// Another measure is one difference; the same one with other parameters is one for each of them.
fn measure_differences(axis: Axis, before: &Measure, after: &Measure) -> Vec<Difference> {
    if before.name() != after.name() {
        return vec![Difference::Measure {
            axis,
            before: before.clone(),
            after: after.clone(),
        }];
    }
    let [old, new] = [before, after].map(|measure| measure_wording(measure).parameters);
    let pairs = old.into_iter().zip(new).filter(|(old, new)| old != new);
    pairs
        .map(|(before, after)| Difference::Parameter {
            axis,
            before,
            after,
        })
        .collect()
}
