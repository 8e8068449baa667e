//! How a refusal is told and read: `google.rpc.Status` with `ErrorInfo`, field violations and a time to retry.
//!
//! **Law.** One function per [`pb::ErrorReason`], and it alone picks the gRPC code. No message carries a value
//! of the request or of a record; what the caller can't mend is logged by the service, not told.
//!
//! Start reading at [`invalid`] on the side of the service, at [`describe`] on that of the client.

mod callers;

use std::collections::HashMap;
use std::time::Duration;

use sosie_similarity::{Invalid, Rule};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::pb::{self, ErrorReason, ReplayObstacle};

pub use callers::{
    callers_not_configured, permission_denied, profile_changed, profile_state, unauthenticated,
};

/// The `domain` of every `ErrorInfo` of Sosie.
pub const DOMAIN: &str = "sosie";

/// INVALID_ARGUMENT, INVALID_REQUEST: a field of the request breaks a rule.
pub fn invalid(invalid: &Invalid) -> Status {
    let violation = FieldViolation {
        reason: invalid.rule.code().to_owned(),
        ..FieldViolation::new(&invalid.field, invalid.rule.to_string())
    };
    let mut details = details(ErrorReason::InvalidRequest);
    details.set_bad_request(vec![violation]);
    Status::with_error_details(Code::InvalidArgument, invalid.to_string(), details)
}

/// NOT_FOUND, EVENT_NOT_FOUND: no event of the id that `field`, a full path, names.
pub fn event_not_found(field: &str) -> Status {
    let violation = FieldViolation {
        reason: "UNKNOWN_EVENT".to_owned(),
        ..FieldViolation::new(field, "is not an event of the generation")
    };
    not_found(ErrorReason::EventNotFound, violation)
}

/// NOT_FOUND, PROFILE_NOT_FOUND: no profile of the name and revision that `field`, a full path, names.
pub fn profile_not_found(field: &str) -> Status {
    let rule = Rule::UnknownProfile;
    let violation = FieldViolation {
        reason: rule.code().to_owned(),
        ..FieldViolation::new(field, rule.to_string())
    };
    not_found(ErrorReason::ProfileNotFound, violation)
}

/// NOT_FOUND, GENERATION_NOT_FOUND: no generation of the name that `field`, a full path, has is kept.
pub fn generation_not_found(field: &str) -> Status {
    let violation = FieldViolation {
        reason: "UNKNOWN_GENERATION".to_owned(),
        ..FieldViolation::new(field, "is not a generation that is kept")
    };
    not_found(ErrorReason::GenerationNotFound, violation)
}

/// FAILED_PRECONDITION, GENERATION_DAMAGED: a file of the generation is not what its manifest says. The caller logs
/// which before it calls this.
pub fn generation_damaged() -> Status {
    Status::with_error_details(
        Code::FailedPrecondition,
        "the generation is damaged, which is told in the log; the active one stays",
        details(ErrorReason::GenerationDamaged),
    )
}

/// FAILED_PRECONDITION, ACTIVE_GENERATION_MISMATCH: another generation is active than the caller expects.
pub fn active_generation_mismatch() -> Status {
    Status::with_error_details(
        Code::FailedPrecondition,
        "another generation is active than `expected_active_generation_id`",
        details(ErrorReason::ActiveGenerationMismatch),
    )
}

/// NOT_FOUND, REINDEX_JOB_NOT_FOUND: no job of the name that `field`, a full path, has is kept.
pub fn reindex_job_not_found(field: &str) -> Status {
    let violation = FieldViolation {
        reason: "UNKNOWN_JOB".to_owned(),
        ..FieldViolation::new(field, "is not a reindex job that is kept")
    };
    not_found(ErrorReason::ReindexJobNotFound, violation)
}

