//! What each command does: its flags, its calls, its answer.
//!
//! Start reading at [`run`], then [`search`].

pub(crate) mod audit;
pub(crate) mod delete;
pub(crate) mod demo;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod facets;
pub(crate) mod generations;
pub(crate) mod guard;
mod health;
pub(crate) mod ingest;
pub(crate) mod jobs;
mod limits;
pub(crate) mod profile;
pub(crate) mod record;
pub(crate) mod reindex;
pub(crate) mod replay;
pub(crate) mod search;
pub(crate) mod sensitivity;
pub(crate) mod snapshot;
pub(crate) mod statement;

use std::io::IsTerminal;

use crate::args::{Cli, Command};
use crate::failure::Failure;
use crate::output::Output;

/// What a service or an indexer of this process has to complain of is told on standard error.
fn log_warnings() {
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::WARN);
    // Whoever has set another up gets them there.
    let _ = lines
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .try_init();
}

/// Does what was asked for.
///
/// # Errors
/// Whatever the command fails with.
pub(crate) async fn run(cli: Cli, out: &mut Output) -> Result<(), Failure> {
    let endpoint = cli.global.endpoint;
    match cli.command {
        Command::Demo(args) => demo::run(&args, &endpoint, out).await,
        Command::Search(args) => search::run(&args, &endpoint, out).await,
        Command::Explain(args) => explain::run(&args, &endpoint, out).await,
        Command::Events(command) => events::run(&command, &endpoint, out).await,
        Command::Facets(args) => facets::run(&args, &endpoint, out).await,
        Command::Profile(command) => profile::run(&command, &endpoint, out).await,
        Command::Record(args) => record::run(&args, &endpoint, out).await,
        Command::Statement(args) => statement::run(&args, &endpoint, out).await,
        Command::Sensitivity(args) => sensitivity::run(&args, &endpoint, out).await,
        Command::Replay(args) => replay::run(&args, &endpoint, out).await,
        Command::Ingest(args) => ingest::run(&args, &endpoint, out).await,
        Command::Delete(args) => delete::run(&args, &endpoint, out).await,
        Command::Generations(command) => generations::run(&command, &endpoint, out).await,
        Command::Jobs(command) => jobs::run(&command, &endpoint, out).await,
        Command::Reindex(args) => reindex::run(*args, out),
        Command::Snapshot(command) => snapshot::run(&command, &endpoint, out).await,
        Command::Guard(command) => guard::run(&command, &endpoint, out).await,
        Command::Audit(command) => audit::run(&command, out),
        Command::Limits => limits::run(&endpoint, out).await,
        Command::Health => health::run(&endpoint, out).await,
    }
}
