//! Score, coverage and ledger of one candidate (SPEC section 3).
//!
//! Scores are f64, summed in profile order. Everything that ranks calls [`Scorer::score`], so the plain
//! search and the index agree to the last bit.

mod presence;
mod sums;

use crate::axis::{Axis, AxisValues};
use crate::code::CodePath;
use crate::location::Location;
use crate::measure::{Comparison, DistanceUnit};
use crate::participants::Participants;
use crate::profile::{AxisRule, MissingPolicy, Profile};

pub use presence::{Presence, Standing};
pub(crate) use sums::{Floor, Sums};

/// How a candidate resembles the probe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// In [0, 1].
    pub score: f64,
    /// Share of the probe's weight that was really compared, in (0, 1].
    pub coverage: f64,
}

/// Why a candidate that passes every filter is still no hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unscored {
    /// No axis could be compared.
    NoComparableAxis,
    /// Coverage is below the floor.
    Coverage,
}

/// What became of one axis in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisStatus {
    /// Both values were compared.
    Compared,
    /// The probe has no value: the axis plays no part.
    ProbeMissing,
    /// The candidate has no value: the policy of the axis applies.
    CandidateMissing,
    /// Both have a value, of different bases: the policy of the axis applies.
    NotComparable,
}

/// A raw value as a ledger shows it.
#[derive(Clone, Debug, PartialEq)]
pub enum AxisValue {
    /// A WGS84 position.
    Location(Location),
    /// A count.
    Participants(Participants),
    /// A path of codes.
    Path(CodePath),
    /// A share in [0, 1].
    Share(f64),
    /// A day of the year, 1–366.
    DayOfYear(u16),
    /// A covered area.
    Footprint {
        /// m².
        area_m2: f64,
        /// Whether there is a geometry too.
        has_geometry: bool,
    },
    /// Seconds.
    DurationS(f64),
}

/// One line of a ledger: an axis with weight above 0.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerLine {
    /// Which axis.
    pub axis: Axis,
    /// The name of its measure.
    pub measure: &'static str,
    /// What became of it.
    pub status: AxisStatus,
    /// The probe's value.
    pub probe: Option<AxisValue>,
    /// The candidate's value.
    pub candidate: Option<AxisValue>,
    /// At least 0, if compared.
    pub distance: Option<f64>,
    /// Unit of `distance`, if compared.
    pub unit: Option<DistanceUnit>,
    /// What the axis counted: as compared, or as the policy says; `None` where it is left out.
    pub similarity: Option<f64>,
    /// The weight of the profile or of the request.
    pub declared_weight: f64,
    /// w_i / Σ_N w; 0 outside of N.
    pub effective_weight: f64,
    /// Effective weight × similarity.
    pub contribution: f64,
}

/// A profile with the weights of one request, and the values of one probe.
#[derive(Clone, Debug)]
pub struct Scorer<'a> {
    rules: Vec<(&'a AxisRule, f64)>,
    probe: AxisValues<'a>,
    min_coverage: f64,
    probe_weight: f64,
}

enum Part {
    ProbeMissing,
    Missing(AxisStatus),
    Compared(Comparison),
}

impl<'a> Scorer<'a> {
    /// `weights` are in profile order; axes of weight 0 are left out. At least one axis with a weight
    /// must have a probe value, or nothing is ever a hit.
    pub fn new(
        profile: &'a Profile,
        weights: &[f64],
        probe: AxisValues<'a>,
        min_coverage: f64,
    ) -> Self {
        assert_eq!(weights.len(), profile.axes().len(), "one weight per axis");
        let weighted = profile.axes().iter().zip(weights.iter().copied());
        let rules: Vec<_> = weighted.filter(|(_, weight)| *weight > 0.0).collect();
        let probe_weight = rules
            .iter()
            .filter(|(rule, _)| probe.has(rule.axis))
            .map(|(_, w)| w)
            .sum();
        Scorer {
            rules,
            probe,
            min_coverage,
            probe_weight,
        }
    }

    /// Score and coverage of a candidate, or why it has none.
    pub fn score(&self, candidate: &AxisValues) -> Result<Score, Unscored> {
        let mut sums = Sums::default();
        for &(rule, weight) in &self.rules {
            let part = self.part(rule, candidate);
            let is_compared = matches!(part, Part::Compared(_));
            sums.add(weight, is_compared, counted(&part, rule.missing));
        }
        sums.score(Floor {
            probe_weight: self.probe_weight,
            min_coverage: self.min_coverage,
        })
    }

