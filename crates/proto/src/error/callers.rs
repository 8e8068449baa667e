//! Refusals for who calls, and of changes that only an author may make.

use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::{details, details_about};
use crate::pb::ErrorReason;

/// UNAUTHENTICATED, UNAUTHENTICATED: the call has no token that is known.
pub fn unauthenticated() -> Status {
    Status::with_error_details(
        Code::Unauthenticated,
        "the call has no token of a known caller: send `authorization: Bearer TOKEN`",
        details(ErrorReason::Unauthenticated),
    )
}

/// PERMISSION_DENIED, PERMISSION_DENIED: the caller has none of `roles`, which are names with commas between.
pub fn permission_denied(roles: &str) -> Status {
    Status::with_error_details(
        Code::PermissionDenied,
        format!("the caller has no role that may do this: {roles}"),
        details_about(ErrorReason::PermissionDenied, ("roles", roles)),
    )
}

/// FAILED_PRECONDITION, CALLERS_NOT_CONFIGURED: the method is for callers with the role `role`, and there is no file of them.
pub fn callers_not_configured(role: &str) -> Status {
    let message = format!(
        "only a caller with the role `{role}` may do this, and no callers are configured: start the service with \
         --callers FILE, as deploy/callers.toml"
    );
    Status::with_error_details(
        Code::FailedPrecondition,
        message,
        details(ErrorReason::CallersNotConfigured),
    )
}

/// FAILED_PRECONDITION, PROFILE_STATE: the revision is `state`, and the change begins in `from`.
pub fn profile_state(state: &str, from: &str) -> Status {
    Status::with_error_details(
        Code::FailedPrecondition,
        format!("the revision of the profile is {state}, and must be {from} for that"),
        details_about(ErrorReason::ProfileState, ("state", state)),
    )
}

/// FAILED_PRECONDITION, PROFILE_CHANGED: the rules are other ones than those that were reviewed or activated.
pub fn profile_changed() -> Status {
    Status::with_error_details(
        Code::FailedPrecondition,
        "the rules of the profile are not those that were reviewed or activated",
        details(ErrorReason::ProfileChanged),
    )
}
