//! The methods of the contract: each hands its request to a plain function on a thread that may block.

mod batch;
mod events;
mod profiles;
mod receipted;
mod similar_events;
mod transparency;

use std::num::NonZeroUsize;
use std::sync::Arc;

use sosie_index::Cancel;
use sosie_proto::to_pb::ServiceLimits;
use sosie_rpc::{Answered, Ticket};
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status};

use crate::archive::Archive;
use crate::pins::ReceiptPins;
use crate::profiles::Profiles;
use crate::serving::Serving;
use crate::status::CallError;
use receipted::Receipted;

use crate::work::{Call, TransparencyDesk};

/// What all services answer from.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) serving: Arc<Serving>,
    pub(crate) archive: Option<Arc<Archive>>,
    pub(crate) pins: Option<Arc<ReceiptPins>>,
    pub(crate) transparency: Arc<TransparencyDesk>,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) limits: ServiceLimits,
    /// Of searches, which are short and many.
    pub(crate) turns: Arc<Semaphore>,
}

/// Searches at once on each core, if nothing else is asked for: enough that it is never idle, few enough that what one has
/// in the caches is not gone when it goes on.
const TURNS_PER_CORE: usize = 4;

/// As many turns as searches are to be done at once.
pub(crate) fn turns(searches_at_once: Option<NonZeroUsize>) -> Arc<Semaphore> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let turns = searches_at_once.map_or_else(|| cores() * TURNS_PER_CORE, NonZeroUsize::get);
    Arc::new(Semaphore::new(turns.min(Semaphore::MAX_PERMITS)))
}

impl Desk {
    /// Answers one request by `work`.
    async fn answer<Q, A>(
        &self,
        request: Request<Q>,
        work: fn(&Call, Q) -> Result<A, CallError>,
    ) -> Result<Response<A>, Status>
    where
        Q: Send + 'static,
        A: Receipted + Send + 'static,
    {
        let (call, ticket, message) = self.take_up(request);
        let _end = CancelAtEnd(call.cancel.clone());
        let answer = ticket.blocking(move || work(&call, message)).await?;
        Ok(receipted(answer))
    }

    /// What the layers have left with a request, and what its work needs.
    fn take_up<Q>(&self, request: Request<Q>) -> (Call, Ticket, Q) {
        let (_, mut extensions, message) = request.into_parts();
        let ticket = Ticket::take(&mut extensions, self.limits.deadline_max);
        let call = Call {
            serving: self.serving.clone(),
            archive: self.archive.clone(),
            pins: self.pins.clone(),
            transparency: self.transparency.clone(),
            profiles: self.profiles.current(),
            limits: self.limits,
            clock: sosie_rpc::now(),
            cancel: Cancel::default(),
        };
        (call, ticket, message)
    }
}

/// An answer, with its receipt for the audit log.
fn receipted<A: Receipted>(answer: A) -> Response<A> {
    let receipt = answer.receipt().cloned();
    let mut response = Response::new(answer);
    if let Some(receipt) = receipt {
        response.extensions_mut().insert(Answered(receipt));
    }
    response
}

/// Sets the flag when the handler ends, be it that its caller left, its deadline passed or its answer is ready.
struct CancelAtEnd(Cancel);

impl Drop for CancelAtEnd {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
