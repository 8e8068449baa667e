//! How soon what is acknowledged is found, at a steady rate of events into an index of a million.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sosie_proto::pb;
use sosie_tests::{Clients, ServerProcess};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::Options;
use crate::figures::{Times, ms};
use crate::report::Report;
use crate::world::{World, is_taken};

/// Events a second.
const RATE: u64 = 2_000;
/// Records of a message.
const BATCH: u64 = 100;
/// Time between two messages.
const BETWEEN: Duration = Duration::from_micros(1_000_000 * BATCH / RATE);
/// Time between two looks for an event that is not found yet.
const LOOK: Duration = Duration::from_millis(5);
/// What was promised.
const P50_MAX: Duration = Duration::from_secs(1);
const P99_MAX: Duration = Duration::from_secs(2);

/// Acknowledged events that were not found yet, the first one first: the last of each message.
type Acknowledged = Arc<Mutex<VecDeque<(Instant, String)>>>;

/// Sends for as many seconds as there are cases.
///
/// # Errors
/// If it can't go on. What breaks a promise is in the report.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("freshness", options.seed);
    let mut world = World::open(&options.dir, options.events).await?;
    let log = options.dir.join("query.log");
    let query = ServerProcess::start(&world.site.generations(), &log);
    let clients = query.clients().await;
    let acknowledged = Acknowledged::default();
    let messages = options.cases as u64 * RATE / BATCH;
    let messages: Vec<_> = (0..messages).map(|_| world.message(BATCH)).collect();
    world.remember()?;
    let count = messages.len();
    let client = world.indexer.ingest().await;
    let begun = Instant::now();
    let sending = tokio::spawn(send(client, messages, acknowledged.clone()));
    let (found, answered) = find(&clients, &acknowledged, count).await?;
    let answers = sending.await??;
    let sent_s = answered.saturating_duration_since(begun).as_secs_f64();
    report.cases = options.cases;
    report.figure("events", options.events);
    report.figure(
        "events sent a second",
        format!("{:.0}", count as f64 * BATCH as f64 / sent_s),
    );
    for (of, times) in [
        ("due to acknowledged", &answers),
        ("acknowledged to found", &found),
    ] {
        let [p50, p99, max] = [0.5, 0.99, 1.0].map(|quantile| times.quantile(quantile));
        report.figure(
            format!("{of}, p50, p99, most"),
            format!("{}, {}, {}", ms(p50), ms(p99), ms(max)),
        );
    }
    let [p50, p99] = [0.5, 0.99].map(|quantile| found.quantile(quantile));
    report.expect_in_release(p50 <= P50_MAX, || format!("found after {} at p50", ms(p50)));
    report.expect_in_release(p99 <= P99_MAX, || format!("found after {} at p99", ms(p99)));
    Ok(report)
}

/// Sends each message when it is due; how long after it its answer came.
async fn send(
    mut client: pb::ingest_service_client::IngestServiceClient<tonic::transport::Channel>,
    messages: Vec<Vec<pb::IngestRecord>>,
    acknowledged: Acknowledged,
) -> Result<Times> {
    let (requests, sent) = mpsc::channel(64);
    let begun = Instant::now();
    let last_ids: Vec<_> = messages.iter().map(|records| last_id(records)).collect();
    let sending = async move {
        for (at, records) in messages.into_iter().enumerate() {
            let due = begun + BETWEEN * at as u32;
            tokio::time::sleep_until(due.into()).await;
            let request = pb::IngestEventsRequest {
                records,
                validate_only: false,
            };
            requests.send(request).await.context("the stream ended")?;
        }
        anyhow::Ok(())
    };
    let taking = async {
        let mut times = Times::default();
        let answers = client.ingest_events(ReceiverStream::new(sent)).await?;
        let mut answers = answers.into_inner();
        for (at, id) in last_ids.into_iter().enumerate() {
            let answer = answers.message().await?.context("an answer is missing")?;
            ensure!(answer.results.iter().all(is_taken), "not accepted");
            let now = Instant::now();
            times.add(now.saturating_duration_since(begun + BETWEEN * at as u32));
            let mut acknowledged = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
            acknowledged.push_back((now, id));
        }
        Ok(times)
    };
    let ((), times) = tokio::try_join!(sending, taking)?;
    Ok(times)
}

fn last_id(records: &[pb::IngestRecord]) -> String {
    let event = records.last().and_then(|record| record.event.as_ref());
    event
        .map(|event| event.event_id.clone())
        .unwrap_or_default()
}

/// Looks for each acknowledged event until it is found; how long after its acknowledgement that was, and when the last was.
async fn find(
    clients: &Clients,
    acknowledged: &Acknowledged,
    count: usize,
) -> Result<(Times, Instant)> {
    let mut times = Times::default();
    let mut last = Instant::now();
    while times.len() < count {
        let next = acknowledged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .front()
            .cloned();
        let Some((at, event_id)) = next else {
            tokio::time::sleep(LOOK).await;
            continue;
        };
        let request = pb::GetEventRequest { event_id };
        match clients.events.clone().get_event(request).await {
            Ok(_) => {
                times.add(at.elapsed());
                last = Instant::now();
                acknowledged
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .pop_front();
            }
            Err(status) if status.code() == tonic::Code::NotFound => {
                ensure!(
                    at.elapsed() < Duration::from_secs(60),
                    "not found in a minute"
                );
                tokio::time::sleep(LOOK).await;
            }
            Err(status) => return Err(status.into()),
        }
    }
    Ok((times, last))
}
