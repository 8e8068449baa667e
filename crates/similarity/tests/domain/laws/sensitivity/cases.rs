//! Seeded cases: a profile, a probe, and candidates that are often equal or nearly so.

use std::cmp::Ordering;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sosie_similarity::sensitivity::{Ranking, RankingParts, Reach, Row, Terms};
use sosie_similarity::{
    AxisValues, Draft, EventId, MissingPolicy, Profile, RankKey, Scorer, Timestamp,
};

use crate::fixtures;
use crate::strategies::{coarse_stated, draft, profile, stated};

/// A candidate of a case.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) id: EventId,
    start: Timestamp,
    values: Draft,
    /// Replace those of the draft: the finest knob there is.
    weekend_share: Option<f64>,
}

impl Candidate {
    fn values(&self) -> AxisValues<'_> {
        let share = self.weekend_share;
        AxisValues {
            calendar: share.map(|share| fixtures::calendar_on(share, 1.0 - share / 2.0, 180)),
            // An overlap takes longer than all the rest, and is a number like any other.
            footprint: None,
            ..self.values.values()
        }
    }

    /// What it is ranked by, if it is a hit.
    fn key(&self, scorer: &Scorer) -> Option<RankKey<'_>> {
        Some(RankKey {
            score: scorer.score(&self.values()).ok()?,
            start: self.start,
            event_id: &self.id,
        })
    }
}

/// A probe with candidates, and what they are ranked on.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) profile: Profile,
    pub(super) weights: Vec<f64>,
    pub(super) floor: f64,
    probe: Candidate,
    candidates: Vec<Candidate>,
}

impl Case {
    fn scorer<'a>(&'a self, weights: &[f64]) -> Scorer<'a> {
        Scorer::new(&self.profile, weights, self.probe.values(), self.floor)
    }

    fn candidate(&self, id: &EventId) -> &Candidate {
        let mut candidates = self.candidates.iter();
        candidates
            .find(|candidate| candidate.id == *id)
            .expect("a candidate of the case")
    }

    /// `Less` if `a` ranks before `b` under these weights; `None` if one is no hit.
    pub(super) fn order(&self, weights: &[f64], [a, b]: [&EventId; 2]) -> Option<Ordering> {
        let scorer = self.scorer(weights);
        let [a, b] = [a, b].map(|id| self.candidate(id).key(&scorer));
        Some(a?.cmp(&b?))
    }

    /// Ids of the hits under these weights, best first.
    pub(super) fn ranked(&self, weights: &[f64]) -> Vec<EventId> {
        let scorer = self.scorer(weights);
        let keys = self.candidates.iter().filter_map(|hit| hit.key(&scorer));
        let mut keys: Vec<_> = keys.collect();
        keys.sort();
        keys.into_iter().map(|key| key.event_id.clone()).collect()
    }

    /// The weights with one of them changed.
    pub(super) fn with(&self, reach: &Reach, weight: f64) -> Vec<f64> {
        let rules = self.profile.axes().iter().zip(&self.weights);
        rules
            .map(|(rule, declared)| {
                if rule.axis == reach.axis {
                    weight
                } else {
                    *declared
                }
            })
            .collect()
    }

    /// A list of `size`, with `rows` rows known.
    pub(super) fn ranking(&self, size: usize, rows: usize) -> Option<Ranking> {
        let scorer = self.scorer(&self.weights);
        let ranked = self.ranked(&self.weights);
        let row = |id: &EventId| {
            let candidate = self.candidate(id);
            Row {
                event_id: id.clone(),
                series_id: None,
                start: candidate.start,
                lines: Row::lines_of(&scorer.ledger(&candidate.values())),
            }
        };
        let parts = RankingParts {
            terms: Terms::of(&scorer),
            rows: ranked.iter().take(rows).map(row).collect(),
            size,
            collapse_series: false,
            has_more: ranked.len() > rows,
        };
        (!ranked.is_empty()).then(|| Ranking::new(parts).expect("a list in order"))
    }
}

