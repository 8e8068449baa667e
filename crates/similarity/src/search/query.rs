//! A search as it is asked, and what makes it complete.

use std::sync::Arc;

use super::{Probe, Search};
use crate::axis::Axis;
use crate::code::EventId;
use crate::event::Draft;
use crate::filter::Filter;
use crate::invalid::{Invalid, Rule, in_range};
use crate::profile::{Profile, ProfileRef, check_weight};
use crate::time::Timestamp;

/// What is compared, as a request names it.
#[derive(Clone, Debug, PartialEq)]
pub enum ProbeRef {
    /// An event that is not stored.
    Draft(Box<Draft>),
    /// A stored event.
    Stored(EventId),
}

/// A search as it is asked, before names are looked up and defaults applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What is compared.
    pub probe: ProbeRef,
    /// Which profile.
    pub profile: ProfileRef,
    /// Weights that replace those of the profile.
    pub weight_overrides: Vec<(Axis, f64)>,
    /// Replaces the floor of the profile; in [0, 1].
    pub min_coverage: Option<f64>,
    /// Conditions.
    pub filter: Filter,
    /// Default: now.
    pub as_of: Option<Timestamp>,
    /// Whether the probe's whole series is left out.
    pub exclude_probe_series: bool,
    /// Whether a series gives its best member only.
    pub collapse_series: bool,
}

/// What [`Query::resolve`] needs from outside.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The profile that the query names.
    pub profile: Arc<Profile>,
    /// The probe that it names.
    pub probe: Probe,
    /// The time that counts as now.
    pub now: Timestamp,
}

impl Query {
    /// Applies overrides and defaults.
    ///
    /// # Errors
    /// On `weight_overrides[i]…`, `min_coverage`, `filter.…` or `probe`.
    pub fn resolve(self, found: Resolved) -> Result<Search, Invalid> {
        self.filter
            .check()
            .map_err(|invalid| invalid.under("filter"))?;
        let weights = weights(&found.profile, &self.weight_overrides)?;
        let min_coverage = self.min_coverage.unwrap_or(found.profile.min_coverage());
        in_range(min_coverage, 0.0, 1.0).map_err(|rule| Invalid::new("min_coverage", rule))?;
        let values = found.probe.values();
        let weighted = found.profile.axes().iter().zip(&weights);
        let comparable = weighted
            .into_iter()
            .any(|(rule, w)| *w > 0.0 && values.has(rule.axis));
        if !comparable {
            return Err(Invalid::new("probe", Rule::NoAxis));
        }
        Ok(Search {
            probe: found.probe,
            profile: found.profile,
            weights,
            min_coverage,
            filter: self.filter,
            as_of: self.as_of.unwrap_or(found.now),
            exclude_probe_series: self.exclude_probe_series,
            collapse_series: self.collapse_series,
        })
    }
}

fn weights(profile: &Profile, overrides: &[(Axis, f64)]) -> Result<Vec<f64>, Invalid> {
    let mut weights: Vec<f64> = profile.axes().iter().map(|rule| rule.weight).collect();
    for (at, &(axis, weight)) in overrides.iter().enumerate() {
        let under = |field, rule| Invalid::new(format!("weight_overrides[{at}].{field}"), rule);
        if overrides[..at].iter().any(|(earlier, _)| *earlier == axis) {
            return Err(under("axis", Rule::Duplicate));
        }
        let weight = check_weight(weight).map_err(|rule| under("weight", rule))?;
        let place = profile.axes().iter().position(|rule| rule.axis == axis);
        weights[place.expect("a profile has every axis")] = weight;
    }
    if weights.iter().all(|weight| *weight == 0.0) {
        return Err(Invalid::new("weight_overrides", Rule::NoWeight));
    }
    Ok(weights)
}
