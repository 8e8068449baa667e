//! A running indexer, and records in few words.

use std::future::Future;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sosie_index::{GenerationId, GenerationStore};
use sosie_indexer::serve::{Feed, IndexerServer, ServeConfig, Stores, SwitchError, SwitchOrder};
use sosie_proto::error::{Described, describe};
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::{self, write_result::Outcome};
use sosie_rpc::ServeError;
use sosie_store::{Position, Store};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Status, Streaming};

/// Long enough for a busy machine, short enough for a test that hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn number(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap()
}

pub(crate) fn config(dir: &Path) -> ServeConfig {
    ServeConfig {
        listen_addr: "127.0.0.1:0".parse().unwrap(),
        store_dir: dir.join("store"),
        store_cache_bytes: 16 << 20,
        generations_dir: dir.join("generations"),
        snapshots_dir: dir.join("snapshots"),
        callers: None,
        profiles_dir: None,
        audit: None,
        guard: None,
        keep: number(5),
        receipts: None,
        in_flight_max: number(16),
        take_over: false,
        canaries: None,
        deadline: PATIENCE,
        drain_max: PATIENCE,
        reflection: true,
    }
}

/// Remembers how far it was told to follow.
#[derive(Default)]
pub(crate) struct Follower {
    told: AtomicU64,
    /// Whether the thread that tells it, the one that writes, is to panic.
    pub(crate) panics: AtomicBool,
}

impl Follower {
    pub(crate) fn position(&self) -> u64 {
        self.told.load(Ordering::SeqCst)
    }
}

impl Feed for Follower {
    fn advanced(&self, to: Position) {
        let before = self.told.swap(to.get(), Ordering::SeqCst);
        assert!(before < to.get(), "positions only go forward");
        assert!(!self.panics.load(Ordering::SeqCst), "it was asked for");
    }

    fn switch(&self, _: SwitchOrder) -> Result<GenerationId, SwitchError> {
        panic!("nobody follows here");
    }
}

/// A running indexer, READY.
pub(crate) struct Running {
    pub(crate) dir: TempDir,
    pub(crate) addr: SocketAddr,
    pub(crate) store: Arc<Store>,
    pub(crate) generations: Arc<Mutex<GenerationStore>>,
    pub(crate) follower: Arc<Follower>,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    pub(crate) async fn start() -> Running {
        Running::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut ServeConfig)) -> Running {
        let dir = tempfile::tempdir().unwrap();
        let mut config = config(dir.path());
        change(&mut config);
        let stores = Stores::open(&config).unwrap();
        let (store, generations) = (stores.store.clone(), stores.generations.clone());
        let follower = Arc::new(Follower::default());
        let server = IndexerServer::bind(config, stores, follower.clone());
        let server = server.await.unwrap();
        let addr = server.local_addr();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Running {
            dir,
            addr,
            store,
            generations,
            follower,
            stop: Some(stop),
            ended,
        }
    }

    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    pub(crate) async fn ended(self) {
        self.result().await.unwrap();
    }

    /// How it ends.
    pub(crate) async fn result(self) -> Result<(), ServeError> {
        within(self.ended).await.unwrap()
    }

    /// Waits for the end, and keeps what is on disk.
    pub(crate) async fn ended_with_its_directory(self) -> TempDir {
        let Running {
            dir, store, ended, ..
        } = self;
        within(ended).await.unwrap().unwrap();
        drop(store);
        dir
    }

    pub(crate) async fn channel(&self) -> Channel {
        let uri = format!("http://{}", self.addr);
        Channel::from_shared(uri).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn ingest(&self) -> IngestServiceClient<Channel> {
        IngestServiceClient::new(self.channel().await)
    }

    pub(crate) async fn index(&self) -> IndexServiceClient<Channel> {
        IndexServiceClient::new(self.channel().await)
    }

    /// What a batch of these records is answered with.
    pub(crate) async fn put(&self, records: Vec<pb::IngestRecord>) -> Vec<Outcome> {
        let request = pb::BatchIngestEventsRequest {
            records,
            validate_only: false,
        };
        let answer = self.ingest().await.batch_ingest_events(request).await;
        outcomes(answer.unwrap().into_inner().results)
    }

    /// What these deletions are answered with.
    pub(crate) async fn delete(&self, deletions: Vec<pb::EventDeletion>) -> Vec<Outcome> {
        let request = pb::DeleteEventsRequest { deletions };
        let answer = self.ingest().await.delete_events(request).await;
        outcomes(answer.unwrap().into_inner().results)
    }

    /// The number of changes in the store.
    pub(crate) fn changes(&self) -> usize {
        let view = self.store.view().unwrap();
        view.changes(Position::START).unwrap().count()
    }
}

