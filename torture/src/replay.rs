//! Answers that are logged, then asked for again from their receipts: the same bytes, or it is a failure.
//!
//! The same events are published as one segment and as eight. Each service answers every question and its answers are logged;
//! it is started again with one thread and with two, reads the log, and replays it. Within a generation bytes are compared,
//! receipts included; a receipt pins the very files, so between generations, and between builds, it is left out.
//!
//! Start reading at [`run`], then `log.rs`.

mod log;
mod questions;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use prost::Message;
use prost::bytes::Buf;
use sosie_proto::pb;
use sosie_similarity::{Digest, Event};
use sosie_synthetic::{Config, Generator};
use sosie_tests::{Publisher, ServerProcess, program, raw_call, synthetic_events};
use tempfile::TempDir;
use tonic::transport::Channel;

use crate::Options;
use crate::report::Report;
use log::{Logged, compare, digest_of_all, read, write};
use questions::{ask, requests};

/// Events of the town whose values tie, and events of the country whose values are as uneven as real ones.
const EVENTS: [usize; 2] = [1_500, 1_500];
/// Segments of the generations, most and fewest that are worth a difference.
const SEGMENTS: [usize; 2] = [1, 8];
/// Threads of the service, and calls at a time.
const THREADS: [usize; 2] = [1, 2];
const REPLAY: &str = "/sosie.v1.TransparencyService/ReplaySearch";

/// Logs so many answers of each generation, and replays each with one thread and with two.
///
/// # Errors
/// If it can't go on. What breaks a promise is in the report.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("replay", options.seed);
    let events = events(options.seed);
    let requests = Arc::new(requests(options.seed, options.cases, &events));
    report.cases = options.cases;
    let mut logs = Vec::new();
    for segments in SEGMENTS {
        let dir = TempDir::new()?;
        let generations = dir.path().join("generations");
        publish(&generations, &events, segments)?;
        let file = dir.path().join("answers.log");
        let begun = Instant::now();
        let server = start(&generations, 2);
        write(
            &file,
            &ask(&server.clients().await.channel, &requests).await?,
        )?;
        drop(server);
        let rate = options.cases as f64 / begun.elapsed().as_secs_f64();
        report.figure(
            format!("answers logged a second, {segments} segments"),
            format!("{rate:.0}"),
        );
        let logged = Arc::new(read(&file)?);
        for threads in THREADS {
            let server = start(&generations, threads);
            let channel = server.clients().await.channel;
            let what = format!("{segments} segments, {threads} threads");
            replay_all(&channel, &logged, (threads, &what), &mut report).await?;
        }
        logs.push(logged);
    }
    describe(&logs[0], &mut report);
    for (at, (one, eight)) in logs[0].iter().zip(logs[1].iter()).enumerate() {
        report.expect(one.content == eight.content, || {
            format!("answer {at}: another from eight segments than from one")
        });
    }
    if let Some(path) = &options.log {
        compare::write(path, &logs[0])?;
    }
    if let Some(path) = &options.against {
        let different = compare::different(path, &logs[0])?;
        report.figure("answers of another build that are others", different.len());
        for at in different {
            report.failure(format!("answer {at}: another than that of the other build"));
        }
    }
    Ok(report)
}

fn describe(logged: &[Logged], report: &mut Report) {
    let count = |is: fn(&Logged) -> bool| logged.iter().filter(|logged| is(logged)).count();
    report.figure("answers with hits", count(|logged| logged.hits > 0));
    report.figure(
        "hits",
        logged.iter().map(|logged| logged.hits).sum::<usize>(),
    );
    let later = count(|logged| !logged.request.page_token.is_empty());
    report.figure("answers that are a second page", later);
    report.figure("digest of the answers", digest_of_all(logged));
}