/// NOT_FOUND, SOURCE_NOT_FOUND: no source of the name that `field`, a full path, has is declared.
pub fn source_not_found(field: &str) -> Status {
    let violation = FieldViolation {
        reason: "UNKNOWN_SOURCE".to_owned(),
        ..FieldViolation::new(field, "is not a source that is declared")
    };
    not_found(ErrorReason::SourceNotFound, violation)
}

/// NOT_FOUND, QUARANTINED_NOT_FOUND: no record of the id that `field`, a full path, has is in quarantine.
pub fn quarantined_not_found(field: &str) -> Status {
    let violation = FieldViolation {
        reason: "UNKNOWN_RECORD".to_owned(),
        ..FieldViolation::new(field, "is not a record that is in quarantine")
    };
    not_found(ErrorReason::QuarantinedNotFound, violation)
}

/// FAILED_PRECONDITION, REINDEX_RUNNING: the job `job_id` runs.
pub fn reindex_running(job_id: &str) -> Status {
    Status::with_error_details(
        Code::FailedPrecondition,
        format!("the reindex job {job_id} runs: wait for it or cancel it"),
        details_about(ErrorReason::ReindexRunning, ("job_id", job_id)),
    )
}

/// FAILED_PRECONDITION, GENERATION_HELD: the generation `generation_id` was chosen to be served, and is not the newest.
pub fn generation_held(generation_id: &str) -> Status {
    let message = format!(
        "{generation_id} is served by choice: nothing takes its place before the newest of the store is activated"
    );
    let details = details_about(
        ErrorReason::GenerationHeld,
        ("generation_id", generation_id),
    );
    Status::with_error_details(Code::FailedPrecondition, message, details)
}

/// FAILED_PRECONDITION, RECEIPT_NOT_REPLAYABLE: what a receipt pins is gone or differs, as `obstacles` names it.
pub fn receipt_not_replayable(obstacles: &[ReplayObstacle]) -> Status {
    let names = obstacles.iter().map(|obstacle| {
        let name = obstacle.as_str_name();
        name.strip_prefix("REPLAY_OBSTACLE_").unwrap_or(name)
    });
    let names = names.collect::<Vec<_>>().join(",");
    let message = format!("what the receipt pins is gone or differs: {names}");
    let details = details_about(
        ErrorReason::ReceiptNotReplayable,
        ("obstacles", names.as_str()),
    );
    Status::with_error_details(Code::FailedPrecondition, message, details)
}

/// ALREADY_EXISTS, SNAPSHOT_EXISTS: a snapshot of the name that the request gives is there.
pub fn snapshot_exists() -> Status {
    Status::with_error_details(
        Code::AlreadyExists,
        "a snapshot of that name is there: give it another",
        details(ErrorReason::SnapshotExists),
    )
}

/// UNAVAILABLE, STORE_UNAVAILABLE: the store of record can't be written. A retry is safe.
pub fn store_unavailable(retry_after: Duration) -> Status {
    let mut details = details(ErrorReason::StoreUnavailable);
    details.set_retry_info(Some(retry_after));
    let message = "the store of record can't be written: send again what was not answered";
    Status::with_error_details(Code::Unavailable, message, details)
}

/// FAILED_PRECONDITION, GENERATION_EXPIRED: the page token is pinned to a generation that is no longer served.
pub fn generation_expired() -> Status {
    Status::with_error_details(
        Code::FailedPrecondition,
        "the generation of `page_token` is no longer served: begin again at the first page",
        details(ErrorReason::GenerationExpired),
    )
}