/// Both ends of a stream of records.
pub(crate) struct Stream {
    requests: Option<mpsc::Sender<pb::IngestEventsRequest>>,
    answers: Streaming<pb::IngestEventsResponse>,
}

impl Stream {
    pub(crate) async fn open(client: &mut IngestServiceClient<Channel>) -> Stream {
        let (requests, sent) = mpsc::channel(1);
        let answers = client.ingest_events(ReceiverStream::new(sent)).await;
        Stream {
            requests: Some(requests),
            answers: answers.unwrap().into_inner(),
        }
    }

    pub(crate) async fn send(&self, records: Vec<pb::IngestRecord>) {
        let request = pb::IngestEventsRequest {
            records,
            validate_only: false,
        };
        self.send_request(request).await;
    }

    pub(crate) async fn send_request(&self, request: pb::IngestEventsRequest) {
        let requests = self.requests.as_ref().unwrap();
        within(requests.send(request)).await.unwrap();
    }

    /// Whether a message is taken from us within a moment.
    pub(crate) async fn takes(&self, request: pb::IngestEventsRequest) -> bool {
        let requests = self.requests.as_ref().unwrap();
        let moment = Duration::from_millis(300);
        let sent = tokio::time::timeout(moment, requests.send(request)).await;
        sent.is_ok_and(|sent| sent.is_ok())
    }

    pub(crate) fn end(&mut self) {
        self.requests = None;
    }

    pub(crate) async fn answer(&mut self) -> Result<Option<Vec<pb::WriteResult>>, Status> {
        let answer = within(self.answers.message()).await?;
        Ok(answer.map(|answer| answer.results))
    }

    pub(crate) async fn results(&mut self) -> Vec<pb::WriteResult> {
        self.answer().await.unwrap().unwrap()
    }
}

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(PATIENCE, future).await;
    ended.expect("it takes less than PATIENCE")
}

pub(crate) fn described<T>(answer: Result<T, Status>) -> Described {
    match answer {
        Ok(_) => panic!("expected a refusal"),
        Err(status) => describe(&status),
    }
}

pub(crate) fn outcomes(results: Vec<pb::WriteResult>) -> Vec<Outcome> {
    let outcomes = results.into_iter().map(|result| result.outcome.unwrap());
    outcomes.collect()
}

pub(crate) fn accepted(revision: i64, position: i64) -> Outcome {
    Outcome::Accepted(pb::AcceptedWrite { revision, position })
}

pub(crate) fn unchanged(revision: i64) -> Outcome {
    Outcome::Unchanged(pb::UnchangedWrite { revision })
}

pub(crate) fn mismatch(found: i64) -> Outcome {
    Outcome::Refused(pb::RefusedWrite {
        reason: pb::WriteRefusal::RevisionMismatch.into(),
        field_violations: vec![],
        found_revision: Some(found),
    })
}

/// A held event of one evening.
pub(crate) fn event(id: &str) -> pb::EventInput {
    let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    pb::EventInput {
        event_id: id.to_owned(),
        state: pb::EventState::Held.into(),
        nature: Some("sport/football".to_owned()),
        start_time: time(1_717_257_600),
        end_time: time(1_717_275_600),
        time_zone: "Europe/Paris".to_owned(),
        time_precision: pb::TimePrecision::Exact.into(),
        source_id: "register".to_owned(),
        ..pb::EventInput::default()
    }
}

pub(crate) fn record(id: &str) -> pb::IngestRecord {
    changed(id, |_| {})
}

pub(crate) fn changed(id: &str, change: impl FnOnce(&mut pb::EventInput)) -> pb::IngestRecord {
    let mut event = event(id);
    change(&mut event);
    pb::IngestRecord {
        event: Some(event),
        if_revision: None,
    }
}

pub(crate) fn records(ids: std::ops::Range<usize>) -> Vec<pb::IngestRecord> {
    ids.map(|id| record(&format!("e-{id}"))).collect()
}

pub(crate) fn deletion(id: &str, reason: pb::DeletionReason) -> pb::EventDeletion {
    pb::EventDeletion {
        event_id: id.to_owned(),
        reason: reason.into(),
        if_revision: None,
    }
}
