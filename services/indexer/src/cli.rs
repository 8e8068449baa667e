//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use sosie_indexer::ReindexArgs;

/// Reads events, checks them, and publishes them for the query service.
#[derive(Debug, Parser)]
#[command(name = "sosie-indexer", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build a generation of all inputs and publish it, whole or not at all.
    ///
    /// Exit status: 0 published, 1 failed, 2 wrong usage, 3 too many records refused; nothing is
    /// published but with 0.
    Reindex(ReindexCommand),
    /// List the generations, newest first.
    Generations(GenerationsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ReindexCommand {
    #[command(flatten)]
    pub(crate) reindex: ReindexArgs,
    /// Print the summary as JSON, and no progress.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct GenerationsArgs {
    /// Directory of generations.
    #[arg(long, value_name = "DIR", env = "SOSIE_GENERATIONS")]
    pub(crate) generations: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
