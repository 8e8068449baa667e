//! Profiles: named, immutable revisions of all axes with their measures, weights and policies.

use std::fmt;

use crate::axis::Axis;
use crate::code::Code;
use crate::digest::{Digest, Digester};
use crate::invalid::{Invalid, Rule, in_range};
use crate::limits::{WEIGHT_MAX, WEIGHT_MIN};
use crate::measure::{DecayShape, Measure};

/// What an axis counts that the probe has and the candidate lacks (SPEC section 3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MissingPolicy {
    /// Stays in the sums with similarity 0.
    Zero,
    /// Stays in with this similarity, in (0, 1).
    Neutral(f64),
    /// Is left out of both sums.
    Renormalise,
}

impl MissingPolicy {
    /// The stable name of its kind, lower_snake.
    pub fn name(self) -> &'static str {
        match self {
            MissingPolicy::Zero => "zero",
            MissingPolicy::Neutral(_) => "neutral",
            MissingPolicy::Renormalise => "renormalise",
        }
    }
}

/// One axis of a profile.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisRule {
    /// Which axis.
    pub axis: Axis,
    /// How two values are compared.
    pub measure: Measure,
    /// 0, or in [[`WEIGHT_MIN`], [`WEIGHT_MAX`]].
    pub weight: f64,
    /// What a missing candidate value counts.
    pub missing: MissingPolicy,
}

/// Name and revision: `tranquillity@1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProfileId {
    /// A code.
    pub name: Code,
    /// From 1 up.
    pub revision: u32,
}

/// What a request calls a profile: `tranquillity@1` is that revision, `tranquillity` the newest, or the newest active one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRef {
    /// A code.
    pub name: Code,
    /// `None` leaves it to who has them which that is.
    pub revision: Option<u32>,
}

impl ProfileRef {
    /// Parses `name` or `name@revision`.
    ///
    /// # Errors
    /// [`Rule::Malformed`] or the rule that the name breaks.
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let Some((name, revision)) = text.split_once('@') else {
            return Ok(ProfileRef {
                name: Code::new(text)?,
                revision: None,
            });
        };
        let digits = !revision.is_empty() && revision.bytes().all(|b| b.is_ascii_digit());
        let number = revision
            .parse()
            .ok()
            .filter(|&number: &u32| digits && number > 0);
        let revision = number.ok_or(Rule::Malformed)?;
        Ok(ProfileRef {
            name: Code::new(name)?,
            revision: Some(revision),
        })
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.revision)
    }
}

impl fmt::Display for ProfileRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.revision {
            Some(revision) => write!(f, "{}@{revision}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

/// All eight axes in profile order, checked, with the digest that every answer carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    id: ProfileId,
    axes: Vec<AxisRule>,
    min_coverage: f64,
    digest: Digest,
}

impl Profile {
    /// Checks that every axis is there once, with a measure that fits, a weight in range and at least
    /// one weight above 0.
    ///
    /// # Errors
    /// On `revision`, `axes[i].…`, `axes` or `min_coverage`.
    pub fn new(id: ProfileId, axes: Vec<AxisRule>, min_coverage: f64) -> Result<Self, Invalid> {
        if id.revision == 0 {
            return Err(Invalid::new("revision", Rule::NotPositive));
        }
        for (at, rule) in axes.iter().enumerate() {
            let duplicate = axes[..at].iter().any(|earlier| earlier.axis == rule.axis);
            check_rule(rule, duplicate).map_err(|invalid| invalid.under(&format!("axes[{at}]")))?;
        }
        if axes.len() != Axis::ALL.len() {
            return Err(Invalid::new("axes", Rule::Required));
        }
        if axes.iter().all(|rule| rule.weight == 0.0) {
            return Err(Invalid::new("axes", Rule::NoWeight));
        }
        in_range(min_coverage, 0.0, 1.0).map_err(|rule| Invalid::new("min_coverage", rule))?;
        let digest = digest(&id, &axes, min_coverage);
        Ok(Profile {
            id,
            axes,
            min_coverage,
            digest,
        })
    }

    /// Name and revision.
    pub fn id(&self) -> &ProfileId {
        &self.id
    }

    /// The axes, in the order in which scores are summed.
    pub fn axes(&self) -> &[AxisRule] {
        &self.axes
    }

    /// Candidates covered less are no hits; in [0, 1].
    pub fn min_coverage(&self) -> f64 {
        self.min_coverage
    }

    /// SHA-256 of the canonical form: `profile/1`, name, revision, floor, then per axis its name, its
    /// measure with parameters, weight and policy (see [`Digester`]).
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// Checks one weight: 0, or within the limits.
pub(crate) fn check_weight(weight: f64) -> Result<f64, Rule> {
    if weight == 0.0 {
        Ok(0.0)
    } else {
        in_range(weight, WEIGHT_MIN, WEIGHT_MAX)
    }
}

fn check_rule(rule: &AxisRule, duplicate: bool) -> Result<(), Invalid> {
    if duplicate {
        return Err(Invalid::new("axis", Rule::Duplicate));
    }
    rule.measure.check(rule.axis)?;
    check_weight(rule.weight).map_err(|rule| Invalid::new("weight", rule))?;
    match rule.missing {
        MissingPolicy::Neutral(v) if !v.is_finite() => {
            Err(Invalid::new("missing", Rule::NotFinite))
        }
        MissingPolicy::Neutral(v) if v <= 0.0 || v >= 1.0 => {
            Err(Invalid::new("missing", Rule::NotBetween(0.0, 1.0)))
        }
        MissingPolicy::Neutral(_) | MissingPolicy::Zero | MissingPolicy::Renormalise => Ok(()),
    }
}

fn digest(id: &ProfileId, axes: &[AxisRule], min_coverage: f64) -> Digest {
    let mut digester = Digester::new("profile/1");
    digester
        .text(id.name.as_str())
        .integer(id.revision.into())
        .number(min_coverage);
    digester.list(axes.iter(), |digester, rule| {
        digester.text(rule.axis.name());
        feed_measure(digester, &rule.measure);
        digester.number(rule.weight);
        digester.text(rule.missing.name());
        if let MissingPolicy::Neutral(similarity) = rule.missing {
            digester.number(similarity);
        }
    });
    digester.finish()
}

fn feed_measure(digester: &mut Digester, measure: &Measure) {
    digester.text(measure.name());
    match measure {
        Measure::GeoDecay { h_km, shape } => {
            digester.number(*h_km).text(shape_name(*shape));
        }
        Measure::LogRatio { r } => {
            digester.number(*r);
        }
        Measure::FootprintOverlap { beta, r } => {
            digester.number(*beta).number(*r);
        }
        Measure::Table(table) => {
            digester.list(table.codes().iter(), |digester, code| {
                digester.text(code.as_str());
            });
            digester.list(
                table
                    .rows()
                    .iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .into_iter(),
                |d, &n| {
                    d.number(n);
                },
            );
        }
        Measure::PathAffinity | Measure::ShareOverlap | Measure::CyclicSeason | Measure::Equal => {}
    }
}

/// The stable name of a decay shape.
pub fn shape_name(shape: DecayShape) -> &'static str {
    match shape {
        DecayShape::Exponential => "exponential",
        DecayShape::Gaussian => "gaussian",
        DecayShape::Linear => "linear",
    }
}
