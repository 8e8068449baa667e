//! What tonic is told: limits of the transport, and the services with theirs.

use sosie_proto::FILE_DESCRIPTOR_SET;
use sosie_proto::pb::event_service_server::EventServiceServer;
use sosie_proto::pb::profile_service_server::ProfileServiceServer;
use sosie_proto::pb::similar_events_service_server::SimilarEventsServiceServer;
use sosie_similarity::limits::{REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX};
use tokio::sync::watch;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_health::pb::health_server::{self, HealthServer};
use tonic_reflection::pb::v1::server_reflection_server;
use tonic_reflection::server::v1::{ServerReflection, ServerReflectionServer};

use crate::config::transport as limits;
use crate::handlers::Desk;
use crate::health::{Phase, PhaseHealth, SERVICE_NAMES};

/// The limits of HTTP/2. Those of TCP are set where connections are accepted.
pub(super) fn settings() -> Server {
    Server::builder()
        .max_concurrent_streams(limits::STREAMS_MAX)
        .http2_max_local_error_reset_streams(Some(limits::LOCAL_ERROR_RESETS_MAX))
        .http2_max_pending_accept_reset_streams(Some(limits::PENDING_ACCEPT_RESETS_MAX))
        .http2_max_header_list_size(limits::HEADER_LIST_BYTES_MAX)
        .http2_keepalive_interval(Some(limits::KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(limits::KEEPALIVE_TIMEOUT))
}

/// Every service: ours, health, and reflection if it is asked for.
pub(super) fn routes(
    desk: &Desk,
    phase: watch::Receiver<Phase>,
    with_reflection: bool,
) -> Result<Routes, tonic_reflection::server::Error> {
    let similar_events = SimilarEventsServiceServer::new(desk.clone())
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX);
    let events = EventServiceServer::new(desk.clone())
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX);
    let profiles = ProfileServiceServer::new(desk.clone())
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX);
    let mut routes = Routes::new(HealthServer::new(PhaseHealth::new(phase)))
        .add_service(similar_events)
        .add_service(events)
        .add_service(profiles);
    if with_reflection {
        routes = routes.add_service(reflection()?);
    }
    Ok(routes.prepare())
}

/// Lists what this process serves, which may be less than the contract.
fn reflection()
-> Result<ServerReflectionServer<impl ServerReflection>, tonic_reflection::server::Error> {
    let own = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .with_service_name(health_server::SERVICE_NAME)
        .with_service_name(server_reflection_server::SERVICE_NAME);
    SERVICE_NAMES
        .into_iter()
        .fold(own, |builder, name| builder.with_service_name(name))
        .build_v1()
}
