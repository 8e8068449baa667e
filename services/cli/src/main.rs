//! `sosie`: the command line of Sosie, for people.
//!
//! A client of the query service like any other: what it knows of an answer it was told over gRPC. `demo`
//! brings the service along in its own process.
//!
//! Start reading at [`args`], then [`commands`]; what an answer looks like is in [`table`] and [`view`].

mod args;
mod client;
mod commands;
mod demo_data;
mod draft;
mod failure;
mod geometry;
mod output;
mod receipt;
mod table;
mod view;
mod when;

use std::process::ExitCode;

use clap::Parser;

use args::Cli;
use failure::Failure;
use output::Output;

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.global.color.apply();
    let json = cli.global.json;
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // There is no other place to tell that standard error is closed.
            let _ = failure.write(json, &mut anstream::stderr());
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut out = Output::new(cli.global.json);
    runtime.block_on(commands::run(cli, &mut out))
}
