//! The methods of the contract: each hands its request to a plain function on a thread that may block.

mod batch;
mod events;
mod profiles;
mod similar_events;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sosie_index::{Cancel, ProfileSet};
use sosie_proto::to_pb::ServiceLimits;
use sosie_similarity::Timestamp;
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use crate::layers::{Admitted, CallDeadline};
use crate::phase;
use crate::serving::Serving;
use crate::status::CallError;
use crate::work::Call;

/// What all three services answer from.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) serving: Arc<Serving>,
    pub(crate) profiles: Arc<ProfileSet>,
    pub(crate) limits: ServiceLimits,
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
        A: Send + 'static,
    {
        let (call, ticket, message) = self.take_up(request);
        let _end = CancelAtEnd(call.cancel.clone());
        let answer = blocking(&ticket, move || work(&call, message)).await?;
        Ok(Response::new(answer))
    }

    /// What the layers have left with a request, and what its work needs.
    fn take_up<Q>(&self, request: Request<Q>) -> (Call, Ticket, Q) {
        let (_, mut extensions, message) = request.into_parts();
        let deadline = extensions.remove::<CallDeadline>();
        let ticket = Ticket {
            admitted: extensions.remove::<Admitted>(),
            deadline: deadline.map_or_else(|| Instant::now() + self.limits.deadline_max, |d| d.0),
        };
        let call = Call {
            serving: self.serving.clone(),
            profiles: self.profiles.clone(),
            clock: clock(),
            cancel: Cancel::default(),
        };
        (call, ticket, message)
    }
}

/// The place of a call among those in flight, and its end.
struct Ticket {
    admitted: Option<Admitted>,
    deadline: Instant,
}

/// Sets the flag when the handler ends, be it that its caller left, its deadline passed or its answer is ready.
struct CancelAtEnd(Cancel);

impl Drop for CancelAtEnd {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Does CPU-bound work where it can't stall the calls that share an async thread. The work holds the place of
/// its call, also if the handler is gone first.
async fn blocking<A: Send + 'static>(
    ticket: &Ticket,
    work: impl FnOnce() -> Result<A, CallError> + Send + 'static,
) -> Result<A, CallError> {
    let (place, wait) = (ticket.admitted.clone(), phase::wait());
    let answer = tokio::task::spawn_blocking(move || {
        drop(wait);
        let _place = place;
        work()
    });
    answer.await?
}

/// Now, in whole microseconds.
fn clock() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since_1970.expect("the clock stands after 1970").as_micros();
    let now = i64::try_from(micros).ok().map(Timestamp::from_micros);
    now.and_then(Result::ok)
        .expect("the clock stands before the year 10,000")
}
