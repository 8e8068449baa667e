//! Why a call is refused, and the one table from there to gRPC codes.

use sosie_proto::error;
use sosie_proto::pb::ReplayObstacle;
use sosie_similarity::Invalid;
use tokio::task::JoinError;
use tonic::Status;

use crate::config::NOT_SERVING_RETRY;
use crate::engine::EngineError;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The event that this field of the request names is not stored.
    #[error("`{0}` is not an event of the generation")]
    EventNotFound(&'static str),
    /// The profile that this field of the request names is not loaded.
    #[error("`{0}` is not a loaded profile")]
    ProfileNotFound(&'static str),
    #[error("the generation of the page token is no longer loaded")]
    GenerationExpired,
    #[error("what the receipt pins is gone or differs")]
    ReceiptNotReplayable(Vec<ReplayObstacle>),
    /// What was put together for a document does not belong together: the fault is ours.
    #[error("{0}")]
    Record(Box<dyn std::error::Error + Send + Sync>),
    #[error("no generation is loaded")]
    NotServing,
    #[error("the deadline passed")]
    DeadlineExceeded,
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("the work of the call panicked or was cancelled")]
    Task(#[from] JoinError),
}

impl From<CallError> for Status {
    /// The only place where an error of the work meets a gRPC code. No `_` arm: a new error has to pick its code.
    fn from(error: CallError) -> Self {
        match error {
            CallError::Invalid(invalid) => error::invalid(&invalid),
            CallError::EventNotFound(field) => error::event_not_found(field),
            CallError::ProfileNotFound(field) => error::profile_not_found(field),
            CallError::GenerationExpired => error::generation_expired(),
            CallError::ReceiptNotReplayable(obstacles) => error::receipt_not_replayable(&obstacles),
            CallError::NotServing => error::not_serving(NOT_SERVING_RETRY),
            // Work is cancelled when its deadline passes or its caller leaves; the latter reads nothing.
            CallError::DeadlineExceeded | CallError::Engine(EngineError::Cancelled) => {
                error::deadline_exceeded()
            }
            CallError::Engine(EngineError::Failed(_))
            | CallError::Record(_)
            | CallError::Task(_) => {
                tracing::error!(%error, "call failed");
                error::internal()
            }
        }
    }
}
