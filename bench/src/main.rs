//! Measures Sosie at sizes that no test has time for, on events and queries that a seed makes.
//!
//! `cargo xtask generate` and its like run this in release. Each command is a module: its arguments, and `run`.

#![allow(clippy::print_stdout, reason = "figures are what this program is for")]

mod generate;
mod ingest;
mod load;
mod peers;
mod search;
mod store;
mod verify;
mod world;

use anyhow::Context;
use clap::{Parser, Subcommand};

// The allocator of the query process: what searches it in this one is to cost the same, and a caller under load to be
// in its way as little as can be.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sosie at size: made-up events, as many as asked for, and what they cost.
#[derive(Parser)]
#[command(name = "sosie-bench")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Subcommand)]
enum Command {
    /// Writes synthetic events, as NDJSON one a line or as the rows of a Parquet file, in the order of their ids.
    Generate(generate::Args),
    /// Measures the pruned search against the plain scan, or against other systems.
    Bench(Bench),
    /// Compares the pruned search with the scan, over searches of every kind.
    Verify(verify::Args),
    /// Measures the store of record: durable puts a second, and opening it.
    Store(store::Args),
    /// Sends events to the indexer over gRPC, and tells how many are on disk a second.
    Ingest(ingest::Args),
    /// Searches over gRPC at a given rate, and tells how long answers take and where their time goes.
    Load(Box<load::Args>),
}

/// What the pruned search is measured against: by default the scan.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Bench {
    #[command(subcommand)]
    against: Option<Against>,
    #[command(flatten)]
    scan: Option<search::Args>,
}

/// What else than the scan.
#[derive(Subcommand)]
enum Against {
    /// DuckDB, chDB, tantivy's own custom scores and SQLite, on the same events.
    Peers(peers::Args),
}

fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Generate(args) => generate::run(&args),
        Command::Bench(Bench {
            against: Some(Against::Peers(args)),
            ..
        }) => peers::run(&args),
        Command::Bench(Bench {
            against: None,
            scan,
        }) => search::run(&scan.context("--dir is needed")?),
        Command::Verify(args) => verify::run(&args),
        Command::Store(args) => store::run(&args),
        Command::Ingest(args) => ingest::run(&args),
        Command::Load(args) => load::run(&args),
    }
}
