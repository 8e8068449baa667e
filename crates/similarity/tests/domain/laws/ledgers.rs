//! **Law.** A ledger shows every axis with a weight, and its contributions add up to the score.

use proptest::prelude::*;
use sosie_similarity::{AxisStatus, LedgerLine, MissingPolicy, Profile, Score, Scorer};

use super::scores::weights;
use crate::strategies::{draft, profile};

type Compared = (Profile, Vec<LedgerLine>, Score);

/// A profile, a ledger under it, and the score that it is the ledger of.
fn compared() -> impl Strategy<Value = Compared> {
    (profile(), draft(), draft()).prop_filter_map(
        "an axis is compared",
        |(profile, probe, candidate)| {
            let weights = weights(&profile);
            let scorer = Scorer::new(&profile, &weights, probe.values(), 0.0);
            let score = scorer.score(&candidate.values()).ok()?;
            let ledger = scorer.ledger(&candidate.values());
            Some((profile, ledger, score))
        },
    )
}

fn policy_of(profile: &Profile, line: &LedgerLine) -> MissingPolicy {
    let rule = profile.axes().iter().find(|rule| rule.axis == line.axis);
    rule.expect("a profile has every axis").missing
}

fn was_missing(line: &LedgerLine) -> bool {
    match line.status {
        AxisStatus::Compared | AxisStatus::ProbeMissing => false,
        AxisStatus::CandidateMissing | AxisStatus::NotComparable => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn contributions_add_up_to_the_score((_, ledger, score) in compared()) {
        let sum: f64 = ledger.iter().map(|line| line.contribution).sum();
        prop_assert!((sum - score.score).abs() <= 1e-12, "{sum} {score:?}");
        for line in &ledger {
            let product = line.effective_weight * line.similarity.unwrap_or(0.0);
            prop_assert_eq!(line.contribution, product);
        }
    }

    #[test]
    fn effective_weights_add_up_to_1((_, ledger, _) in compared()) {
        let sum: f64 = ledger.iter().map(|line| line.effective_weight).sum();
        prop_assert!((sum - 1.0).abs() <= 1e-12, "{sum}");
    }

    #[test]
    fn effective_weights_stand_in_the_ratio_of_the_declared_ones((_, ledger, _) in compared()) {
        let counted: Vec<_> = ledger.iter().filter(|line| line.similarity.is_some()).collect();
        for pair in counted.windows(2) {
            let declared = pair[0].declared_weight / pair[1].declared_weight;
            let effective = pair[0].effective_weight / pair[1].effective_weight;
            prop_assert!((declared / effective - 1.0).abs() <= 1e-12);
        }
    }

    #[test]
    fn coverage_is_the_weight_of_the_lines_that_were_compared((_, ledger, score) in compared()) {
        let weight_where = |holds: fn(&LedgerLine) -> bool| -> f64 {
            let lines = ledger.iter().filter(|line| holds(line));
            lines.map(|line| line.declared_weight).sum()
        };
        let compared = weight_where(|line| line.status == AxisStatus::Compared);
        let of_probe = weight_where(|line| line.status != AxisStatus::ProbeMissing);
        prop_assert!((score.coverage - compared / of_probe).abs() <= 1e-12);
    }

    #[test]
    fn the_lines_are_the_weighted_axes_in_profile_order((profile, ledger, _) in compared()) {
        let weighted = profile.axes().iter().filter(|rule| rule.weight > 0.0);
        let expected: Vec<_> =
            weighted.map(|rule| (rule.axis, rule.measure.name(), rule.weight)).collect();
        let found: Vec<_> =
            ledger.iter().map(|line| (line.axis, line.measure, line.declared_weight)).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_missing_value_counts_what_its_policy_says_and_never_1((profile, ledger, _) in compared()) {
        for line in ledger.iter().filter(|line| was_missing(line)) {
            let expected = match policy_of(&profile, line) {
                MissingPolicy::Zero => Some(0.0),
                MissingPolicy::Neutral(v) => Some(v),
                MissingPolicy::Renormalise => None,
            };
            prop_assert_eq!(line.similarity, expected);
            prop_assert!(line.similarity.is_none_or(|counted| counted < 1.0));
            prop_assert_eq!((line.distance, line.unit), (None, None));
        }
    }

    #[test]
    fn a_status_says_which_values_are_there((_, ledger, _) in compared()) {
        for line in &ledger {
            let there = (line.probe.is_some(), line.candidate.is_some());
            match line.status {
                AxisStatus::Compared => prop_assert_eq!(there, (true, true)),
                AxisStatus::NotComparable => prop_assert_eq!(there, (true, true)),
                AxisStatus::CandidateMissing => prop_assert_eq!(there, (true, false)),
                AxisStatus::ProbeMissing => {
                    prop_assert!(!there.0);
                    prop_assert_eq!((line.similarity, line.effective_weight), (None, 0.0));
                }
            }
            prop_assert_eq!(line.status == AxisStatus::Compared, line.distance.is_some());
        }
    }
}
