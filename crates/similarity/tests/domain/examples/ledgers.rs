//! What the lines of a ledger show, on the comparison of [`policies`](super::policies).

use sosie_similarity::{
    Axis, AxisRule, AxisStatus, AxisValue, Basis, DistanceUnit, Event, LedgerLine, Measure,
    MissingPolicy, Participants, Unscored,
};

use super::policies::{candidate, check, ledger, peak, score};
use crate::fixtures::{count, event, place, profile, rectangle, rules, tranquillity};

#[test]
fn an_axis_without_weight_is_not_in_the_ledger() {
    let mut axes = rules(MissingPolicy::Zero);
    axes[3].weight = 0.0;
    axes[7].weight = 0.0;
    let profile = profile(axes);
    check(score(&profile, &candidate()).unwrap(), 19.0 / 24.0, 1.0);
    let ledger = ledger(&profile, &candidate());
    let lines: Vec<_> = ledger.iter().map(|line| line.axis).collect();
    assert!(
        lines.len() == 6 && !lines.contains(&Axis::Sector),
        "{lines:?}"
    );
}

#[test]
fn a_line_shows_both_values_as_they_are() {
    let ledger = ledger(&tranquillity(), &candidate());
    // ln 3, but for its last digit.
    let log_3 = ledger[1].distance.expect("compared");
    assert!((log_3 - 1.098_612_288_668_11).abs() < 1e-14);
    let participants = LedgerLine {
        axis: Axis::Participants,
        measure: "log_ratio",
        status: AxisStatus::Compared,
        probe: Some(AxisValue::Participants(peak(8))),
        candidate: Some(AxisValue::Participants(count(2))),
        distance: Some(log_3),
        unit: Some(DistanceUnit::LogRatio),
        similarity: Some(0.5),
        declared_weight: 1.0,
        effective_weight: 1.0 / 6.0,
        contribution: 1.0 / 12.0,
    };
    assert_eq!(ledger[1], participants);
    assert_eq!(
        ledger[0].candidate,
        Some(AxisValue::Location(place(43.27, 5.39)))
    );
    assert_eq!(ledger[0].probe, None);
    assert_eq!(ledger[4].probe, Some(AxisValue::Share(1.0)));
    assert_eq!(ledger[7].probe, Some(AxisValue::DurationS(7_200.0)));
    assert_eq!(
        (
            ledger[7].candidate.clone(),
            ledger[7].distance,
            ledger[7].unit
        ),
        (None, None, None)
    );
}

/// The candidate, but for what was counted.
fn counted_in(basis: Basis) -> Event {
    let mut parts = candidate().parts().clone();
    let count = Participants::new(2, None, None, Some(basis)).expect("within the limit");
    parts.stated.participants = Some(count);
    event(parts)
}

#[test]
fn counts_of_two_bases_are_not_comparable_and_the_policy_says_what_they_count() {
    for (policy, similarity, total) in [
        // Without the half of participants: 8/3 over six axes, or over the three that are left.
        (MissingPolicy::Zero, Some(0.0), (8.0 / 3.0) / 6.0),
        (
            MissingPolicy::Neutral(0.25),
            Some(0.25),
            (8.0 / 3.0 + 0.75) / 6.0,
        ),
        (MissingPolicy::Renormalise, None, (8.0 / 3.0) / 3.0),
    ] {
        let profile = profile(rules(policy));
        let line = ledger(&profile, &counted_in(Basis::Total)).swap_remove(1);
        assert_eq!(
            (line.status, line.similarity),
            (AxisStatus::NotComparable, similarity)
        );
        assert!(line.probe.is_some() && line.candidate.is_some() && line.distance.is_none());
        check(
            score(&profile, &counted_in(Basis::Total)).unwrap(),
            total,
            3.0 / 6.0,
        );
    }
    let same = ledger(&tranquillity(), &counted_in(Basis::Peak)).swap_remove(1);
    assert_eq!(
        (same.status, same.similarity),
        (AxisStatus::Compared, Some(0.5))
    );
}

#[test]
fn with_nothing_to_compare_there_is_no_score_whatever_the_policy() {
    let only = |axis: Axis| {
        let weight = |rule: AxisRule| f64::from(u8::from(rule.axis == axis));
        let rules = rules(MissingPolicy::Neutral(0.9)).into_iter();
        profile(
            rules
                .map(|rule| AxisRule {
                    weight: weight(rule.clone()),
                    ..rule
                })
                .collect(),
        )
    };
    assert_eq!(
        score(&only(Axis::Sector), &candidate()),
        Err(Unscored::NoComparableAxis)
    );
    assert!(score(&only(Axis::Nature), &candidate()).is_ok());
    // Both have a count, of different bases.
    let other_basis = counted_in(Basis::Daily);
    assert_eq!(
        score(&only(Axis::Participants), &other_basis),
        Err(Unscored::NoComparableAxis)
    );
}

#[test]
fn a_season_shows_its_day_under_the_cyclic_measure_and_its_share_under_any_other() {
    for (measure, expected) in [
        // Saturday 2023-07-08 is day 189 of its year, all of it in summer.
        (Measure::CyclicSeason, AxisValue::DayOfYear(189)),
        (Measure::ShareOverlap, AxisValue::Share(1.0)),
        (Measure::Equal, AxisValue::Share(1.0)),
    ] {
        let mut axes = rules(MissingPolicy::Zero);
        axes[5].measure = measure;
        let line = ledger(&profile(axes), &candidate()).swap_remove(5);
        assert_eq!(line.candidate, Some(expected));
    }
}

#[test]
fn a_footprint_shows_its_area_and_whether_there_is_a_geometry() {
    let mut parts = candidate().parts().clone();
    parts.stated.footprint_area_m2 = Some(12_000.0);
    let value = |has_geometry| AxisValue::Footprint {
        area_m2: 12_000.0,
        has_geometry,
    };
    let line = |event: &Event| ledger(&tranquillity(), event).swap_remove(6);
    assert_eq!(line(&event(parts.clone())).candidate, Some(value(false)));
    parts.stated.footprint = Some(rectangle((5.0, 43.0), (5.01, 43.01)));
    let line = line(&event(parts));
    // The probe has none, so the axis plays no part.
    assert_eq!(
        (line.status, line.candidate),
        (AxisStatus::ProbeMissing, Some(value(true)))
    );
}
