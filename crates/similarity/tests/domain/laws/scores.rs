//! **Law.** Score and coverage are those of SPEC, taken literally: the sets P, C and N, then sums.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sosie_similarity::{
    Axis, AxisRule, AxisValues, Draft, MissingPolicy, Profile, Score, Scorer, Unscored,
};

use crate::fixtures;
use crate::strategies::{draft, profile};

pub(crate) fn weights(profile: &Profile) -> Vec<f64> {
    profile.axes().iter().map(|rule| rule.weight).collect()
}

pub(crate) fn score(
    profile: &Profile,
    probe: &Draft,
    candidate: &Draft,
) -> Result<Score, Unscored> {
    let weights = weights(profile);
    Scorer::new(profile, &weights, probe.values(), 0.0).score(&candidate.values())
}

/// The same profile with other policies.
fn with_policies(profile: &Profile, policy: impl Fn(MissingPolicy) -> MissingPolicy) -> Profile {
    let rule = |rule: &AxisRule| AxisRule {
        missing: policy(rule.missing),
        ..rule.clone()
    };
    fixtures::profile(profile.axes().iter().map(rule).collect())
}

/// The axes of P and of C.
fn sets(profile: &Profile, probe: &AxisValues, candidate: &AxisValues) -> [BTreeSet<Axis>; 2] {
    let weighted = profile.axes().iter().filter(|rule| rule.weight > 0.0);
    let p = weighted
        .map(|rule| rule.axis)
        .filter(|axis| probe.has(*axis));
    let p: BTreeSet<_> = p.collect();
    let bases =
        [probe, candidate].map(|values| values.participants.and_then(|count| count.basis()));
    let one_basis = bases[0] == bases[1] || bases.contains(&None);
    let both = |axis: &&Axis| candidate.has(**axis) && (**axis != Axis::Participants || one_basis);
    let c = p.iter().filter(both).copied().collect();
    [p, c]
}

/// SPEC section 3, word by word.
fn by_the_book(
    profile: &Profile,
    probe: &AxisValues,
    candidate: &AxisValues,
) -> Option<(f64, f64)> {
    let [p, c] = sets(profile, probe, candidate);
    let weight_of = |axes: &BTreeSet<Axis>| -> f64 {
        let rules = profile
            .axes()
            .iter()
            .filter(|rule| axes.contains(&rule.axis));
        rules.map(|rule| rule.weight).sum()
    };
    let (mut above, mut below) = (0.0, 0.0);
    for rule in profile.axes().iter().filter(|rule| p.contains(&rule.axis)) {
        let similarity = match rule.missing {
            _ if c.contains(&rule.axis) => {
                rule.measure
                    .compare(rule.axis, probe, candidate)?
                    .similarity
            }
            MissingPolicy::Zero => 0.0,
            MissingPolicy::Neutral(v) => v,
            MissingPolicy::Renormalise => continue,
        };
        above += rule.weight * similarity;
        below += rule.weight;
    }
    (!c.is_empty()).then(|| (above / below, weight_of(&c) / weight_of(&p)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn score_and_coverage_are_those_of_the_book(
        profile in profile(), probe in draft(), candidate in draft(),
    ) {
        let expected = by_the_book(&profile, &probe.values(), &candidate.values());
        match (score(&profile, &probe, &candidate), expected) {
            (Ok(found), Some((score, coverage))) => {
                prop_assert!((found.score - score).abs() <= 1e-12, "{found:?} {score}");
                prop_assert!((found.coverage - coverage).abs() <= 1e-12, "{found:?} {coverage}");
            }
            (found, expected) => {
                prop_assert_eq!(found, Err(Unscored::NoComparableAxis));
                prop_assert_eq!(expected, None);
            }
        }
    }

    #[test]
    fn a_score_is_in_0_to_1_and_a_coverage_above_0(
        profile in profile(), probe in draft(), candidate in draft(),
    ) {
        if let Ok(found) = score(&profile, &probe, &candidate) {
            prop_assert!((0.0..=1.0).contains(&found.score), "{found:?}");
            prop_assert!(found.coverage > 0.0 && found.coverage <= 1.0, "{found:?}");
        }
    }

    #[test]
    fn a_probe_resembles_its_twin_completely(profile in profile(), probe in draft()) {
        if let Ok(found) = score(&profile, &probe, &probe.clone()) {
            prop_assert_eq!((found.score, found.coverage), (1.0, 1.0));
        }
    }

    #[test]
    fn zero_is_the_hardest_policy(
        profile in profile(), probe in draft(), candidate in draft(), v in 0.001..0.999f64,
    ) {
        let of = |policy| score(&with_policies(&profile, |_| policy), &probe, &candidate);
        let (zero, neutral) = (of(MissingPolicy::Zero), of(MissingPolicy::Neutral(v)));
        let renormalised = of(MissingPolicy::Renormalise);
        if let (Ok(zero), Ok(neutral), Ok(renormalised)) = (zero, neutral, renormalised) {
            prop_assert!(zero.score <= neutral.score, "{zero:?} {neutral:?}");
            prop_assert!(zero.score <= renormalised.score + 1e-15, "{zero:?} {renormalised:?}");
            // The policy is about what is missing, so it changes no coverage.
            prop_assert_eq!([zero.coverage; 2], [neutral.coverage, renormalised.coverage]);
        } else {
            prop_assert_eq!((zero, zero), (neutral, renormalised));
        }
    }

    #[test]
    fn renormalise_is_the_score_over_the_axes_that_both_have(
        profile in profile(), probe in draft(), candidate in draft(),
    ) {
        let profile = with_policies(&profile, |_| MissingPolicy::Renormalise);
        let [_, c] = sets(&profile, &probe.values(), &candidate.values());
        let axes = profile.axes().iter();
        let only_c: Vec<_> = axes
            .map(|rule| if c.contains(&rule.axis) { rule.weight } else { 0.0 })
            .collect();
        let over_c = Scorer::new(&profile, &only_c, probe.values(), 0.0).score(&candidate.values());
        let found = score(&profile, &probe, &candidate);
        prop_assert_eq!(found.map(|found| found.score), over_c.map(|over_c| over_c.score));
        prop_assert!(over_c.is_err() || over_c.unwrap().coverage == 1.0);
    }

    #[test]
    fn scaling_all_weights_by_a_power_of_two_changes_no_bit(
        profile in profile(), probe in draft(), candidate in draft(), exponent in -40..40i32,
    ) {
        let scaled: Vec<_> = weights(&profile).iter().map(|w| w * 2f64.powi(exponent)).collect();
        let scaled = Scorer::new(&profile, &scaled, probe.values(), 0.0);
        let found = score(&profile, &probe, &candidate);
        // A product below the normal range would round differently: nothing there is like anything.
        prop_assume!(!found.is_ok_and(|found| found.score > 0.0 && found.score < 1e-250));
        let bits = |found: Result<Score, Unscored>| {
            found.map(|found| (found.score.to_bits(), found.coverage.to_bits()))
        };
        prop_assert_eq!(bits(found), bits(scaled.score(&candidate.values())));
    }

    /// Swapping the two changes which values are missing, so only what both have is symmetric.
    #[test]
    fn over_what_both_have_the_score_is_symmetric(
        profile in profile(), a in draft(), b in draft(),
    ) {
        let profile = with_policies(&profile, |_| MissingPolicy::Renormalise);
        let bits = |a, b| score(&profile, a, b).map(|found| found.score.to_bits());
        prop_assert_eq!(bits(&a, &b), bits(&b, &a));
    }
}
