//! The life of a server: bound, run, drained.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceBuilder;

use crate::callers::Callers;
use crate::health::Phase;
use crate::incoming::incoming;
use crate::layers::{Admission, Audit, Auditing, CallLog, Deadline, Identify, Permit};
use crate::retention::retain;
use crate::transport::{self, Services};

/// Why a server did not start, or ended.
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
    /// The descriptors of the contract are not what reflection can answer from.
    #[error("reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// A part of the service that it can't do without ended by itself, as by a panic.
    #[error("{0} ended")]
    PartEnded(&'static str),
    /// The transport failed as a whole; single connections fail by themselves.
    #[error("transport: {0}")]
    Transport(#[from] tonic::transport::Error),
}

/// What a server is told at start.
#[derive(Clone)]
pub struct Settings {
    /// Calls past this many are refused at once, not queued.
    pub in_flight_max: NonZeroUsize,
    /// Longest time that a call may take until its answer begins, whatever its client allows.
    pub deadline: Duration,
    /// Longest time between the request to shut down and the end of the last connection.
    pub drain_max: Duration,
    /// Whether clients can ask for the contract by reflection.
    pub reflection: bool,
    /// The audit log, if one is kept.
    pub audit: Option<Audit>,
    /// Who may call what; everybody everything without.
    pub callers: Option<Arc<Callers>>,
}

/// An address that is taken, and not yet answered at.
pub struct Listener {
    listener: TcpListener,
    local_addr: SocketAddr,
}

impl Listener {
    /// Binds.
    ///
    /// # Errors
    /// [`ServeError::Bind`].
    pub async fn bind(listen_addr: SocketAddr) -> Result<Listener, ServeError> {
        let failed = |source| ServeError::Bind {
            listen_addr,
            source,
        };
        let listener = TcpListener::bind(listen_addr).await.map_err(failed)?;
        let local_addr = listener.local_addr().map_err(failed)?;
        Ok(Listener {
            listener,
            local_addr,
        })
    }

    /// The address that clients connect to; the port is the one chosen if 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Answers until `shutdown` is done, then finishes the calls in flight, for at most `drain_max`: health is
    /// NOT_SERVING at once, watches of it end, the port is closed, and what then still lasts is cut. Health is
    /// SERVING from when `ready` is done.
    ///
    /// # Errors
    /// [`ServeError::Reflection`] or [`ServeError::Transport`]. A drain that was cut short is none.
    pub async fn serve(
        self,
        settings: Settings,
        services: Services,
        ready: impl Future<Output = ()> + Send + 'static,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let (phase, cut) = (
            watch::Sender::new(Phase::Starting),
            watch::Sender::new(false),
        );
        let mut ready = Box::pin(ready);
        // Who is ready at once says so from the first call on.
        let is_ready = tokio::select! {
            biased;
            () = &mut ready => true,
            () = std::future::ready(()) => false,
        };
        if is_ready {
            phase.send_replace(Phase::Serving);
        }
        let ready = async move {
            if !is_ready {
                ready.await;
            }
        };
        let routes = services.routes(phase.subscribe(), settings.reflection)?;
        tracing::info!(address = %self.local_addr, "listening");
        let ending = phase.subscribe();
        let retention = retain(settings.audit.clone());
        let layers = ServiceBuilder::new()
            // Outermost, so that refusals are logged, and panics of every layer are answered.
            .layer(CallLog)
            // Outside of the audit log, which has the name of who called.
            .layer(Identify(settings.callers))
            // Outside of all that refuses: what was refused is recorded too.
            .layer(Auditing(settings.audit))
            // Before anything is spent on a call: nobody else's place is taken by who may not call.
            .layer(Permit)
            // Outside of the place in flight, so that a refusal is never late.
            .layer(Deadline {
                max: settings.deadline,
            })
            // One limit for the whole server; a call past it is refused, not queued.
            .layer(Admission::new(settings.in_flight_max))
            .into_inner();
        let serve = transport::settings()
            .layer(layers)
            .serve_with_incoming_shutdown(
                routes,
                incoming(self.listener, cut.subscribe()),
                live(phase, ready, shutdown),
            );
        tokio::select! {
            served = serve => {
                served?;
                tracing::info!("drained");
            }
            () = drain_end(ending, settings.drain_max) => {
                cut.send_replace(true);
                tracing::warn!("drain cut short: connections were left at its limit");
            }
            () = retention => {}
        }
        Ok(())
    }
}

/// Goes through the phases; done when no more connections are to be accepted.
async fn live(
    phase: watch::Sender<Phase>,
    ready: impl Future<Output = ()>,
    shutdown: impl Future<Output = ()>,
) {
    let serve = async {
        ready.await;
        phase.send_replace(Phase::Serving);
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
