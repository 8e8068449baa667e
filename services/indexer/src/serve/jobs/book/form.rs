//! The text of the file of jobs: JSON, of a version.

use serde::{Deserialize, Serialize};
use sosie_index::GenerationId;
use sosie_similarity::{Code, Timestamp};

use super::super::id::JobId;
use super::super::job::{
    Failure, FailureReason, Job, JobProgress, JobSourceState, JobState, Phase,
};
use super::super::source::ImportedCounts;

const VERSION: u32 = 1;

/// What every version says.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    version: u32,
    jobs: Vec<JobForm>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct JobForm {
    job_id: String,
    request_id: Option<String>,
    state: String,
    phase: String,
    sources: Vec<SourceForm>,
    done: u64,
    total: Option<u64>,
    start_micros: i64,
    end_micros: Option<i64>,
    generation_id: Option<String>,
    failure: Option<FailureForm>,
    is_to_cancel: bool,
    switched_after: Option<u64>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SourceForm {
    name: String,
    is_imported: bool,
    read: u64,
    accepted: u64,
    unchanged: u64,
    refused: u64,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FailureForm {
    reason: String,
    subject: Option<String>,
}

/// The jobs of a file; what is wrong with it otherwise.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Job>, &'static str> {
    let malformed = |_| "not a file of reindex jobs";
    let Versioned { version } = serde_json::from_slice(text).map_err(malformed)?;
    if version != VERSION {
        return Err("of a version that this program does not read");
    }
    let file: FileForm = serde_json::from_slice(text).map_err(malformed)?;
    let jobs = file.jobs.into_iter().map(job).collect::<Option<_>>();
    jobs.ok_or("a job that is none")
}

/// The file of some jobs.
pub(super) fn text(jobs: &[Job]) -> Vec<u8> {
    let file = FileForm {
        version: VERSION,
        jobs: jobs.iter().map(form).collect(),
    };
    serde_json::to_vec(&file).expect("plain structs always serialise")
}

fn job(form: JobForm) -> Option<Job> {
    let time = |micros| Timestamp::from_micros(micros).ok();
    let mut states = JobState::ALL.into_iter();
    let mut phases = Phase::ALL.into_iter();
    let sources = form.sources.into_iter().map(source);
    Some(Job {
        id: JobId::parse(&form.job_id).ok()?,
        request_id: form.request_id,
        state: states.find(|state| state.name() == form.state)?,
        phase: phases.find(|phase| phase.name() == form.phase)?,
        sources: sources.collect::<Option<_>>()?,
        progress: JobProgress {
            done: form.done,
            total: form.total,
        },
        start_time: time(form.start_micros)?,
        end_time: match form.end_micros {
            Some(micros) => Some(time(micros)?),
            None => None,
        },
        generation: match form.generation_id {
            Some(name) => Some(GenerationId::parse(&name).ok()?),
            None => None,
        },
        failure: match form.failure {
            Some(form) => Some(failure(form)?),
            None => None,
        },
        is_to_cancel: form.is_to_cancel,
        switched_after: form.switched_after,
    })
}

fn source(form: SourceForm) -> Option<JobSourceState> {
    Some(JobSourceState {
        name: Code::new(&form.name).ok()?,
        is_imported: form.is_imported,
        counts: ImportedCounts {
            read: form.read,
            accepted: form.accepted,
            unchanged: form.unchanged,
            refused: form.refused,
        },
    })
}

fn failure(form: FailureForm) -> Option<Failure> {
    let mut reasons = FailureReason::ALL.into_iter();
    Some(Failure {
        reason: reasons.find(|reason| reason.name() == form.reason)?,
        subject: form.subject,
    })
}

fn form(job: &Job) -> JobForm {
    let sources = job.sources.iter().map(|source| SourceForm {
        name: source.name.as_str().to_owned(),
        is_imported: source.is_imported,
        read: source.counts.read,
        accepted: source.counts.accepted,
        unchanged: source.counts.unchanged,
        refused: source.counts.refused,
    });
    let failure = job.failure.as_ref().map(|failure| FailureForm {
        reason: failure.reason.name().to_owned(),
        subject: failure.subject.clone(),
    });
    JobForm {
        job_id: job.id.to_string(),
        request_id: job.request_id.clone(),
        state: job.state.name().to_owned(),
        phase: job.phase.name().to_owned(),
        sources: sources.collect(),
        done: job.progress.done,
        total: job.progress.total,
        start_micros: job.start_time.as_micros(),
        end_micros: job.end_time.map(Timestamp::as_micros),
        generation_id: job.generation.map(|generation| generation.to_string()),
        failure,
        is_to_cancel: job.is_to_cancel,
        switched_after: job.switched_after,
    }
}
