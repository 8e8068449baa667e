//! The automation of the project: checks that are neither a test nor a lint.
//!
//! `cargo xtask graph` keeps the invariants of ARCHITECTURE.md that `cargo tree` can see, `cargo xtask proto`
//! lints the contract, `cargo xtask clients` runs the generated Python client against the real server.

mod graph;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand};

/// The version of buf that the contract is linted with.
const BUF: &str = "@bufbuild/buf@1.75.0";

/// Checks that are neither a test nor a lint.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    check: Check,
}

/// What to check.
#[derive(Subcommand)]
enum Check {
    /// The dependency invariants of ARCHITECTURE.md, by `cargo tree`.
    Graph,
    /// `buf lint` and `buf format` of the contract, through npm's `npx`.
    Proto,
    /// The Python client made from the contract by grpcio-tools, and the independent oracle, both against
    /// the real server. Makes its own virtual environment.
    Clients,
}

fn main() -> anyhow::Result<()> {
    match Args::parse().check {
        Check::Graph => graph::check(),
        Check::Proto => {
            run("npx", &["--yes", BUF, "lint"])?;
            run("npx", &["--yes", BUF, "format", "--diff", "--exit-code"])
        }
        Check::Clients => {
            run(
                "cargo",
                &[
                    "build",
                    "--bin",
                    "sosie",
                    "--bin",
                    "sosie-query",
                    "--bin",
                    "sosie-indexer",
                ],
            )?;
            run("bash", &["tests/clients/python/run.sh"])
        }
    }
}

/// Runs a program at the root of the workspace and fails if it does.
fn run(program: &str, args: &[&str]) -> anyhow::Result<()> {
    eprintln!("$ {program} {}", args.join(" "));
    let status = Command::new(program)
        .args(args)
        .current_dir(root())
        .status();
    let status = status.with_context(|| format!("{program} can't be started"))?;
    ensure!(status.success(), "{program} failed: {status}");
    Ok(())
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the root")
        .into()
}
