//! The query service in this process.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use sosie_query::{Config, ServeError, Server};
use sosie_rpc::ServeError as Serving;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::args::EndpointArgs;
use crate::client::{Client, SERVICES};
use crate::failure::Failure;

/// Loading a few thousand events takes a fraction of a second.
const READY_MAX: Duration = Duration::from_secs(60);
const READY_POLL: Duration = Duration::from_millis(20);
const IN_FLIGHT_MAX: NonZeroUsize = NonZeroUsize::new(32).expect("32 is not 0");
/// What it serves changes by hand only: more than the generation before is never asked for.
const KEEP_LOADED: Duration = Duration::from_secs(60);
const GENERATIONS_LOADED_MAX: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not 0");

/// Takes the address.
///
/// # Errors
/// [`Failure::Usage`] on `--listen`.
pub(super) async fn bind(listen_addr: SocketAddr, generations: PathBuf) -> Result<Server, Failure> {
    let config = Config {
        listen_addr,
        generations_dir: generations,
        profiles_dir: None,
        callers: None,
        declared: Default::default(),
        receipts_dir: None,
        audit: None,
        in_flight_max: IN_FLIGHT_MAX,
        searches_at_once: None,
        deadline: Duration::from_secs(10),
        drain_max: Duration::from_secs(2),
        poll_interval: Duration::from_millis(50),
        keep_loaded: KEEP_LOADED,
        generations_loaded_max: GENERATIONS_LOADED_MAX,
        smallest_count: sosie_similarity::SmallestCount::ALL_TOLD,
        reflection: true,
    };
    Server::bind(config).await.map_err(|error| match error {
        ServeError::Serve(Serving::Bind { source, .. })
            if source.kind() == ErrorKind::AddrInUse =>
        {
            Failure::usage(
                "--listen",
                format_args!(
                    "{listen_addr} is taken, perhaps by another `sosie demo`: stop that, or serve \
                 elsewhere with --listen 127.0.0.1:0 (any free port)"
                ),
            )
        }
        ServeError::Serve(Serving::Bind { source, .. }) => {
            Failure::usage("--listen", format_args!("{listen_addr}: {source}"))
        }
        ServeError::Serve(
            Serving::Reflection(_) | Serving::PartEnded(_) | Serving::Transport(_),
        )
        | ServeError::Profiles(_)
        | ServeError::Kept(_)
        | ServeError::Callers(_)
        | ServeError::Audit(_)
        | ServeError::Receipts { .. } => Failure::Local(error.into()),
    })
}

/// A service that answers.
pub(super) struct Served {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), ServeError>>,
}

impl Served {
    /// Runs `server` in the background.
    pub(super) fn start(server: Server) -> Served {
        let addr = server.local_addr();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            // A sender that is dropped without a word stops it too.
            let _ = stopped.await;
        };
        Served {
            addr,
            stop,
            running: tokio::spawn(server.run(shutdown)),
        }
    }

    /// Where clients on this machine find it.
    pub(super) fn url(&self) -> String {
        let mut addr = self.addr;
        if addr.ip().is_unspecified() {
            addr.set_ip(match addr.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{addr}")
    }

    /// Connects as soon as a generation is loaded.
    ///
    /// # Errors
    /// What the service ended with, or [`Failure::NotServing`] if it takes too long.
    pub(super) async fn ready(&mut self, endpoint: &EndpointArgs) -> Result<Client, Failure> {
        let began = Instant::now();
        while began.elapsed() < READY_MAX {
            if self.running.is_finished() {
                return Err(self.ended().await);
            }
            let client = Client::connect(endpoint).await?;
            if client.health(SERVICES[0]).await? == "SERVING" {
                return Ok(client);
            }
            tokio::time::sleep(READY_POLL).await;
        }
        Err(Failure::NotServing(vec![SERVICES[0].to_owned()]))
    }

    /// Waits for Ctrl-C or SIGTERM.
    ///
    /// # Errors
    /// What the service ended with, if it was sooner.
    pub(super) async fn interrupted(&mut self) -> Result<(), Failure> {
        tokio::select! {
            told = told_to_end() => Ok(told?),
            ended = &mut self.running => Err(failure(ended)),
        }
    }

    /// Ends it, after the calls in flight.
    ///
    /// # Errors
    /// What it ended with.
    pub(super) async fn stop(self) -> Result<(), Failure> {
        // It may have ended by itself, which the next line tells.
        let _ = self.stop.send(());
        let ended = self.running.await.context("the service")?;
        Ok(ended.context("serving")?)
    }

    async fn ended(&mut self) -> Failure {
        failure((&mut self.running).await)
    }
}

fn failure(ended: Result<Result<(), ServeError>, tokio::task::JoinError>) -> Failure {
    Failure::Local(match ended {
        Ok(Ok(())) => anyhow!("the service ended by itself"),
        Ok(Err(error)) => anyhow::Error::new(error).context("serving"),
        Err(error) => anyhow::Error::new(error).context("serving"),
    })
}

#[cfg(unix)]
async fn told_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn told_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
