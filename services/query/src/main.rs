//! `sosie-query`: answers from the generations that `sosie-indexer` publishes.

use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use sosie_query::{Config, Server};
use sosie_rpc::{LogFormat, PhaseLog, log_to_stderr, told_once, told_to_end};

/// How long work that was told to end may keep the process from ending.
const RUNTIME_END: Duration = Duration::from_secs(2);

/// Finds the past events that resemble an event most, over gRPC.
#[derive(Parser)]
#[command(name = "sosie-query", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer calls until told to end by SIGTERM or SIGINT.
    Serve(ServeArgs),
}

#[derive(Args)]
struct ServeArgs {
    /// Where to listen.
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "SOSIE_QUERY_LISTEN",
        default_value = "127.0.0.1:50051"
    )]
    listen: SocketAddr,
    /// The directory that sosie-indexer publishes generations to; it need not be there yet.
    #[arg(
        long,
        value_name = "DIR",
        env = "SOSIE_QUERY_GENERATIONS",
        default_value = "generations"
    )]
    generations: PathBuf,
    /// A directory with profiles, *.toml, besides those that Sosie brings along [default: none].
    #[arg(long, value_name = "DIR", env = "SOSIE_QUERY_PROFILES")]
    profiles: Option<PathBuf>,
    /// Calls in flight; one more is refused at once with RESOURCE_EXHAUSTED.
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_QUERY_IN_FLIGHT_MAX",
        default_value = "32"
    )]
    in_flight_max: NonZeroUsize,
    /// Longest time in milliseconds that a call may take, whatever its client allows.
    #[arg(long, value_name = "MS", env = "SOSIE_QUERY_DEADLINE_MS", default_value = "10000",
          value_parser = clap::value_parser!(u32).range(1..))]
    deadline_ms: u32,
    /// Longest time in milliseconds from the signal to end to the end of the last connection.
    #[arg(
        long,
        value_name = "MS",
        env = "SOSIE_QUERY_DRAIN_MAX_MS",
        default_value = "20000"
    )]
    drain_max_ms: u32,
    /// How often to look for a new generation, in milliseconds.
    #[arg(long, value_name = "MS", env = "SOSIE_QUERY_POLL_INTERVAL_MS", default_value = "500",
          value_parser = clap::value_parser!(u32).range(1..))]
    poll_interval_ms: u32,
    /// Generations kept in memory, the current one included: pages of these can be turned.
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_QUERY_GENERATIONS_LOADED_MAX",
        default_value = "2"
    )]
    generations_loaded_max: NonZeroUsize,
    /// Whether clients can ask for the contract by gRPC reflection.
    #[arg(long, value_name = "BOOL", env = "SOSIE_QUERY_REFLECTION", default_value = "true",
          action = clap::ArgAction::Set)]
    reflection: bool,
    /// How log lines are written to stderr; what is logged is told by RUST_LOG, `info` if it is not set.
    #[arg(
        long,
        value_name = "FORMAT",
        env = "SOSIE_QUERY_LOG_FORMAT",
        default_value = "text"
    )]
    log_format: LogFormat,
    /// A file for the time that each phase of each call took, an object per line; it grows fast [default: none].
    #[arg(long, value_name = "FILE", env = "SOSIE_QUERY_PHASE_LOG")]
    phase_log: Option<PathBuf>,
}

impl ServeArgs {
    fn config(self) -> Config {
        Config {
            listen_addr: self.listen,
            generations_dir: self.generations,
            profiles_dir: self.profiles,
            in_flight_max: self.in_flight_max,
            deadline: Duration::from_millis(self.deadline_ms.into()),
            drain_max: Duration::from_millis(self.drain_max_ms.into()),
            poll_interval: Duration::from_millis(self.poll_interval_ms.into()),
            generations_loaded_max: self.generations_loaded_max,
            reflection: self.reflection,
        }
    }
}

fn main() -> ExitCode {
    let Cli {
        command: Command::Serve(args),
    } = Cli::parse();
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With nowhere to tell it, the exit status says it.
            let _ = writeln!(std::io::stderr(), "error: {}", told_once(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(args: ServeArgs) -> anyhow::Result<()> {
    let phase_log = args.phase_log.as_deref().map(PhaseLog::create);
    let phase_log = phase_log.transpose().context("creating the phase log")?;
    log_to_stderr(args.log_format, phase_log.clone())?;
    let runtime = tokio::runtime::Runtime::new().context("starting the runtime")?;
    let served = runtime.block_on(serve(args.config()));
    // Not for as long as a search takes: it was told to end, and nobody waits for it.
    runtime.shutdown_timeout(RUNTIME_END);
    if let Some(phase_log) = phase_log {
        phase_log.flush().context("writing the phase log")?;
    }
    served
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let told_to_end = told_to_end().context("listening for SIGTERM")?;
    let server = Server::bind(config).await?;
    Ok(server.run(told_to_end).await?)
}