/// RESOURCE_EXHAUSTED, OVERLOADED: as many calls as the limit are in flight.
pub fn overloaded(retry_after: Duration) -> Status {
    let mut details = details(ErrorReason::Overloaded);
    details.set_retry_info(Some(retry_after));
    let message = "as many calls as the limit are in flight";
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

/// DEADLINE_EXCEEDED: the answer was not ready in time.
pub fn deadline_exceeded() -> Status {
    let details = details(ErrorReason::DeadlineExceeded);
    let message = "the deadline passed before the answer was ready";
    Status::with_error_details(Code::DeadlineExceeded, message, details)
}

/// UNAVAILABLE, NOT_SERVING: the service is not ready yet, or is shutting down. A retry is safe.
pub fn not_serving(retry_after: Duration) -> Status {
    let mut details = details(ErrorReason::NotServing);
    details.set_retry_info(Some(retry_after));
    Status::with_error_details(
        Code::Unavailable,
        "the service is not ready or is ending",
        details,
    )
}

/// INTERNAL: the fault is ours. The caller logs the cause before it calls this.
pub fn internal() -> Status {
    let details = details(ErrorReason::Internal);
    let message = "the service failed; the cause is in its log";
    Status::with_error_details(Code::Internal, message, details)
}

/// What a status says, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// The gRPC code.
    pub code: Code,
    /// Sosie's reason; `None` if the status was not made by a Sosie service that we understand.
    pub reason: Option<ErrorReason>,
    /// A sentence for people.
    pub message: String,
    /// The fields at fault.
    pub violations: Vec<pb::FieldViolation>,
    /// When to try again, if that was told.
    pub retry_after: Option<Duration>,
}

/// Reads a status, of Sosie or not. Details that can't be read count as absent.
pub fn describe(status: &Status) -> Described {
    let details = status.get_error_details();
    let info = details.error_info().filter(|info| info.domain == DOMAIN);
    let bad_request = details.bad_request();
    Described {
        code: status.code(),
        reason: info.and_then(|info| reason_from_name(&info.reason)),
        message: status.message().to_owned(),
        violations: bad_request.map_or_else(Vec::new, |bad_request| {
            bad_request.field_violations.iter().map(violation).collect()
        }),
        retry_after: details.retry_info().and_then(|retry| retry.retry_delay),
    }
}

/// What a call of its own would have been refused with, as one entry of a batch answer.
pub fn search_error(status: &Status) -> pb::SearchError {
    let described = describe(status);
    pb::SearchError {
        code: described.code.into(),
        reason: described.reason.unwrap_or_default().into(),
        message: described.message,
        field_violations: described.violations,
    }
}

/// The name of a reason as `ErrorInfo` has it: UPPER_SNAKE, such as `GENERATION_EXPIRED`.
pub fn reason_name(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix("ERROR_REASON_").unwrap_or(name)
}

fn reason_from_name(name: &str) -> Option<ErrorReason> {
    ErrorReason::from_str_name(&format!("ERROR_REASON_{name}"))
}

fn details(reason: ErrorReason) -> ErrorDetails {
    ErrorDetails::with_error_info(reason_name(reason), DOMAIN, HashMap::new())
}

/// With a name that the service gave, never a value of the request.
fn details_about(reason: ErrorReason, (key, name): (&str, &str)) -> ErrorDetails {
    let metadata = HashMap::from([(key.to_owned(), name.to_owned())]);
    ErrorDetails::with_error_info(reason_name(reason), DOMAIN, metadata)
}

fn not_found(reason: ErrorReason, violation: FieldViolation) -> Status {
    let message = format!("`{}` {}", violation.field, violation.description);
    let mut details = details(reason);
    details.set_bad_request(vec![violation]);
    Status::with_error_details(Code::NotFound, message, details)
}

/// A field at fault, where it is told in an answer and not in a status.
pub(crate) fn violation_of(invalid: &Invalid) -> pb::FieldViolation {
    pb::FieldViolation {
        field: invalid.field.clone(),
        description: invalid.rule.to_string(),
        reason: invalid.rule.code().to_owned(),
    }
}

fn violation(violation: &FieldViolation) -> pb::FieldViolation {
    pb::FieldViolation {
        field: violation.field.clone(),
        description: violation.description.clone(),
        reason: violation.reason.clone(),
    }
}

#[cfg(test)]
mod tests;
