//! One comparison from start to end, under each policy for what is missing.
//!
//! A football match is planned for Saturday 2024-06-01 and compared with one of a Saturday in July
//! 2023 whose sector and opening time were never written down:
//!
//! | axis | probe | candidate | similarity |
//! |---|---|---|---|
//! | location | | 43.27 5.39 | plays no part |
//! | participants | 8, PEAK | 2 | (8 + 1) / (2 + 1) = 3 times: 1/2 |
//! | nature | sport/football/professional | sport/football/amateur | 2 · 2 / 6 = 2/3 |
//! | sector | marseille/13008 | | missing |
//! | day_kind | Saturday: 1 | Saturday: 1 | 1 |
//! | season | June: 1 | July: 1 | 1 |
//! | footprint | | | plays no part |
//! | duration | 7,200 s | | missing |

use chrono_tz::Tz;
use sosie_similarity::{
    Axis, AxisStatus, Basis, Draft, DraftTimes, Event, EventTimes, LedgerLine, MissingPolicy,
    Participants, Profile, Score, Scorer, StatedValues, Unscored,
};

use crate::fixtures::{self, count, day, draft, event, path, place, profile, rules};

pub(super) fn peak(best: u64) -> Participants {
    Participants::new(best, None, None, Some(Basis::Peak)).expect("within the limit")
}

pub(super) fn probe() -> Draft {
    let stated = StatedValues {
        nature: Some(path("sport/football/professional")),
        sector: Some(path("marseille/13008")),
        participants: Some(peak(8)),
        active_duration_s: Some(7_200.0),
        ..StatedValues::default()
    };
    draft(stated, Some(DraftTimes::StartDate(day("2024-06-01"))))
}

pub(super) fn candidate() -> Event {
    let mut parts = fixtures::parts("e");
    let saturday = day("2023-07-08");
    parts.times = EventTimes::days(saturday, saturday, Tz::Europe__Paris).expect("a day");
    parts.stated = StatedValues {
        nature: Some(path("sport/football/amateur")),
        location: Some(place(43.27, 5.39)),
        participants: Some(count(2)),
        ..StatedValues::default()
    };
    event(parts)
}

pub(super) fn score(profile: &Profile, candidate: &Event) -> Result<Score, Unscored> {
    let weights: Vec<_> = profile.axes().iter().map(|rule| rule.weight).collect();
    let probe = probe();
    Scorer::new(profile, &weights, probe.values(), 0.0).score(&candidate.values())
}

pub(super) fn ledger(profile: &Profile, candidate: &Event) -> Vec<LedgerLine> {
    let weights: Vec<_> = profile.axes().iter().map(|rule| rule.weight).collect();
    let probe = probe();
    Scorer::new(profile, &weights, probe.values(), 0.0).ledger(&candidate.values())
}

pub(super) fn check(found: Score, score: f64, coverage: f64) {
    assert!((found.score - score).abs() < 1e-12, "{found:?}");
    assert!((found.coverage - coverage).abs() < 1e-12, "{found:?}");
}

/// Axis, status, similarity, effective weight and contribution of each line.
fn check_ledger(policy: MissingPolicy, expected: [(Axis, AxisStatus, Option<f64>, f64, f64); 8]) {
    let ledger = ledger(&profile(rules(policy)), &candidate());
    assert_eq!(ledger.len(), expected.len());
    for (line, (axis, status, similarity, effective, contribution)) in ledger.iter().zip(expected) {
        assert_eq!((line.axis, line.status), (axis, status));
        let close = |found: f64, expected: f64| (found - expected).abs() < 1e-12;
        assert_eq!(line.similarity.is_some(), similarity.is_some(), "{line:?}");
        assert!(
            close(line.similarity.unwrap_or(0.0), similarity.unwrap_or(0.0)),
            "{line:?}"
        );
        assert!(close(line.effective_weight, effective), "{line:?}");
        assert!(close(line.contribution, contribution), "{line:?}");
        assert_eq!(line.declared_weight, 1.0);
    }
}

