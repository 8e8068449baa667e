//! Query services that run: in this process, or as the real program.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sosie_proto::pb::event_service_client::EventServiceClient;
use sosie_proto::pb::profile_service_client::ProfileServiceClient;
use sosie_proto::pb::similar_events_service_client::SimilarEventsServiceClient;
use sosie_query::{Config, ServeError, Server};
use sosie_similarity::limits::RESPONSE_BYTES_MAX;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::patience::{PATIENCE, until_async};
use crate::programs::{program, workspace};

/// Clients of every service of one server, over one connection.
#[derive(Clone)]
pub struct Clients {
    /// The connection.
    pub channel: Channel,
    /// `SimilarEventsService`.
    pub similar_events: SimilarEventsServiceClient<Channel>,
    /// `EventService`.
    pub events: EventServiceClient<Channel>,
    /// `ProfileService`.
    pub profiles: ProfileServiceClient<Channel>,
}

impl Clients {
    /// Connects once the server at `address` says that it serves.
    async fn connect(address: SocketAddr) -> Clients {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
        let what = format!("a server at {address}");
        let channel = until_async(&what, async || endpoint.connect().await.ok()).await;
        let health = HealthClient::new(channel.clone());
        until_async("a generation that is served", async || {
            let asked = health
                .clone()
                .check(HealthCheckRequest::default())
                .await
                .ok()?;
            let serves = asked.into_inner().status == i32::from(ServingStatus::Serving);
            serves.then_some(())
        })
        .await;
        let similar_events = SimilarEventsServiceClient::new(channel.clone());
        let events = EventServiceClient::new(channel.clone());
        Clients {
            similar_events: similar_events.max_decoding_message_size(RESPONSE_BYTES_MAX),
            events: events.max_decoding_message_size(RESPONSE_BYTES_MAX),
            profiles: ProfileServiceClient::new(channel.clone()),
            channel,
        }
    }
}

/// A query service of this process.
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    /// Serves the generations of `dir`, with the profiles of the tests, on a port that the system chooses.
    pub async fn start(dir: &Path) -> Running {
        let server = Server::bind(config(dir)).await.expect("a free port");
        let (stop, stopped) = oneshot::channel();
        let address = server.local_addr();
        let ended = tokio::spawn(server.run(async move {
            // A test that fails drops the sender, which is as good as a stop.
            let _ = stopped.await;
        }));
        Running {
            address,
            stop,
            ended,
        }
    }

    /// Connects, once a generation is served.
    pub async fn clients(&self) -> Clients {
        Clients::connect(self.address).await
    }

    /// Drains and ends it.
    pub async fn stop(self) {
        self.stop.send(()).expect("the server still runs");
        let ended = tokio::time::timeout(PATIENCE, self.ended).await;
        let ended = ended.expect("an end in time").expect("no panic");
        ended.expect("a clean end");
    }
}

fn config(dir: &Path) -> Config {
    Config {
        listen_addr: (Ipv4Addr::LOCALHOST, 0).into(),
        generations_dir: dir.to_owned(),
        profiles_dir: Some(profiles_dir()),
        callers: None,
        declared: Default::default(),
        receipts_dir: None,
        audit: None,
        in_flight_max: NonZeroUsize::new(64).expect("not 0"),
        searches_at_once: None,
        deadline: Duration::from_secs(60),
        drain_max: Duration::from_secs(10),
        poll_interval: Duration::from_millis(5),
        keep_loaded: PATIENCE,
        generations_loaded_max: NonZeroUsize::new(2).expect("not 0"),
        smallest_count: sosie_similarity::SmallestCount::ALL_TOLD,
        reflection: true,
    }
}

/// The profiles of the tests.
pub(crate) fn profiles_dir() -> PathBuf {
    workspace().join("tests/profiles")
}

/// The real `sosie-query` as a process of its own; killed when dropped.
pub struct ServerProcess {
    child: Child,
    address: SocketAddr,
}

impl ServerProcess {
    /// Serves the generations of `dir`, with the profiles of the tests; logs to `log`.
    pub fn start(dir: &Path, log: &Path) -> ServerProcess {
        ServerProcess::start_with(dir, log, &[])
    }

    /// As [`ServerProcess::start`], with further arguments.
    pub fn start_with(dir: &Path, log: &Path, further: &[&str]) -> ServerProcess {
        let mut command = Command::new(program("sosie-query"));
        command.arg("serve").args(further);
        ServerProcess::start_as(command, dir, log)
    }

    /// As [`ServerProcess::start`], by a command that begins with the program and `serve`; what it says on its standard output is
    /// beside the log, under its name with `.out`.
    pub fn start_as(mut command: Command, dir: &Path, log: &Path) -> ServerProcess {
        // Free now; the program fails if another takes it meanwhile, and so does the test, by name.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = free.local_addr().expect("a bound port");
        drop(free);
        let out = File::create(log.with_extension("out")).expect("a file for the output");
        let log = File::create(log).expect("a log file");
        command.arg("--generations").arg(dir);
        command.arg("--profiles").arg(profiles_dir());
        command.arg("--listen").arg(address.to_string());
        command.stdin(Stdio::null()).stdout(out).stderr(log);
        let child = command.spawn().expect("the program starts");
        ServerProcess { child, address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Connects, once a generation is served.
    pub async fn clients(&self) -> Clients {
        Clients::connect(self.address).await
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended by itself, which is for the test to see.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
