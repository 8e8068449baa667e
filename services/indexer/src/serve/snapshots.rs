//! `SnapshotService`: snapshots beside live ingestion.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use sosie_proto::pb::snapshot_service_server::SnapshotService;
use sosie_proto::{from_pb, pb, to_pb};
use sosie_rpc::{StreamTally, Ticket};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::server::Stores;
use super::status::CallError;
use crate::snapshot::{self, Snapshot};

/// Least time between two messages that tell how far a snapshot is.
const TELL_INTERVAL: Duration = Duration::from_millis(500);
/// Messages that wait for the client: one that is not taken is left out, but for the last.
const UNTAKEN_MAX: usize = 2;

type Told = Result<pb::CreateSnapshotResponse, Status>;

/// What snapshots are made of, and where.
#[derive(Clone)]
pub(super) struct Snapshots {
    pub(super) stores: Stores,
    pub(super) dir: PathBuf,
    /// The limit of a call is none of a stream; kept for the place among those in flight.
    pub(super) deadline_max: Duration,
    /// True when the service ends.
    pub(super) ending: watch::Receiver<bool>,
}

#[tonic::async_trait]
impl SnapshotService for Snapshots {
    type CreateSnapshotStream = ReceiverStream<Told>;

    async fn create_snapshot(
        &self,
        request: Request<pb::CreateSnapshotRequest>,
    ) -> Result<Response<Self::CreateSnapshotStream>, Status> {
        let (_, mut extensions, message) = request.into_parts();
        let ticket = Ticket::take(&mut extensions, self.deadline_max);
        let snapshot_id = from_pb::create_snapshot(message).map_err(CallError::from)?;
        let (answers, stream) = mpsc::channel(UNTAKEN_MAX);
        let (mut tally, streamed) = StreamTally::new();
        let snapshots = self.clone();
        tokio::spawn(async move {
            let telling = answers.clone();
            let make = move || snapshots.make(snapshot_id, &telling);
            let made = ticket.blocking(make).await.map_err(Status::from);
            if let Err(status) = &made {
                tally.refused(status);
            }
            // A client that has left needs no answer.
            let _ = answers.send(made).await;
        });
        let mut response = Response::new(ReceiverStream::new(stream));
        response.extensions_mut().insert(streamed);
        Ok(response)
    }
}

impl Snapshots {
    fn make(
        &self,
        snapshot_id: sosie_similarity::Code,
        telling: &mpsc::Sender<Told>,
    ) -> Result<pb::CreateSnapshotResponse, CallError> {
        let stores = snapshot::Stores {
            store: &self.stores.store,
            generations: &self.stores.generations,
        };
        let (mut told, mut done) = (Instant::now(), 0);
        let mut advance = |bytes: u64| {
            done = bytes;
            if told.elapsed() >= TELL_INTERVAL {
                told = Instant::now();
                let _ = telling.try_send(Ok(response(bytes, None)));
            }
            !telling.is_closed() && !*self.ending.borrow()
        };
        let named = (snapshot_id, sosie_rpc::now());
        let made = snapshot::create(&stores, &self.dir, named, &mut advance)?;
        tracing::info!(snapshot_id = %made.snapshot_id, digest = %made.digest, "snapshot made");
        Ok(response(done, Some(&made)))
    }
}

fn response(done_bytes: u64, snapshot: Option<&Snapshot>) -> pb::CreateSnapshotResponse {
    pb::CreateSnapshotResponse {
        done_bytes: done_bytes.cast_signed(),
        snapshot: snapshot.map(told),
    }
}

fn told(snapshot: &Snapshot) -> pb::Snapshot {
    let generation = snapshot.generation.map(|generation| generation.to_string());
    pb::Snapshot {
        snapshot_id: snapshot.snapshot_id.to_string(),
        digest: snapshot.digest.to_string(),
        created_time: Some(to_pb::instant(snapshot.created_time)),
        position: snapshot.position.cast_signed(),
        event_count: snapshot.event_count.cast_signed(),
        generation_id: generation.unwrap_or_default(),
        size_bytes: snapshot.size_bytes.cast_signed(),
    }
}
