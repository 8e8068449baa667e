//! Generation after generation while others search: no call fails, searches hardly wait, and memory comes back.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sosie_proto::error::describe;
use sosie_proto::pb::{self, ErrorReason};
use sosie_tests::{Clients, ServerProcess, program, until_async};

use crate::Options;
use crate::report::Report;
use crate::world::World;

/// Searches a second.
const RATE: &str = "500";
/// How long is searched before and after.
const QUIET_S: u64 = 15;
/// Time from one publication to the next, at least: what the indexer takes, and some.
const BETWEEN: Duration = Duration::from_millis(450);
/// Events of a publication.
const EVENTS: u64 = 20;
/// How long superseded generations stay in memory here.
const KEEP_LOADED_S: u64 = 10;
/// How many times as long searches may take at p99 while generations change.
const P99_RATIO_MAX: f64 = 1.5;
/// How many times the memory of before may be in use after: what the allocator keeps for itself is in it.
const MEMORY_RATIO_MAX: f64 = 1.25;

/// What a load has shown.
struct Load {
    p50_ms: f64,
    p99_ms: f64,
    failed: u64,
}

/// Switches so many times.
///
/// # Errors
/// If it can't go on. What breaks a promise is in the report.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("switches", options.seed);
    let mut world = World::open(&options.dir, options.events).await?;
    let log = options.dir.join("query.log");
    let keep = KEEP_LOADED_S.to_string();
    let further = ["--keep-loaded-seconds", &keep, "--poll-interval-ms", "50"];
    let query = ServerProcess::start_with(&world.site.generations(), &log, &further);
    let clients = query.clients().await;
    let address = query.address().to_string();
    let before = load(&address, QUIET_S).await?;
    let memory_before = resident_mib(query.pid())?;
    let token = token(&clients).await?;
    let served_before = served(&log)?;
    let seconds = BETWEEN.as_secs_f64() * options.cases as f64;
    let loading = tokio::spawn(async move { load(&address, seconds.ceil() as u64).await });
    let mut memory_most = 0.0_f64;
    while served(&log)? < served_before + options.cases {
        ensure!(served(&log)? >= served_before, "the log was cut");
        publish(&mut world).await?;
        memory_most = memory_most.max(resident_mib(query.pid())?);
    }
    let switches = served(&log)? - served_before;
    let during = loading.await??;
    expires(&clients, token, &mut report).await;
    // A look after the last of them is old enough.
    tokio::time::sleep(Duration::from_secs(KEEP_LOADED_S + 2)).await;
    let memory_after = resident_mib(query.pid())?;
    report.cases = switches;
    report.figure("events", options.events);
    report.figure(
        "p50 without and with switches",
        format!("{:.2}, {:.2} ms", before.p50_ms, during.p50_ms),
    );
    report.figure(
        "p99 without and with switches",
        format!("{:.2}, {:.2} ms", before.p99_ms, during.p99_ms),
    );
    report.figure("calls that failed", before.failed + during.failed);
    report.figure(
        "resident memory before, most, after",
        format!("{memory_before:.0}, {memory_most:.0}, {memory_after:.0} MiB"),
    );
    report.expect(during.failed == 0, || {
        format!("{} calls failed", during.failed)
    });
    let ratio = during.p99_ms / before.p99_ms;
    report.expect_in_release(ratio <= P99_RATIO_MAX, || {
        format!("p99 is {ratio:.2} times as long")
    });
    let ratio = memory_after / memory_before;
    report.expect_in_release(ratio <= MEMORY_RATIO_MAX, || {
        format!("memory is {ratio:.2} times as much")
    });
    Ok(report)
}

/// Has a generation with some more events published.
async fn publish(world: &mut World) -> Result<()> {
    let begun = Instant::now();
    let request = pb::BatchIngestEventsRequest {
        records: world.message(EVENTS),
        validate_only: false,
    };
    world.remember()?;
    let mut client = world.indexer.ingest().await;
    client.batch_ingest_events(request).await?;
    let left = BETWEEN.saturating_sub(begun.elapsed());
    tokio::time::sleep(left).await;
    Ok(())
}

/// Searches for so many seconds, by the open loop of `sosie-bench`.
async fn load(address: &str, seconds: u64) -> Result<Load> {
    let mut command = std::process::Command::new(program("sosie-bench"));
    command.args(["load", "--addr", address, "--rate", RATE, "--json"]);
    command.args(["--connections", "8", "--seconds", &seconds.to_string()]);
    let told = tokio::task::spawn_blocking(move || command.output()).await??;
    ensure!(
        told.status.success(),
        "the load failed: {}",
        String::from_utf8_lossy(&told.stderr)
    );
    let told: serde_json::Value = serde_json::from_slice(&told.stdout)?;
    let round = &told["rounds"][0];
    let latency = |name: &str| round["latency_ms"][name].as_f64().context("a latency");
    let failed = round["failed"].as_object().context("failures")?;
    let failed: u64 = failed.values().filter_map(serde_json::Value::as_u64).sum();
    Ok(Load {
        p50_ms: latency("p50")?,
        p99_ms: latency("p99")?,
        failed: failed + round["unsent"].as_u64().unwrap_or_default(),
    })
}

/// Generations that were taken up so far.
fn served(log: &Path) -> Result<usize> {
    Ok(fs::read_to_string(log)?
        .matches("generation served")
        .count())
}

fn resident_mib(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    let kib: f64 = kib.context("a size")?.parse()?;
    Ok(kib / 1024.0)
}

fn request(page_token: String) -> pb::ListEventsRequest {
    pb::ListEventsRequest {
        page_size: Some(3),
        page_token,
        ..Default::default()
    }
}

/// A token for the second page of the generation that is served now.
async fn token(clients: &Clients) -> Result<String> {
    let listed = clients
        .events
        .clone()
        .list_events(request(String::new()))
        .await?;
    Ok(listed.into_inner().next_page_token)
}

/// The token of a generation that was let go of is refused by name.
async fn expires(clients: &Clients, token: String, report: &mut Report) {
    until_async("a token that has expired", async || {
        let listed = clients
            .events
            .clone()
            .list_events(request(token.clone()))
            .await;
        let status = listed.err()?;
        let reason = describe(&status).reason;
        report.expect(reason == Some(ErrorReason::GenerationExpired), || {
            format!("the token of a dropped generation is refused as {status:?}")
        });
        Some(())
    })
    .await;
}
