//! The command line: what can be said, with its help.
//!
//! Start reading at [`Command`]; what several commands share is in the modules below, each with its way into
//! a message.

mod endpoint;
mod filter;
mod indexer;
mod language;
mod page;
mod probe;
mod question;
mod rules;
mod text;
mod zone;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    audit::AuditCommand, delete::DeleteArgs, demo::DemoArgs, events::EventsCommand,
    explain::ExplainArgs, facets::FacetsArgs, generations::GenerationsCommand, guard::GuardCommand,
    ingest::IngestArgs, jobs::JobsCommand, profile::ProfileCommand, record::RecordArgs,
    reindex::ReindexCommand, replay::ReplayArgs, search::SearchArgs, sensitivity::SensitivityArgs,
    snapshot::SnapshotCommand, statement::StatementArgs,
};
use crate::failure::EXIT_CODES;
use crate::output::Color;

pub(crate) use endpoint::{ENDPOINT_DEFAULT, EndpointArgs};
pub(crate) use filter::FilterArgs;
pub(crate) use indexer::IndexerArgs;
pub(crate) use language::LanguageArgs;
pub(crate) use page::{PageArgs, Pages};
pub(crate) use probe::ProbeArgs;
pub(crate) use question::QuestionArgs;
pub(crate) use rules::{AsOfArgs, RuleArgs};
pub(crate) use zone::ZoneArgs;

/// Finds the past events that resemble a planned one most, says why, and says what they needed.
///
/// Sosie compares events on eight axes: location, participants, nature, sector, weekday or weekend, season,
/// footprint and duration. Every answer is exact, and comes with the sum that it was made of.
///
/// New here? `sosie demo` sets everything up on this machine and asks a first question.
#[derive(Debug, Parser)]
#[command(name = "sosie", version, max_term_width = 100, after_long_help = after_help())]
#[command(disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  sosie demo
  sosie search --nature sport/football --participants 40000 --date 2026-09-19
  sosie explain mrs-000042 --event mrs-000017
  sosie facets --by nature:1 --json
Each command has more of its own: sosie search --help";

fn after_help() -> String {
    format!("{EXAMPLES}\n\n{EXIT_CODES}")
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct GlobalArgs {
    /// Where the query service is.
    #[command(flatten)]
    pub(crate) endpoint: EndpointArgs,
    /// Write JSON, for programs: the answer on stdout, an error on stderr
    ///
    /// Fields are named as in the messages of proto/sosie/v1, enum values without their prefix (`HELD`), times
    /// are RFC 3339, footprints GeoJSON. What is not known is left out.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to colour; NO_COLOR is honoured
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub(crate) color: Color,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(DemoArgs),
    Search(Box<SearchArgs>),
    Explain(Box<ExplainArgs>),
    /// Read stored events
    #[command(subcommand)]
    Events(EventsCommand),
    Facets(Box<FacetsArgs>),
    /// Read the published rules of similarity
    #[command(subcommand)]
    Profile(ProfileCommand),
    Record(RecordArgs),
    Statement(Box<StatementArgs>),
    Sensitivity(Box<SensitivityArgs>),
    Replay(Box<ReplayArgs>),
    Ingest(IngestArgs),
    Delete(DeleteArgs),
    /// Read the generations of the index, or choose the one that is served
    #[command(subcommand)]
    Generations(GenerationsCommand),
    /// Have the indexer make the index anew, and see how far that is
    #[command(subcommand)]
    Jobs(JobsCommand),
    Reindex(Box<ReindexCommand>),
    /// Make, check or restore snapshots of what the indexer holds
    #[command(subcommand)]
    Snapshot(SnapshotCommand),
    /// Tell what the personal-data guard has kept out
    #[command(subcommand)]
    Guard(GuardCommand),
    /// Look whether an audit log is as it was written
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Tell every limit of the service
    Limits,
    /// Tell whether the services are ready; exit code 4 if one is not
    Health,
}
