//! The choice of a generation. Its name stays text here: whether it is one is for those who keep generations.

use sosie_similarity::{Invalid, Rule};

use super::{At, choice, required_text};
use crate::pb;

/// A call of `ActivateGeneration`.
#[derive(Clone, Debug, PartialEq)]
pub struct Activate {
    /// The name of the generation.
    pub generation_id: String,
    /// Why; never unspecified.
    pub reason: pb::ActivationReason,
    /// The name of the one that must be active.
    pub expected_active: Option<String>,
}

/// A call of `ActivateGeneration`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn activate_generation(request: pb::ActivateGenerationRequest) -> Result<Activate, Invalid> {
    let pb::ActivateGenerationRequest {
        generation_id,
        reason,
        expected_active_generation_id,
    } = request;
    required_text(&generation_id).at("generation_id")?;
    let reason = match choice::known(reason).at("reason")? {
        pb::ActivationReason::Unspecified => Err(Invalid::new("reason", Rule::Required)),
        reason @ (pb::ActivationReason::WrongData
        | pb::ActivationReason::WrongAnswers
        | pb::ActivationReason::TooSlow
        | pb::ActivationReason::Mended
        | pb::ActivationReason::Exercise) => Ok(reason),
    };
    Ok(Activate {
        generation_id,
        reason: reason?,
        expected_active: expected_active_generation_id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_is_named_and_chosen_for_a_reason() {
        let request = |generation_id: &str, reason| pb::ActivateGenerationRequest {
            generation_id: generation_id.to_owned(),
            reason,
            expected_active_generation_id: None,
        };
        let refused = |request| activate_generation(request).unwrap_err();
        assert!(activate_generation(request("gen-000001", 1)).is_ok());
        let unnamed = Invalid::new("generation_id", Rule::Required);
        assert_eq!(refused(request("", 1)), unnamed);
        let reason = |rule| Invalid::new("reason", rule);
        assert_eq!(refused(request("gen-000001", 0)), reason(Rule::Required));
        assert_eq!(refused(request("gen-000001", 6)), reason(Rule::Malformed));
    }
}
