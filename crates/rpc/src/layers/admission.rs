//! A bounded number of calls in flight: one more is refused at once, for what waits behind too many is late.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::task::{Context, Poll};

use sosie_proto::error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;
use tower::{Layer, Service};

use super::{Answer, OWN_PATHS, Request, Response};
use crate::limits::OVERLOADED_RETRY;

/// One limit for the whole server; tonic's own is per connection. Health and reflection are exempt, so that a
/// busy server is not taken for a dead one.
#[derive(Clone)]
pub(crate) struct Admission {
    free: Arc<Semaphore>,
}

impl Admission {
    /// Admits `in_flight_max` calls at a time.
    pub(crate) fn new(in_flight_max: NonZeroUsize) -> Self {
        let places = in_flight_max.get().min(Semaphore::MAX_PERMITS);
        Admission {
            free: Arc::new(Semaphore::new(places)),
        }
    }
}

/// The place that a call takes, in the extensions of its request. Whoever works on the call takes it along, so
/// that work which outlives its caller still counts.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    _place: Arc<OwnedSemaphorePermit>,
}

impl<S> Layer<S> for Admission {
    type Service = Admitting<S>;

    fn layer(&self, inner: S) -> Self::Service {
        let admission = self.clone();
        Admitting { inner, admission }
    }
}

/// A service behind [`Admission`].
#[derive(Clone)]
pub(crate) struct Admitting<S> {
    inner: S,
    admission: Admission,
}

impl<S> Service<Request> for Admitting<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        if request.uri().path().starts_with(OWN_PATHS) {
            let Ok(place) = self.admission.free.clone().try_acquire_owned() else {
                let refusal = error::overloaded(OVERLOADED_RETRY).into_http::<Body>();
                return Box::pin(std::future::ready(Ok(refusal)));
            };
            let admitted = Admitted {
                _place: Arc::new(place),
            };
            request.extensions_mut().insert(admitted);
        }
        Box::pin(self.inner.call(request))
    }
}
