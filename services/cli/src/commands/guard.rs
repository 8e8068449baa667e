//! `sosie guard`: what the personal-data guard has kept out.

mod quarantine;

use std::io::Write;

use clap::{Args, Subcommand};
use serde::Serialize;
use sosie_proto::pb;

use crate::args::{EndpointArgs, IndexerArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, Side, grouped};
use crate::when;

/// Tell what the personal-data guard has kept out
#[derive(Debug, Subcommand)]
pub(crate) enum GuardCommand {
    /// Count the records that were kept out since the indexer was started, by rule and source; never a value
    Report(ReportArgs),
    /// Decide on records that wait because a code of theirs is in no vocabulary
    #[command(subcommand)]
    Quarantine(quarantine::QuarantineCommand),
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    indexer: IndexerArgs,
}

#[derive(Serialize)]
struct ReportDocument {
    guard: ReportView,
}

#[derive(Serialize)]
struct ReportView {
    is_guarded: bool,
    policy_digest: String,
    since_time: String,
    counts: Vec<CountView>,
    quarantined_count: i64,
    quarantined_max: i64,
}

#[derive(Serialize)]
struct CountView {
    rule: String,
    source_id: String,
    record_count: i64,
}

/// Asks and shows.
///
/// # Errors
/// What the call fails with.
pub(crate) async fn run(
    command: &GuardCommand,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    match command {
        GuardCommand::Report(args) => report(args, endpoint, out).await,
        GuardCommand::Quarantine(command) => quarantine::run(command, endpoint, out).await,
    }
}

async fn report(
    args: &ReportArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let client = Client::connect(&args.indexer.endpoint(endpoint)).await?;
    let request = pb::GetGuardReportRequest {};
    let response = client.guard().get_guard_report(request).await?.into_inner();
    let view = view(response);
    if out.is_json() {
        return out.document(&ReportDocument { guard: view });
    }
    Ok(write(out, &view)?)
}

fn view(response: pb::GetGuardReportResponse) -> ReportView {
    let counts = response.counts.into_iter().map(|count| CountView {
        rule: count.rule,
        source_id: count.source_id,
        record_count: count.record_count,
    });
    ReportView {
        is_guarded: response.is_guarded,
        policy_digest: response.policy_digest,
        since_time: (response.since_time.as_ref()).map_or_else(String::new, when::utc_text),
        counts: counts.collect(),
        quarantined_count: response.quarantined_count,
        quarantined_max: response.quarantined_max,
    }
}

fn write(out: &mut Output, view: &ReportView) -> std::io::Result<()> {
    if !view.is_guarded {
        return writeln!(out, "The indexer has no guard: `--guard` gives it one.");
    }
    let since = format!("since {}, policy {}", view.since_time, view.policy_digest);
    if view.quarantined_count > 0 {
        let waiting = grouped(view.quarantined_count);
        writeln!(
            out,
            "In quarantine now: {waiting}; see `sosie guard quarantine list`"
        )?;
    }
    if view.counts.is_empty() {
        return writeln!(out, "Nothing was kept out {since}");
    }
    writeln!(out, "Kept out {since}")?;
    let columns = [
        ("rule", Side::Left),
        ("source", Side::Left),
        ("records", Side::Right),
    ];
    let mut rows = table::table(&columns, 2);
    for count in &view.counts {
        let records = grouped(count.record_count);
        rows.add_row([count.rule.clone(), count.source_id.clone(), records]);
    }
    table::write(out, &rows)
}
