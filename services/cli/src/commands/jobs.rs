//! `sosie jobs`: the index made anew by the indexer, while it serves.

use std::io::{IsTerminal, Write};

use clap::{Args, Subcommand};
use serde::Serialize;
use sosie_proto::pb;
use sosie_proto::pb::index_service_client::IndexServiceClient;

use crate::args::{EndpointArgs, IndexerArgs};
use crate::client::{Client, Connection};
use crate::failure::Failure;
use crate::output::Output;
use crate::table;
use crate::view::JobView;

/// The index made anew by the indexer, while it serves.
#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// Make the index anew from what the indexer holds, and from named sources first
    #[command(
        after_long_help = "Examples:\n  sosie jobs start --watch\n  sosie jobs start --source register"
    )]
    Start(StartArgs),
    /// List the jobs that are kept, newest first
    List(IndexerArgs),
    /// Show a job
    Show(JobArgs),
    /// Show how far a job is until it has ended; exit code 1 if it did not succeed
    Watch(JobArgs),
    /// End a job; what is served stays
    Cancel(JobArgs),
}

#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// A source to import from first, as the configuration of the indexer names it; may be repeated, in order
    #[arg(long = "source", value_name = "NAME")]
    sources: Vec<String>,
    /// A name of yours for this request: if it was made already, nothing is started again
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    request_id: String,
    /// Show how far it is until it has ended; exit code 1 if it did not succeed
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    indexer: IndexerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct JobArgs {
    /// The job: job-00c0ffee00c0ffee
    job: String,
    #[command(flatten)]
    indexer: IndexerArgs,
}

#[derive(Serialize)]
struct JobDocument {
    job: JobView,
}

#[derive(Serialize)]
struct JobsDocument {
    jobs: Vec<JobView>,
}

/// Starts, shows or ends jobs.
///
/// # Errors
/// What the call fails with; of a job that is watched, that it did not succeed.
pub(crate) async fn run(
    command: &JobsCommand,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let indexer = match command {
        JobsCommand::Start(args) => &args.indexer,
        JobsCommand::List(indexer) => indexer,
        JobsCommand::Show(args) | JobsCommand::Watch(args) | JobsCommand::Cancel(args) => {
            &args.indexer
        }
    };
    let client = Client::connect(&indexer.endpoint(endpoint)).await?;
    let mut index = client.index();
    match command {
        JobsCommand::Start(args) => start(args, &mut index, out).await,
        JobsCommand::List(_) => list(&mut index, out).await,
        JobsCommand::Show(JobArgs { job, .. }) => {
            let job_id = job.clone();
            let request = pb::GetReindexJobRequest { job_id };
            show(index.get_reindex_job(request).await?.into_inner().job, out)
        }
        JobsCommand::Watch(JobArgs { job, .. }) => watch(job.clone(), &mut index, out).await,
        JobsCommand::Cancel(JobArgs { job, .. }) => {
            let job_id = job.clone();
            let request = pb::CancelReindexJobRequest { job_id };
            show(
                index.cancel_reindex_job(request).await?.into_inner().job,
                out,
            )
        }
    }
}

async fn start(
    args: &StartArgs,
    index: &mut IndexServiceClient<Connection>,
    out: &mut Output,
) -> Result<(), Failure> {
    let request = pb::StartReindexRequest {
        source_names: args.sources.clone(),
        request_id: args.request_id.clone(),
    };
    let started = index.start_reindex(request).await?.into_inner().job;
    if args.watch {
        watch(started.unwrap_or_default().job_id, index, out).await
    } else {
        show(started, out)
    }
}

async fn list(index: &mut IndexServiceClient<Connection>, out: &mut Output) -> Result<(), Failure> {
    let listed = index
        .list_reindex_jobs(pb::ListReindexJobsRequest {})
        .await?;
    let jobs: Vec<_> = listed
        .into_inner()
        .jobs
        .into_iter()
        .map(JobView::from)
        .collect();
    if out.is_json() {
        return out.document(&JobsDocument { jobs });
    }
    Ok(table::jobs::write_list(out, &jobs)?)
}

fn show(job: Option<pb::ReindexJob>, out: &mut Output) -> Result<(), Failure> {
    let job = JobView::from(job.unwrap_or_default());
    if out.is_json() {
        return out.document(&JobDocument { job });
    }
    Ok(table::jobs::write(out, &job)?)
}

/// Shows progress on a terminal's standard error, and the job when it has ended.
async fn watch(
    job_id: String,
    index: &mut IndexServiceClient<Connection>,
    out: &mut Output,
) -> Result<(), Failure> {
    let request = pb::WatchReindexJobRequest { job_id };
    let mut watched = index.watch_reindex_job(request).await?.into_inner();
    let mut line = ProgressLine::new(out.is_json());
    let mut last = None;
    while let Some(message) = watched.message().await? {
        let job = message.job.unwrap_or_default();
        line.tell(&JobView::from(job.clone()));
        last = Some(job);
    }
    line.end();
    let is_done = last.as_ref().map(pb::ReindexJob::state) == Some(pb::ReindexJobState::Succeeded);
    show(last, out)?;
    if is_done {
        Ok(())
    } else {
        Err(Failure::Local(anyhow::anyhow!("the job did not succeed")))
    }
}

/// One line that is written over and over on a terminal; elsewhere a line for each phase.
struct ProgressLine {
    is_silent: bool,
    is_terminal: bool,
    phase: &'static str,
}

impl ProgressLine {
    fn new(is_silent: bool) -> Self {
        ProgressLine {
            is_silent,
            is_terminal: std::io::stderr().is_terminal(),
            phase: "",
        }
    }

    fn tell(&mut self, job: &JobView) {
        if self.is_silent || !(self.is_terminal || self.phase != job.phase) {
            return;
        }
        self.phase = job.phase;
        let text = table::jobs::progress(job);
        let (before, after) = if self.is_terminal {
            ("\r\x1b[2K", "")
        } else {
            ("", "\n")
        };
        // With nowhere to tell it, the answer tells the end.
        let _ = write!(std::io::stderr(), "{before}{text}{after}");
    }

    fn end(&self) {
        if self.is_terminal && !self.is_silent {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}
