//! An indexer with a million events, made once and kept.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::{self, write_result::Outcome};
use sosie_proto::to_pb;
use sosie_synthetic::{Config, Generator};
use sosie_tests::IndexerProcess;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

use crate::site::Site;

/// The seed of the events: that of the searches that `sosie-bench` sends.
const SEED: u64 = 1;
/// Records of a message.
const BATCH: u64 = 500;
/// Streams that fill it at a time.
const STREAMS: u64 = 4;
/// Messages of a stream that wait to be sent.
const WAITING_MAX: usize = 2;
/// Longest time from the last acknowledgement to all of it served.
const PUBLISHED_MAX: Duration = Duration::from_secs(600);

/// A directory with an indexer of so many events.
pub(crate) struct World {
    /// It.
    pub(crate) site: Site,
    /// Runs on it.
    pub(crate) indexer: IndexerProcess,
    generator: Generator,
    /// The number of the next event that is new.
    next: u64,
}

impl World {
    /// Starts an indexer on what is in `dir`, and fills it up to `events`, all served.
    ///
    /// # Errors
    /// If that does not go well.
    pub(crate) async fn open(dir: &Path, events: u64) -> Result<World> {
        fs::create_dir_all(dir)?;
        let mut world = World {
            site: Site::new(dir),
            indexer: IndexerProcess::start(dir),
            generator: Generator::new(SEED, Config::default()),
            next: 0,
        };
        world.next = next_number(dir)?;
        let mut client = world.indexer.ingest().await;
        if world.next < events {
            let begun = Instant::now();
            let (first, count) = (world.next, events - world.next);
            world.fill(&client, count).await?;
            let rate = count as f64 / begun.elapsed().as_secs_f64();
            eprintln!(
                "world: events {first} to {events} taken, {rate:.0}/s while they are indexed"
            );
        }
        let position = world.site.probe(&mut client).await?;
        world.until_published(position).await?;
        Ok(world)
    }

    /// The next new events as messages of so many records.
    pub(crate) fn message(&mut self, records: u64) -> Vec<pb::IngestRecord> {
        let numbers = self.next..self.next + records;
        self.next = numbers.end;
        let record = |number| {
            let event = self.generator.event(number);
            let known_time = event.parts().known_time;
            pb::IngestRecord {
                event: Some(to_pb::event_input(&event, Some(known_time))),
                if_revision: None,
            }
        };
        numbers.map(record).collect()
    }

    /// Remembers which events were sent, so that the next run sends others.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn remember(&self) -> Result<()> {
        fs::write(self.site.dir().join("next"), self.next.to_string())?;
        Ok(())
    }

    async fn fill(&mut self, client: &IngestServiceClient<Channel>, count: u64) -> Result<()> {
        let mut streams = tokio::task::JoinSet::new();
        let mut senders = Vec::new();
        for _ in 0..STREAMS {
            let (sender, messages) = mpsc::channel(WAITING_MAX);
            streams.spawn(stream(client.clone(), messages));
            senders.push(sender);
        }
        for at in 0..count.div_ceil(BATCH) {
            let records = self.message(BATCH.min(count - at * BATCH));
            let sender = &senders[(at % STREAMS) as usize];
            sender.send(records).await.context("a stream ended")?;
        }
        drop(senders);
        while let Some(ended) = streams.join_next().await {
            ended??;
        }
        self.remember()
    }

    /// Waits until a generation of this position is served, however long a way behind it is.
    ///
    /// # Errors
    /// If it takes minutes.
    pub(crate) async fn until_published(&self, position: u64) -> Result<()> {
        let begun = Instant::now();
        while self
            .site
            .published()?
            .is_none_or(|published| published < position)
        {
            ensure!(begun.elapsed() < PUBLISHED_MAX, "{position} is not served");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

/// The number of the next event that is new.
fn next_number(dir: &Path) -> Result<u64> {
    match fs::read_to_string(dir.join("next")) {
        Ok(text) => Ok(text.trim().parse()?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// Sends messages on one stream.
///
/// # Errors
/// Unless all is accepted.
pub(crate) async fn stream(
    mut client: IngestServiceClient<Channel>,
    mut messages: mpsc::Receiver<Vec<pb::IngestRecord>>,
) -> Result<()> {
    let (requests, sent) = mpsc::channel(WAITING_MAX);
    let sending = async move {
        while let Some(records) = messages.recv().await {
            let request = pb::IngestEventsRequest {
                records,
                validate_only: false,
            };
            requests.send(request).await.context("the stream ended")?;
        }
        anyhow::Ok(())
    };
    let taking = async {
        let answers = client.ingest_events(ReceiverStream::new(sent)).await?;
        let mut answers = answers.into_inner();
        while let Some(answer) = answers.message().await? {
            ensure!(answer.results.iter().all(is_taken), "not accepted");
        }
        anyhow::Ok(())
    };
    tokio::try_join!(sending, taking)?;
    Ok(())
}

/// Whether a record is in the store: an earlier run may have sent it.
pub(crate) fn is_taken(result: &pb::WriteResult) -> bool {
    matches!(
        result.outcome,
        Some(Outcome::Accepted(_) | Outcome::Unchanged(_))
    )
}
