use super::*;
use crate::axis::Axis;
use crate::code::Code;
use crate::measure::Measure;
use crate::profile::{AxisRule, MissingPolicy};

/// Revision 2 of `tranquillity` with a weight for every axis.
fn profile(weight: f64) -> Arc<Profile> {
    let id = ProfileId {
        name: Code::new("tranquillity").unwrap(),
        revision: 2,
    };
    let rule = |axis| AxisRule {
        axis,
        measure: Measure::Equal,
        weight,
        missing: MissingPolicy::Zero,
    };
    Arc::new(Profile::new(id, Axis::ALL.map(rule).into(), 0.0).unwrap())
}

fn change(seconds: i64, reason: ProfileReason) -> ProfileChange {
    ProfileChange {
        time: Timestamp::from_micros(seconds * 1_000_000).unwrap(),
        author: AuthorId::new("office-of-rules").unwrap(),
        reason,
    }
}

/// A revision after so many of these changes as it takes.
fn lived(revision: &Revision, reasons: &[ProfileReason]) -> Revision {
    let mut lived = revision.clone();
    for (at, &reason) in reasons.iter().enumerate() {
        if let Ok(next) = lived.changed(None, change(at as i64, reason)) {
            lived = next;
        }
    }
    lived
}

/// Every sequence of three reasons, from both beginnings.
fn lives() -> Vec<Revision> {
    let mut lives = Vec::new();
    for begun in [
        Revision::draft(profile(1.0)),
        Revision::shipped(profile(1.0)),
    ] {
        for a in ProfileReason::ALL {
            for b in ProfileReason::ALL {
                for c in ProfileReason::ALL {
                    lives.push(lived(&begun, &[a, b, c]));
                }
            }
        }
    }
    lives
}

#[test]
fn no_revision_is_active_twice_whatever_is_asked() {
    for life in lives() {
        let mut states = vec![life.begun];
        states.extend(life.history().iter().map(|change| change.reason.state()));
        // Draft, active, retired: each state is after the one before it.
        assert!(states.is_sorted_by(|a, b| a < b), "{states:?}");
        assert_eq!(life.state(), *states.last().unwrap());
    }
}

#[test]
fn the_rules_of_a_revision_that_was_ever_active_never_change() {
    for life in lives() {
        let (same, other) = (profile(1.0), profile(2.0));
        assert_eq!(life.with_rules(&same).unwrap(), life);
        let edited = life.with_rules(&other);
        match life.state() {
            ProfileState::Draft => assert_eq!(edited.unwrap(), Revision::draft(other)),
            state @ (ProfileState::Active | ProfileState::Retired) => {
                let id = life.profile().id().clone();
                assert_eq!(edited, Err(InvalidChange::Immutable { id, state }));
            }
        }
    }
}

#[test]
fn a_change_is_taken_from_the_state_before_and_from_no_other() {
    let draft = Revision::draft(profile(1.0));
    let active = lived(&draft, &[ProfileReason::Evaluation]);
    let retired = lived(&active, &[ProfileReason::Defect]);
    for revision in [&draft, &active, &retired, &Revision::shipped(profile(1.0))] {
        for reason in ProfileReason::ALL {
            let is_next = Some(revision.state()) == reason.state().before();
            let changed = revision.changed(None, change(9, reason));
            assert_eq!(changed.is_ok(), is_next, "{revision:?} {reason:?}");
        }
    }
    let refused = retired.changed(None, change(9, ProfileReason::FirstUse));
    let refused = refused.unwrap_err().to_string();
    let told = "`tranquillity@2` is retired: only a revision that is draft becomes active";
    assert_eq!(refused, told);
}

#[test]
fn a_draft_that_was_edited_after_it_was_reviewed_is_not_activated() {
    let draft = Revision::draft(profile(1.0));
    let reviewed = Some(draft.profile().digest());
    let first_use = || change(1, ProfileReason::FirstUse);
    assert!(draft.changed(reviewed, first_use()).is_ok());
    let edited = draft.with_rules(&profile(2.0)).unwrap();
    let refused = edited.changed(reviewed, first_use());
    let id = draft.profile().id().clone();
    assert_eq!(refused, Err(InvalidChange::OtherDigest(id)));
}

#[test]
fn the_times_of_a_history_never_go_back() {
    let draft = Revision::draft(profile(1.0));
    let active = draft
        .changed(None, change(5, ProfileReason::FirstUse))
        .unwrap();
    let retire = |seconds| active.changed(None, change(seconds, ProfileReason::Superseded));
    let id = draft.profile().id().clone();
    assert_eq!(retire(4), Err(InvalidChange::TimeBackwards(id)));
    assert!(retire(5).is_ok());
}

#[test]
fn an_author_is_an_account_or_an_office_and_no_sentence() {
    for good in [
        "office-of-rules",
        "spiffe://city.example/rules",
        &"x".repeat(128),
    ] {
        assert!(AuthorId::new(good).is_ok(), "{good}");
    }
    for bad in ["", "Jean Dupont", "é", "a\n", &"x".repeat(129)] {
        assert_eq!(AuthorId::new(bad), Err(InvalidChange::Author), "{bad}");
    }
}
