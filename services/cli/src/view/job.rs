//! A reindex job.

use serde::Serialize;
use sosie_proto::pb;

use crate::when;

/// What an indexer tells of a reindex job.
#[derive(Debug, Serialize)]
pub(crate) struct JobView {
    pub(crate) job_id: String,
    pub(crate) state: &'static str,
    pub(crate) phase: &'static str,
    pub(crate) done_count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total_count: Option<i64>,
    pub(crate) sources: Vec<JobSourceView>,
    pub(crate) start_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_time: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) generation_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<FailureView>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) request_id: String,
}

/// A source of a job, and what became of its records.
#[derive(Debug, Serialize)]
pub(crate) struct JobSourceView {
    pub(crate) name: String,
    pub(crate) is_imported: bool,
    pub(crate) read_count: i64,
    pub(crate) accepted_count: i64,
    pub(crate) unchanged_count: i64,
    pub(crate) refused_count: i64,
}

/// Why a job failed.
#[derive(Debug, Serialize)]
pub(crate) struct FailureView {
    pub(crate) reason: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) subject: String,
}

impl From<pb::ReindexJob> for JobView {
    fn from(job: pb::ReindexJob) -> Self {
        let time = |at: &prost_types::Timestamp| when::utc_text(at);
        JobView {
            state: short(job.state().as_str_name(), "REINDEX_JOB_STATE_"),
            phase: short(job.phase().as_str_name(), "REINDEX_JOB_PHASE_"),
            start_time: job.start_time.as_ref().map(time).unwrap_or_default(),
            end_time: job.end_time.as_ref().map(time),
            job_id: job.job_id,
            done_count: job.done_count,
            total_count: job.total_count,
            sources: job.sources.into_iter().map(JobSourceView::from).collect(),
            generation_id: job.generation_id,
            failure: job.failure.map(FailureView::from),
            request_id: job.request_id,
        }
    }
}

impl From<pb::ReindexJobSource> for JobSourceView {
    fn from(source: pb::ReindexJobSource) -> Self {
        JobSourceView {
            name: source.name,
            is_imported: source.is_imported,
            read_count: source.read_count,
            accepted_count: source.accepted_count,
            unchanged_count: source.unchanged_count,
            refused_count: source.refused_count,
        }
    }
}

impl From<pb::ReindexFailure> for FailureView {
    fn from(failure: pb::ReindexFailure) -> Self {
        FailureView {
            reason: short(failure.reason().as_str_name(), "REINDEX_FAILURE_REASON_"),
            subject: failure.subject,
        }
    }
}

fn short(name: &'static str, prefix: &str) -> &'static str {
    name.strip_prefix(prefix).unwrap_or(name)
}
