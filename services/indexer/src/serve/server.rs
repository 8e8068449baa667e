//! The service as a whole: opened, bound, run, drained.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use sosie_index::GenerationStore;
use sosie_proto::pb::guard_service_server::GuardServiceServer;
use sosie_proto::pb::index_service_server::IndexServiceServer;
use sosie_proto::pb::ingest_service_server::IngestServiceServer;
use sosie_proto::pb::profile_admin_service_server::ProfileAdminServiceServer;
use sosie_proto::pb::snapshot_service_server::SnapshotServiceServer;
use sosie_proto::to_pb::IndexerLimits;
use sosie_rpc::{Audit, AuditConfig, Callers, Listener, ServeError, Services, Settings};
use sosie_similarity::Timestamp;
use sosie_similarity::limits::{INGEST_BYTES_MAX, REQUEST_BYTES_MAX};
use sosie_store::{Options, Store};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::config::ServeConfig;
use super::desk::Desk;
use super::feed::Feed;
use super::guarding::Guarding;
use super::intake::Intake;
use super::jobs::{Book, Canaries, Jobs, Runner, Sources};
use super::postgres::{PostgresConfig, PostgresSource};
use super::profiles::ProfileAdmin;
use super::snapshots::Snapshots;
use super::spool::{Spools, Submit};
use super::start_error::StartError;
use crate::gate::{Gate, GuardConfig};
use crate::sources::ConfiguredSource;

/// What this process alone writes to, and what may enter it.
#[derive(Clone)]
pub struct Stores {
    /// The store of record.
    pub store: Arc<Store>,
    /// The directory of generations.
    pub generations: Arc<Mutex<GenerationStore>>,
    /// Where it is.
    pub generations_dir: PathBuf,
    /// The personal-data guard, if there is one.
    pub gate: Option<Arc<Gate>>,
    /// The audit log, if one is kept.
    pub audit: Option<Audit>,
}

impl Stores {
    /// Opens both, each under its lock, and reads the rules of the guard.
    ///
    /// # Errors
    /// [`StartError::Store`] or [`StartError::Generations`], also while another process has one of them open;
    /// [`StartError::Guard`] or [`StartError::Audit`].
    pub fn open(config: &ServeConfig) -> Result<Stores, StartError> {
        let gate = config.guard.as_ref().map(GuardConfig::read).transpose()?;
        let options = Options {
            cache_bytes: config.store_cache_bytes,
            verify: false,
        };
        let store = Store::open(&config.store_dir, options)?;
        let generations = GenerationStore::open(&config.generations_dir, config.keep)?;
        let generations = generations.spread().keeping(config.receipts.clone());
        Ok(Stores {
            store: Arc::new(store),
            generations: Arc::new(Mutex::new(generations)),
            generations_dir: config.generations_dir.clone(),
            gate: gate.map(Arc::new),
            audit: config.audit.as_ref().map(AuditConfig::open).transpose()?,
        })
    }
}

/// The indexer as a service, bound to its address and not yet answering.
pub struct IndexerServer {
    config: ServeConfig,
    callers: Option<Arc<Callers>>,
    /// When it was opened.
    since: Timestamp,
    listener: Listener,
    stores: Stores,
    intake: Intake,
    feed: Arc<dyn Feed>,
    book: Arc<Book>,
    sources: Sources,
    /// Told when the service ends.
    ending: watch::Sender<bool>,
    spools: Option<Spools>,
    /// Told when the writer of the store ends.
    writer_ended: watch::Receiver<bool>,
}

impl IndexerServer {
    /// Starts the writer and binds; `feed` is told how far the store has come.
    ///
    /// # Errors
    /// Any [`StartError`] but those of opening the stores.
    pub async fn bind(
        config: ServeConfig,
        stores: Stores,
        feed: Arc<dyn Feed>,
    ) -> Result<IndexerServer, StartError> {
        if let Some(canaries) = &config.canaries {
            // Read again by each job; a mistake in it is better known now.
            Canaries::read(canaries)?;
        }
        let callers = config.callers.as_deref().map(Callers::read).transpose()?;
        let admin = ProfileAdmin::of(&config, &stores);
        // A file that says otherwise than what was activated is better known now.
        admin.check()?;
        let (writer, writer_ended) = watch::channel(false);
        let on_end = move || {
            writer.send_replace(true);
        };
        let intake = Intake::start(stores.store.clone(), feed.clone(), on_end);
        Ok(IndexerServer {
            callers: callers.map(Arc::new),
            since: sosie_rpc::now(),
            listener: Listener::bind(config.listen_addr).await?,
            intake: intake.map_err(StartError::Writer)?,
            book: Arc::new(Book::open(&config.store_dir)?),
            config,
            stores,
            feed,
            sources: Sources::default(),
            ending: watch::Sender::new(false),
            spools: None,
            writer_ended,
        })
    }

    /// The sources that reindex jobs can import from; none without.
    #[must_use]
    pub fn with_sources(self, sources: Sources) -> Self {
        IndexerServer { sources, ..self }
    }

