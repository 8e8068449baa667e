//! A record in the audit log for every call that changes something, and, if asked for, for every other.
//!
//! **Law.** A call that changes something is answered only after its record is on disk: without a record it is told as
//! UNAVAILABLE, whatever was done. A record has the digest of the request and nothing of its content; of a profile whose state
//! was changed, another record says which, to what, and why.

mod streamed;

use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http_body::{Frame, SizeHint};
use sosie_audit::{
    Act, Call, Code, Durability, Entry, Log, Name, Outcome, Pinned, Reason, Receipt, Who,
};
use sosie_proto::{error, pb};
use sosie_similarity::{Digest, DigestStream, Timestamp};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Bytes;
use tower::{Layer, Service};

use super::access::{Identity, refusal};
use super::{Answer, OWN_PATHS, Request, Response};
use crate::limits::AUDIT_RETRY;

pub use streamed::{StreamTally, Streamed};

/// The header in which a caller says which service it is, where the service knows no callers by tokens. It is a claim: who can
/// be trusted with it, a proxy in front decides.
pub const CALLER_HEADER: &str = "sosie-caller";
/// The one method that takes a stream.
const INGEST_STREAM: &str = "/sosie.v1.IngestService/IngestEvents";
/// Bytes before the message of a call without a stream: its length, and whether it is compressed.
const PREFIX_BYTES: usize = 5;

/// What is recorded, and where.
#[derive(Clone)]
pub struct Audit {
    /// The log.
    pub log: Log,
    /// Whether calls that change nothing are recorded too.
    pub reads: bool,
    /// After how many days records are removed, in whole segments; all stay without.
    pub days: Option<NonZeroU32>,
}

/// What an answer was made from, in the extensions of its response: handlers leave it there.
#[derive(Clone, Debug)]
pub struct Answered(pub pb::Receipt);

/// A profile whose state a call has changed, in the extensions of its response: it has a record of its own.
#[derive(Clone, Debug)]
pub struct ProfileChanged {
    /// Name and revision: `tranquillity@2`.
    pub profile: String,
    /// SHA-256 of its canonical form.
    pub digest: Digest,
    /// Whether it became active; else it was retired.
    pub is_active: bool,
    /// The stable name of the reason, UPPER_SNAKE.
    pub reason: &'static str,
}

/// The layer; without an [`Audit`] it does nothing.
#[derive(Clone)]
pub(crate) struct Auditing(pub(crate) Option<Audit>);

impl<S> Layer<S> for Auditing {
    type Service = Audited<S>;

    fn layer(&self, inner: S) -> Self::Service {
        let audit = self.0.clone();
        Audited { inner, audit }
    }
}

/// A service behind [`Auditing`].
#[derive(Clone)]
pub(crate) struct Audited<S> {
    inner: S,
    audit: Option<Audit>,
}

impl<S> Service<Request> for Audited<S>
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

    fn call(&mut self, request: Request) -> Self::Future {
        let due = self.audit.as_ref().and_then(|audit| due(audit, &request));
        let Some((log, call, durability)) = due else {
            return Box::pin(self.inner.call(request));
        };
        let who = who(&request);
        let ended_call = call.clone();
        let is_stream = request.uri().path() == INGEST_STREAM;
        let read = Arc::new(Mutex::new(DigestStream::default()));
        let tapped = request.map(|body| {
            Body::new(Tapped {
                body,
                left: PREFIX_BYTES,
                read: read.clone(),
            })
        });
        let answer = self.inner.call(tapped);
        let told = async move {
            let mut response = answer.await?;
            let streamed = response.extensions_mut().remove::<Streamed>();
            // A stream has only begun: its messages are told by the store.
            let what = (!is_stream).then(|| digest(&read));
            let entry = Entry {
                act: Act::Call(call),
                who,
                what,
                receipt: response
                    .extensions()
                    .get::<Answered>()
                    .and_then(|Answered(told)| receipt(told)),
                receipts: None,
                outcome: outcome(&response),
                count: None,
            };
            let changed = response.extensions().get().and_then(profile_change);
            let changed = changed.map(|act| Entry {
                act,
                receipt: None,
                ..entry.clone()
            });
            // In the order in which they came about; who asked gets an answer after both.
            let response = match changed {
                Some(changed) => recorded(&log, changed, durability, response).await,
                None => response,
            };
            let Some(streamed) = streamed else {
                return Ok(recorded(&log, entry, durability, response).await);
            };
            // Of answers that only read, one record is made when the last is given.
            if durability == Durability::Buffered {
                tokio::spawn(streamed.record(log, entry));
                return Ok(response);
            }
            let end = Entry::new(Act::StreamEnded(ended_call), entry.who.clone());
            let response = recorded(&log, entry, durability, response).await;
            tokio::spawn(streamed.record(log, end));
            Ok(response)
        };
        if durability == Durability::Buffered {
            return Box::pin(told);
        }
        // What was begun is done and recorded, also when its caller leaves and nobody waits for this any more.
        let told = tokio::spawn(told);
        Box::pin(async move {
            match told.await {
                Ok(told) => told,
                Err(ended) => match ended.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    // The process ends.
                    Err(_) => Ok(error::store_unavailable(AUDIT_RETRY).into_http()),
                },
            }
        })
    }
}

