//! Records with personal data by every way in but a database, and questions with it: all are refused, and nothing of them is in any
//! file that a process writes, nor in any answer.
//!
//! Each record has what the planter of `sosie-guard` plants, and a word that is in no other text. Both processes run as they are
//! shipped, with every log that they can keep, at the level of traces. A word in an accepted record is found where it belongs, or the
//! part fails: a scan that finds nothing has to be one that can.
//!
//! Start reading at [`run`], then `ways.rs`, then `scan.rs`.

mod place;
mod plant;
mod scan;
mod searches;
mod told;
mod ways;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use sosie_guard::planted::Planter;
use sosie_proto::pb;
use sosie_proto::pb::guard_service_client::GuardServiceClient;
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_tests::{Clients, until_async};
use tempfile::TempDir;
use tonic::transport::Channel;

use crate::Options;
use crate::report::Report;
use place::{Place, end};
use plant::{HEADER, Planted, clean, line, message, planted, row, word};
use scan::Scanner;
use told::Told;
use ways::Way;

/// Records of a message.
const MESSAGE: usize = 40;
/// Records that have nothing but a word.
const CLEAN: u64 = 12;
/// Their numbers come after those of all that is planted.
const CLEAN_FROM: u64 = 10_000_000;
/// A row of a file that is accepted has a word in a column that is not used.
const NOTE: u64 = CLEAN_FROM + 100;
/// Most records whose values are put into questions.
const ASKED_MAX: usize = 200;

/// Plants so many records.
///
/// # Errors
/// If it can't go on. What breaks a promise is in the report.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("canaries", options.seed);
    let planter = Planter::new(options.seed);
    let all: Vec<_> = (0..options.cases as u64)
        .map(|at| planted(&planter, at))
        .collect();
    let texts = all.iter().flat_map(|it| it.values.iter().chain([&it.word]));
    let scanner = Scanner::new(texts.cloned().chain([word(NOTE)]));
    let accepted = Scanner::new((0..CLEAN).map(|at| word(CLEAN_FROM + at)));
    let dir = TempDir::new()?;
    let mut place = Place::new(dir.path())?;
    let mut told = Told::new(&scanner);
    describe(&all, &scanner, &mut report);
    let by_way = by_way(&all);
    put_files(&mut place, &by_way)?;
    let mut indexer = place.indexer();
    let channel = indexer.connect().await;
    let begun = Instant::now();
    send_all(&channel, &all, &mut told).await?;
    let calls: usize = by_way
        .iter()
        .map(|(way, all)| all.len() * usize::from(!way.is_file()))
        .sum();
    report.figure("records over gRPC", calls);
    let rate = calls as f64 / begun.elapsed().as_secs_f64();
    report.figure(
        "records over gRPC a second, looked for in each answer",
        format!("{rate:.0}"),
    );
    files(&channel, &mut place, &by_way, (&mut told, &mut report)).await?;
    accept(&channel).await?;
    told_by_the_indexer(&channel, &mut told).await;
    let query = place.query();
    let clients = query.clients().await;
    until_found(&clients, &accepted).await?;
    let asked = all.len().min(ASKED_MAX);
    for at in 0..asked {
        searches::ask(&clients, &all[at * all.len() / asked], &mut told).await;
    }
    report.figure("records whose values were asked with", asked);
    drop((clients, channel));
    end(query.pid())?;
    end(indexer.pid())?;
    account(&told, &mut report);
    look(&place, (&scanner, &accepted), &mut report)?;
    Ok(report)
}

fn describe(all: &[Planted], scanner: &Scanner, report: &mut Report) {
    report.cases = all.len();
    let kinds: BTreeSet<_> = all.iter().map(|it| it.record.kind).collect();
    report.figure("kinds of personal data", kinds.len());
    report.figure("texts that are looked for", scanner.len());
}

fn by_way(all: &[Planted]) -> BTreeMap<Way, Vec<&Planted>> {
    let mut by_way: BTreeMap<Way, Vec<&Planted>> = BTreeMap::new();
    for (at, planted) in all.chunks(MESSAGE).enumerate() {
        let way = Way::of(at);
        let comes = |planted: &&Planted| way != Way::Mapped || planted.is_in_ids;
        let planted = planted.iter().filter(comes);
        by_way.entry(way).or_default().extend(planted);
    }
    by_way
}

/// The files of the sources: a record that is accepted, then those that are not.
fn put_files(place: &mut Place, by_way: &BTreeMap<Way, Vec<&Planted>>) -> Result<()> {
    place.put("files/plain.ndjson", &lines(4, of(by_way, Way::Job)))?;
    let rows = of(by_way, Way::Mapped).iter();
    let rows: String = rows.map(|it| row(&it.record, &it.word)).collect();
    let good = row(&clean(CLEAN_FROM + 5), &word(NOTE));
    place.put("files/mapped.csv", &format!("{HEADER}{good}{rows}"))
}

fn of<'a>(by_way: &'a BTreeMap<Way, Vec<&'a Planted>>, way: Way) -> &'a [&'a Planted] {
    by_way.get(&way).map_or(&[], Vec::as_slice)
}

/// A record that is accepted, then those that are not, every second with a field that nobody knows.
fn lines(good: u64, planted: &[&Planted]) -> String {
    let mut text = format!("{}\n", line(&clean(CLEAN_FROM + good)));
    for (at, planted) in planted.iter().enumerate() {
        let mut line = line(&planted.record);
        if at % 2 == 1 {
            line["organiser"] = planted.word.clone().into();
        }
        text.push_str(&format!("{line}\n"));
    }
    text
}

