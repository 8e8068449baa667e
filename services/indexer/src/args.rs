//! The command line of a reindex: one definition for every program that runs one.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use sosie_index::Cancel;
use sosie_similarity::Timestamp;

use crate::declare::{Declarations, DeclareError};
use crate::gate::GuardConfig;
use crate::job::{Input, MaxRejects, ReindexJob};
use crate::receipt_args::ReceiptArgs;

/// What a reindex reads, where it publishes, and what it bears.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("inputs").required(true).multiple(true))]
pub struct ReindexArgs {
    /// Directory in which generations are published; made if it is not there.
    #[arg(long, value_name = "DIR", env = "SOSIE_GENERATIONS")]
    generations: PathBuf,
    /// Events as JSON, one a line. All --ndjson are read first, in their order.
    #[arg(long, value_name = "FILE", group = "inputs")]
    ndjson: Vec<PathBuf>,
    /// Events as a GeoJSON FeatureCollection. Read after all --ndjson, in their order.
    #[arg(long, value_name = "FILE", group = "inputs")]
    geojson: Vec<PathBuf>,
    /// Events as the rows of a Parquet file, columns named as the fields. Read after all --geojson.
    #[arg(long, value_name = "FILE", group = "inputs")]
    parquet: Vec<PathBuf>,
    /// A mapping and the CSV, GeoJSON or Parquet file that it reads. Read last, in their order.
    ///
    /// Of two records of one id the one that is read later wins.
    #[arg(long, num_args = 2, value_names = ["MAPPING.toml", "FILE"], group = "inputs")]
    mapped: Vec<PathBuf>,
    /// Declares the data sets that --ndjson, --geojson and --parquet name; those that are not declared are
    /// taken, with a warning.
    #[arg(long, value_name = "SOURCES.toml")]
    sources: Option<PathBuf>,
    /// Where refused records are told: input, line, feature or row, field and rule, never a value.
    /// [default: rejects-TIME.ndjson in the directory of generations]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// The policy of the personal-data guard, as deploy/guard.toml: what it keeps out is refused [default: no guard].
    #[arg(long, value_name = "FILE", env = "SOSIE_INDEXER_GUARD")]
    guard: Option<PathBuf>,
    /// A vocabulary of natures, sectors, sources or outcomes; may be given once for each list [default: none].
    #[arg(
        long = "vocabulary",
        value_name = "FILE",
        env = "SOSIE_INDEXER_VOCABULARIES",
        value_delimiter = ',',
        requires = "guard"
    )]
    vocabularies: Vec<PathBuf>,
    /// Refused records past which nothing is published: a number, or a share of all.
    ///
    /// The default bears the errors that real files have and stops at a mapping that does not fit.
    #[arg(long, value_name = "N|N%", default_value = "10%")]
    max_rejects: MaxRejects,
    /// Generations that stay, the new one included; older ones are removed.
    #[arg(long, value_name = "N", default_value = "5")]
    keep: NonZeroUsize,
    #[command(flatten)]
    receipts: ReceiptArgs,
}

impl ReindexArgs {
    /// The job that they describe, begun at `ingest_time`.
    ///
    /// # Errors
    /// The declarations of `--sources` can't be read.
    pub fn job(self, ingest_time: Timestamp) -> Result<ReindexJob, DeclareError> {
        let declarations = self
            .sources
            .as_deref()
            .map(Declarations::read)
            .transpose()?;
        // clap counts them: they come in pairs.
        let mapped = self.mapped.chunks_exact(2).map(|pair| Input::Mapped {
            mapping: pair[0].clone(),
            file: pair[1].clone(),
        });
        let ndjson = self.ndjson.into_iter().map(Input::Ndjson);
        let geojson = self.geojson.into_iter().map(Input::GeoJson);
        let parquet = self.parquet.into_iter().map(Input::Parquet);
        Ok(ReindexJob {
            inputs: ndjson.chain(geojson).chain(parquet).chain(mapped).collect(),
            guard: GuardConfig::told(self.guard, self.vocabularies),
            generations: self.generations,
            declarations: declarations.unwrap_or_default(),
            rejects: self.rejects,
            max_rejects: self.max_rejects,
            keep: self.keep,
            receipts: self.receipts.rule(),
            ingest_time,
            cancel: Cancel::default(),
        })
    }
}
