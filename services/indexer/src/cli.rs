//! The command line.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use sosie_indexer::GuardConfig;
use sosie_indexer::ReceiptArgs;
use sosie_indexer::ReindexArgs;
use sosie_indexer::serve::ServeConfig;
use sosie_rpc::{AuditConfig, LogFormat};

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
    /// Take events as they come, over gRPC, until told to end by SIGTERM or SIGINT.
    Serve(ServeCommand),
    /// Tell what `serve` would do with these settings, and change nothing.
    ///
    /// Exit status: 0 if it can start, 1 if something is in its way, 2 wrong usage.
    Check(CheckCommand),
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

#[derive(Debug, Args)]
pub(crate) struct CheckCommand {
    #[command(flatten)]
    pub(crate) serve: ServeCommand,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeCommand {
    /// A configuration file, as deploy/sosie-indexer.toml; flags and the environment win over it [default: none].
    #[arg(long, value_name = "FILE", env = "SOSIE_INDEXER_CONFIG")]
    config: Option<PathBuf>,
    /// Where to listen.
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "SOSIE_INDEXER_LISTEN",
        default_value = "127.0.0.1:50052"
    )]
    listen: SocketAddr,
    /// The directory of the store of record; made if it is not there.
    #[arg(
        long,
        value_name = "DIR",
        env = "SOSIE_INDEXER_STORE",
        default_value = "store"
    )]
    store: PathBuf,
    /// Memory in MiB for pages of the store.
    #[arg(long, value_name = "MIB", env = "SOSIE_INDEXER_STORE_CACHE_MIB", default_value = "256",
          value_parser = clap::value_parser!(u16).range(1..))]
    store_cache_mib: u16,
    /// Directory in which generations are published; made if it is not there.
    #[arg(
        long,
        value_name = "DIR",
        env = "SOSIE_GENERATIONS",
        default_value = "generations"
    )]
    generations: PathBuf,
    /// Directory in which snapshots are made when clients ask for one; made if it is not there.
    #[arg(
        long,
        value_name = "DIR",
        env = "SOSIE_INDEXER_SNAPSHOTS",
        default_value = "snapshots"
    )]
    snapshots: PathBuf,
    /// The policy of the personal-data guard, as deploy/guard.toml: what it keeps out is refused, whatever way it comes
    /// [default: no guard].
    #[arg(long, value_name = "FILE", env = "SOSIE_INDEXER_GUARD")]
    guard: Option<PathBuf>,
    /// A vocabulary of natures, sectors, sources or outcomes, as deploy/vocabularies; may be given once for each list. Codes in it are
    /// not looked at by the guard, others are refused [default: none].
    #[arg(
        long = "vocabulary",
        value_name = "FILE",
        env = "SOSIE_INDEXER_VOCABULARIES",
        value_delimiter = ',',
        requires = "guard"
    )]
    vocabularies: Vec<PathBuf>,
    /// Directory of the audit log; made if it is not there [default: no log is kept].
    #[arg(long, value_name = "DIR", env = "SOSIE_INDEXER_AUDIT")]
    audit: Option<PathBuf>,
    /// The key that signs the audit log; made if it is not there [default: DIR.key, beside DIR].
    #[arg(
        long,
        value_name = "FILE",
        env = "SOSIE_INDEXER_AUDIT_KEY",
        requires = "audit"
    )]
    audit_key: Option<PathBuf>,
    /// Whether calls that change nothing are in the audit log too.
    #[arg(long, value_name = "BOOL", env = "SOSIE_INDEXER_AUDIT_READS", default_value = "false",
          action = clap::ArgAction::Set)]
    audit_reads: bool,
    /// Days after which records are removed from the audit log, in whole segments, and the log says so [default: all
    /// stay].
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_INDEXER_AUDIT_DAYS",
        requires = "audit"
    )]
    audit_days: Option<NonZeroU32>,
    /// Who may call what, as deploy/callers.toml: callers are known by tokens, and have roles [default: everybody may call
    /// everything, but nobody changes the state of a profile].
    #[arg(long, value_name = "FILE", env = "SOSIE_INDEXER_CALLERS")]
    callers: Option<PathBuf>,
    /// A directory with profiles, *.toml, which callers with the role `author` can activate; looked at when they do
    /// [default: none].
    #[arg(long, value_name = "DIR", env = "SOSIE_INDEXER_PROFILES")]
    profiles: Option<PathBuf>,
    /// Generations that stay after a publication: the newest two, and others further and further back.
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_INDEXER_KEEP",
        default_value = "5"
    )]
    keep: NonZeroUsize,
    #[command(flatten)]
    receipts: ReceiptArgs,
    /// Publish what the store holds although the generation that is served was not made from it, as by `reindex`.
    /// Without it nothing is published then.
    #[arg(long, value_name = "BOOL", env = "SOSIE_INDEXER_TAKE_OVER", default_value = "false",
          num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    take_over: bool,
    /// Canary queries, as docs/canaries.md documents them: a reindex job makes an index that answers them as expected, or fails.
    /// [default: none]
    #[arg(long, value_name = "FILE", env = "SOSIE_INDEXER_CANARIES")]
    canaries: Option<PathBuf>,
    /// Calls and streams in flight; one more is refused at once with RESOURCE_EXHAUSTED.
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_INDEXER_IN_FLIGHT_MAX",
        default_value = "64"
    )]
    in_flight_max: NonZeroUsize,
    /// Longest time in milliseconds that a call may take, whatever its client allows; a stream has none.
    #[arg(long, value_name = "MS", env = "SOSIE_INDEXER_DEADLINE_MS", default_value = "30000",
          value_parser = clap::value_parser!(u32).range(1..))]
    deadline_ms: u32,
    /// Longest time in milliseconds from the signal to end to the end of the last connection.
    #[arg(
        long,
        value_name = "MS",
        env = "SOSIE_INDEXER_DRAIN_MAX_MS",
        default_value = "20000"
    )]
    drain_max_ms: u32,
    /// Whether clients can ask for the contract by gRPC reflection.
    #[arg(long, value_name = "BOOL", env = "SOSIE_INDEXER_REFLECTION", default_value = "true",
          action = clap::ArgAction::Set)]
    reflection: bool,
    /// How log lines are written to stderr; what is logged is told by RUST_LOG, `info` if it is not set.
    #[arg(
        long,
        value_name = "FORMAT",
        env = "SOSIE_INDEXER_LOG_FORMAT",
        default_value = "text"
    )]
    pub(crate) log_format: LogFormat,
}

