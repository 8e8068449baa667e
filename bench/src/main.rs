//! Measures Sosie at sizes that no test has time for, on events and queries that a seed makes.
//!
//! `cargo xtask generate` and its like run this in release. Each command is a module: its arguments, and `run`.

#![allow(clippy::print_stdout, reason = "figures are what this program is for")]

mod generate;
mod load;
mod search;
mod verify;
mod world;

use clap::{Parser, Subcommand};

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
    /// Measures the pruned search against the plain scan.
    Bench(search::Args),
    /// Compares the pruned search with the scan, over searches of every kind.
    Verify(verify::Args),
    /// Searches over gRPC at a given rate, and tells how long answers take and where their time goes.
    Load(Box<load::Args>),
}

fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Generate(args) => generate::run(&args),
        Command::Bench(args) => search::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Load(args) => load::run(&args),
    }
}
