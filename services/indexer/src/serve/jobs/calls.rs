//! The calls of `IndexService` that are about jobs.

use std::time::Duration;

use sosie_proto::{from_pb, pb, to_pb};
use sosie_similarity::Invalid;
use tokio::sync::{mpsc, watch};
use tonic::Status;

use super::book::find;
use super::id::JobId;
use super::job::{Failure, FailureReason, Job, JobSourceState, JobState, Phase};
use crate::serve::desk::Desk;
use crate::serve::status::CallError;

/// Least time between two messages to a watcher while the phase is the same.
const WATCH_INTERVAL: Duration = Duration::from_millis(500);

/// What a watcher is told.
pub(in crate::serve) type Watched = Result<pb::WatchReindexJobResponse, Status>;

/// `StartReindex`.
pub(in crate::serve) fn start(
    desk: &Desk,
    request: pb::StartReindexRequest,
) -> Result<pb::StartReindexResponse, CallError> {
    let job = desk.jobs.start(from_pb::start_reindex(request)?)?;
    Ok(pb::StartReindexResponse {
        job: Some(told(&job)),
    })
}

/// `GetReindexJob`.
pub(in crate::serve) fn get(
    desk: &Desk,
    request: pb::GetReindexJobRequest,
) -> Result<pb::GetReindexJobResponse, CallError> {
    let pb::GetReindexJobRequest { job_id } = request;
    let job = desk.jobs.get(id(&job_id)?)?;
    Ok(pb::GetReindexJobResponse {
        job: Some(told(&job)),
    })
}

/// `ListReindexJobs`.
pub(in crate::serve) fn list(
    desk: &Desk,
    request: pb::ListReindexJobsRequest,
) -> Result<pb::ListReindexJobsResponse, CallError> {
    let pb::ListReindexJobsRequest {} = request;
    let jobs = desk.jobs.all();
    Ok(pb::ListReindexJobsResponse {
        jobs: jobs.iter().rev().map(told).collect(),
    })
}

/// `CancelReindexJob`.
pub(in crate::serve) fn cancel(
    desk: &Desk,
    request: pb::CancelReindexJobRequest,
) -> Result<pb::CancelReindexJobResponse, CallError> {
    let pb::CancelReindexJobRequest { job_id } = request;
    let job = desk.jobs.cancel(id(&job_id)?)?;
    Ok(pb::CancelReindexJobResponse {
        job: Some(told(&job)),
    })
}

/// The job that is to be watched.
pub(in crate::serve) fn watched(
    desk: &Desk,
    request: pb::WatchReindexJobRequest,
) -> Result<JobId, CallError> {
    let pb::WatchReindexJobRequest { job_id } = request;
    Ok(desk.jobs.get(id(&job_id)?)?.id)
}

/// Tells a job until it has ended, the service ends, or the watcher has left.
pub(in crate::serve) async fn watch(desk: Desk, id: JobId, answers: mpsc::Sender<Watched>) {
    let (mut jobs, mut ending) = (desk.jobs.subscribe(), desk.ending);
    loop {
        let job = find(&jobs.borrow_and_update(), id).cloned();
        // Not kept any more: so many others have ended since.
        let Some(job) = job else { return };
        let answer = pb::WatchReindexJobResponse {
            job: Some(told(&job)),
        };
        if answers.send(Ok(answer)).await.is_err() || !job.is_running() {
            return;
        }
        let mut others = jobs.clone();
        let is_ending = tokio::select! {
            () = answers.closed() => return,
            // The senders live as long as the server.
            _ = ending.wait_for(|ending| *ending) => true,
            _ = jobs.wait_for(|jobs| has_turned(jobs, &job)) => false,
            () = next_change(&mut others) => false,
        };
        if is_ending {
            // A watcher that has left needs no answer.
            let _ = answers.send(Err(CallError::Ending.into())).await;
            return;
        }
    }
}

/// Whether a job is in another phase or state.
fn has_turned(jobs: &[Job], before: &Job) -> bool {
    find(jobs, before.id).is_none_or(|job| (job.phase, job.state) != (before.phase, before.state))
}

/// The next change of whatever job, but not at once.
async fn next_change(jobs: &mut watch::Receiver<Vec<Job>>) {
    tokio::time::sleep(WATCH_INTERVAL).await;
    if jobs.changed().await.is_err() {
        // Without a server there is no change; the end is told otherwise.
        std::future::pending::<()>().await;
    }
}

fn id(job_id: &str) -> Result<JobId, CallError> {
    let id = JobId::parse(job_id);
    Ok(id.map_err(|rule| Invalid::new("job_id", rule))?)
}

fn told(job: &Job) -> pb::ReindexJob {
    let state = match job.state {
        JobState::Running => pb::ReindexJobState::Running,
        JobState::Succeeded => pb::ReindexJobState::Succeeded,
        JobState::Failed => pb::ReindexJobState::Failed,
        JobState::Cancelled => pb::ReindexJobState::Cancelled,
    };
    let phase = match job.phase {
        Phase::Importing => pb::ReindexJobPhase::Importing,
        Phase::Building => pb::ReindexJobPhase::Building,
        Phase::Validating => pb::ReindexJobPhase::Validating,
        Phase::Switching => pb::ReindexJobPhase::Switching,
    };
    let generation = job.generation.map(|generation| generation.to_string());
    pb::ReindexJob {
        job_id: job.id.to_string(),
        state: state.into(),
        phase: phase.into(),
        sources: job.sources.iter().map(source).collect(),
        done_count: job.progress.done.cast_signed(),
        total_count: job.progress.total.map(u64::cast_signed),
        start_time: Some(to_pb::instant(job.start_time)),
        end_time: job.end_time.map(to_pb::instant),
        generation_id: generation.unwrap_or_default(),
        failure: job.failure.as_ref().map(failure),
        request_id: job.request_id.clone().unwrap_or_default(),
    }
}

fn source(source: &JobSourceState) -> pb::ReindexJobSource {
    pb::ReindexJobSource {
        name: source.name.as_str().to_owned(),
        is_imported: source.is_imported,
        read_count: source.counts.read.cast_signed(),
        accepted_count: source.counts.accepted.cast_signed(),
        unchanged_count: source.counts.unchanged.cast_signed(),
        refused_count: source.counts.refused.cast_signed(),
    }
}

fn failure(failure: &Failure) -> pb::ReindexFailure {
    let reason = match failure.reason {
        FailureReason::SourceUnknown => pb::ReindexFailureReason::SourceUnknown,
        FailureReason::SourceUnreadable => pb::ReindexFailureReason::SourceUnreadable,
        FailureReason::SourceRefused => pb::ReindexFailureReason::SourceRefused,
        FailureReason::StoreEmpty => pb::ReindexFailureReason::StoreEmpty,
        FailureReason::Storage => pb::ReindexFailureReason::Storage,
        FailureReason::IndexDamaged => pb::ReindexFailureReason::IndexDamaged,
        FailureReason::CountMismatch => pb::ReindexFailureReason::CountMismatch,
        FailureReason::ContentMismatch => pb::ReindexFailureReason::ContentMismatch,
        FailureReason::CanariesUnreadable => pb::ReindexFailureReason::CanariesUnreadable,
        FailureReason::CanaryMismatch => pb::ReindexFailureReason::CanaryMismatch,
        FailureReason::GenerationHeld => pb::ReindexFailureReason::GenerationHeld,
        FailureReason::Internal => pb::ReindexFailureReason::Internal,
    };
    pb::ReindexFailure {
        reason: reason.into(),
        subject: failure.subject.clone().unwrap_or_default(),
    }
}