impl ServeCommand {
    pub(crate) fn config(self) -> ServeConfig {
        ServeConfig {
            listen_addr: self.listen,
            store_dir: self.store,
            store_cache_bytes: usize::from(self.store_cache_mib) << 20,
            generations_dir: self.generations,
            snapshots_dir: self.snapshots,
            callers: self.callers,
            profiles_dir: self.profiles,
            guard: GuardConfig::told(self.guard, self.vocabularies),
            audit: AuditConfig::told(self.audit, self.audit_key, self.audit_reads)
                .map(|audit| audit.keeping(self.audit_days)),
            keep: self.keep,
            receipts: self.receipts.rule(),
            take_over: self.take_over,
            canaries: self.canaries,
            in_flight_max: self.in_flight_max,
            deadline: Duration::from_millis(self.deadline_ms.into()),
            drain_max: Duration::from_millis(self.drain_max_ms.into()),
            reflection: self.reflection,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_example_states_every_setting_with_its_default() {
        let example = include_str!("../../../deploy/sosie-indexer.toml");
        let command = Cli::command();
        let serve = command.find_subcommand("serve").unwrap();
        let settings = serve.get_arguments().filter(|arg| arg.get_env().is_some());
        let mut defaults = BTreeMap::new();
        for arg in settings.filter(|arg| arg.get_id() != "config") {
            let key = arg.get_id().to_string();
            let env = arg.get_env().unwrap().to_str().unwrap();
            assert!(example.contains(env), "{env}");
            match arg.get_default_values().first() {
                Some(value) => drop(defaults.insert(key, value.to_str().unwrap().to_owned())),
                // Switched off.
                None => assert!(example.contains(&format!("\n#{key} = ")), "{key}"),
            }
        }
        let table: toml::Table = toml::from_str(example).unwrap();
        let told = table.into_iter().map(|(key, value)| {
            let text = value.as_str().map(str::to_owned);
            (key, text.unwrap_or(value.to_string()))
        });
        assert_eq!(told.collect::<BTreeMap<_, _>>(), defaults);
        assert!(defaults.len() > 9);
    }
}
