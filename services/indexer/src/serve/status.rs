//! Why a call is refused, and the one table from there to gRPC codes.

use sosie_index::{ActivateError, OpenError};
use sosie_proto::error;
use sosie_similarity::Invalid;
use sosie_store::{StoreError, SubmitError};
use tokio::task::JoinError;
use tonic::Status;

use super::config::{ENDING_RETRY, STORE_RETRY};

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
    #[error(transparent)]
    Journal(#[from] sosie_index::JournalError),
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
            CallError::Activate(ActivateError::Mismatch { .. }) => {
                error::active_generation_mismatch()
            }
            CallError::Open(OpenError::NotFound { .. }) => {
                error::generation_not_found("generation_id")
            }
            CallError::Open(ref cause) | CallError::Activate(ActivateError::Damaged(ref cause)) => {
                tracing::error!(%error, "a generation can't be used");
                generation_unusable(cause)
            }
            CallError::Submit(SubmitError::Closed)
            | CallError::Activate(ActivateError::Journal(_) | ActivateError::Store(_))
            | CallError::Journal(_)
            | CallError::Task(_) => {
                tracing::error!(%error, "call failed");
                error::internal()
            }
        }
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
