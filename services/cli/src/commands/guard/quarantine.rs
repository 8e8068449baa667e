//! `sosie guard quarantine`: records that wait for a person.

use std::io::Write;

use clap::{Args, Subcommand};
use serde::Serialize;
use sosie_proto::pb;
use tonic::{Code, Response, Status};

use crate::args::{EndpointArgs, IndexerArgs};
use crate::client::Client;
use crate::commands::ingest::tally::{self, Tally};
use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, Side};
use crate::when;

/// Decide on records that wait because a code of theirs is in no vocabulary
#[derive(Debug, Subcommand)]
pub(crate) enum QuarantineCommand {
    /// List the records that wait, those that wait longest first
    List(ListArgs),
    /// Show a record that waits
    Show(RecordArgs),
    /// Look at records again and write those that pass; add their codes to the vocabularies first, and restart the indexer
    Release(RecordsArgs),
    /// Remove records for good
    Drop(RecordsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    indexer: IndexerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    /// The id of the record, as `list` tells it
    #[arg(value_name = "RECORD")]
    record_id: String,
    #[command(flatten)]
    indexer: IndexerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RecordsArgs {
    /// The ids of the records, as `list` tells them
    #[arg(value_name = "RECORD", required = true)]
    record_ids: Vec<String>,
    #[command(flatten)]
    indexer: IndexerArgs,
}

#[derive(Serialize)]
struct ListDocument {
    records: Vec<RecordView>,
}

#[derive(Serialize)]
struct RecordView {
    record_id: String,
    event_id: String,
    quarantined_time: String,
    findings: Vec<FindingView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_revision: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nature: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sector: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    outcome_codes: Vec<String>,
}

#[derive(Serialize)]
struct FindingView {
    field: String,
    rule: String,
}

#[derive(Serialize)]
struct DroppedDocument {
    dropped: usize,
}

/// Asks and shows.
///
/// # Errors
/// What the calls fail with; [`Failure::Usage`] if a record that is to be released is refused.
pub(super) async fn run(
    command: &QuarantineCommand,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    match command {
        QuarantineCommand::List(args) => list(args, endpoint, out).await,
        QuarantineCommand::Show(args) => show(args, endpoint, out).await,
        QuarantineCommand::Release(args) => release(args, endpoint, out).await,
        QuarantineCommand::Drop(args) => drop_records(args, endpoint, out).await,
    }
}

async fn list(args: &ListArgs, endpoint: &EndpointArgs, out: &mut Output) -> Result<(), Failure> {
    let client = Client::connect(&args.indexer.endpoint(endpoint)).await?;
    let mut records = Vec::new();
    let mut after_record_id = String::new();
    loop {
        let request = pb::ListQuarantinedRequest { after_record_id };
        let part = client.guard().list_quarantined(request).await?.into_inner();
        let Some(last) = part.records.last() else {
            break;
        };
        after_record_id = last.record_id.clone();
        records.extend(part.records.into_iter().map(view));
    }
    records.sort_by(|a, b| a.quarantined_time.cmp(&b.quarantined_time));
    if out.is_json() {
        return out.document(&ListDocument { records });
    }
    if records.is_empty() {
        return Ok(writeln!(out, "No record is in quarantine.")?);
    }
    let columns = [
        ("event", Side::Left),
        ("since", Side::Left),
        ("fields", Side::Left),
        ("record", Side::Left),
    ];
    let mut rows = table::table(&columns, 2);
    for record in &records {
        rows.add_row([
            record.event_id.clone(),
            record.quarantined_time.clone(),
            fields(record),
            record.record_id.clone(),
        ]);
    }
    Ok(table::write(out, &rows)?)
}

async fn show(args: &RecordArgs, endpoint: &EndpointArgs, out: &mut Output) -> Result<(), Failure> {
    let client = Client::connect(&args.indexer.endpoint(endpoint)).await?;
    let request = pb::GetQuarantinedRequest {
        record_id: args.record_id.clone(),
    };
    let told = client.guard().get_quarantined(request).await?.into_inner();
    let record = view(told.record.unwrap_or_default());
    if out.is_json() {
        return out.document(&record);
    }
    let known = |name, value: &Option<String>| value.clone().map(|value| (name, value));
    let outcomes = record.outcome_codes.join(", ");
    let lines = [
        Some(("event", record.event_id.clone())),
        Some(("since", record.quarantined_time.clone())),
        Some(("not listed", fields(&record))),
        known("nature", &record.nature),
        known("sector", &record.sector),
        known("source", &record.source_id),
        Some(("outcomes", outcomes)).filter(|(_, outcomes)| !outcomes.is_empty()),
    ];
    Ok(table::pairs(out, lines.into_iter().flatten())?)
}

async fn release(
    args: &RecordsArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let client = Client::connect(&args.indexer.endpoint(endpoint)).await?;
    let (mut tally, mut missing) = (Tally::default(), None);
    for record_id in &args.record_ids {
        let request = pb::ReleaseQuarantinedRequest {
            record_id: record_id.clone(),
        };
        let told = client.guard().release_quarantined(request).await;
        if let Some(told) = unless_missing(told, &mut missing)? {
            tally.add(told.result.into_iter().collect());
        }
    }
    let shown = tally::show(out, &tally);
    missing.map_or(shown, |missing| Err(missing.into()))
}

async fn drop_records(
    args: &RecordsArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let client = Client::connect(&args.indexer.endpoint(endpoint)).await?;
    let (mut dropped, mut missing) = (0, None);
    for record_id in &args.record_ids {
        let request = pb::DropQuarantinedRequest {
            record_id: record_id.clone(),
        };
        let told = client.guard().drop_quarantined(request).await;
        if unless_missing(told, &mut missing)?.is_some() {
            dropped += 1;
        }
    }
    if out.is_json() {
        out.document(&DroppedDocument { dropped })?;
    } else {
        writeln!(out, "Removed: {dropped}")?;
    }
    missing.map_or(Ok(()), |missing| Err(missing.into()))
}

/// The answer, unless the record waits no more: the others are gone on with, and the first such error is told at the end.
fn unless_missing<A>(
    told: Result<Response<A>, Status>,
    missing: &mut Option<Status>,
) -> Result<Option<A>, Status> {
    match told {
        Err(status) if status.code() == Code::NotFound => {
            missing.get_or_insert(status);
            Ok(None)
        }
        told => Ok(Some(told?.into_inner())),
    }
}

fn fields(record: &RecordView) -> String {
    let fields = record.findings.iter().map(|finding| {
        let field = &finding.field;
        field.strip_prefix("event.").unwrap_or(field)
    });
    fields.collect::<Vec<_>>().join(", ")
}

fn view(record: pb::QuarantinedRecord) -> RecordView {
    let findings = record.findings.into_iter().map(|finding| FindingView {
        field: finding.field,
        rule: finding.reason,
    });
    let (is_whole, event) = (record.event.is_some(), record.event.unwrap_or_default());
    let exact = event.outcomes.into_keys();
    RecordView {
        record_id: record.record_id,
        event_id: record.event_id,
        quarantined_time: (record.quarantined_time.as_ref())
            .map_or_else(String::new, when::utc_text),
        findings: findings.collect(),
        if_revision: record.if_revision,
        nature: event.nature,
        sector: event.sector,
        source_id: is_whole.then_some(event.source_id),
        outcome_codes: exact.chain(event.outcomes_fewer_than.into_keys()).collect(),
    }
}
