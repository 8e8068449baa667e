//! `sosie-indexer`: the write process as a program.

mod cli;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{CommandFactory, FromArgMatches};
use serde_json::json;
use sosie_index::{GenerationSummary, list_generations};
use sosie_indexer::serve::{
    Follower, IndexerServer, PostgresSource, ServeConfig, Sources, Stores, add_file_sources,
};
use sosie_indexer::{
    ConfiguredSource, ReindexError, SOURCES_KEY, SourceKind, Summary, check, progress,
    read_sources, reindex, report,
};
use sosie_rpc::{ConfigError, Configured, configured, log_to_stderr, told_once, told_to_end};
use sosie_similarity::{Code, Timestamp};
use tokio::task::JoinSet;

use cli::{CheckCommand, Cli, Command, GenerationsArgs, ReindexCommand, ServeCommand};

/// Exit status of a run that refused too many records.
const EXIT_TOO_MANY_REJECTS: u8 = 3;
/// How long work that was told to end may keep the process from ending.
const RUNTIME_END: Duration = Duration::from_secs(2);

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let configured = match configured(Cli::command(), std::env::args_os(), &[SOURCES_KEY]) {
        Ok(configured) => configured,
        Err(ConfigError::Usage(usage)) => usage.exit(),
        Err(error @ ConfigError::File { .. }) => {
            fail(&error);
            return ExitCode::FAILURE;
        }
    };
    let cli = Cli::from_arg_matches(&configured.matches).unwrap_or_else(|error| error.exit());
    run(cli, &configured).unwrap_or_else(|failure| {
        fail(failure.as_ref());
        ExitCode::FAILURE
    })
}

fn run(cli: Cli, configured: &Configured) -> Result<ExitCode, Failure> {
    match cli.command {
        Command::Serve(args) => run_serve(args, sources(configured)?),
        Command::Check(args) => run_check(args, configured),
        Command::Reindex(args) => {
            log_plainly();
            run_reindex(args)
        }
        Command::Generations(args) => {
            log_plainly();
            run_generations(&args)
        }
    }
}

/// The sources of the configuration file; none without one.
fn sources(configured: &Configured) -> Result<Vec<ConfiguredSource>, Failure> {
    let file = configured.file.as_ref();
    let sources = file.map(|(path, text)| read_sources(path, text));
    Ok(sources.transpose()?.unwrap_or_default())
}

fn log_plainly() {
    tracing_subscriber::fmt()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}

