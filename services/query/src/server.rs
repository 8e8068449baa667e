//! The service as a whole: bound, run, drained.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use sosie_index::{KeptProfilesError, ProfileError};
use sosie_proto::pb::event_service_server::EventServiceServer;
use sosie_proto::pb::profile_service_server::ProfileServiceServer;
use sosie_proto::pb::similar_events_service_server::SimilarEventsServiceServer;
use sosie_proto::pb::transparency_service_server::TransparencyServiceServer;
use sosie_proto::to_pb::ServiceLimits;
use sosie_rpc::{
    Audit, AuditConfig, AuditError, Callers, CallersError, Listener, Services, Settings,
};
use sosie_similarity::limits::{REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX};
use tokio::task::JoinSet;

use crate::acts;
use crate::archive::Archive;
use crate::config::Config;
use crate::handlers::{Desk, turns};
use crate::pins::ReceiptPins;
use crate::profiles::Profiles;
use crate::serving::Serving;
use crate::watch::Watcher;
use crate::work::TransparencyDesk;

/// Why the service did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A profile is refused; the error names its file.
    #[error(transparent)]
    Profiles(#[from] ProfileError),
    /// What is kept of the lives of profiles can't be read.
    #[error(transparent)]
    Kept(#[from] KeptProfilesError),
    /// The file of callers is none.
    #[error(transparent)]
    Callers(#[from] CallersError),
    /// The audit log can't be kept.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// It can't be written down which generations gave receipts.
    #[error("receipts: `{}`: {source}", dir.display())]
    Receipts {
        /// The directory.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What every server can fail with.
    #[error(transparent)]
    Serve(#[from] sosie_rpc::ServeError),
}

/// The query service, bound to its address and not yet answering.
pub struct Server {
    config: Config,
    audit: Option<Audit>,
    callers: Option<Arc<Callers>>,
    listener: Listener,
    desk: Desk,
    watcher: Option<Watcher>,
}

impl Server {
    /// Loads the profiles and binds. Generations are picked up by [`Server::run`], as they are published.
    ///
    /// # Errors
    /// [`ServeError::Profiles`], [`ServeError::Kept`], [`ServeError::Callers`], [`ServeError::Audit`], or that the address
    /// can't be listened at.
    pub async fn bind(config: Config) -> Result<Server, ServeError> {
        let serving = Serving::new(config.generations_loaded_max, config.keep_loaded);
        let dir = config.generations_dir.clone();
        let pins = receipt_pins(&config)?;
        let archive = Arc::new(Archive::new(dir.clone(), pins.clone()));
        let mut server = Server::bind_with(config, serving.clone()).await?;
        // After the files: at the start one that says otherwise than what was activated is refused.
        server.desk.profiles.take_up(&dir, true)?;
        let profiles = server.desk.profiles.clone();
        let watcher = Watcher::new(dir, serving, archive.clone(), pins.clone(), profiles);
        server.desk.archive = Some(archive);
        server.desk.pins = pins;
        server.watcher = Some(watcher);
        Ok(server)
    }

    /// As [`Server::bind`], but answers from the engines of `serving`, which the caller swaps: `generations_dir`
    /// is not looked at. For another engine behind the same contract.
    ///
    /// # Errors
    /// As [`Server::bind`].
    pub async fn bind_with(config: Config, serving: Arc<Serving>) -> Result<Server, ServeError> {
        let desk = desk(&config, serving)?;
        let listener = Listener::bind(config.listen_addr).await?;
        let callers = config.callers.as_deref().map(Callers::read).transpose()?;
        let audit = config.audit.as_ref().map(AuditConfig::open).transpose()?;
        Ok(Server {
            audit,
            callers: callers.map(Arc::new),
            config,
            listener,
            desk,
            watcher: None,
        })
    }

    /// The address that clients connect to; the port is the one chosen if 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.listener.local_addr()
    }

    /// Answers until `shutdown` is done, see [`Listener::serve`]: ready with the first generation.
    ///
    /// # Errors
    /// [`ServeError::Serve`]. A drain that was cut short is none.
    pub async fn run(
        self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let settings = Settings {
            in_flight_max: self.config.in_flight_max,
            deadline: self.config.deadline,
            drain_max: self.config.drain_max,
            reflection: self.config.reflection,
            audit: self.audit.clone(),
            callers: self.callers,
        };
        let audit = self.audit;
        // Aborted when this function ends.
        let mut background = JoinSet::new();
        acts::profiles_activated(audit.as_ref(), &self.desk.profiles.current());
        if let Some(watcher) = self.watcher {
            let watcher = watcher.recording(audit);
            background.spawn(watcher.run(self.config.poll_interval));
        }
        let loaded = loaded(self.desk.serving.clone());
        let serve = self
            .listener
            .serve(settings, services(self.desk), loaded, shutdown);
        Ok(serve.await?)
    }
}

fn receipt_pins(config: &Config) -> Result<Option<Arc<ReceiptPins>>, ServeError> {
    let Some(dir) = &config.receipts_dir else {
        return Ok(None);
    };
    let pins = ReceiptPins::open(dir, config.generations_dir.clone());
    let pins = pins.map_err(|source| ServeError::Receipts {
        dir: dir.clone(),
        source,
    })?;
    Ok(Some(Arc::new(pins)))
}

/// The services of this process.
fn services(desk: Desk) -> Services {
    let similar_events = SimilarEventsServiceServer::new(desk.clone())
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX);
    let events = EventServiceServer::new(desk.clone())
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX);
    let transparency = TransparencyServiceServer::new(desk.clone())
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX);
    let profiles = ProfileServiceServer::new(desk)
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX);
    Services::default()
        .with(similar_events)
        .with(events)
        .with(profiles)
        .with(transparency)
}

/// Loads the profiles.
fn desk(config: &Config, serving: Arc<Serving>) -> Result<Desk, ProfileError> {
    let profiles = Profiles::load(config.profiles_dir.as_deref())?;
    let limits = ServiceLimits {
        requests_in_flight_max: config.in_flight_max.get(),
        deadline_max: config.deadline,
        facet_keys_max: sosie_similarity::limits::FACET_KEYS_MAX,
        facet_smallest_count: config.smallest_count,
    };
    Ok(Desk {
        serving,
        archive: None,
        pins: None,
        transparency: Arc::new(TransparencyDesk::new(config.declared.clone())),
        profiles,
        limits,
        turns: turns(config.searches_at_once),
    })
}

/// Done when the first generation is loaded.
async fn loaded(serving: Arc<Serving>) {
    let mut current = serving.subscribe();
    // The sender lives in `serving`, so this can't fail before the first generation.
    let _ = current.wait_for(Option::is_some).await;
}
