//! The methods of the contract.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use sosie_index::{GenerationStore, ReceiptRule};
use sosie_proto::pb::index_service_server::IndexService;
use sosie_proto::pb::ingest_service_server::IngestService;
use sosie_proto::to_pb::{self, IndexerLimits};
use sosie_proto::{from_pb, pb};
use sosie_rpc::{Audit, StreamTally, Ticket};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::generations;
use super::intake::Intake;
use super::jobs::{Jobs, calls};
use super::records::{Checked, check_deletions, check_records};
use super::status::CallError;
use super::stream::{self, Taking, Told, UNTAKEN_MAX};
use crate::gate::Gate;

/// What both services answer from.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) intake: Intake,
    pub(super) gate: Option<Arc<Gate>>,
    pub(super) jobs: Jobs,
    pub(super) generations: Arc<Mutex<GenerationStore>>,
    pub(super) generations_dir: PathBuf,
    /// How generations stay that receipts name.
    pub(super) receipts: Option<ReceiptRule>,
    /// Where it is recorded what is served.
    pub(super) audit: Option<Audit>,
    pub(super) limits: IndexerLimits,
    /// True when the service ends.
    pub(super) ending: watch::Receiver<bool>,
}

impl Desk {
    pub(super) fn take_up<Q>(&self, request: Request<Q>) -> (Ticket, Q) {
        let (_, mut extensions, message) = request.into_parts();
        let ticket = Ticket::take(&mut extensions, self.limits.deadline_max);
        (ticket, message)
    }

    /// Checks the entries of a call, writes them, and tells what became of them.
    async fn write(
        &self,
        ticket: Ticket,
        check: impl FnOnce() -> Result<Checked, CallError> + Send + 'static,
    ) -> Result<Vec<pb::WriteResult>, CallError> {
        let place = self.intake.place().await;
        let mut checked = ticket.blocking(check).await?;
        let pending = self.intake.write(checked.take_batch(), place);
        Ok(checked.results(0, pending.outcomes().await?))
    }

    /// Does the work of a call that is about generations or jobs.
    pub(super) async fn blocking<Q, A>(
        &self,
        request: Request<Q>,
        work: fn(&Desk, Q) -> Result<A, CallError>,
    ) -> Result<Response<A>, Status>
    where
        Q: Send + 'static,
        A: Send + 'static,
    {
        let (ticket, message) = self.take_up(request);
        let desk = self.clone();
        let answer = ticket.blocking(move || work(&desk, message)).await?;
        Ok(Response::new(answer))
    }
}

#[tonic::async_trait]
impl IngestService for Desk {
    type IngestEventsStream = ReceiverStream<Told>;

    async fn ingest_events(
        &self,
        request: Request<Streaming<pb::IngestEventsRequest>>,
    ) -> Result<Response<Self::IngestEventsStream>, Status> {
        let (ticket, messages) = self.take_up(request);
        let (answers, stream) = mpsc::channel(UNTAKEN_MAX);
        let taking = Taking {
            intake: self.intake.clone(),
            gate: self.gate.clone(),
            ticket,
            ending: self.ending.clone(),
        };
        let (tally, streamed) = StreamTally::new();
        tokio::spawn(stream::run(taking, messages, answers, tally));
        let mut response = Response::new(ReceiverStream::new(stream));
        response.extensions_mut().insert(streamed);
        Ok(response)
    }

    async fn batch_ingest_events(
        &self,
        request: Request<pb::BatchIngestEventsRequest>,
    ) -> Result<Response<pb::BatchIngestEventsResponse>, Status> {
        let (ticket, message) = self.take_up(request);
        let gate = self.gate.clone();
        let check = move || {
            let asked = from_pb::batch_ingest(message)?;
            Ok(check_records(asked, gate.as_deref()))
        };
        let results = self.write(ticket, check).await?;
        Ok(Response::new(pb::BatchIngestEventsResponse { results }))
    }

    async fn delete_events(
        &self,
        request: Request<pb::DeleteEventsRequest>,
    ) -> Result<Response<pb::DeleteEventsResponse>, Status> {
        let (ticket, message) = self.take_up(request);
        let check = || Ok(check_deletions(from_pb::deletions(message)?));
        let results = self.write(ticket, check).await?;
        Ok(Response::new(pb::DeleteEventsResponse { results }))
    }

    async fn get_ingest_limits(
        &self,
        request: Request<pb::GetIngestLimitsRequest>,
    ) -> Result<Response<pb::GetIngestLimitsResponse>, Status> {
        let pb::GetIngestLimitsRequest {} = request.into_inner();
        Ok(Response::new(pb::GetIngestLimitsResponse {
            limits: Some(to_pb::ingest_limits(self.limits)),
        }))
    }
}

#[tonic::async_trait]
impl IndexService for Desk {
    async fn list_generations(
        &self,
        request: Request<pb::ListGenerationsRequest>,
    ) -> Result<Response<pb::ListGenerationsResponse>, Status> {
        self.blocking(request, generations::list).await
    }

    async fn activate_generation(
        &self,
        request: Request<pb::ActivateGenerationRequest>,
    ) -> Result<Response<pb::ActivateGenerationResponse>, Status> {
        self.blocking(request, generations::activate).await
    }

    async fn start_reindex(
        &self,
        request: Request<pb::StartReindexRequest>,
    ) -> Result<Response<pb::StartReindexResponse>, Status> {
        self.blocking(request, calls::start).await
    }

    async fn get_reindex_job(
        &self,
        request: Request<pb::GetReindexJobRequest>,
    ) -> Result<Response<pb::GetReindexJobResponse>, Status> {
        self.blocking(request, calls::get).await
    }

    async fn list_reindex_jobs(
        &self,
        request: Request<pb::ListReindexJobsRequest>,
    ) -> Result<Response<pb::ListReindexJobsResponse>, Status> {
        self.blocking(request, calls::list).await
    }

    async fn cancel_reindex_job(
        &self,
        request: Request<pb::CancelReindexJobRequest>,
    ) -> Result<Response<pb::CancelReindexJobResponse>, Status> {
        self.blocking(request, calls::cancel).await
    }

    type WatchReindexJobStream = ReceiverStream<calls::Watched>;

    async fn watch_reindex_job(
        &self,
        request: Request<pb::WatchReindexJobRequest>,
    ) -> Result<Response<Self::WatchReindexJobStream>, Status> {
        let (ticket, message) = self.take_up(request);
        let id = calls::watched(self, message)?;
        let (answers, stream) = mpsc::channel(UNTAKEN_MAX);
        let desk = self.clone();
        tokio::spawn(async move {
            // Holds its place among the calls in flight.
            let _ticket = ticket;
            calls::watch(desk, id, answers).await;
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}
