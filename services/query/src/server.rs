//! The service as a whole: bound, run, drained.

mod transport;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sosie_index::{ProfileError, ProfileSet};
use sosie_proto::to_pb::ServiceLimits;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceBuilder;

use crate::config::Config;
use crate::handlers::Desk;
use crate::health::Phase;
use crate::incoming::incoming;
use crate::layers::{Admission, CallLog, Deadline};
use crate::serving::Serving;
use crate::watch::Watcher;

/// Why the service did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken, not ours, or not allowed.
    #[error("listening on {listen_addr} failed: {source}")]
    Bind {
        /// The address.
        listen_addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A profile is refused; the error names its file.
    #[error(transparent)]
    Profiles(#[from] ProfileError),
    /// The descriptors of the contract are not what reflection can answer from.
    #[error("reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The transport failed as a whole; single connections fail by themselves.
    #[error("transport: {0}")]
    Transport(#[from] tonic::transport::Error),
}

/// The query service, bound to its address and not yet answering.
pub struct Server {
    config: Config,
    listener: TcpListener,
    local_addr: SocketAddr,
    desk: Desk,
    watcher: Option<Watcher>,
}

impl Server {
    /// Loads the profiles and binds. Generations are picked up by [`Server::run`], as they are published.
    ///
    /// # Errors
    /// [`ServeError::Profiles`] or [`ServeError::Bind`].
    pub async fn bind(config: Config) -> Result<Server, ServeError> {
        let serving = Serving::new(config.generations_loaded_max);
        let watcher = Watcher::new(config.generations_dir.clone(), serving.clone());
        let mut server = Server::bind_with(config, serving).await?;
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
        let listen_addr = config.listen_addr;
        let failed = |source| ServeError::Bind {
            listen_addr,
            source,
        };
        let listener = TcpListener::bind(listen_addr).await.map_err(failed)?;
        let local_addr = listener.local_addr().map_err(failed)?;
        Ok(Server {
            config,
            listener,
            local_addr,
            desk,
            watcher: None,
        })
    }

    /// The address that clients connect to; the port is the one chosen if 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Answers until `shutdown` is done, then finishes the calls in flight, for at most `drain_max`: health is
    /// NOT_SERVING at once, watches of it end, the port is closed, and what then still lasts is cut.
    ///
    /// # Errors
    /// [`ServeError::Reflection`] or [`ServeError::Transport`]. A drain that was cut short is none.
    pub async fn run(
        self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let (phase, cut) = (
            watch::Sender::new(Phase::Starting),
            watch::Sender::new(false),
        );
        let routes = transport::routes(&self.desk, phase.subscribe(), self.config.reflection)?;
        // Aborted when this function ends.
        let mut background = JoinSet::new();
        if let Some(watcher) = self.watcher {
            background.spawn(watcher.run(self.config.poll_interval));
        }
        tracing::info!(address = %self.local_addr, "listening");
        let ending = phase.subscribe();
        let layers = ServiceBuilder::new()
            // Outermost, so that refusals are logged, and panics of every layer are answered.
            .layer(CallLog)
            // Outside of the place in flight, so that a refusal is never late.
            .layer(Deadline {
                max: self.config.deadline,
            })
            // One limit for the whole server; a call past it is refused, not queued.
            .layer(Admission::new(self.config.in_flight_max))
            .into_inner();
        let serve = transport::settings()
            .layer(layers)
            .serve_with_incoming_shutdown(
                routes,
                incoming(self.listener, cut.subscribe()),
                live(phase, self.desk.serving.clone(), shutdown),
            );
        tokio::select! {
            served = serve => {
                served?;
                tracing::info!("drained");
            }
            () = drain_end(ending, self.config.drain_max) => {
                cut.send_replace(true);
                tracing::warn!("drain cut short: connections were left at its limit");
            }
        }
        Ok(())
    }
}

/// Loads the profiles.
fn desk(config: &Config, serving: Arc<Serving>) -> Result<Desk, ProfileError> {
    let mut profiles = ProfileSet::shipped();
    if let Some(dir) = &config.profiles_dir {
        profiles = profiles.with_dir(dir)?;
    }
    let limits = ServiceLimits {
        requests_in_flight_max: config.in_flight_max.get(),
        deadline_max: config.deadline,
        facet_keys_max: sosie_similarity::limits::FACET_KEYS_MAX,
    };
    Ok(Desk {
        serving,
        profiles: Arc::new(profiles),
        limits,
    })
}

/// Goes through the phases; done when no more connections are to be accepted.
async fn live(
    phase: watch::Sender<Phase>,
    serving: Arc<Serving>,
    shutdown: impl Future<Output = ()>,
) {
    let mut current = serving.subscribe();
    let serve = async {
        // The sender lives in `serving`, so this can't fail before the first generation.
        if current.wait_for(Option::is_some).await.is_ok() {
            phase.send_replace(Phase::Serving);
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = serve => {}
        () = shutdown => {}
    }
    tracing::info!("shutting down: finishing the calls in flight");
    phase.send_replace(Phase::Ending);
}

/// Done `drain_max` after the ending began.
async fn drain_end(mut phase: watch::Receiver<Phase>, drain_max: Duration) {
    // The sender goes with the last phase; gone without it, there is no drain to end.
    if phase
        .wait_for(|phase| *phase == Phase::Ending)
        .await
        .is_err()
    {
        return std::future::pending().await;
    }
    tokio::time::sleep(drain_max).await;
}
