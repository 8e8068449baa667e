//! Why a job did not succeed, and what is told of it.

use std::io;

use sosie_index::LiveError;
use sosie_similarity::Code;

use super::job::{Failure, FailureReason};
use super::source::ImportError;
use super::validation::Invalidated;
use crate::serve::feed::SwitchError;
use crate::serve::take_up::TakeUpError;

/// Why a job did not succeed.
#[derive(Debug, thiserror::Error)]
pub(super) enum JobError {
    /// It was told to stop.
    #[error("stopped")]
    Stopped,
    /// A source that it was started with is not declared any more.
    #[error("source `{}` is not declared", name.as_str())]
    UnknownSource { name: Code },
    /// A source was not imported.
    #[error("source `{}`: {error}", name.as_str())]
    Import { name: Code, error: Box<ImportError> },
    /// The index was not built.
    #[error(transparent)]
    Build(#[from] TakeUpError),
    /// The index was not closed.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// There is nothing to make an index of.
    #[error("the store is empty")]
    StoreEmpty,
    /// The index is not what it has to be.
    #[error("validation: {0}")]
    Invalidated(#[from] Box<Invalidated>),
    /// The index was not switched.
    #[error(transparent)]
    Switch(#[from] SwitchError),
    /// The job can't be kept.
    #[error("the job was not kept: {0}")]
    Book(#[from] io::Error),
    /// A bug, told by the hook of the process.
    #[error("panicked")]
    Panicked,
}

impl JobError {
    /// What is told of it.
    pub(super) fn failure(&self) -> Failure {
        let (reason, subject) = match self {
            JobError::Stopped | JobError::Panicked => (FailureReason::Internal, None),
            JobError::UnknownSource { name } => (FailureReason::SourceUnknown, Some(name.as_str())),
            JobError::Import { name, error } => imported(name, error),
            JobError::Build(TakeUpError::Record(_)) => (FailureReason::Internal, None),
            JobError::Build(TakeUpError::Store(_) | TakeUpError::Live(_))
            | JobError::Live(_)
            | JobError::Book(_) => (FailureReason::Storage, None),
            JobError::StoreEmpty => (FailureReason::StoreEmpty, None),
            JobError::Invalidated(cause) => invalidated(cause),
            JobError::Switch(SwitchError::Held(generation)) => {
                return Failure {
                    reason: FailureReason::GenerationHeld,
                    subject: Some(generation.to_string()),
                };
            }
            JobError::Switch(SwitchError::Failed | SwitchError::Ended) => {
                (FailureReason::Internal, None)
            }
        };
        Failure {
            reason,
            subject: subject.map(str::to_owned),
        }
    }
}

fn imported<'a>(name: &'a Code, error: &ImportError) -> (FailureReason, Option<&'a str>) {
    let name = Some(name.as_str());
    match error {
        ImportError::Stopped => (FailureReason::Internal, None),
        ImportError::Unreadable(_) => (FailureReason::SourceUnreadable, name),
        ImportError::TooManyRefused { .. } => (FailureReason::SourceRefused, name),
        ImportError::Store(_) | ImportError::Submit(_) => (FailureReason::Storage, None),
    }
}

fn invalidated(cause: &Invalidated) -> (FailureReason, Option<&str>) {
    match cause {
        Invalidated::Live(LiveError::Disagrees { .. }) | Invalidated::Count { .. } => {
            (FailureReason::CountMismatch, None)
        }
        Invalidated::Live(LiveError::Damaged { .. } | LiveError::Stale(_))
        | Invalidated::Index(_)
        | Invalidated::Search(_) => (FailureReason::IndexDamaged, None),
        Invalidated::Live(LiveError::Index(_) | LiveError::Store(_)) | Invalidated::Stage(_) => {
            (FailureReason::Storage, None)
        }
        Invalidated::Content { .. } => (FailureReason::ContentMismatch, None),
        Invalidated::Canaries(_) => (FailureReason::CanariesUnreadable, None),
        Invalidated::Canary { name, .. } => (FailureReason::CanaryMismatch, Some(name)),
    }
}
