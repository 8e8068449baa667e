//! What every call passes through before its handler, outermost first as [`Listener`](crate::Listener) stacks it.

mod admission;
mod call_log;
mod deadline;

use std::pin::Pin;

use tonic::body::Body;

pub(crate) use admission::{Admission, Admitted};
pub(crate) use call_log::CallLog;
pub(crate) use deadline::{CallDeadline, Deadline};

/// A call and an answer as the transport sees them.
pub(crate) type Request = http::Request<Body>;
pub(crate) type Response = http::Response<Body>;
type Answer<E> = Pin<Box<dyn Future<Output = Result<Response, E>> + Send>>;

/// How the paths of Sosie's own methods begin; those of health and reflection begin with `/grpc.`.
const OWN_PATHS: &str = "/sosie.";