async fn send_all(channel: &Channel, all: &[Planted], told: &mut Told<'_>) -> Result<()> {
    for (at, planted) in all.chunks(MESSAGE).enumerate() {
        ways::send(channel, Way::of(at), planted, told).await?;
    }
    Ok(())
}

/// The ways that are files: each refuses all that is planted.
async fn files(
    channel: &Channel,
    place: &mut Place,
    by_way: &BTreeMap<Way, Vec<&Planted>>,
    (told, report): (&mut Told<'_>, &mut Report),
) -> Result<()> {
    let counts = ways::run_job(channel, &["plain", "mapped"], told).await?;
    for (name, way) in [("plain", Way::Job), ("mapped", Way::Mapped)] {
        let planted = of(by_way, way).len() as i64;
        let found = counts.get(name).copied();
        report.expect(found == Some((planted + 1, planted)), || {
            format!(
                "{name}: {found:?} read and refused, of {planted} planted and one that is clean"
            )
        });
    }
    place.drop_in(&lines(6, of(by_way, Way::Spool)))?;
    place.reindex(&lines(7, of(by_way, Way::Reindex)))?;
    let rejects = place.path("spool/done/events.ndjson.rejects.ndjson");
    let found = std::fs::read_to_string(&rejects).unwrap_or_default();
    let planted = of(by_way, Way::Spool).len();
    report.expect(found.lines().count() == planted, || {
        format!("{}: not {planted} lines", rejects.display())
    });
    Ok(())
}

/// Writes the records that have nothing but a word: all are accepted.
async fn accept(channel: &Channel) -> Result<()> {
    let records = (0..CLEAN).filter(|at| !(4..8).contains(at));
    let request = pb::BatchIngestEventsRequest {
        records: records.map(|at| message(&clean(CLEAN_FROM + at))).collect(),
        validate_only: false,
    };
    let mut client = IngestServiceClient::new(channel.clone());
    let answer = client.batch_ingest_events(request).await?.into_inner();
    for result in answer.results {
        let accepted = matches!(result.outcome, Some(pb::write_result::Outcome::Accepted(_)));
        ensure!(accepted, "a record with nothing but a word: {result:?}");
    }
    Ok(())
}

async fn told_by_the_indexer(channel: &Channel, told: &mut Told<'_>) {
    let mut guard = GuardServiceClient::new(channel.clone());
    let answer = guard.get_guard_report(pb::GetGuardReportRequest {}).await;
    told.look("GetGuardReport", &answer.map(tonic::Response::into_inner));
    let mut index = IndexServiceClient::new(channel.clone());
    let answer = index.list_generations(pb::ListGenerationsRequest {}).await;
    told.look("ListGenerations", &answer.map(tonic::Response::into_inner));
    let answer = index.list_reindex_jobs(pb::ListReindexJobsRequest {}).await;
    told.look("ListReindexJobs", &answer.map(tonic::Response::into_inner));
}

/// Waits until the records that were accepted are served, and finds their words in the answer.
async fn until_found(clients: &Clients, accepted: &Scanner) -> Result<()> {
    let event_id = clean(CLEAN_FROM + CLEAN - 1).event_id;
    let found = until_async("what was accepted", async || {
        let request = pb::GetEventRequest {
            event_id: event_id.clone(),
        };
        let found = clients.events.clone().get_event(request).await;
        Some(found.ok()?.into_inner())
    });
    let bytes = prost::Message::encode_to_vec(&found.await);
    accepted
        .find(&bytes)
        .context("an answer has the word of its event")?;
    Ok(())
}

fn account(told: &Told<'_>, report: &mut Report) {
    report.figure("answers looked at", told.answers);
    report.figure("bytes of them", told.bytes);
    let [personal, form] = told.refused;
    report.figure("records refused over gRPC as personal data", personal);
    report.figure("records refused over gRPC for their form", form);
    for failure in &told.failures {
        report.failure(failure.clone());
    }
}

/// Looks into every file: for what was planted, which may be in none, and for what was accepted, which has to be found.
fn look(
    place: &Place,
    (planted, accepted): (&Scanner, &Scanner),
    report: &mut Report,
) -> Result<()> {
    let looked = place.look(planted)?;
    report.figure("files looked at", looked.files);
    report.figure("bytes of them", looked.bytes);
    for (path, form) in &looked.found {
        report.failure(format!("{} has what was planted, {form:?}", path.display()));
    }
    report.expect(looked.inputs >= 4, || {
        format!(
            "{} of the files that came in are there still",
            looked.inputs
        )
    });
    let found = place.look(accepted)?.found;
    for part in ["store", "generations", "run/generations"] {
        let is_there = found
            .iter()
            .any(|(path, _)| path.starts_with(place.path(part)));
        report.expect(is_there, || {
            format!("what was accepted is not found in {part}: the scan finds nothing")
        });
    }
    for log in ["indexer.log", "query.log"] {
        let text = std::fs::read_to_string(place.path(log))?;
        report.expect(text.contains("TRACE"), || format!("{log} has no traces"));
    }
    for written in ["phases.ndjson", "indexer-audit", "query-audit"] {
        let path = place.path(written);
        report.expect(path.exists(), || format!("{written} was not written"));
    }
    Ok(())
}
