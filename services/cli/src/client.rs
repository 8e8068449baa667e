//! The way to the services.

use std::time::Duration;

use sosie_proto::pb::event_service_client::EventServiceClient;
use sosie_proto::pb::guard_service_client::GuardServiceClient;
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::profile_service_client::ProfileServiceClient;
use sosie_proto::pb::similar_events_service_client::SimilarEventsServiceClient;
use sosie_proto::pb::snapshot_service_client::SnapshotServiceClient;
use sosie_proto::pb::transparency_service_client::TransparencyServiceClient;
use sosie_proto::pb::{
    event_service_server, profile_service_server, similar_events_service_server,
    transparency_service_server,
};
use sosie_similarity::limits::RESPONSE_BYTES_MAX;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::args::EndpointArgs;
use crate::failure::Failure;

/// Time to find out that nobody is there.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// The services of the query process, as health checks name them.
pub(crate) const SERVICES: [&str; 4] = [
    similar_events_service_server::SERVICE_NAME,
    event_service_server::SERVICE_NAME,
    profile_service_server::SERVICE_NAME,
    transparency_service_server::SERVICE_NAME,
];

/// A connection to a query service or an indexer.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    channel: Channel,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// [`Failure::Unreachable`].
    pub(crate) async fn connect(args: &EndpointArgs) -> Result<Client, Failure> {
        let unreachable = |error: tonic::transport::Error| Failure::Unreachable {
            endpoint: args.endpoint.clone(),
            cause: root_cause(&error),
        };
        let endpoint = Endpoint::from_shared(args.endpoint.clone()).map_err(unreachable)?;
        let channel = endpoint
            .connect_timeout(CONNECT_MAX)
            .timeout(Duration::from_secs(args.timeout))
            .connect()
            .await
            .map_err(unreachable)?;
        Ok(Client { channel })
    }

    /// The service that finds, explains and counts.
    pub(crate) fn similar_events(&self) -> SimilarEventsServiceClient<Channel> {
        SimilarEventsServiceClient::new(self.channel.clone())
            .max_decoding_message_size(RESPONSE_BYTES_MAX)
    }

    /// The service that reads events.
    pub(crate) fn events(&self) -> EventServiceClient<Channel> {
        EventServiceClient::new(self.channel.clone()).max_decoding_message_size(RESPONSE_BYTES_MAX)
    }

    /// The service that reads profiles.
    pub(crate) fn profiles(&self) -> ProfileServiceClient<Channel> {
        ProfileServiceClient::new(self.channel.clone())
            .max_decoding_message_size(RESPONSE_BYTES_MAX)
    }

    /// The service that tells of the algorithm, and answers again.
    pub(crate) fn transparency(&self) -> TransparencyServiceClient<Channel> {
        TransparencyServiceClient::new(self.channel.clone())
            .max_decoding_message_size(RESPONSE_BYTES_MAX)
    }

    /// The service of the indexer that takes events.
    pub(crate) fn ingest(&self) -> IngestServiceClient<Channel> {
        IngestServiceClient::new(self.channel.clone())
    }

    /// The service of the indexer that keeps generations.
    pub(crate) fn index(&self) -> IndexServiceClient<Channel> {
        IndexServiceClient::new(self.channel.clone())
    }

    /// The service of the indexer that tells what its guard has kept out.
    pub(crate) fn guard(&self) -> GuardServiceClient<Channel> {
        GuardServiceClient::new(self.channel.clone())
    }

    /// The service of the indexer that makes snapshots.
    pub(crate) fn snapshots(&self) -> SnapshotServiceClient<Channel> {
        SnapshotServiceClient::new(self.channel.clone())
    }

    /// What a service says of itself: `SERVING`, `NOT_SERVING`, `UNKNOWN` or `SERVICE_UNKNOWN`.
    ///
    /// # Errors
    /// What the call fails with, but for a service that is not known there.
    pub(crate) async fn health(&self, service: &str) -> Result<&'static str, Failure> {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        let mut health = HealthClient::new(self.channel.clone());
        match health.check(request).await {
            Ok(response) => Ok(response.into_inner().status().as_str_name()),
            Err(status) if status.code() == Code::NotFound => {
                Ok(ServingStatus::ServiceUnknown.as_str_name())
            }
            Err(status) => Err(status.into()),
        }
    }
}

/// The innermost cause: the outer ones say `transport error`.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
