//! `sosie reindex`: builds and publishes a generation on this machine.

use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgGroup, Args};
use sosie_index::Cancel;
use sosie_indexer::{
    BarProgress, Declarations, Input, LineProgress, MaxRejects, NoProgress, Progress, ReindexError,
    ReindexJob, Summary, reindex, report,
};

use crate::commands::log_warnings;
use crate::failure::Failure;
use crate::output::Output;
use crate::when;

/// Build a generation of files on this machine and publish it, whole or not at all
///
/// The same as `sosie-indexer reindex`, which is the program for servers; but exit codes are those of `sosie`.
/// A query service that watches the directory takes the generation up within a second.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("inputs").required(true).multiple(true), after_long_help = EXAMPLES)]
pub(crate) struct ReindexArgs {
    /// Directory in which generations are published; made if it is not there
    #[arg(long, value_name = "DIR", env = "SOSIE_GENERATIONS")]
    generations: PathBuf,
    /// Events as JSON, one a line; read first (repeat)
    #[arg(long, value_name = "FILE", group = "inputs")]
    ndjson: Vec<PathBuf>,
    /// Events as a GeoJSON FeatureCollection; read next (repeat)
    #[arg(long, value_name = "FILE", group = "inputs")]
    geojson: Vec<PathBuf>,
    /// A mapping and the CSV or GeoJSON file that it reads; read last (repeat)
    ///
    /// Of two records of one id the one that is read later wins.
    #[arg(long, num_args = 2, value_names = ["MAPPING.toml", "FILE"], group = "inputs")]
    mapped: Vec<PathBuf>,
    /// Declares the data sets that --ndjson and --geojson name
    #[arg(long, value_name = "SOURCES.toml")]
    sources: Option<PathBuf>,
    /// Where refused records are told [default: rejects-<time>.ndjson in the directory of generations]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Refused records past which nothing is published: a number, or a share of all
    #[arg(long, value_name = "N|N%", default_value = "10%")]
    max_rejects: MaxRejects,
    /// Generations that stay, the new one included
    #[arg(long, value_name = "N", default_value = "5")]
    keep: NonZeroUsize,
}

const EXAMPLES: &str = "\
Examples:
  sosie reindex --generations generations --ndjson history.ndjson --sources sources.toml
  sosie reindex --generations generations --mapped permits.toml permits.csv --max-rejects 1%";

/// Reads, publishes and reports.
///
/// # Errors
/// [`Failure::Usage`] for declarations that can't be used; [`Failure::Local`] if nothing was published.
pub(crate) fn run(args: ReindexArgs, out: &mut Output) -> Result<(), Failure> {
    log_warnings();
    let job = args.job()?;
    let mut progress = progress(out.is_json());
    match reindex(job, progress.as_mut()) {
        Ok(summary) => show(out, &summary),
        Err(error) => {
            if let ReindexError::TooManyRejects { summary, .. } = &error {
                show(out, summary)?;
            }
            Err(Failure::Local(error.into()))
        }
    }
}

fn show(out: &mut Output, summary: &Summary) -> Result<(), Failure> {
    if out.is_json() {
        return out.document(summary);
    }
    Ok(report::write_summary(out, summary)?)
}

fn progress(as_json: bool) -> Box<dyn Progress> {
    if as_json {
        Box::new(NoProgress)
    } else if std::io::stderr().is_terminal() {
        Box::new(BarProgress::new())
    } else {
        Box::new(LineProgress::new(anstream::stderr()))
    }
}

impl ReindexArgs {
    fn job(self) -> Result<ReindexJob, Failure> {
        let declarations = self.sources.as_deref().map(Declarations::read).transpose();
        let declarations = declarations.map_err(|error| Failure::usage("--sources", error))?;
        let ndjson = self.ndjson.into_iter().map(Input::Ndjson);
        let geojson = self.geojson.into_iter().map(Input::GeoJson);
        // clap counts them: they come in pairs.
        let mapped = self.mapped.chunks_exact(2).map(|pair| Input::Mapped {
            mapping: pair[0].clone(),
            file: pair[1].clone(),
        });
        Ok(ReindexJob {
            inputs: ndjson.chain(geojson).chain(mapped).collect(),
            generations: self.generations,
            declarations: declarations.unwrap_or_default(),
            rejects: self.rejects,
            max_rejects: self.max_rejects,
            keep: self.keep,
            ingest_time: when::now()?,
            cancel: Cancel::default(),
        })
    }
}
