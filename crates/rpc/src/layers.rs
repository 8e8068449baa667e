//! What every call passes through before its handler, outermost first as [`Listener`](crate::Listener) stacks it.

mod access;
mod admission;
mod audit;
mod call_log;
mod deadline;

use std::pin::Pin;

use tonic::body::Body;

pub(crate) use access::{Identify, Permit};
pub(crate) use admission::{Admission, Admitted};
pub(crate) use audit::Auditing;
pub use audit::{Answered, Audit, CALLER_HEADER, ProfileChanged, StreamTally, Streamed};
pub(crate) use call_log::CallLog;
pub(crate) use deadline::{CallDeadline, Deadline};

/// A call and an answer as the transport sees them.
pub(crate) type Request = http::Request<Body>;
pub(crate) type Response = http::Response<Body>;
type Answer<E> = Pin<Box<dyn Future<Output = Result<Response, E>> + Send>>;

/// How the paths of Sosie's own methods begin; those of health and reflection begin with `/grpc.`.
const OWN_PATHS: &str = "/sosie.";

/// Whether a path is that of a method that we serve.
fn is_served(path: &str) -> bool {
    call_log::SERVED.contains(&path)
}

/// Methods that change something, be it a record, what is served, or what is on a disk.
const CHANGING: [&str; 11] = [
    "/sosie.v1.IngestService/IngestEvents",
    "/sosie.v1.IngestService/BatchIngestEvents",
    "/sosie.v1.IngestService/DeleteEvents",
    "/sosie.v1.IndexService/ActivateGeneration",
    "/sosie.v1.IndexService/StartReindex",
    "/sosie.v1.IndexService/CancelReindexJob",
    "/sosie.v1.SnapshotService/CreateSnapshot",
    "/sosie.v1.GuardService/ReleaseQuarantined",
    "/sosie.v1.GuardService/DropQuarantined",
    "/sosie.v1.ProfileAdminService/ActivateProfile",
    "/sosie.v1.ProfileAdminService/RetireProfile",
];

/// Whether a method changes something.
pub(crate) fn changes_something(path: &str) -> bool {
    CHANGING.contains(&path)
}

#[cfg(test)]
pub(crate) fn served_methods() -> impl Iterator<Item = &'static str> {
    call_log::SERVED.into_iter()
}
