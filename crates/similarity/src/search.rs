//! A search: a probe, a profile with its weights, a filter and an `as_of`, checked as a whole.

use std::sync::Arc;

use crate::axis::{Axis, AxisValues};
use crate::code::{EventId, SeriesId};
use crate::digest::{Digest, Digester};
use crate::event::{Candidate, Draft, Event};
use crate::filter::{Condition, Filter};
use crate::footprint::{Footprint, FootprintShape};
use crate::invalid::{Invalid, Rule, in_range};
use crate::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};
use crate::profile::{Profile, ProfileRef, check_weight};
use crate::score::{LedgerLine, Score, Scorer, Unscored};
use crate::time::Timestamp;

/// What is compared, as a request names it.
#[derive(Clone, Debug, PartialEq)]
pub enum ProbeRef {
    /// An event that is not stored.
    Draft(Box<Draft>),
    /// A stored event.
    Stored(EventId),
}

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

/// Why a stored event is no hit of a search.
#[derive(Clone, Debug, PartialEq)]
pub enum Exclusion {
    /// It is the probe.
    ProbeItself,
    /// It is of the probe's series, which the search leaves out.
    ProbeSeries,
    /// Its state is not asked for.
    State,
    /// It fails this condition of the filter.
    Filter(Condition),
    /// It ends after `as_of`.
    NotEnded,
    /// It was first known after `as_of`.
    NotKnown,
    /// No axis can be compared.
    NoComparableAxis,
    /// Its coverage is below the floor.
    Coverage,
    /// A better member of its series stands for it.
    SeriesCollapsed {
        /// The member that is a hit.
        kept: EventId,
    },
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
        .chain(unscored)
        .collect()
    }

    /// SHA-256 of the canonical form: what was applied, defaults included, so that a request that spells
    /// a default out has the digest of one that leaves it away. Page size and token are not part of it.
    pub fn digest(&self) -> Digest {
        let mut digester = Digester::new("search/1");
        digester.text(&self.profile.digest().to_string());
        digester.list(self.weights.iter(), |digester, weight| {
            digester.number(*weight);
        });
        digester
            .number(self.min_coverage)
            .integer(self.as_of.as_micros());
        digester
            .integer(self.exclude_probe_series.into())
            .integer(self.collapse_series.into());
        self.filter.feed(&mut digester);
        match &self.probe {
            Probe::Stored(event) => {
                digester.text("stored").text(event.id().as_str());
            }
            Probe::Draft(draft) => {
                digester.text("draft");
                feed_values(&mut digester, &draft.values());
            }
        }
        digester.finish()
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

/// Whether `candidate` had ended and was known at `as_of`.
pub fn admits_time(as_of: Timestamp, candidate: &Candidate) -> bool {
    candidate.end <= as_of && candidate.known <= as_of
}

fn feed_values(digester: &mut Digester, values: &AxisValues) {
    digester.optional(values.location, |digester, at| {
        digester
            .number(at.latitude_degrees())
            .number(at.longitude_degrees());
    });
    digester.optional(values.participants, |digester, count| {
        for count in [Some(count.best()), count.low(), count.high()] {
            digester.optional(count, |digester, count| {
                digester.integer(count as i64);
            });
        }
        digester.optional(count.basis(), |digester, basis| {
            digester.integer(basis as i64);
        });
    });
    for path in [values.nature, values.sector] {
        digester.optional(path, |digester, path| {
            digester.text(path.as_str());
        });
    }
    digester.optional(values.calendar, |digester, calendar| {
        digester
            .number(calendar.weekend_share)
            .number(calendar.summer_share);
        digester.integer(calendar.day_of_year.into());
    });
    for number in [values.footprint_area_m2, values.duration_s] {
        digester.optional(number, |digester, number| {
            digester.number(number);
        });
    }
    digester.optional(values.footprint, feed_footprint);
}

fn feed_footprint(digester: &mut Digester, footprint: &Footprint) {
    let lines: Vec<&geo::LineString<f64>> = match footprint.shape() {
        FootprintShape::Route { line, width_m } => {
            digester.text("route").number(*width_m);
            vec![line]
        }
        FootprintShape::Area(polygons) => {
            digester.text("area");
            digester.list(polygons.0.iter(), |digester, polygon| {
                digester.integer(polygon.interiors().len() as i64);
            });
            polygons
                .iter()
                .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
                .collect()
        }
    };
    digester.list(lines.into_iter(), |digester, line| {
        digester.list(line.0.iter(), |digester, point| {
            digester.number(point.x).number(point.y);
        });
    });
}

/// A part of the ranked list: `limit` hits after the first `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Hits that come before.
    pub offset: usize,
    /// Most hits of the page, 1 to [`PAGE_SIZE_MAX`].
    pub limit: usize,
}

impl Page {
    /// The first page of the size that a request asks for; absent is [`PAGE_SIZE_DEFAULT`].
    ///
    /// # Errors
    /// [`Rule::OutOfRange`] for less than 1 or more than [`PAGE_SIZE_MAX`].
    pub fn first(size: Option<i32>) -> Result<Self, Rule> {
        let limit = match size {
            None => PAGE_SIZE_DEFAULT,
            Some(size) => usize::try_from(size)
                .ok()
                .filter(|size| (1..=PAGE_SIZE_MAX).contains(size))
                .ok_or(Rule::OutOfRange(1.0, PAGE_SIZE_MAX as f64))?,
        };
        Ok(Page { offset: 0, limit })
    }
}

/// One past event that resembles the probe.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The whole record.
    pub event: Event,
    /// 1 for the best, counted over the whole list.
    pub rank: usize,
    /// Score and coverage.
    pub score: Score,
    /// Members of its series that were hits before collapse, itself included; 1 without a series or
    /// without collapse.
    pub series_member_count: usize,
    /// Why, axis by axis.
    pub ledger: Vec<LedgerLine>,
}

/// What an answer cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events within `as_of` that pass the filter, the probe and its left out series not counted.
    pub candidates: usize,
    /// Rows whose score was computed.
    pub rows_scored: usize,
    /// Blocks of rows that were scored.
    pub blocks_scored: usize,
    /// Blocks that a bound proved to hold no hit.
    pub blocks_skipped: usize,
}

/// A page of the ranked list.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Best first.
    pub hits: Vec<Hit>,
    /// Whether the list goes on after this page.
    pub has_more: bool,
    /// What it cost.
    pub counts: Counts,
}

/// Where a stored event stands in a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The event.
    pub event: Event,
    /// Score and coverage, unless nothing could be compared or coverage is below the floor.
    pub score: Option<Score>,
    /// Axis by axis.
    pub ledger: Vec<LedgerLine>,
    /// Its rank from 1, or every rule that keeps it out.
    pub verdict: Result<usize, Vec<Exclusion>>,
}
