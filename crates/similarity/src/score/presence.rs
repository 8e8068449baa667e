//! What a candidate's score is made of, by which values it has alone.
//!
//! Many candidates lack the same values. For all of them the same axes are compared, the same weights are
//! in the sums and coverage is the same number, so a search works that out once for each such group.

use super::{Scorer, Unscored};
use crate::axis::{Axis, AxisValues};
use crate::measure::Measure;
use crate::participants::Basis;
use crate::profile::MissingPolicy;

/// Which values a candidate has, and what its participants count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Presence {
    /// A location.
    pub location: bool,
    /// Participants, and on which basis, if that is known.
    pub participants: Option<Option<Basis>>,
    /// A nature.
    pub nature: bool,
    /// A sector.
    pub sector: bool,
    /// A calendar: every stored event has one.
    pub calendar: bool,
    /// An area.
    pub footprint: bool,
    /// A duration.
    pub duration: bool,
}

impl Presence {
    /// That of some values.
    pub fn of(values: &AxisValues) -> Self {
        Presence {
            location: values.location.is_some(),
            participants: values.participants.map(|count| count.basis()),
            nature: values.nature.is_some(),
            sector: values.sector.is_some(),
            calendar: values.calendar.is_some(),
            footprint: values.footprint_area_m2.is_some(),
            duration: values.duration_s.is_some(),
        }
    }

    /// Whether there is a value on `axis`.
    pub fn has(&self, axis: Axis) -> bool {
        match axis {
            Axis::Location => self.location,
            Axis::Participants => self.participants.is_some(),
            Axis::Nature => self.nature,
            Axis::Sector => self.sector,
            Axis::DayKind | Axis::Season => self.calendar,
            Axis::Footprint => self.footprint,
            Axis::Duration => self.duration,
        }
    }
}

/// What the scores of all candidates of one [`Presence`] have in common:
/// score = (Σ weight × similarity over the compared axes + `constant`) / `weights`.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The axes that are compared.
    pub compared: Vec<Axis>,
    /// What missing values add to the sum, by their policy.
    pub constant: f64,
    /// Σ of the weights in the sums.
    pub weights: f64,
    /// Share of the probe's weight that is compared, in (0, 1].
    pub coverage: f64,
}

impl Scorer<'_> {
    /// What candidates of that presence have in common, or why none of them is a hit: exactly when
    /// [`Scorer::score`] says so.
    pub fn standing(&self, presence: &Presence) -> Result<Standing, Unscored> {
        let (mut compared, mut compared_weight) = (Vec::new(), 0.0);
        let (mut constant, mut weights) = (0.0, 0.0);
        for &(rule, weight) in &self.rules {
            if !self.probe.has(rule.axis) {
                continue;
            }
            if self.compares(rule.axis, presence) {
                compared.push(rule.axis);
                compared_weight += weight;
                weights += weight;
                continue;
            }
            match rule.missing {
                MissingPolicy::Zero => weights += weight,
                MissingPolicy::Neutral(similarity) => {
                    constant += weight * similarity;
                    weights += weight;
                }
                MissingPolicy::Renormalise => {}
            }
        }
        if compared.is_empty() {
            return Err(Unscored::NoComparableAxis);
        }
        // Summed in the order of `score`, so that the floor cuts at the same bit.
        let coverage = compared_weight / self.probe_weight;
        if coverage < self.min_coverage {
            return Err(Unscored::Coverage);
        }
        Ok(Standing {
            compared,
            constant,
            weights,
            coverage,
        })
    }

    /// The measure and the weight of each axis that plays a part: it has a weight, and the probe a value.
    pub fn measures(&self) -> impl Iterator<Item = (Axis, &Measure, f64)> {
        let in_play = self.rules_in_play();
        in_play.map(|(rule, weight)| (rule.axis, &rule.measure, weight))
    }

    /// Σ of the weights of the axes that play a part.
    pub fn probe_weight(&self) -> f64 {
        self.probe_weight
    }

    fn compares(&self, axis: Axis, presence: &Presence) -> bool {
        let same_basis = || match (self.probe.participants, presence.participants) {
            (Some(probe), Some(Some(basis))) => probe.basis().is_none_or(|own| own == basis),
            (Some(_), Some(None)) => true,
            (None, _) | (_, None) => false,
        };
        presence.has(axis) && (axis != Axis::Participants || same_basis())
    }
}