fn run_check(command: CheckCommand, configured: &Configured) -> Result<ExitCode, Failure> {
    let sources = sources(configured)?;
    let report = check(&command.serve.config(), &sources, configured.settings());
    let mut out = anstream::stdout().lock();
    if command.json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else {
        report::write_check(&mut out, &report)?;
    }
    Ok(if report.is_ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run_serve(command: ServeCommand, sources: Vec<ConfiguredSource>) -> Result<ExitCode, Failure> {
    log_to_stderr(command.log_format, None).map_err(|error| told_once(&error))?;
    for source in &sources {
        tracing::info!(name = %source.name, kind = source.kind.name(), "source configured");
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(serve(command.config(), &sources));
    // Nothing is lost by it: what is not answered was not promised.
    runtime.shutdown_timeout(RUNTIME_END);
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(config: ServeConfig, sources: &[ConfiguredSource]) -> Result<(), Failure> {
    let told_to_end = told_to_end()?;
    let stores = Stores::open(&config)?;
    let follower = Follower::start(stores.clone(), config.take_over)?;
    let mut job_sources = Sources::default();
    let (dir, gate) = (&config.generations_dir, stores.gate.as_ref());
    add_file_sources(&mut job_sources, sources, dir, gate);
    let server = IndexerServer::bind(config, stores, follower.feed()).await?;
    let mut databases = JoinSet::new();
    for (name, database) in databases_of(&server, sources)? {
        job_sources.insert(name, Arc::new(database.clone()));
        databases.spawn(database.run());
    }
    let mut server = server.with_sources(job_sources);
    server.watch(sources)?;
    let served = server.run(told_to_end).await;
    databases.shutdown().await;
    // Waits for the step that it is at: some tenths of a second.
    tokio::task::spawn_blocking(move || drop(follower)).await?;
    Ok(served?)
}

/// The databases among these sources; nothing is asked of them yet.
fn databases_of(
    server: &IndexerServer,
    sources: &[ConfiguredSource],
) -> Result<Vec<(Code, PostgresSource)>, Failure> {
    let mut databases = Vec::new();
    for ConfiguredSource { name, kind } in sources {
        if let SourceKind::Postgres(form) = kind {
            let config = form.check();
            let config = config.map_err(|error| format!("source `{name}`: {error}"))?;
            databases.push((name.clone(), server.postgres(config)));
        }
    }
    Ok(databases)
}

fn run_reindex(command: ReindexCommand) -> Result<ExitCode, Failure> {
    let as_json = command.json;
    let job = command.reindex.job(now()?)?;
    match reindex(job, progress(as_json).as_mut()) {
        Ok(summary) => print_summary(&summary, as_json).map(|()| ExitCode::SUCCESS),
        Err(error) => {
            let (summary, status) = match &error {
                ReindexError::TooManyRejects { summary, .. } => {
                    (Some(summary), ExitCode::from(EXIT_TOO_MANY_REJECTS))
                }
                ReindexError::NoEvent { summary } => (Some(summary), ExitCode::FAILURE),
                ReindexError::Cancelled
                | ReindexError::Mapping(_)
                | ReindexError::Declare(_)
                | ReindexError::Guard(_)
                | ReindexError::Source(_)
                | ReindexError::Rejects { .. }
                | ReindexError::RejectsTaken { .. }
                | ReindexError::TooManySources { .. }
                | ReindexError::Index(_)
                | ReindexError::Store(_) => (None, ExitCode::FAILURE),
            };
            if let Some(summary) = summary {
                print_summary(summary, as_json)?;
            }
            fail(&error);
            Ok(status)
        }
    }
}

fn now() -> Result<Timestamp, Failure> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let micros = i64::try_from(since_epoch.as_micros())?;
    Timestamp::from_micros(micros).map_err(|rule| format!("the time of the system {rule}").into())
}

fn print_summary(summary: &Summary, as_json: bool) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    if as_json {
        serde_json::to_writer_pretty(&mut out, summary)?;
        writeln!(out)?;
    } else {
        report::write_summary(&mut out, summary)?;
    }
    Ok(())
}

fn run_generations(args: &GenerationsArgs) -> Result<ExitCode, Failure> {
    let found = list_generations(&args.generations)?;
    let mut out = anstream::stdout().lock();
    if args.json {
        let found: Vec<_> = found.iter().map(generation_json).collect();
        serde_json::to_writer_pretty(&mut out, &found)?;
        writeln!(out)?;
    } else {
        report::write_generations(&mut out, &found)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn generation_json(found: &GenerationSummary) -> serde_json::Value {
    let mut json = json!({
        "generation": found.generation.to_string(),
        "is_current": found.is_current,
    });
    match &found.manifest {
        Ok(manifest) => {
            let created = manifest.created_time.to_utc();
            let sources = manifest
                .sources
                .iter()
                .map(|source| source.source_id.to_string());
            json["created_time"] = json!(created.to_rfc3339());
            json["event_count"] = json!(manifest.event_count);
            json["content_digest"] = json!(manifest.content_digest.to_string());
            json["sources"] = json!(sources.collect::<Vec<_>>());
        }
        Err(error) => json["error"] = json!(error.to_string()),
    }
    json
}

/// Tells an error and its causes; an error of ours never repeats a value of a record.
fn fail(error: &dyn std::error::Error) {
    let mut err = anstream::stderr().lock();
    let style = anstyle::Style::new()
        .bold()
        .fg_color(Some(anstyle::AnsiColor::Red.into()));
    // With nowhere to tell it, the exit status says it.
    let _ = writeln!(err, "{style}error:{style:#} {error}");
}
