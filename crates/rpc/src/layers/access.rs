//! Who calls, by the token, and whether it may.
//!
//! Two layers: the outer one finds out who calls, so that the audit log has the name of who is refused too; the inner
//! one refuses. Without callers both let everything pass.
//!
//! **Law.** With callers, a method of ours is reached only by a caller that is known and has a role for it, and past the
//! outer layer no request has a token.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{Extensions, HeaderMap};
use sosie_proto::error;
use tonic::Status;
use tower::{Layer, Service};

use super::{Answer, OWN_PATHS, Request, Response};
use crate::callers::{Caller, Callers, roles_of};

/// How the value of the header begins, in any case.
const SCHEME: &str = "bearer ";
/// Least bytes of a token: what is shorter can be guessed.
const TOKEN_BYTES_MIN: usize = 16;

/// Who calls, as far as that is known: in the extensions of requests to a service with callers.
#[derive(Clone, Debug)]
pub(crate) struct Identity(pub(crate) Option<Caller>);

impl Caller {
    /// The caller of a request, if the service has callers and knows it.
    pub fn of(extensions: &tonic::Extensions) -> Option<&Caller> {
        extensions.get::<Identity>()?.0.as_ref()
    }
}

/// The layer that finds out who calls.
#[derive(Clone)]
pub(crate) struct Identify(pub(crate) Option<Arc<Callers>>);

impl<S> Layer<S> for Identify {
    type Service = Identifying<S>;

    fn layer(&self, inner: S) -> Self::Service {
        let callers = self.0.clone();
        Identifying { inner, callers }
    }
}

/// A service behind [`Identify`].
#[derive(Clone)]
pub(crate) struct Identifying<S> {
    inner: S,
    callers: Option<Arc<Callers>>,
}

impl<S: Service<Request>> Service<Request> for Identifying<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        if let Some(callers) = &self.callers {
            let caller = token(request.headers()).and_then(|token| callers.find(token));
            let identity = Identity(caller.cloned());
            request.headers_mut().remove(AUTHORIZATION);
            request.extensions_mut().insert(identity);
        }
        self.inner.call(request)
    }
}

/// The layer that refuses who may not.
#[derive(Clone, Copy)]
pub(crate) struct Permit;

impl<S> Layer<S> for Permit {
    type Service = Permitting<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Permitting { inner }
    }
}

/// A service behind [`Permit`].
#[derive(Clone)]
pub(crate) struct Permitting<S> {
    inner: S,
}

impl<S> Service<Request> for Permitting<S>
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
        match refusal(request.uri().path(), request.extensions()) {
            Some(status) => Box::pin(std::future::ready(Ok(status.into_http()))),
            None => Box::pin(self.inner.call(request)),
        }
    }
}

/// Why a call of `path` is refused, if it is: for want of a token that is known, or of a role.
pub(super) fn refusal(path: &str, extensions: &Extensions) -> Option<Status> {
    let Identity(caller) = extensions.get::<Identity>()?;
    if !path.starts_with(OWN_PATHS) {
        return None;
    }
    let Some(caller) = caller else {
        return Some(error::unauthenticated());
    };
    if !super::is_served(path) {
        return Some(Status::unimplemented("there is no such method"));
    }
    let roles = roles_of(path);
    if caller.has_any(roles) {
        return None;
    }
    let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
    Some(error::permission_denied(&names.join(",")))
}

/// The token that a request brings along: of one header, for two could be read as either.
fn token(headers: &HeaderMap) -> Option<&[u8]> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (all.next()?, all.next()) else {
        return None;
    };
    let (scheme, token) = value.as_bytes().split_at_checked(SCHEME.len())?;
    let is_token = scheme.eq_ignore_ascii_case(SCHEME.as_bytes());
    (is_token && token.len() >= TOKEN_BYTES_MIN).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Option<Vec<u8>> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        token(&headers).map(<[u8]>::to_vec)
    }

    #[test]
    fn a_token_is_read_from_one_header_of_the_bearer_scheme() {
        let token = "0123456789abcdef";
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let value = format!("{scheme} {token}");
            assert_eq!(read(&[&value]).as_deref(), Some(token.as_bytes()));
        }
        let bearer = format!("Bearer {token}");
        let basic = format!("Basic {token}");
        let short = &bearer[..bearer.len() - 1];
        for none in [&[][..], &[token], &[&basic], &[&bearer, &bearer], &[short]] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }
}
