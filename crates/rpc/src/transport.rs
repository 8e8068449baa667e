//! What tonic is told: limits of the transport, and the services.

use std::convert::Infallible;
use std::sync::Arc;

use sosie_proto::FILE_DESCRIPTOR_SET;
use tokio::sync::watch;
use tonic::server::NamedService;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_health::pb::health_server::{self, HealthServer};
use tonic_reflection::pb::v1::server_reflection_server;
use tonic_reflection::server::v1::{ServerReflection, ServerReflectionServer};
use tower::Service;

use crate::health::{Phase, PhaseHealth};
use crate::layers::{Request, Response};
use crate::limits;

/// The limits of HTTP/2. Those of TCP are set where connections are accepted.
pub(crate) fn settings() -> Server {
    Server::builder()
        .max_concurrent_streams(limits::STREAMS_MAX)
        .http2_max_local_error_reset_streams(Some(limits::LOCAL_ERROR_RESETS_MAX))
        .http2_max_pending_accept_reset_streams(Some(limits::PENDING_ACCEPT_RESETS_MAX))
        .http2_max_header_list_size(limits::HEADER_LIST_BYTES_MAX)
        .http2_keepalive_interval(Some(limits::KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(limits::KEEPALIVE_TIMEOUT))
}

/// The services of a process, each with its own limits of messages.
#[derive(Default)]
pub struct Services {
    names: Vec<&'static str>,
    routes: Routes,
}

impl Services {
    /// With `service` too.
    #[must_use]
    pub fn with<S>(mut self, service: S) -> Services
    where
        S: Service<Request, Response = Response, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.names.push(S::NAME);
        self.routes = self.routes.add_service(service);
        self
    }

    /// Every service: ours, health, and reflection if it is asked for.
    pub(crate) fn routes(
        self,
        phase: watch::Receiver<Phase>,
        with_reflection: bool,
    ) -> Result<Routes, tonic_reflection::server::Error> {
        let names: Arc<[_]> = self.names.into();
        let health = PhaseHealth::new(phase, names.clone());
        let mut routes = self.routes.add_service(HealthServer::new(health));
        if with_reflection {
            routes = routes.add_service(reflection(&names)?);
        }
        Ok(routes.prepare())
    }
}

/// Lists what this process serves, which may be less than the contract.
fn reflection(
    names: &[&'static str],
) -> Result<ServerReflectionServer<impl ServerReflection + use<>>, tonic_reflection::server::Error>
{
    let own = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .with_service_name(health_server::SERVICE_NAME)
        .with_service_name(server_reflection_server::SERVICE_NAME);
    names
        .iter()
        .fold(own, |builder, name| builder.with_service_name(*name))
        .build_v1()
}
