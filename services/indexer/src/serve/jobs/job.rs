//! A job, as it is kept.

use sosie_index::GenerationId;
use sosie_similarity::{Code, Timestamp};

use super::id::JobId;
use super::source::ImportedCounts;

/// A job that makes the index anew.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Job {
    pub(super) id: JobId,
    /// What makes starting it idempotent.
    pub(super) request_id: Option<String>,
    pub(super) state: JobState,
    pub(super) phase: Phase,
    /// In the order in which they are imported.
    pub(super) sources: Vec<JobSourceState>,
    pub(super) progress: JobProgress,
    pub(super) start_time: Timestamp,
    /// None while it runs.
    pub(super) end_time: Option<Timestamp>,
    /// The first generation of the new index.
    pub(super) generation: Option<GenerationId>,
    pub(super) failure: Option<Failure>,
    /// Whether it was told to end; kept, since a kill must not make it go on.
    pub(super) is_to_cancel: bool,
    /// Set before the new index takes the place of the old one: the number of the newest generation then, 0 for none. A
    /// later one is of the new index.
    pub(super) switched_after: Option<u64>,
}

/// How far a phase is. Kept with what else is: a job that goes on finds out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct JobProgress {
    pub(super) done: u64,
    pub(super) total: Option<u64>,
}

/// What a job imports from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct JobSourceState {
    pub(super) name: Code,
    pub(super) is_imported: bool,
    pub(super) counts: ImportedCounts,
}

/// Whether a job runs or how it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobState {
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Importing,
    Building,
    Validating,
    Switching,
}

/// Why a job failed, and what that is about: a source, a canary, a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) reason: FailureReason,
    pub(super) subject: Option<String>,
}

/// Why a job failed; the contract explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailureReason {
    SourceUnknown,
    SourceUnreadable,
    SourceRefused,
    StoreEmpty,
    Storage,
    IndexDamaged,
    CountMismatch,
    ContentMismatch,
    CanariesUnreadable,
    CanaryMismatch,
    GenerationHeld,
    Internal,
}

impl Job {
    /// A job that was just started.
    pub(super) fn new(sources: Vec<Code>, request_id: Option<String>, now: Timestamp) -> Job {
        let phase = if sources.is_empty() {
            Phase::Building
        } else {
            Phase::Importing
        };
        let sources = sources.into_iter().map(|name| JobSourceState {
            name,
            is_imported: false,
            counts: ImportedCounts::default(),
        });
        Job {
            id: JobId::random(),
            request_id,
            state: JobState::Running,
            phase,
            sources: sources.collect(),
            progress: JobProgress::default(),
            start_time: now,
            end_time: None,
            generation: None,
            failure: None,
            is_to_cancel: false,
            switched_after: None,
        }
    }

    pub(super) fn is_running(&self) -> bool {
        self.state == JobState::Running
    }
}

impl JobState {
    pub(super) const ALL: [JobState; 4] = [
        JobState::Running,
        JobState::Succeeded,
        JobState::Failed,
        JobState::Cancelled,
    ];

    /// The stable name, UPPER_SNAKE.
    pub(super) fn name(self) -> &'static str {
        match self {
            JobState::Running => "RUNNING",
            JobState::Succeeded => "SUCCEEDED",
            JobState::Failed => "FAILED",
            JobState::Cancelled => "CANCELLED",
        }
    }
}

impl Phase {
    pub(super) const ALL: [Phase; 4] = [
        Phase::Importing,
        Phase::Building,
        Phase::Validating,
        Phase::Switching,
    ];

    /// The stable name, UPPER_SNAKE.
    pub(super) fn name(self) -> &'static str {
        match self {
            Phase::Importing => "IMPORTING",
            Phase::Building => "BUILDING",
            Phase::Validating => "VALIDATING",
            Phase::Switching => "SWITCHING",
        }
    }
}

impl FailureReason {
    pub(super) const ALL: [FailureReason; 12] = [
        FailureReason::SourceUnknown,
        FailureReason::SourceUnreadable,
        FailureReason::SourceRefused,
        FailureReason::StoreEmpty,
        FailureReason::Storage,
        FailureReason::IndexDamaged,
        FailureReason::CountMismatch,
        FailureReason::ContentMismatch,
        FailureReason::CanariesUnreadable,
        FailureReason::CanaryMismatch,
        FailureReason::GenerationHeld,
        FailureReason::Internal,
    ];

    /// The stable name, UPPER_SNAKE.
    pub(super) fn name(self) -> &'static str {
        match self {
            FailureReason::SourceUnknown => "SOURCE_UNKNOWN",
            FailureReason::SourceUnreadable => "SOURCE_UNREADABLE",
            FailureReason::SourceRefused => "SOURCE_REFUSED",
            FailureReason::StoreEmpty => "STORE_EMPTY",
            FailureReason::Storage => "STORAGE",
            FailureReason::IndexDamaged => "INDEX_DAMAGED",
            FailureReason::CountMismatch => "COUNT_MISMATCH",
            FailureReason::ContentMismatch => "CONTENT_MISMATCH",
            FailureReason::CanariesUnreadable => "CANARIES_UNREADABLE",
            FailureReason::CanaryMismatch => "CANARY_MISMATCH",
            FailureReason::GenerationHeld => "GENERATION_HELD",
            FailureReason::Internal => "INTERNAL",
        }
    }
}