    /// The ledger of a candidate, line by line in profile order; its contributions add up to the score.
    pub fn ledger(&self, candidate: &AxisValues) -> Vec<LedgerLine> {
        let parts = self
            .rules
            .iter()
            .map(|&(rule, weight)| (rule, weight, self.part(rule, candidate)));
        let parts: Vec<_> = parts.collect();
        let in_sums = parts
            .iter()
            .filter(|(rule, _, part)| counted(part, rule.missing).is_some());
        let weights: f64 = in_sums.map(|(_, weight, _)| weight).sum();
        parts
            .into_iter()
            .map(|(rule, weight, part)| self.line(rule, (weight, weights), &part, candidate))
            .collect()
    }

    /// Values of the probe on all axes.
    pub fn probe(&self) -> &AxisValues<'a> {
        &self.probe
    }

    /// Coverage below this is no hit; in [0, 1].
    pub(crate) fn min_coverage(&self) -> f64 {
        self.min_coverage
    }

    /// Rule and weight of each axis that plays a part: it has a weight, and the probe a value.
    pub(crate) fn rules_in_play(&self) -> impl Iterator<Item = (&AxisRule, f64)> {
        let rules = self.rules.iter();
        let in_play = rules.filter(|(rule, _)| self.probe.has(rule.axis));
        in_play.map(|&(rule, weight)| (rule, weight))
    }

    fn part(&self, rule: &AxisRule, candidate: &AxisValues) -> Part {
        if !self.probe.has(rule.axis) {
            return Part::ProbeMissing;
        }
        if !candidate.has(rule.axis) {
            return Part::Missing(AxisStatus::CandidateMissing);
        }
        if rule.axis == Axis::Participants && !comparable(&self.probe, candidate) {
            return Part::Missing(AxisStatus::NotComparable);
        }
        match rule.measure.compare(rule.axis, &self.probe, candidate) {
            Some(comparison) => Part::Compared(comparison),
            None => Part::Missing(AxisStatus::NotComparable),
        }
    }

    fn line(
        &self,
        rule: &AxisRule,
        (weight, weights): (f64, f64),
        part: &Part,
        candidate: &AxisValues,
    ) -> LedgerLine {
        let similarity = counted(part, rule.missing);
        let effective_weight = if similarity.is_some() {
            weight / weights
        } else {
            0.0
        };
        let (status, comparison) = match part {
            Part::ProbeMissing => (AxisStatus::ProbeMissing, None),
            Part::Missing(status) => (*status, None),
            Part::Compared(comparison) => (AxisStatus::Compared, Some(comparison)),
        };
        LedgerLine {
            axis: rule.axis,
            measure: rule.measure.name(),
            status,
            probe: raw_value(rule, &self.probe),
            candidate: raw_value(rule, candidate),
            distance: comparison.map(|comparison| comparison.distance),
            unit: comparison.map(|comparison| comparison.unit),
            similarity,
            declared_weight: weight,
            effective_weight,
            contribution: similarity.map_or(0.0, |similarity| effective_weight * similarity),
        }
    }
}

fn comparable(a: &AxisValues, b: &AxisValues) -> bool {
    a.participants
        .zip(b.participants)
        .is_some_and(|(a, b)| a.comparable(b))
}

/// What a part counts in the sums; `None` is outside of N.
fn counted(part: &Part, missing: MissingPolicy) -> Option<f64> {
    match (part, missing) {
        (Part::ProbeMissing, _) => None,
        (Part::Compared(comparison), _) => Some(comparison.similarity),
        (Part::Missing(_), MissingPolicy::Zero) => Some(0.0),
        (Part::Missing(_), MissingPolicy::Neutral(similarity)) => Some(similarity),
        (Part::Missing(_), MissingPolicy::Renormalise) => None,
    }
}

fn raw_value(rule: &AxisRule, values: &AxisValues) -> Option<AxisValue> {
    Some(match rule.axis {
        Axis::Location => AxisValue::Location(values.location?),
        Axis::Participants => AxisValue::Participants(values.participants?),
        Axis::Nature => AxisValue::Path(values.nature?.clone()),
        Axis::Sector => AxisValue::Path(values.sector?.clone()),
        Axis::DayKind => AxisValue::Share(values.calendar?.weekend_share),
        Axis::Season if rule.measure == crate::measure::Measure::CyclicSeason => {
            AxisValue::DayOfYear(values.calendar?.day_of_year)
        }
        Axis::Season => AxisValue::Share(values.calendar?.summer_share),
        Axis::Footprint => AxisValue::Footprint {
            area_m2: values.footprint_area_m2?,
            has_geometry: values.footprint.is_some(),
        },
        Axis::Duration => AxisValue::DurationS(values.duration_s?),
    })
}
