//! `sosie reindex`: builds and publishes a generation on this machine.

use clap::Args;
use sosie_indexer::{ReindexError, Summary, progress, reindex, report};
use sosie_rpc::told_once;

use crate::commands::log_warnings;
use crate::failure::Failure;
use crate::output::Output;
use crate::when;

/// Build a generation of files on this machine and publish it, whole or not at all
///
/// The same as `sosie-indexer reindex`, which is the program for servers; but exit codes are those of `sosie`.
/// A query service that watches the directory takes the generation up within a second.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ReindexCommand {
    #[command(flatten)]
    reindex: sosie_indexer::ReindexArgs,
}

const EXAMPLES: &str = "\
Examples:
  sosie reindex --generations generations --ndjson history.ndjson --sources sources.toml
  sosie reindex --generations generations --mapped permits.toml permits.csv --max-rejects 1%";

/// Reads, publishes and reports.
///
/// # Errors
/// [`Failure::Usage`] for declarations that can't be used; [`Failure::Local`] if nothing was published.
pub(crate) fn run(args: ReindexCommand, out: &mut Output) -> Result<(), Failure> {
    log_warnings();
    let job = args.reindex.job(when::now()?);
    let job = job.map_err(|error| Failure::usage("--sources", error))?;
    let mut progress = progress(out.is_json());
    match reindex(job, progress.as_mut()) {
        Ok(summary) => show(out, &summary),
        Err(error) => {
            if let ReindexError::TooManyRejects { summary, .. }
            | ReindexError::NoEvent { summary } = &error
            {
                show(out, summary)?;
            }
            Err(Failure::Local(anyhow::Error::msg(told_once(&error.into()))))
        }
    }
}

fn show(out: &mut Output, summary: &Summary) -> Result<(), Failure> {
    if out.is_json() {
        return out.document(summary);
    }
    Ok(report::write_summary(out, summary)?)
}
