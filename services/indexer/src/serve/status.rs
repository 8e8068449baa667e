//! Why a call is refused, and the one table from there to gRPC codes.

use sosie_index::{ActivateError, GenerationId, OpenError, ProfileError};
use sosie_proto::error;
use sosie_rpc::Role;
use sosie_similarity::{Invalid, InvalidChange};
use sosie_store::{StoreError, SubmitError};
use tokio::task::JoinError;
use tonic::Status;

use super::config::{ENDING_RETRY, STORE_RETRY};
use super::follower::FollowError;
use super::jobs::JobId;
use super::profiles::ProfilesError;
use crate::snapshot::SnapshotError;

/// Why a call has no answer, or a stream no further one.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// What the connection or the codec said of a message of a stream.
    #[error(transparent)]
    Stream(#[from] Status),
    #[error("the service is ending")]
    Ending,
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// A generation, or the list of them, can't be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Activate(#[from] ActivateError),
    /// What is served can't be read.
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error("no job of that name is kept")]
    JobNotFound,
    #[error("no source of that name is declared")]
    SourceNotFound { at: usize },
    #[error("{0} runs")]
    ReindexRunning(JobId),
    #[error("{0} is served by choice")]
    Held(GenerationId),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A job can't be kept.
    #[error("the job was not kept: {0}")]
    Book(#[from] std::io::Error),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error("no record of that id is in quarantine")]
    QuarantinedNotFound,
    /// A method for a role, and nobody is known to have it.
    #[error("no callers are configured")]
    NoCallers(Role),
    #[error("no profile of that name and revision is loaded")]
    ProfileNotFound,
    #[error(transparent)]
    ProfileChange(#[from] InvalidChange),
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    #[error("the work of the call panicked or was cancelled")]
    Task(#[from] JoinError),
}

impl From<CallError> for Status {
    /// The only place where an error of the work meets a gRPC code. No `_` arm: a new error has to pick its code.
    fn from(error: CallError) -> Self {
        match error {
            CallError::Invalid(invalid) => error::invalid(&invalid),
            CallError::Stream(status) => status,
            CallError::Ending => error::not_serving(ENDING_RETRY),
            CallError::Submit(SubmitError::Store(ref cause)) => {
                tracing::error!(%error, "the store could not be written");
                store_failed(cause)
            }
            CallError::JobNotFound => error::reindex_job_not_found("job_id"),
            CallError::SourceNotFound { at } => {
                error::source_not_found(&format!("source_names[{at}]"))
            }
            CallError::ReindexRunning(job) => error::reindex_running(&job.to_string()),
            CallError::Held(generation) => error::generation_held(&generation.to_string()),
            CallError::Store(ref cause) => {
                tracing::error!(%error, "the store could not be read");
                store_failed(cause)
            }
            CallError::Book(_) => {
                tracing::error!(%error, "a reindex job could not be kept");
                error::store_unavailable(STORE_RETRY)
            }
            CallError::QuarantinedNotFound => error::quarantined_not_found("record_id"),
            CallError::Activate(ActivateError::Mismatch { .. }) => {
                error::active_generation_mismatch()
            }
            CallError::Open(OpenError::NotFound { .. }) => {
                error::generation_not_found("generation_id")
            }
            CallError::NoCallers(role) => error::callers_not_configured(role.name()),
            CallError::ProfileNotFound => error::profile_not_found("profile"),
            CallError::ProfileChange(ref refused) => change_refused(refused),
            CallError::Profiles(ProfilesError::File(ref refused)) if is_changed(refused) => {
                tracing::error!(%error, "a file says otherwise than what was activated");
                error::profile_changed()
            }
            CallError::Snapshot(SnapshotError::Taken(_)) => error::snapshot_exists(),
            CallError::Snapshot(SnapshotError::Cancelled) => error::not_serving(ENDING_RETRY),
            CallError::Open(ref cause) | CallError::Activate(ActivateError::Damaged(ref cause)) => {
                tracing::error!(%error, "a generation can't be used");
                generation_unusable(cause)
            }
            CallError::Submit(SubmitError::Closed)
            | CallError::Activate(ActivateError::Journal(_) | ActivateError::Store(_))
            | CallError::Follow(_)
            | CallError::Snapshot(_)
            | CallError::Profiles(_)
            | CallError::Task(_) => {
                tracing::error!(%error, "call failed");
                error::internal()
            }
        }
    }
}

/// Why the state of a revision stays.
fn change_refused(refused: &InvalidChange) -> Status {
    match refused {
        InvalidChange::State { state, from, .. } => error::profile_state(state.name(), from.name()),
        InvalidChange::OtherDigest(_) | InvalidChange::Immutable { .. } => error::profile_changed(),
        // Names of callers are of that form, and a clock that goes back is for an operator to mend.
        InvalidChange::Author | InvalidChange::TimeBackwards(_) => {
            tracing::error!(error = %refused, "the state of a profile was not changed");
            error::internal()
        }
    }
}

fn is_changed(refused: &ProfileError) -> bool {
    match refused {
        ProfileError::File { source, .. } => is_changed(source),
        ProfileError::Changed(_) => true,
        ProfileError::Syntax { .. }
        | ProfileError::Invalid(_)
        | ProfileError::Duplicate(_)
        | ProfileError::TooLong
        | ProfileError::Unreadable(_) => false,
    }
}

fn store_failed(cause: &StoreError) -> Status {
    match cause {
        StoreError::Open(_) | StoreError::Database(_) | StoreError::Io(_) => {
            error::store_unavailable(STORE_RETRY)
        }
        StoreError::Malformed(_) => error::internal(),
    }
}

/// Whether the generation is at fault, or the system.
fn generation_unusable(cause: &OpenError) -> Status {
    match cause {
        OpenError::Directory { .. }
        | OpenError::CurrentUnreadable { .. }
        | OpenError::CurrentMalformed
        | OpenError::FileUnreadable { .. } => error::internal(),
        OpenError::NotFound { .. }
        | OpenError::ManifestMismatch { .. }
        | OpenError::FormatVersion { .. }
        | OpenError::ManifestInvalid { .. }
        | OpenError::FileMissing { .. }
        | OpenError::FileExtra { .. }
        | OpenError::FileMismatch { .. } => error::generation_damaged(),
    }
}