fn digest(read: &Mutex<DigestStream>) -> Digest {
    read.lock().unwrap_or_else(PoisonError::into_inner).digest()
}

/// Where and how a call is recorded, if it is.
fn due(audit: &Audit, request: &Request) -> Option<(Log, Call, Durability)> {
    let path = request.uri().path();
    let method = path
        .strip_prefix(OWN_PATHS)
        .filter(|_| super::is_served(path))?;
    let changes = super::changes_something(path);
    // What is refused at the door changes nothing: nobody without a token has us wait for the disk.
    let may = refusal(path, request.extensions()).is_none();
    let durability = if changes && may {
        Durability::Synced
    } else {
        Durability::Buffered
    };
    let call = Call::new(&format!("sosie.{method}")).ok()?;
    (changes || audit.reads).then(|| (audit.log.clone(), call, durability))
}

/// Records, and gives the answer if it may be given.
async fn recorded(log: &Log, entry: Entry, durability: Durability, response: Response) -> Response {
    if durability == Durability::Buffered {
        log.append(entry, durability, |appended| {
            if let Err(error) = appended {
                tracing::error!(%error, "a read is not in the audit log");
            }
        });
        return response;
    }
    let (told, durable) = tokio::sync::oneshot::channel();
    log.append(entry, durability, move |appended| drop(told.send(appended)));
    match durable.await {
        Ok(Ok(_)) => response,
        Ok(Err(error)) => {
            tracing::error!(%error, "a call that changes something is not in the audit log");
            error::store_unavailable(AUDIT_RETRY).into_http()
        }
        Err(_) => error::store_unavailable(AUDIT_RETRY).into_http(),
    }
}

/// The caller that is known by its token; where no callers are, what the header claims.
fn who(request: &Request) -> Who {
    if let Some(Identity(caller)) = request.extensions().get() {
        let known = caller.as_ref().map(|caller| caller.name.clone());
        return known.unwrap_or_else(Who::anonymous);
    }
    let claimed = request.headers().get(CALLER_HEADER);
    let claimed = claimed.and_then(|value| value.to_str().ok());
    claimed
        .and_then(|text| Who::new(text).ok())
        .unwrap_or_else(Who::anonymous)
}

/// How a call has ended, as far as its headers tell: a stream that goes on counts as answered.
fn outcome(response: &Response) -> Outcome {
    let status = Status::from_header_map(response.headers());
    match status.filter(|status| status.code() != tonic::Code::Ok) {
        Some(status) => ended(&status),
        None => Outcome::Ok,
    }
}

/// How a call has ended that was refused or failed.
fn ended(status: &Status) -> Outcome {
    let reason = error::describe(status).reason;
    let reason = reason.unwrap_or(pb::ErrorReason::Unspecified).as_str_name();
    let reason = reason.strip_prefix("ERROR_REASON_").unwrap_or(reason);
    match (Code::from_number(status.code() as i32), Reason::new(reason)) {
        (Some(code), Ok(reason)) => Outcome::Refused { code, reason },
        // Names of reasons and numbers of codes are of these forms.
        _ => Outcome::Ok,
    }
}

fn receipt(told: &pb::Receipt) -> Option<Receipt> {
    let pinned = |name: &str, digest: &str| {
        Some(Pinned {
            name: sosie_audit::Name::new(name).ok()?,
            digest: Digest::from_hex(digest)?,
        })
    };
    let as_of = told.as_of.as_ref();
    let as_of = as_of.and_then(|at| Timestamp::from_parts_floor(at.seconds, at.nanos).ok());
    Some(Receipt {
        generation: pinned(&told.generation_id, &told.generation_digest)?,
        profile: pinned(&told.profile, &told.profile_digest),
        as_of,
    })
}

fn profile_change(changed: &ProfileChanged) -> Option<Act> {
    let pinned = Pinned {
        name: Name::new(&changed.profile).ok()?,
        digest: changed.digest,
    };
    let reason = Reason::new(changed.reason).ok();
    Some(if changed.is_active {
        Act::ProfileActivated(pinned, reason)
    } else {
        Act::ProfileRetired(pinned, reason)
    })
}

/// The body of a request, whose bytes are digested as they are read.
struct Tapped {
    body: Body,
    /// Bytes of the prefix that are still to come.
    left: usize,
    read: Arc<Mutex<DigestStream>>,
}

impl http_body::Body for Tapped {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            let skipped = self.left.min(data.len());
            self.left -= skipped;
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            read.bytes(&data[skipped..]);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
