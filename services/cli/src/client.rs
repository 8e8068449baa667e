//! The way to the services.

use std::time::Duration;

use sosie_proto::pb::event_service_client::EventServiceClient;
use sosie_proto::pb::guard_service_client::GuardServiceClient;
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::profile_admin_service_client::ProfileAdminServiceClient;
use sosie_proto::pb::profile_service_client::ProfileServiceClient;
use sosie_proto::pb::similar_events_service_client::SimilarEventsServiceClient;
use sosie_proto::pb::snapshot_service_client::SnapshotServiceClient;
use sosie_proto::pb::transparency_service_client::TransparencyServiceClient;
use sosie_proto::pb::{
    event_service_server, profile_service_server, similar_events_service_server,
    transparency_service_server,
};
use sosie_similarity::limits::RESPONSE_BYTES_MAX;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
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

/// A connection over which the token is sent, if there is one.
pub(crate) type Connection = InterceptedService<Channel, Bearer>;

/// Sends a token with every call.
#[derive(Clone)]
pub(crate) struct Bearer(Option<MetadataValue<Ascii>>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request
                .metadata_mut()
                .insert("authorization", value.clone());
        }
        Ok(request)
    }
}

impl Bearer {
    fn of(args: &EndpointArgs) -> Result<Bearer, Failure> {
        let Some(token) = args.token()? else {
            return Ok(Bearer(None));
        };
        let value = format!("Bearer {token}").parse();
        // It was looked at before: letters, digits and signs.
        let invalid = |_| Failure::usage("--token-file", "holds no token");
        let mut value: MetadataValue<Ascii> = value.map_err(invalid)?;
        value.set_sensitive(true);
        Ok(Bearer(Some(value)))
    }
}

/// A connection to a query service or an indexer.
#[derive(Clone)]
pub(crate) struct Client {
    channel: Channel,
    connection: Connection,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// [`Failure::Unreachable`], or [`Failure::Usage`] for a token that can't be read.
    pub(crate) async fn connect(args: &EndpointArgs) -> Result<Client, Failure> {
        let unreachable = |error: tonic::transport::Error| Failure::Unreachable {
            endpoint: args.endpoint.clone(),
            cause: root_cause(&error),
        };
        let bearer = Bearer::of(args)?;
        let endpoint = Endpoint::from_shared(args.endpoint.clone()).map_err(unreachable)?;
        let channel = endpoint
            .connect_timeout(CONNECT_MAX)
            .timeout(Duration::from_secs(args.timeout))
            .connect()
            .await
            .map_err(unreachable)?;
        let connection = InterceptedService::new(channel.clone(), bearer);
        Ok(Client {
            channel,
            connection,
        })
    }

    /// The service that finds, explains and counts.
    pub(crate) fn similar_events(&self) -> SimilarEventsServiceClient<Connection> {
        SimilarEventsServiceClient::new(self.connection.clone())
            .max_decoding_message_size(RESPONSE_BYTES_MAX)
    }

    /// The service that reads events.
    pub(crate) fn events(&self) -> EventServiceClient<Connection> {
        EventServiceClient::new(self.connection.clone())
            .max_decoding_message_size(RESPONSE_BYTES_MAX)
    }

    /// The service that reads profiles.
    pub(crate) fn profiles(&self) -> ProfileServiceClient<Connection> {
        ProfileServiceClient::new(self.connection.clone())
            .max_decoding_message_size(RESPONSE_BYTES_MAX)
    }

    /// The service that tells of the algorithm, and answers again.
    pub(crate) fn transparency(&self) -> TransparencyServiceClient<Connection> {
        TransparencyServiceClient::new(self.connection.clone())
            .max_decoding_message_size(RESPONSE_BYTES_MAX)
    }

    /// The service of the indexer that takes events.
    pub(crate) fn ingest(&self) -> IngestServiceClient<Connection> {
        IngestServiceClient::new(self.connection.clone())
    }

    /// The service of the indexer that keeps generations.
    pub(crate) fn index(&self) -> IndexServiceClient<Connection> {
        IndexServiceClient::new(self.connection.clone())
    }

    /// The service of the indexer that tells what its guard has kept out.
    pub(crate) fn guard(&self) -> GuardServiceClient<Connection> {
        GuardServiceClient::new(self.connection.clone())
    }

    /// The service of the indexer that makes snapshots.
    pub(crate) fn snapshots(&self) -> SnapshotServiceClient<Connection> {
        SnapshotServiceClient::new(self.connection.clone())
    }

    /// The service of the indexer that changes the state of profiles.
    pub(crate) fn profile_admin(&self) -> ProfileAdminServiceClient<Connection> {
        ProfileAdminServiceClient::new(self.connection.clone())
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
