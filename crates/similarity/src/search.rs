//! A search: a probe, a profile with its weights, a filter and an `as_of`, checked as a whole.

mod answer;
mod digest;
mod query;

use std::sync::Arc;

use crate::axis::{Axis, AxisValues};
use crate::code::{EventId, SeriesId};
use crate::event::{Candidate, Draft, Event};
use crate::filter::{Condition, Filter};
use crate::invalid::{Invalid, Rule};
use crate::profile::{Profile, check_weight};
use crate::score::{Scorer, Unscored};
use crate::time::Timestamp;

pub use answer::{Answer, Counts, Exclusion, Explanation, Hit, Page};
pub use query::{ProbeRef, Query, Resolved};

/// What is compared, found.
#[derive(Clone, Debug, PartialEq)]
pub enum Probe {
    /// An event that is not stored.
    Draft(Box<Draft>),
    /// A stored event.
    Stored(Box<Event>),
}

impl Probe {
    /// Its values on the axes.
    pub fn values(&self) -> AxisValues<'_> {
        match self {
            Probe::Draft(draft) => draft.values(),
            Probe::Stored(event) => event.values(),
        }
    }

    /// The id of a stored probe.
    pub fn event_id(&self) -> Option<&EventId> {
        match self {
            Probe::Draft(_) => None,
            Probe::Stored(event) => Some(event.id()),
        }
    }

    /// The series of a stored probe.
    pub fn series_id(&self) -> Option<&SeriesId> {
        match self {
            Probe::Draft(_) => None,
            Probe::Stored(event) => event.parts().series_id.as_ref(),
        }
    }
}

/// A search that is complete and valid. The same search on the same generation gives the same answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    probe: Probe,
    profile: Arc<Profile>,
    weights: Vec<f64>,
    min_coverage: f64,
    filter: Filter,
    as_of: Timestamp,
    exclude_probe_series: bool,
    collapse_series: bool,
}

impl Search {
    /// What is compared.
    pub fn probe(&self) -> &Probe {
        &self.probe
    }

    /// The profile.
    pub fn profile(&self) -> &Arc<Profile> {
        &self.profile
    }

    /// The weights applied, in profile order.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The floor applied, in [0, 1].
    pub fn min_coverage(&self) -> f64 {
        self.min_coverage
    }

    /// The filter.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Nothing that ended or became known later is a candidate.
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// Whether the probe's whole series is left out.
    pub fn exclude_probe_series(&self) -> bool {
        self.exclude_probe_series
    }

    /// Whether a series gives its best member only.
    pub fn collapse_series(&self) -> bool {
        self.collapse_series
    }

    /// Compares candidates with the probe.
    pub fn scorer(&self) -> Scorer<'_> {
        Scorer::new(
            &self.profile,
            &self.weights,
            self.probe.values(),
            self.min_coverage,
        )
    }

    /// The same search with another weight on one axis, as a question of sensitivity asks.
    ///
    /// # Errors
    /// On `weight`, or on `probe` if nothing could be compared any more.
    pub fn reweighted(&self, axis: Axis, weight: f64) -> Result<Search, Invalid> {
        let weight = check_weight(weight).map_err(|rule| Invalid::new("weight", rule))?;
        let place = self
            .profile
            .axes()
            .iter()
            .position(|rule| rule.axis == axis);
        let mut search = self.clone();
        search.weights[place.expect("a profile has every axis")] = weight;
        let values = search.probe.values();
        let mut weighted = search.profile.axes().iter().zip(&search.weights);
        if weighted.any(|(rule, w)| *w > 0.0 && values.has(rule.axis)) {
            Ok(search)
        } else {
            Err(Invalid::new("probe", Rule::NoAxis))
        }
    }

    /// Whether `candidate` may be scored: not the probe, within `as_of`, and passes the filter.
    pub fn admits(&self, candidate: &Candidate) -> bool {
        admits_time(self.as_of, candidate)
            && !self.is_probe(candidate)
            && !self.is_left_out_series(candidate)
            && self.filter.passes(candidate)
    }

    /// Every rule that keeps `candidate` out, in the order of SPEC; empty if it is a hit but for collapse.
    pub fn exclusions(&self, candidate: &Candidate) -> Vec<Exclusion> {
        let conditions = Condition::ALL.into_iter();
        let failed = conditions.filter(|condition| !self.filter.meets(*condition, candidate));
        let failed = failed.map(|condition| {
            let by_state = condition == Condition::States;
            if by_state {
                Exclusion::State
            } else {
                Exclusion::Filter(condition)
            }
        });
        let unscored = match self.scorer().score(&candidate.values) {
            Ok(_) => None,
            Err(Unscored::NoComparableAxis) => Some(Exclusion::NoComparableAxis),
            Err(Unscored::Coverage) => Some(Exclusion::Coverage),
        };
        (self
            .is_probe(candidate)
            .then_some(Exclusion::ProbeItself)
            .into_iter())
        .chain(
            self.is_left_out_series(candidate)
                .then_some(Exclusion::ProbeSeries),
        )
        .chain(failed)
        .chain((candidate.end > self.as_of).then_some(Exclusion::NotEnded))
        .chain((candidate.known > self.as_of).then_some(Exclusion::NotKnown))
        .chain(is_superseded(self.as_of, candidate).then_some(Exclusion::Superseded))
        .chain(unscored)
        .collect()
    }

    fn is_probe(&self, candidate: &Candidate) -> bool {
        self.probe.event_id() == Some(candidate.event_id)
    }

    fn is_left_out_series(&self, candidate: &Candidate) -> bool {
        self.exclude_probe_series
            && candidate.series_id.is_some()
            && self.probe.series_id() == candidate.series_id
    }
}

/// Whether `candidate` had ended and was what was known at `as_of`.
pub fn admits_time(as_of: Timestamp, candidate: &Candidate) -> bool {
    candidate.end <= as_of && candidate.known <= as_of && !is_superseded(as_of, candidate)
}

fn is_superseded(as_of: Timestamp, candidate: &Candidate) -> bool {
    candidate.superseded.is_some_and(|from| from <= as_of)
}
