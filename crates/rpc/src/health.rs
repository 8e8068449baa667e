//! `grpc.health.v1`: whether calls are answered, per service, the whole server under the empty name.
//!
//! **Law.** SERVING is told only while the process is ready and not ending; and no watch
//! outlives the service, which would keep a drain from ending.
//!
//! Our own, as that of `tonic-health` is SERVING from construction and its watches never end.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::Health;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

/// Where the service stands in its life. It only goes forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// What calls are answered from is not there yet.
    Starting,
    /// Calls are answered.
    Serving,
    /// Calls in flight are finished, new ones belong elsewhere.
    Ending,
}

impl Phase {
    fn response(self) -> HealthCheckResponse {
        let status = match self {
            Phase::Serving => ServingStatus::Serving,
            Phase::Starting | Phase::Ending => ServingStatus::NotServing,
        };
        HealthCheckResponse {
            status: status.into(),
        }
    }
}

/// Tells the phase. All services of a process share it: they answer from the same state.
pub(crate) struct PhaseHealth {
    phase: watch::Receiver<Phase>,
    /// The services of the process, by their full names.
    names: Arc<[&'static str]>,
}

impl PhaseHealth {
    /// Follows `phase` for the services of these names.
    pub(crate) fn new(phase: watch::Receiver<Phase>, names: Arc<[&'static str]>) -> Self {
        PhaseHealth { phase, names }
    }

    /// As in `tonic-health`, so that clients see one behaviour.
    fn known(&self, request: &HealthCheckRequest) -> Result<(), Status> {
        let name = request.service.as_str();
        if name.is_empty() || self.names.contains(&name) {
            Ok(())
        } else {
            Err(Status::not_found("service not registered"))
        }
    }
}

#[tonic::async_trait]
impl Health for PhaseHealth {
    type WatchStream = ReceiverStream<Result<HealthCheckResponse, Status>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        self.known(request.get_ref())?;
        Ok(Response::new(self.phase.borrow().response()))
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        self.known(request.get_ref())?;
        let (told, stream) = mpsc::channel(1);
        tokio::spawn(tell(self.phase.clone(), told));
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}

/// Tells every phase until the last one was told or nobody listens.
async fn tell(
    mut phase: watch::Receiver<Phase>,
    told: mpsc::Sender<Result<HealthCheckResponse, Status>>,
) {
    loop {
        let now = *phase.borrow_and_update();
        if told.send(Ok(now.response())).await.is_err() || now == Phase::Ending {
            return;
        }
        tokio::select! {
            changed = phase.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = told.closed() => return,
        }
    }
}
