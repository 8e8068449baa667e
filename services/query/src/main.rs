//! `sosie-query`: answers from the generations that `sosie-indexer` publishes.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use sosie_query::{Config, Server};
use sosie_rpc::{
    AuditConfig, ConfigError, LogFormat, PhaseLog, configured, log_to_stderr, told_once,
    told_to_end,
};
use sosie_similarity::SmallestCount;
use sosie_transparency::Declared;

/// Generations are large and come and go: this allocator gives their memory back, where that of the C library keeps what
/// threads have freed in pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// A configuration file, as deploy/sosie-query.toml; flags and the environment win over it [default: none].
    #[arg(long, value_name = "FILE", env = "SOSIE_QUERY_CONFIG")]
    config: Option<PathBuf>,
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
    /// What the organisation declares of the algorithm, as deploy/declaration.toml: for its record and for registers
    /// [default: none].
    #[arg(long, value_name = "FILE", env = "SOSIE_QUERY_DECLARATION")]
    declaration: Option<PathBuf>,
    /// Directory in which it is written down which generations gave receipts; made if it is not there. An indexer that is
    /// told the same keeps these [default: none].
    #[arg(long, value_name = "DIR", env = "SOSIE_RECEIPTS")]
    receipts: Option<PathBuf>,
    /// Directory of the audit log; made if it is not there [default: no log is kept].
    #[arg(long, value_name = "DIR", env = "SOSIE_QUERY_AUDIT")]
    audit: Option<PathBuf>,
    /// The key that signs the audit log; made if it is not there [default: DIR.key, beside DIR].
    #[arg(
        long,
        value_name = "FILE",
        env = "SOSIE_QUERY_AUDIT_KEY",
        requires = "audit"
    )]
    audit_key: Option<PathBuf>,
    /// Whether searches and other calls that change nothing are in the audit log, with the receipts of their answers.
    #[arg(long, value_name = "BOOL", env = "SOSIE_QUERY_AUDIT_READS", default_value = "true",
          action = clap::ArgAction::Set)]
    audit_reads: bool,
    /// Days after which records are removed from the audit log, in whole segments, and the log says so [default: all
    /// stay].
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_QUERY_AUDIT_DAYS",
        requires = "audit"
    )]
    audit_days: Option<NonZeroU32>,
    /// Who may call what, as deploy/callers.toml: callers are known by tokens, and have roles [default: everybody may call
    /// everything].
    #[arg(long, value_name = "FILE", env = "SOSIE_QUERY_CALLERS")]
    callers: Option<PathBuf>,
    /// Calls in flight; one more is refused at once with RESOURCE_EXHAUSTED.
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_QUERY_IN_FLIGHT_MAX",
        default_value = "32"
    )]
    in_flight_max: NonZeroUsize,
    /// Searches, alone or of a batch, that are done at once; the others in flight wait in their order [default: four for each
    /// core].
    #[arg(long, value_name = "N", env = "SOSIE_QUERY_SEARCHES_AT_ONCE")]
    searches_at_once: Option<NonZeroUsize>,
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
    #[arg(long, value_name = "MS", env = "SOSIE_QUERY_POLL_INTERVAL_MS", default_value = "100",
          value_parser = clap::value_parser!(u32).range(1..))]
    poll_interval_ms: u32,
    /// How long a generation stays in memory that another took the place of, in seconds: its pages can be turned.
    #[arg(
        long,
        value_name = "S",
        env = "SOSIE_QUERY_KEEP_LOADED_SECONDS",
        default_value = "60"
    )]
    keep_loaded_seconds: u32,
    /// Most generations in memory, the current one included. Past the second they stay only while all together hold at
    /// most twice the bytes of the current one.
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_QUERY_GENERATIONS_LOADED_MAX",
        default_value = "200"
    )]
    generations_loaded_max: NonZeroUsize,
    /// Smallest count of a facet that is told, besides 0; smaller ones are withheld, and so are those that would give them away.
    /// 1: every count is told.
    #[arg(
        long,
        value_name = "K",
        env = "SOSIE_QUERY_SMALLEST_COUNT",
        default_value = "1",
        value_parser = smallest_count
    )]
    smallest_count: SmallestCount,
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
    fn config(self) -> anyhow::Result<Config> {
        Ok(Config {
            listen_addr: self.listen,
            generations_dir: self.generations,
            profiles_dir: self.profiles,
            declared: match &self.declaration {
                Some(path) => declared(path)?,
                None => Declared::default(),
            },
            receipts_dir: self.receipts,
            audit: AuditConfig::told(self.audit, self.audit_key, self.audit_reads)
                .map(|audit| audit.keeping(self.audit_days)),
            callers: self.callers,
            in_flight_max: self.in_flight_max,
            searches_at_once: self.searches_at_once,
            deadline: Duration::from_millis(self.deadline_ms.into()),
            drain_max: Duration::from_millis(self.drain_max_ms.into()),
            poll_interval: Duration::from_millis(self.poll_interval_ms.into()),
            keep_loaded: Duration::from_secs(self.keep_loaded_seconds.into()),
            generations_loaded_max: self.generations_loaded_max,
            smallest_count: self.smallest_count,
            reflection: self.reflection,
        })
    }
}

