//! A line in the log for every call, and an answer for one that panicked.
//!
//! **Law.** A line holds nothing of the request but the name of a method that we serve.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Instant;

use sosie_proto::error;
use tonic::{Code, Status};
use tower::{Layer, Service};
use tracing::Span;

use super::{Answer, OWN_PATHS, Request, Response};
use crate::phase;

/// The paths of every method that a server can serve. Another path is the caller's own text, and is never logged.
pub(super) const SERVED: [&str; 36] = [
    "/sosie.v1.SimilarEventsService/FindSimilarEvents",
    "/sosie.v1.SimilarEventsService/BatchFindSimilarEvents",
    "/sosie.v1.SimilarEventsService/ExplainEvent",
    "/sosie.v1.SimilarEventsService/CountFacets",
    "/sosie.v1.SimilarEventsService/GetLimits",
    "/sosie.v1.EventService/GetEvent",
    "/sosie.v1.EventService/ListEvents",
    "/sosie.v1.ProfileService/GetProfile",
    "/sosie.v1.ProfileService/ListProfiles",
    "/sosie.v1.TransparencyService/ReplaySearch",
    "/sosie.v1.TransparencyService/GetAlgorithmRecord",
    "/sosie.v1.TransparencyService/GetStatement",
    "/sosie.v1.TransparencyService/DiffProfiles",
    "/sosie.v1.TransparencyService/MeasureSensitivity",
    "/sosie.v1.IngestService/IngestEvents",
    "/sosie.v1.IngestService/BatchIngestEvents",
    "/sosie.v1.IngestService/DeleteEvents",
    "/sosie.v1.IngestService/GetIngestLimits",
    "/sosie.v1.IndexService/ListGenerations",
    "/sosie.v1.IndexService/ActivateGeneration",
    "/sosie.v1.IndexService/StartReindex",
    "/sosie.v1.IndexService/GetReindexJob",
    "/sosie.v1.IndexService/ListReindexJobs",
    "/sosie.v1.IndexService/CancelReindexJob",
    "/sosie.v1.IndexService/WatchReindexJob",
    "/sosie.v1.SnapshotService/CreateSnapshot",
    "/sosie.v1.GuardService/GetGuardReport",
    "/sosie.v1.GuardService/ListQuarantined",
    "/sosie.v1.GuardService/GetQuarantined",
    "/sosie.v1.GuardService/ReleaseQuarantined",
    "/sosie.v1.GuardService/DropQuarantined",
    "/sosie.v1.ProfileAdminService/ActivateProfile",
    "/sosie.v1.ProfileAdminService/RetireProfile",
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
];
/// What is logged of any other path.
const UNKNOWN: &str = "unknown";

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
                None => {
                    // Caught on an async thread; the panic hook has told the rest.
                    tracing::error!("the handler panicked");
                    error::internal().into_http()
                }
            };
            line.answered(&response);
            Ok(response)
        })
    }
}

/// Written when dropped, so that calls whose caller has left are in the log too.
struct Line {
    method: &'static str,
    is_own: bool,
    begun: Instant,
    code: Code,
    _phase: Span,
}

impl Line {
    fn begin(request: &Request) -> Self {
        let path = request.uri().path();
        let served = SERVED.into_iter().find(|served| *served == path);
        let is_own = path.starts_with(OWN_PATHS);
        Line {
            method: served.unwrap_or(UNKNOWN),
            is_own,
            begun: Instant::now(),
            code: Code::Cancelled,
            _phase: if is_own { phase::call() } else { Span::none() },
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
        let (method, code) = (self.method, self.code);
        let answer_ms = self.begun.elapsed().as_secs_f64() * 1e3;
        if self.is_own {
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

#[cfg(test)]
mod tests {
    use prost::Message;
    use sosie_proto::FILE_DESCRIPTOR_SET;
    use tonic::body::Body;

    use super::*;

    fn logged(path: &str) -> &'static str {
        let request = http::Request::builder().uri(format!("http://sosie{path}"));
        Line::begin(&request.body(Body::empty()).unwrap()).method
    }

    fn paths(descriptors: &[u8]) -> Vec<String> {
        let set = prost_types::FileDescriptorSet::decode(descriptors).unwrap();
        let of_file = |file: prost_types::FileDescriptorProto| {
            let package = file.package().to_owned();
            file.service.into_iter().flat_map(move |service| {
                let owner = format!("/{package}.{}", service.name());
                let path = move |method: &prost_types::MethodDescriptorProto| {
                    format!("{owner}/{}", method.name())
                };
                service.method.iter().map(path).collect::<Vec<_>>()
            })
        };
        set.file.into_iter().flat_map(of_file).collect()
    }

    #[test]
    fn every_method_that_is_served_is_logged_by_its_name() {
        let mut served: Vec<_> = [
            FILE_DESCRIPTOR_SET,
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        ]
        .into_iter()
        .flat_map(paths)
        .collect();
        for path in &served {
            assert_eq!(logged(path), path);
        }
        served.sort();
        let mut listed = SERVED;
        listed.sort_unstable();
        assert_eq!(served, listed);
    }

    #[test]
    fn a_path_that_is_not_served_is_not_logged_whatever_the_answer() {
        for path in [
            "/sosie.v1.EventService/Canary",
            "/sosie.v1.EventService/GetEvent/Canary",
            "/sosie.v1.EventService/getevent",
            "/Canary",
            "/",
        ] {
            assert_eq!(logged(path), UNKNOWN, "{path}");
        }
        // Only the path is compared: what follows it is the caller's text too.
        let path = "/sosie.v1.EventService/GetEvent";
        assert_eq!(logged(&format!("{path}?canary")), path);
    }
}
