//! How soon the indexer is ready again after `kill -9`, with a million events.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sosie_index::{Current, Snapshot, VerifiedGeneration};
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_tests::{Draw, IndexerProcess};
use tokio::sync::mpsc;

use crate::Options;
use crate::figures::{Times, ms};
use crate::kills::serving;
use crate::report::Report;
use crate::world::{World, stream};

/// Longest time until it is ready again, of 99 in a hundred.
const READY_MAX: Duration = Duration::from_secs(2);
/// Longest time that it works before it is killed.
const WORK_MAX_MS: usize = 700;
/// Records of a message.
const BATCH: u64 = 100;

/// Kills so many times.
///
/// # Errors
/// If it can't go on. What breaks a promise is in the report.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("recovery", options.seed);
    let mut draw = Draw::new(options.seed);
    let mut world = World::open(&options.dir, options.events).await?;
    let mut ready = Times::default();
    for _ in 0..options.cases {
        let work = Duration::from_millis(draw.below(WORK_MAX_MS) as u64);
        kill_at_work(&mut world, work).await?;
        world.remember()?;
        let started = Instant::now();
        world.indexer = IndexerProcess::start(&options.dir);
        until_ready(&mut world).await?;
        ready.add(started.elapsed());
        report.case(options.cases);
    }
    let mut client = world.indexer.ingest().await;
    let position = world.site.probe(&mut client).await?;
    let begun = Instant::now();
    world.until_published(position).await?;
    report.figure("served again after the last kill", ms(begun.elapsed()));
    agrees(&world, &mut report)?;
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|quantile| ready.quantile(quantile));
    report.figure("events", options.events);
    report.figure(
        "start to SERVING and first acknowledgement, p50, p99, most",
        format!("{}, {}, {}", ms(p50), ms(p99), ms(max)),
    );
    report.expect_in_release(p99 <= READY_MAX, || {
        format!("ready after {} at p99", ms(p99))
    });
    Ok(report)
}

/// Has it take events, and kills it.
async fn kill_at_work(world: &mut World, work: Duration) -> Result<()> {
    let client = world.indexer.ingest().await;
    let (sender, messages) = mpsc::channel(1);
    let sending = tokio::spawn(stream(client, messages));
    let begun = Instant::now();
    while begun.elapsed() < work {
        let records = world.message(BATCH);
        sender.send(records).await.context("the stream ended")?;
    }
    world.indexer.kill();
    // It was cut off: how is not of interest.
    let _ = sending.await?;
    Ok(())
}

async fn until_ready(world: &mut World) -> Result<()> {
    let channel = world.indexer.connect().await;
    serving(channel.clone()).await;
    world
        .site
        .probe(&mut IngestServiceClient::new(channel))
        .await?;
    Ok(())
}

/// Whether the records that are served are those of the store.
fn agrees(world: &World, report: &mut Report) -> Result<()> {
    let dir = world.site.generations();
    let current = Current::read(&dir)?.context("nothing is served")?;
    let snapshot = Snapshot::open(VerifiedGeneration::open(&dir, &current)?)?;
    let read = snapshot.content_digest(&sosie_index::Cancel::default())?;
    let stored = world.site.summary()?;
    report.expect(read == stored.content_digest, || {
        "the records of the index are not those of the store".to_owned()
    });
    let manifest = snapshot.manifest();
    report.expect(manifest.event_count == stored.event_count, || {
        format!(
            "{} events are served, {} stored",
            manifest.event_count, stored.event_count
        )
    });
    report.figure("events at the end", stored.event_count);
    Ok(())
}
