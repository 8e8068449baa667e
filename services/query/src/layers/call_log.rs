//! A line in the log for every call, and an answer for one that panicked.
//!
//! **Law.** A line holds nothing of the request but the name of a method that we serve.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Instant;

use tonic::{Code, Status};
use tower::{Layer, Service};

use super::{Answer, OWN_PATHS, Request, Response};
use crate::status::CallError;

/// Logs each call when its answer begins, or when its caller has left.
#[derive(Clone, Copy)]
pub(crate) struct CallLog;

impl<S> Layer<S> for CallLog {
    type Service = Logging<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Logging { inner }
    }
}

/// A service behind [`CallLog`].
#[derive(Clone)]
pub(crate) struct Logging<S> {
    inner: S,
}

impl<S> Service<Request> for Logging<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let mut line = Line::begin(&request);
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = match caught(answer).await {
                Some(answer) => answer?,
                None => Status::from(CallError::Panicked).into_http(),
            };
            line.answered(&response);
            Ok(response)
        })
    }
}

/// Written when dropped, so that calls whose caller has left are in the log too.
struct Line {
    method: String,
    begun: Instant,
    code: Code,
}

impl Line {
    fn begin(request: &Request) -> Self {
        Line {
            method: request.uri().path().to_owned(),
            begun: Instant::now(),
            code: Code::Cancelled,
        }
    }

    /// A refusal has its code in the headers; the code of a stream comes later and counts as OK here.
    fn answered(&mut self, response: &Response) {
        let status = Status::from_header_map(response.headers());
        self.code = status.map_or(Code::Ok, |status| status.code());
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // A path that no service knows is the caller's own text.
        let served = self.code != Code::Unimplemented;
        let method = if served { &self.method } else { "unknown" };
        let (code, answer_ms) = (self.code, self.begun.elapsed().as_secs_f64() * 1e3);
        if self.method.starts_with(OWN_PATHS) {
            tracing::info!(method, ?code, answer_ms, "call");
        } else {
            tracing::debug!(method, ?code, answer_ms, "call");
        }
    }
}

/// The output of `future`, or `None` if it panicked: hyper would reset the stream without a status.
async fn caught<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        },
    )
    .await
}
