//! The service as a whole: opened, bound, run, drained.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use sosie_index::GenerationStore;
use sosie_proto::pb::index_service_server::IndexServiceServer;
use sosie_proto::pb::ingest_service_server::IngestServiceServer;
use sosie_proto::to_pb::IndexerLimits;
use sosie_rpc::{Listener, ServeError, Services, Settings};
use sosie_similarity::limits::{INGEST_BYTES_MAX, REQUEST_BYTES_MAX};
use sosie_store::{Options, Store};
use tokio::sync::watch;

use super::config::ServeConfig;
use super::desk::Desk;
use super::feed::Feed;
use super::intake::Intake;

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store of record can't be opened.
    #[error(transparent)]
    Store(#[from] sosie_store::OpenError),
    /// The directory of generations can't be opened.
    #[error(transparent)]
    Generations(#[from] sosie_index::StoreError),
    /// The thread that writes can't be started.
    #[error("starting the writer failed: {0}")]
    Writer(io::Error),
    /// The address can't be listened at.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// What this process alone writes to.
#[derive(Clone)]
pub struct Stores {
    /// The store of record.
    pub store: Arc<Store>,
    /// The directory of generations.
    pub generations: Arc<Mutex<GenerationStore>>,
    /// Where it is.
    pub generations_dir: PathBuf,
}

impl Stores {
    /// Opens both, each under its lock.
    ///
    /// # Errors
    /// [`StartError::Store`] or [`StartError::Generations`], also while another process has one of them open.
    pub fn open(config: &ServeConfig) -> Result<Stores, StartError> {
        let options = Options {
            cache_bytes: config.store_cache_bytes,
            verify: false,
        };
        let store = Store::open(&config.store_dir, options)?;
        let generations = GenerationStore::open(&config.generations_dir, config.keep)?;
        Ok(Stores {
            store: Arc::new(store),
            generations: Arc::new(Mutex::new(generations)),
            generations_dir: config.generations_dir.clone(),
        })
    }
}

/// The indexer as a service, bound to its address and not yet answering.
pub struct IndexerServer {
    config: ServeConfig,
    listener: Listener,
    desk: Desk,
    /// Told when the service ends.
    ending: watch::Sender<bool>,
}

impl IndexerServer {
    /// Starts the writer and binds; `feed` is told how far the store has come.
    ///
    /// # Errors
    /// [`StartError::Writer`] or [`StartError::Serve`].
    pub async fn bind(
        config: ServeConfig,
        stores: Stores,
        feed: Arc<dyn Feed>,
    ) -> Result<IndexerServer, StartError> {
        let ending = watch::Sender::new(false);
        let desk = Desk {
            intake: Intake::start(stores.store, feed).map_err(StartError::Writer)?,
            generations: stores.generations,
            generations_dir: stores.generations_dir,
            limits: IndexerLimits {
                requests_in_flight_max: config.in_flight_max.get(),
                deadline_max: config.deadline,
            },
            ending: ending.subscribe(),
        };
        Ok(IndexerServer {
            listener: Listener::bind(config.listen_addr).await?,
            config,
            desk,
            ending,
        })
    }

    /// The address that clients connect to; the port is the one chosen if 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.listener.local_addr()
    }

    /// Answers until `shutdown` is done, see [`Listener::serve`]: streams then take no more messages, and end when
    /// what they had taken is answered. Ready at once, for the stores are open.
    ///
    /// # Errors
    /// What every server can fail with. A drain that was cut short is none.
    pub async fn run(
        self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let settings = Settings {
            in_flight_max: self.config.in_flight_max,
            deadline: self.config.deadline,
            drain_max: self.config.drain_max,
            reflection: self.config.reflection,
        };
        let ending = self.ending;
        let told_to_end = async move {
            shutdown.await;
            ending.send_replace(true);
        };
        let services = services(self.desk);
        let ready = std::future::ready(());
        self.listener
            .serve(settings, services, ready, told_to_end)
            .await
    }
}

/// The services of this process.
fn services(desk: Desk) -> Services {
    let ingest = IngestServiceServer::new(desk.clone()).max_decoding_message_size(INGEST_BYTES_MAX);
    let index = IndexServiceServer::new(desk).max_decoding_message_size(REQUEST_BYTES_MAX);
    Services::default().with(ingest).with(index)
}
