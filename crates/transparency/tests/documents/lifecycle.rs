use sosie_similarity::{Digest, Profile};
use sosie_transparency::{
    Activation, ActivationReason, AuthorId, InvalidTransition, Retirement, RetirementReason,
    Revision, RevisionState,
};

use crate::given::{profile, profile_id, rules, time};

fn author() -> AuthorId {
    AuthorId::new("observatory@city").unwrap()
}

fn activation() -> Activation {
    Activation {
        author: author(),
        reason: ActivationReason::FirstUse,
        time: time(100),
    }
}

fn retirement(seconds: i64) -> Retirement {
    Retirement {
        author: author(),
        reason: RetirementReason::Superseded,
        time: time(seconds),
    }
}

fn active() -> Revision {
    let digest = profile().digest();
    Revision::draft(profile())
        .activate(digest, activation())
        .unwrap()
}

fn edited() -> Profile {
    let mut rules = rules();
    rules[0].weight = 3.0;
    Profile::new(profile_id(1), rules, 0.0).unwrap()
}

#[test]
fn a_revision_goes_from_draft_to_active_to_retired() {
    let retired = active().retire(retirement(200)).unwrap();
    assert_eq!(
        retired.state(),
        &RevisionState::Retired(activation(), retirement(200))
    );
    assert_eq!(retired.profile(), &profile());
}

#[test]
fn only_a_draft_can_be_edited() {
    let draft = Revision::draft(profile()).edit(edited()).unwrap();
    assert_eq!(draft.profile(), &edited());
    let text = active().edit(edited()).unwrap_err().to_string();
    assert_eq!(text, "`tranquillity@1` is active, so it cannot be edited");
    let retired = active().retire(retirement(200)).unwrap();
    assert!(matches!(
        retired.edit(edited()),
        Err(InvalidTransition::State { .. })
    ));
}

#[test]
fn an_edit_keeps_name_and_revision() {
    let other = Profile::new(profile_id(2), rules(), 0.0).unwrap();
    let refused = Revision::draft(profile()).edit(other);
    assert!(matches!(
        refused,
        Err(InvalidTransition::OtherRevision { .. })
    ));
}

#[test]
fn what_becomes_active_is_what_was_reviewed() {
    let reviewed = profile().digest();
    let meanwhile = Revision::draft(profile()).edit(edited()).unwrap();
    let refused = meanwhile.activate(reviewed, activation());
    assert!(matches!(
        refused,
        Err(InvalidTransition::OtherDigest { .. })
    ));
    let unknown = Revision::draft(profile()).activate(Digest::of(b"x"), activation());
    assert!(unknown.is_err());
}

#[test]
fn no_revision_is_active_twice_and_no_draft_is_retired() {
    let digest = profile().digest();
    let again = active().activate(digest, activation());
    assert!(matches!(
        again,
        Err(InvalidTransition::State {
            asked: "activated",
            ..
        })
    ));
    let retired = active().retire(retirement(100)).unwrap();
    assert!(retired.clone().activate(digest, activation()).is_err());
    assert!(retired.retire(retirement(300)).is_err());
    assert!(Revision::draft(profile()).retire(retirement(100)).is_err());
}

#[test]
fn a_revision_is_not_retired_before_it_was_active() {
    let refused = active().retire(retirement(99));
    assert!(matches!(refused, Err(InvalidTransition::TimeBackwards(_))));
}

#[test]
fn an_author_is_an_account_and_no_name_with_a_space() {
    assert!(AuthorId::new(&"x".repeat(64)).is_ok());
    for text in ["", "two words", "é", &"x".repeat(65)] {
        assert_eq!(AuthorId::new(text), Err(InvalidTransition::Author));
    }
}
