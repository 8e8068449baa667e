//! **Law.** What is said to stay stays wherever the weights move within the share, and past it a corner exists
//! that turns it.

use std::cmp::Ordering;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use sosie_similarity::EventId;
use sosie_similarity::sensitivity::Ranking;

use super::cases::{Case, seeded};

/// Weights moved by up to `share`: the corners and the inside of the box.
fn moved(case: &Case, share: f64, rng: &mut TestRng) -> Vec<f64> {
    let to_corners = rng.next_u32().is_multiple_of(2);
    let weights = case.weights.iter().map(|weight| {
        let at = if to_corners {
            f64::from(rng.next_u32() % 2)
        } else {
            f64::from(rng.next_u32()) / f64::from(u32::MAX)
        };
        weight * (1.0 + share * (2.0 * at - 1.0))
    });
    weights.collect()
}

fn ids(ranking: &Ranking) -> Vec<EventId> {
    ranking.hits().map(|row| row.event_id.clone()).collect()
}

/// Short of 1, where a weight would be 0.
fn inside(share: f64) -> f64 {
    share.min(0.999_999)
}

#[test]
fn an_order_stays_as_far_as_it_is_said_to() {
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut some = 0;
    for case in seeded(8).take(5_000) {
        let Some(ranking) = case.ranking(5, 8) else {
            continue;
        };
        let stability = ranking.stability(0.05).expect("a share");
        let share = inside(stability.order_holds_up_to);
        some += usize::from(share > 0.0);
        for _ in 0..60 {
            let weights = moved(&case, share, &mut rng);
            let now = case.ranked(&weights);
            let kept: Vec<_> = now
                .into_iter()
                .filter(|id| ids(&ranking).contains(id))
                .collect();
            assert_eq!(kept, ids(&ranking), "{stability:?} {weights:?} {case:?}");
        }
    }
    assert!(some > 500, "{some}");
}

#[test]
fn the_members_stay_as_far_as_they_are_said_to() {
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut some = 0;
    for (at, case) in seeded(12).take(5_000).enumerate() {
        // Of up to 12 candidates 3 to 7 are known, so somebody unknown may come in.
        let Some(ranking) = case.ranking(3, 3 + at % 5) else {
            continue;
        };
        let stability = ranking.stability(0.05).expect("a share");
        let unseen = stability.unseen_stay_out_up_to.unwrap_or(0.0);
        let share = inside(stability.membership_holds_up_to.min(unseen));
        some += usize::from(share > 0.0);
        let mut expected = ids(&ranking);
        expected.sort();
        for _ in 0..40 {
            let weights = moved(&case, share, &mut rng);
            let mut members = case.ranked(&weights);
            members.truncate(3);
            members.sort();
            assert_eq!(members, expected, "{stability:?} {weights:?} {case:?}");
        }
    }
    assert!(some > 500, "{some}");
}

#[test]
fn a_pair_that_is_sure_never_turns() {
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut sure = 0;
    for case in seeded(2).take(10_000) {
        let Some(ranking) = case
            .ranking(2, 2)
            .filter(|ranking| ranking.hits().len() == 2)
        else {
            continue;
        };
        let share = f64::from(rng.next_u32() % 90) / 100.0;
        if ranking.stability(share).expect("a share").sure_pairs < 1.0 {
            continue;
        }
        sure += 1;
        let ids = ids(&ranking);
        for _ in 0..100 {
            let weights = moved(&case, share, &mut rng);
            let order = case.order(&weights, [&ids[0], &ids[1]]);
            // A floor may take one out: that is no turn.
            assert_ne!(
                order,
                Some(Ordering::Greater),
                "{share} {weights:?} {case:?}"
            );
        }
    }
    assert!(sure > 1_000, "{sure}");
}

/// With the same axes in the sums of both the share is exact: the worst corner just past it turns the order.
#[test]
fn past_the_share_a_corner_turns_a_pair_of_the_same_axes() {
    let mut turned = 0;
    for case in seeded(2).take(10_000) {
        let Some(ranking) = case
            .ranking(2, 2)
            .filter(|ranking| ranking.hits().len() == 2)
        else {
            continue;
        };
        let rows: Vec<_> = ranking.hits().cloned().collect();
        let lines = || rows[0].lines.iter().zip(&rows[1].lines);
        let is_same = lines().all(|(a, b)| a.counted.is_some() == b.counted.is_some());
        let differs = lines().any(|(a, b)| a.counted != b.counted);
        let sure = ranking.stability(0.0).expect("a share").order_holds_up_to;
        let past = sure + 1e-6;
        // A floor may set the share, and is not asked about here.
        if !is_same || !differs || past >= 1.0 || case.floor > 0.0 {
            continue;
        }
        let (mut weights, mut spread, mut size) = (case.weights.clone(), 0.0, 0.0);
        for (a, b) in lines() {
            let axes = case.profile.axes().iter();
            let place = axes
                .clone()
                .position(|rule| rule.axis == a.axis)
                .expect("every axis");
            let (x, y) = (a.counted.unwrap_or(0.0), b.counted.unwrap_or(0.0));
            spread += weights[place] * (x - y).abs();
            size += weights[place] * (x + y);
            weights[place] *= if x > y { 1.0 - past } else { 1.0 + past };
        }
        // Rows that differ by rounding only turn by rounding only.
        if spread < size * 1e-6 {
            continue;
        }
        let order = case.order(&weights, [&rows[0].event_id, &rows[1].event_id]);
        assert_eq!(order, Some(Ordering::Greater), "{sure} {case:?}");
        turned += 1;
    }
    assert!(turned > 500, "{turned}");
}
