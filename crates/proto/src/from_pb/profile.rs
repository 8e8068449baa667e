//! Changes of the state of a profile.

use sosie_similarity::{Digest, Invalid, ProfileId, ProfileReason, ProfileRef, ProfileState, Rule};

use super::{At, choice, required_text};
use crate::pb;

/// A call of `ActivateProfile` or `RetireProfile`.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeProfile {
    /// Which revision.
    pub id: ProfileId,
    /// Why; a reason for the state that the method leads to.
    pub reason: ProfileReason,
    /// The digest that the author looked at.
    pub reviewed: Option<Digest>,
}

/// A call of `ActivateProfile`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn activate_profile(request: pb::ActivateProfileRequest) -> Result<ChangeProfile, Invalid> {
    let pb::ActivateProfileRequest {
        profile,
        reason,
        profile_digest,
    } = request;
    Ok(ChangeProfile {
        id: id(&profile).at("profile")?,
        reason: self::reason(reason, ProfileState::Active).at("reason")?,
        reviewed: digest(&profile_digest).at("profile_digest")?,
    })
}

/// A call of `RetireProfile`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn retire_profile(request: pb::RetireProfileRequest) -> Result<ChangeProfile, Invalid> {
    let pb::RetireProfileRequest { profile, reason } = request;
    Ok(ChangeProfile {
        id: id(&profile).at("profile")?,
        reason: self::reason(reason, ProfileState::Retired).at("reason")?,
        reviewed: None,
    })
}

/// A change is of one revision: a name alone is not enough.
fn id(text: &str) -> Result<ProfileId, Rule> {
    let ProfileRef { name, revision } = ProfileRef::parse(required_text(text)?)?;
    let revision = revision.ok_or(Rule::Malformed)?;
    Ok(ProfileId { name, revision })
}

fn digest(text: &str) -> Result<Option<Digest>, Rule> {
    if text.is_empty() {
        return Ok(None);
    }
    Digest::from_hex(text).map(Some).ok_or(Rule::Malformed)
}

fn reason(number: i32, leads_to: ProfileState) -> Result<ProfileReason, Rule> {
    use pb::ProfileChangeReason as Told;
    let reason = match choice::known(number)? {
        Told::Unspecified => return Err(Rule::Required),
        Told::FirstUse => ProfileReason::FirstUse,
        Told::PolicyChange => ProfileReason::PolicyChange,
        Told::Correction => ProfileReason::Correction,
        Told::Evaluation => ProfileReason::Evaluation,
        Told::LegalRequirement => ProfileReason::LegalRequirement,
        Told::Superseded => ProfileReason::Superseded,
        Told::Defect => ProfileReason::Defect,
        Told::Discontinued => ProfileReason::Discontinued,
    };
    if reason.state() == leads_to {
        Ok(reason)
    } else {
        Err(Rule::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::to_pb;

    fn activate(profile: &str, reason: i32, digest: &str) -> Result<ChangeProfile, Invalid> {
        activate_profile(pb::ActivateProfileRequest {
            profile: profile.to_owned(),
            reason,
            profile_digest: digest.to_owned(),
        })
    }

    fn retire(profile: &str, reason: i32) -> Result<ChangeProfile, Invalid> {
        let profile = profile.to_owned();
        retire_profile(pb::RetireProfileRequest { profile, reason })
    }

    #[test]
    fn a_reason_is_for_one_of_the_two_changes() {
        for reason in ProfileReason::ALL {
            let number = i32::from(to_pb::profile_reason(reason));
            let (activated, retired) = (activate("a@1", number, ""), retire("a@1", number));
            let (taken, refused) = match reason.state() {
                ProfileState::Retired => (retired, activated),
                ProfileState::Draft | ProfileState::Active => (activated, retired),
            };
            assert_eq!(taken.unwrap().reason, reason);
            let invalid = Invalid::new("reason", Rule::Malformed);
            assert_eq!(refused.unwrap_err(), invalid);
        }
        let refused = |reason| activate("a@1", reason, "").unwrap_err().rule;
        assert_eq!(refused(0), Rule::Required);
        assert_eq!(refused(9), Rule::Malformed);
    }

    #[test]
    fn a_change_is_of_one_revision_that_is_named_in_full() {
        let field = |asked: Result<ChangeProfile, Invalid>| asked.unwrap_err().field;
        for bad in ["", "a", "a@0", "a@", "A@1"] {
            assert_eq!(field(activate(bad, 1, "")), "profile", "{bad}");
            assert_eq!(field(retire(bad, 6)), "profile", "{bad}");
        }
        assert_eq!(field(activate("a@1", 1, "abc")), "profile_digest");
        let digest = Digest::of(b"rules");
        let asked = activate("a@1", 1, &digest.to_string()).unwrap();
        assert_eq!(asked.reviewed, Some(digest));
    }
}