/// Of two kinds: the same for the same seed, on every machine.
fn events(seed: u64) -> Vec<Event> {
    let config = Config {
        footprints_share: 0.2,
        ..Config::default()
    };
    let generator = Generator::new(seed, config);
    let mut events = synthetic_events(seed, EVENTS[0]);
    events.extend((0..EVENTS[1] as u64).map(|index| generator.event(index)));
    events
}

/// Publishes the events in so many segments, which are counted on the disk.
fn publish(dir: &Path, events: &[Event], segments: usize) -> Result<()> {
    let parts: Vec<_> = events.chunks(events.len().div_ceil(segments)).collect();
    let published = Publisher::open(dir, 1).publish_parts(&parts);
    let mut found = 0;
    for file in fs::read_dir(dir.join(published.generation.to_string()))? {
        found += usize::from(file?.path().extension().is_some_and(|it| it == "store"));
    }
    ensure!(found == segments, "{found} segments and not {segments}");
    Ok(())
}

/// The service with so many threads that answer calls.
fn start(generations: &Path, threads: usize) -> ServerProcess {
    let mut command = Command::new(program("sosie-query"));
    // Of the runtime; a search is on a thread of its own, as many at a time as there are calls.
    command.env("TOKIO_WORKER_THREADS", threads.to_string());
    command.arg("serve");
    ServerProcess::start_as(command, generations, &generations.with_extension("log"))
}

/// Replays all with as many calls at a time as there are threads.
async fn replay_all(
    channel: &Channel,
    logged: &Arc<Vec<Logged>>,
    (threads, what): (usize, &str),
    report: &mut Report,
) -> Result<()> {
    let begun = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..threads {
        let (channel, logged) = (channel.clone(), logged.clone());
        callers.spawn(async move {
            let mut failures = Vec::new();
            for at in (caller..logged.len()).step_by(threads) {
                let told = replayed(&channel, &logged[at]).await?;
                failures.extend(told.map(|told| (at, told)));
            }
            anyhow::Ok(failures)
        });
    }
    while let Some(failures) = callers.join_next().await {
        for (at, told) in failures?? {
            report.failure(format!("answer {at}, {what}: {told}"));
        }
    }
    let rate = logged.len() as f64 / begun.elapsed().as_secs_f64();
    report.figure(format!("replays a second, {what}"), format!("{rate:.0}"));
    Ok(())
}

/// What is wrong with an answer that was asked for again, if anything is.
async fn replayed(channel: &Channel, logged: &Logged) -> Result<Option<String>> {
    let request = pb::ReplaySearchRequest {
        receipt: Some(logged.receipt.clone()),
        request: Some(logged.request.clone()),
    };
    let bytes = raw_call(channel, REPLAY, &request).await?;
    let told = pb::ReplaySearchResponse::decode(&bytes[..])?;
    match told.result.context("a result")? {
        pb::replay_search_response::Result::Refusal(refusal) => {
            Ok(Some(format!("refused: {refusal:?}")))
        }
        pb::replay_search_response::Result::Response(_) => {
            let is_same = Digest::of(message_in(&bytes)?) == logged.bytes;
            Ok((!is_same).then(|| "other bytes".to_owned()))
        }
    }
}

/// The bytes of the one message in a message, as they were sent.
fn message_in(bytes: &[u8]) -> Result<&[u8]> {
    let mut left = bytes;
    prost::encoding::decode_key(&mut left)?;
    let length = prost::encoding::decode_varint(&mut left)?;
    ensure!(length == left.remaining() as u64, "more than one field");
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_a_message_is_cut_out_as_it_was_sent() {
        let inner = pb::FindSimilarEventsResponse {
            next_page_token: "x".repeat(300),
            ..Default::default()
        };
        let bytes = inner.encode_to_vec();
        let outer = pb::ReplaySearchResponse {
            result: Some(pb::replay_search_response::Result::Response(inner)),
        };
        assert_eq!(message_in(&outer.encode_to_vec()).expect("a field"), bytes);
    }
}