    /// Watches the directories among these sources, from now until the end of [`IndexerServer::run`].
    ///
    /// # Errors
    /// [`StartError::Watch`].
    pub fn watch(&mut self, sources: &[ConfiguredSource]) -> Result<(), StartError> {
        let (intake, runtime) = (self.intake.clone(), Handle::current());
        let submit: Submit = Arc::new(move |batch| intake.submit(batch, &runtime));
        let spools = Spools::start(sources, &self.stores, &submit);
        self.spools = Some(spools.map_err(StartError::Watch)?);
        Ok(())
    }

    /// The address that clients connect to; the port is the one chosen if 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.listener.local_addr()
    }

    /// A database that is read into the store of this service. Nothing is read of it before it is told to.
    pub fn postgres(&self, config: PostgresConfig) -> PostgresSource {
        let rejects_dir = self.config.generations_dir.clone();
        PostgresSource::new(
            config,
            self.intake.clone(),
            rejects_dir,
            self.stores.gate.clone(),
        )
    }

    /// Answers until `shutdown` is done, see [`Listener::serve`]: streams then take no more messages, and end when
    /// what they had taken is answered. Ready at once, for the stores are open. Ends by itself if the writer does:
    /// what it left is whole, and a process that is started anew goes on.
    ///
    /// # Errors
    /// What every server can fail with, and [`ServeError::PartEnded`]. A drain that was cut short is none.
    pub async fn run(
        mut self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let settings = Settings {
            in_flight_max: self.config.in_flight_max,
            deadline: self.config.deadline,
            drain_max: self.config.drain_max,
            reflection: self.config.reflection,
            audit: self.stores.audit.clone(),
            callers: self.callers.take(),
        };
        let drain_max = self.config.drain_max;
        let snapshots = self.snapshots();
        let (since, admin) = (self.since, ProfileAdmin::of(&self.config, &self.stores));
        let store = self.stores.store.clone();
        let spools = self.spools.take();
        let mut writer_ended = self.writer_ended.clone();
        let (failed, failure) = tokio::sync::oneshot::channel();
        let (listener, ending, desk) = self.take_apart();
        let jobs = desk.jobs.clone();
        let guarding = Guarding {
            desk: desk.clone(),
            store,
            since,
        };
        let told_to_end = async move {
            tokio::select! {
                () = shutdown => {}
                _ = writer_ended.wait_for(|ended| *ended) => {
                    tracing::error!("the writer of the store ended, and so does the service");
                    // Who runs the server waits for it.
                    let _ = failed.send(());
                }
            }
            ending.send_replace(true);
        };
        let services = services(desk, snapshots, guarding).with(
            ProfileAdminServiceServer::new(admin).max_decoding_message_size(REQUEST_BYTES_MAX),
        );
        let ready = std::future::ready(());
        let served = listener.serve(settings, services, ready, told_to_end).await;
        // Off the threads that serve: it waits for the step that a job is at, and the batch of a spool.
        let ended = tokio::task::spawn_blocking(move || {
            drop(spools);
            jobs.end(drain_max);
        });
        // A panic was told by the hook of the process.
        let _ = ended.await;
        served?;
        match failure.await {
            Ok(()) => Err(ServeError::PartEnded("the writer of the store")),
            Err(_) => Ok(()),
        }
    }

    fn snapshots(&self) -> Snapshots {
        Snapshots {
            stores: self.stores.clone(),
            dir: self.config.snapshots_dir.clone(),
            deadline_max: self.config.deadline,
            ending: self.ending.subscribe(),
        }
    }

    /// Makes what answers, and goes on with the job that ran.
    fn take_apart(self) -> (Listener, watch::Sender<bool>, Desk) {
        let runner = Runner {
            stores: self.stores.clone(),
            book: self.book,
            feed: self.feed,
            sources: self.sources,
            canaries: self.config.canaries,
            intake: self.intake.clone(),
            runtime: Handle::current(),
        };
        let desk = Desk {
            jobs: Jobs::resume(runner, self.config.take_over),
            intake: self.intake,
            gate: self.stores.gate,
            generations: self.stores.generations,
            generations_dir: self.stores.generations_dir,
            receipts: self.config.receipts,
            audit: self.stores.audit,
            limits: IndexerLimits {
                requests_in_flight_max: self.config.in_flight_max.get(),
                deadline_max: self.config.deadline,
            },
            ending: self.ending.subscribe(),
        };
        (self.listener, self.ending, desk)
    }
}

/// The services of this process.
fn services(desk: Desk, snapshots: Snapshots, guarding: Guarding) -> Services {
    let ingest = IngestServiceServer::new(desk.clone()).max_decoding_message_size(INGEST_BYTES_MAX);
    let index = IndexServiceServer::new(desk).max_decoding_message_size(REQUEST_BYTES_MAX);
    let snapshots =
        SnapshotServiceServer::new(snapshots).max_decoding_message_size(REQUEST_BYTES_MAX);
    let guard = GuardServiceServer::new(guarding).max_decoding_message_size(REQUEST_BYTES_MAX);
    Services::default()
        .with(ingest)
        .with(index)
        .with(snapshots)
        .with(guard)
}
