//! An end to every call: that of its client, or ours if it comes first.
//!
//! tonic ends late calls too, as CANCELLED and without a reason. Ours is set before tonic's and looked at
//! before it, so tonic's never fires.

use std::task::{Context, Poll};
use std::time::Duration;

use http::HeaderMap;
use sosie_proto::error;
use tokio::time::Instant;
use tower::{Layer, Service};

use super::{Answer, Request, Response};

/// Ends calls after `max`, or earlier if the client says so.
#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    /// The longest time that a call may take.
    pub(crate) max: Duration,
}

/// When a call ends, in the extensions of its request: the layer ends the wait for an answer, a stream has to
/// end itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallDeadline(pub(crate) Instant);

impl<S> Layer<S> for Deadline {
    type Service = Ending<S>;

    fn layer(&self, inner: S) -> Self::Service {
        let deadline = *self;
        Ending { inner, deadline }
    }
}

/// A service behind [`Deadline`].
#[derive(Clone)]
pub(crate) struct Ending<S> {
    inner: S,
    deadline: Deadline,
}

impl<S> Service<Request> for Ending<S>
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

    fn call(&mut self, mut request: Request) -> Self::Future {
        let allowed = client_timeout(request.headers()).unwrap_or(self.deadline.max);
        let end = Instant::now() + allowed.min(self.deadline.max);
        request.extensions_mut().insert(CallDeadline(end));
        let answer = self.inner.call(request);
        Box::pin(async move {
            match tokio::time::timeout_at(end, answer).await {
                Ok(answer) => answer,
                Err(_) => Ok(error::deadline_exceeded().into_http()),
            }
        })
    }
}

/// `grpc-timeout`: at most 8 digits and a unit. Anything else counts as absent, as in tonic.
fn client_timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3_600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeout(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", text.parse().unwrap());
        client_timeout(&headers)
    }

    #[test]
    fn a_timeout_is_read_in_every_unit() {
        assert_eq!(timeout("2H"), Some(Duration::from_secs(7_200)));
        assert_eq!(timeout("2M"), Some(Duration::from_secs(120)));
        assert_eq!(timeout("99999999S"), Some(Duration::from_secs(99_999_999)));
        assert_eq!(timeout("15m"), Some(Duration::from_millis(15)));
        assert_eq!(timeout("7u"), Some(Duration::from_micros(7)));
        assert_eq!(timeout("0n"), Some(Duration::ZERO));
    }

    #[test]
    fn what_is_no_timeout_is_none() {
        for text in ["", "S", "1", "1s", "-1S", "+1S", "1.5S", "100000000S", "é"] {
            assert_eq!(timeout(text), None, "{text}");
        }
        assert_eq!(client_timeout(&HeaderMap::new()), None);
    }
}