fn smallest_count(text: &str) -> Result<SmallestCount, String> {
    let number = text
        .parse::<u32>()
        .map_err(|_| "not a whole number".to_owned())?;
    SmallestCount::new(number).map_err(|rule| rule.to_string())
}

/// Reads what an organisation declares.
fn declared(path: &Path) -> anyhow::Result<Declared> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Declared::from_toml(&text).with_context(|| path.display().to_string())
}

fn main() -> ExitCode {
    let configured = match configured(Cli::command(), std::env::args_os(), &[]) {
        Ok(configured) => configured,
        Err(ConfigError::Usage(usage)) => usage.exit(),
        Err(error @ ConfigError::File { .. }) => return fail(&error.into()),
    };
    let Cli {
        command: Command::Serve(args),
    } = Cli::from_arg_matches(&configured.matches).unwrap_or_else(|error| error.exit());
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    // With nowhere to tell it, the exit status says it.
    let _ = writeln!(std::io::stderr(), "error: {}", told_once(error));
    ExitCode::FAILURE
}

fn run(args: ServeArgs) -> anyhow::Result<()> {
    let phase_log = args.phase_log.as_deref().map(PhaseLog::create);
    let phase_log = phase_log.transpose().context("creating the phase log")?;
    log_to_stderr(args.log_format, phase_log.clone())?;
    let runtime = tokio::runtime::Runtime::new().context("starting the runtime")?;
    let served = runtime.block_on(serve(args.config()?));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_example_states_every_setting_with_its_default() {
        let example = include_str!("../../../deploy/sosie-query.toml");
        let command = Cli::command();
        let serve = command.find_subcommand("serve").unwrap();
        let settings = serve.get_arguments().filter(|arg| arg.get_env().is_some());
        let settings = settings.filter(|arg| arg.get_id() != "config");
        let (mut with_default, mut without) = (BTreeMap::new(), Vec::new());
        for arg in settings {
            let key = arg.get_id().to_string();
            let env = arg.get_env().unwrap().to_str().unwrap();
            assert!(example.contains(env), "{env}");
            match arg.get_default_values().first() {
                Some(value) => drop(with_default.insert(key, value.to_str().unwrap().to_owned())),
                None => without.push(key),
            }
        }
        let table: toml::Table = toml::from_str(example).unwrap();
        let told = table.into_iter().map(|(key, value)| {
            let text = value.as_str().map(str::to_owned);
            (key, text.unwrap_or(value.to_string()))
        });
        assert_eq!(told.collect::<BTreeMap<_, _>>(), with_default);
        assert_eq!(without.len(), 9);
        for key in without {
            assert!(example.contains(&format!("\n#{key} = ")), "{key}");
        }
    }
}