#[test]
fn zero_counts_what_is_missing_as_no_resemblance() {
    // P has six axes, C four: (1/2 + 2/3 + 0 + 1 + 1 + 0) / 6 = 19/36.
    let found = score(&profile(rules(MissingPolicy::Zero)), &candidate()).unwrap();
    check(found, 19.0 / 36.0, 4.0 / 6.0);
    let sixth = 1.0 / 6.0;
    check_ledger(
        MissingPolicy::Zero,
        [
            (Axis::Location, AxisStatus::ProbeMissing, None, 0.0, 0.0),
            (
                Axis::Participants,
                AxisStatus::Compared,
                Some(0.5),
                sixth,
                1.0 / 12.0,
            ),
            (
                Axis::Nature,
                AxisStatus::Compared,
                Some(2.0 / 3.0),
                sixth,
                1.0 / 9.0,
            ),
            (
                Axis::Sector,
                AxisStatus::CandidateMissing,
                Some(0.0),
                sixth,
                0.0,
            ),
            (Axis::DayKind, AxisStatus::Compared, Some(1.0), sixth, sixth),
            (Axis::Season, AxisStatus::Compared, Some(1.0), sixth, sixth),
            (Axis::Footprint, AxisStatus::ProbeMissing, None, 0.0, 0.0),
            (
                Axis::Duration,
                AxisStatus::CandidateMissing,
                Some(0.0),
                sixth,
                0.0,
            ),
        ],
    );
}

#[test]
fn neutral_counts_what_is_missing_as_told() {
    // (19/6 + 1/4 + 1/4) / 6 = 11/18; coverage as ever.
    let policy = MissingPolicy::Neutral(0.25);
    let found = score(&profile(rules(policy)), &candidate()).unwrap();
    check(found, 11.0 / 18.0, 4.0 / 6.0);
    let sixth = 1.0 / 6.0;
    check_ledger(
        policy,
        [
            (Axis::Location, AxisStatus::ProbeMissing, None, 0.0, 0.0),
            (
                Axis::Participants,
                AxisStatus::Compared,
                Some(0.5),
                sixth,
                1.0 / 12.0,
            ),
            (
                Axis::Nature,
                AxisStatus::Compared,
                Some(2.0 / 3.0),
                sixth,
                1.0 / 9.0,
            ),
            (
                Axis::Sector,
                AxisStatus::CandidateMissing,
                Some(0.25),
                sixth,
                1.0 / 24.0,
            ),
            (Axis::DayKind, AxisStatus::Compared, Some(1.0), sixth, sixth),
            (Axis::Season, AxisStatus::Compared, Some(1.0), sixth, sixth),
            (Axis::Footprint, AxisStatus::ProbeMissing, None, 0.0, 0.0),
            (
                Axis::Duration,
                AxisStatus::CandidateMissing,
                Some(0.25),
                sixth,
                1.0 / 24.0,
            ),
        ],
    );
}

#[test]
fn renormalise_leaves_what_is_missing_out_of_both_sums() {
    // (1/2 + 2/3 + 1 + 1) / 4 = 19/24; coverage as ever.
    let found = score(&profile(rules(MissingPolicy::Renormalise)), &candidate()).unwrap();
    check(found, 19.0 / 24.0, 4.0 / 6.0);
    check_ledger(
        MissingPolicy::Renormalise,
        [
            (Axis::Location, AxisStatus::ProbeMissing, None, 0.0, 0.0),
            (
                Axis::Participants,
                AxisStatus::Compared,
                Some(0.5),
                0.25,
                1.0 / 8.0,
            ),
            (
                Axis::Nature,
                AxisStatus::Compared,
                Some(2.0 / 3.0),
                0.25,
                1.0 / 6.0,
            ),
            (Axis::Sector, AxisStatus::CandidateMissing, None, 0.0, 0.0),
            (Axis::DayKind, AxisStatus::Compared, Some(1.0), 0.25, 0.25),
            (Axis::Season, AxisStatus::Compared, Some(1.0), 0.25, 0.25),
            (Axis::Footprint, AxisStatus::ProbeMissing, None, 0.0, 0.0),
            (Axis::Duration, AxisStatus::CandidateMissing, None, 0.0, 0.0),
        ],
    );
}

#[test]
fn each_axis_has_its_own_policy_and_weight() {
    // Nature three times: 1/2 + 3 · 2/3 + sector 1/2 + 1 + 1 over 7; duration is left out.
    let mut axes = rules(MissingPolicy::Zero);
    axes[2].weight = 3.0;
    axes[3].missing = MissingPolicy::Neutral(0.5);
    axes[7].missing = MissingPolicy::Renormalise;
    let found = score(&profile(axes), &candidate()).unwrap();
    // C weighs 1 + 3 + 1 + 1, P besides it sector and duration.
    check(found, 5.0 / 7.0, 6.0 / 8.0);
}