fn candidate() -> impl Strategy<Value = Candidate> {
    let coarse = coarse_stated().prop_map(|stated| fixtures::draft(stated, None));
    let varied = stated(0.7).prop_map(|stated| fixtures::draft(stated, None));
    let share = prop_oneof![select(vec![0.0, 0.25, 0.5, 1.0]), 0.0..=1.0f64];
    let values = prop_oneof![2 => coarse, 3 => varied, 1 => draft()];
    (values, option::weighted(0.8, share), 0..3i64).prop_map(|(values, weekend_share, start)| {
        Candidate {
            id: fixtures::event_id("x"),
            start: Timestamp::from_micros(start).expect("1970"),
            values,
            weekend_share,
        }
    })
}

/// How a candidate comes from the one before it: as it is, with a share a little off, or not at all.
fn likeness() -> impl Strategy<Value = Option<f64>> {
    let off = select(vec![0.0, f64::EPSILON, 1e-13, 1e-9, 1e-4]);
    option::weighted(0.3, off)
}

fn candidates(most: usize) -> impl Strategy<Value = Vec<Candidate>> {
    vec((candidate(), likeness()), 2..=most).prop_map(|drawn| {
        let mut all: Vec<Candidate> = Vec::new();
        for (at, (mut candidate, likeness)) in drawn.into_iter().enumerate() {
            if let (Some(off), Some(last)) = (likeness, all.last()) {
                candidate.values = last.values.clone();
                candidate.weekend_share = last.weekend_share.map(|s| (s - off).abs());
            }
            candidate.id = fixtures::event_id(&format!("e{at}"));
            all.push(candidate);
        }
        all
    })
}

/// One policy for all axes, or any mixture.
fn profiles() -> impl Strategy<Value = Profile> {
    let one = select(vec![
        MissingPolicy::Zero,
        MissingPolicy::Neutral(0.3),
        MissingPolicy::Renormalise,
    ]);
    (profile(), option::of(one)).prop_map(|(profile, one)| {
        let mut rules = profile.axes().to_vec();
        for rule in &mut rules {
            rule.missing = one.unwrap_or(rule.missing);
        }
        fixtures::profile(rules)
    })
}

fn case(most: usize) -> impl Strategy<Value = Case> {
    let floor = prop_oneof![3 => Just(0.0), 1 => select(vec![0.25, 0.5]), 1 => 0.0..0.9f64];
    (profiles(), floor, candidate(), candidates(most)).prop_map(
        |(profile, floor, probe, candidates)| Case {
            weights: profile.axes().iter().map(|rule| rule.weight).collect(),
            profile,
            floor,
            probe,
            candidates,
        },
    )
}

/// The same cases at every run, as long as they come.
pub(super) fn seeded(most: usize) -> impl Iterator<Item = Case> {
    let mut runner = TestRunner::deterministic();
    let strategy = case(most);
    std::iter::repeat_with(move || {
        let tree = strategy.new_tree(&mut runner);
        tree.expect("nothing is filtered").current()
    })
}

/// Weights from the declared one to `end`, both included: evenly by number, by size, and ever nearer to the end.
pub(super) fn between(declared: f64, end: f64) -> Vec<f64> {
    let (low, high) = (declared.min(end), declared.max(end));
    let inside = |weight: &f64| (low..=high).contains(weight) && *weight >= 1e-9;
    let even = (0..=80).map(|at| low + (high - low) * f64::from(at) / 80.0);
    let steps = (high.to_bits() - low.max(1e-9).to_bits().min(high.to_bits())) / 80;
    let by_size = (0..=80).map(|at| f64::from_bits(high.to_bits() - at * steps));
    let near = (0..52).map(|shift| {
        let bits = end.to_bits();
        f64::from_bits(if end > declared {
            bits - (1 << shift)
        } else {
            bits + (1 << shift)
        })
    });
    let near = near.chain([end, declared]).filter(|_| end > 0.0);
    even.chain(by_size).chain(near).filter(inside).collect()
}
