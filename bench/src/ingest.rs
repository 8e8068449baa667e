//! What the indexer takes over gRPC: events that are on disk when they are answered.
//!
//! Client and service share the process and its processors, as they share this machine: a client elsewhere leaves
//! the service more.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sosie_indexer::serve::{IndexerServer, NoFeed, ServeConfig, Stores};
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::{self, write_result::Outcome};
use sosie_proto::to_pb;
use sosie_synthetic::{Config, Generator};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;

use crate::world::SEED;

/// Messages that wait to be sent, per stream.
const WAITING_MAX: usize = 2;

/// How much is sent, and how.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Events per round, each of them new.
    #[arg(long, default_value_t = 200_000)]
    events: u64,
    /// Records of a message.
    #[arg(long, default_value = "500")]
    batch: NonZeroUsize,
    /// Streams of each round, each over a connection of its own.
    #[arg(long, value_delimiter = ',', default_value = "1,8,1,8")]
    streams: Vec<NonZeroUsize>,
    /// Where the store is made; empty.
    #[arg(long)]
    dir: PathBuf,
}

/// Measures.
pub(crate) fn run(args: &Args) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(measure(args))
}

async fn measure(args: &Args) -> Result<()> {
    let config = config(&args.dir);
    let stores = Stores::open(&config)?;
    let held = stores.store.view()?.summary().event_count;
    ensure!(held == 0, "{} holds a store already", args.dir.display());
    let server = IndexerServer::bind(config, stores, Arc::new(NoFeed)).await?;
    let uri = format!("http://{}", server.local_addr());
    let serving = tokio::spawn(server.run(std::future::pending()));
    let generator = Generator::new(SEED, Config::default());
    for (round, streams) in (0..).zip(&args.streams) {
        let shares = messages(args, &generator, round, streams.get());
        let took = send(&uri, shares).await?;
        let rate = args.events as f64 / took.as_secs_f64();
        println!("{streams} streams: {} events, {rate:.0}/s", args.events);
    }
    serving.abort();
    Ok(())
}

fn config(dir: &Path) -> ServeConfig {
    ServeConfig {
        listen_addr: ([127, 0, 0, 1], 0).into(),
        store_dir: dir.join("store"),
        store_cache_bytes: 256 << 20,
        generations_dir: dir.join("generations"),
        snapshots_dir: dir.join("snapshots"),
        callers: None,
        profiles_dir: None,
        audit: None,
        guard: None,
        keep: NonZeroUsize::MIN,
        receipts: None,
        take_over: false,
        canaries: None,
        in_flight_max: NonZeroUsize::new(64).expect("not 0"),
        deadline: Duration::from_secs(30),
        drain_max: Duration::from_secs(1),
        reflection: false,
    }
}

/// What each stream sends, made beforehand.
fn messages(
    args: &Args,
    generator: &Generator,
    round: u64,
    streams: usize,
) -> Vec<Vec<pb::IngestEventsRequest>> {
    let first = round * args.events;
    let indexes: Vec<u64> = (first..first + args.events).collect();
    let mut shares = vec![Vec::new(); streams];
    for (at, indexes) in indexes.chunks(args.batch.get()).enumerate() {
        let records = indexes.iter().map(|index| pb::IngestRecord {
            event: Some(to_pb::event_input(&generator.event(*index), None)),
            if_revision: None,
        });
        shares[at % streams].push(pb::IngestEventsRequest {
            records: records.collect(),
            validate_only: false,
        });
    }
    shares
}

/// The time from the first message to the last answer.
async fn send(uri: &str, shares: Vec<Vec<pb::IngestEventsRequest>>) -> Result<Duration> {
    let mut streams = JoinSet::new();
    let started = Instant::now();
    for share in shares {
        streams.spawn(stream(uri.to_owned(), share));
    }
    while let Some(sent) = streams.join_next().await {
        sent??;
    }
    Ok(started.elapsed())
}

async fn stream(uri: String, share: Vec<pb::IngestEventsRequest>) -> Result<()> {
    let mut client = IngestServiceClient::connect(uri).await?;
    let (requests, sent) = mpsc::channel(WAITING_MAX);
    let answers = client.ingest_events(ReceiverStream::new(sent)).await;
    let mut answers = answers?.into_inner();
    let expected: usize = share.iter().map(|message| message.records.len()).sum();
    let sending = async move {
        for message in share {
            requests.send(message).await.context("the stream ended")?;
        }
        anyhow::Ok(())
    };
    let taking = async {
        let mut taken = 0;
        while let Some(answer) = answers.message().await? {
            let is_accepted =
                |result: &pb::WriteResult| matches!(result.outcome, Some(Outcome::Accepted(_)));
            ensure!(answer.results.iter().all(is_accepted), "not accepted");
            taken += answer.results.len();
        }
        ensure!(taken == expected, "{taken} answers to {expected} records");
        Ok(())
    };
    tokio::try_join!(sending, taking)?;
    Ok(())
}
