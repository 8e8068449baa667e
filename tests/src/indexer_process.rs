//! The real `sosie-indexer serve` as a process of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use tonic::transport::{Channel, Endpoint};

use crate::patience::until_async;
use crate::programs::program;

/// An indexer with its store and its generations in one directory; killed when dropped.
pub struct IndexerProcess {
    child: Child,
    address: SocketAddr,
    dir: PathBuf,
}

impl IndexerProcess {
    /// Starts it on what is in `dir`, be it nothing.
    pub fn start(dir: &Path) -> IndexerProcess {
        // Free now; the program fails if another takes it meanwhile, and so does the test, by name.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = free.local_addr().expect("a bound port");
        drop(free);
        let mut command = Command::new(program("sosie-indexer"));
        command.args(["serve", "--listen", &address.to_string()]);
        command.arg("--store").arg(dir.join("store"));
        command
            .arg("--generations")
            .arg(dir.join("generations"))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let child = command.spawn().expect("the program starts");
        IndexerProcess {
            child,
            address,
            dir: dir.to_owned(),
        }
    }

    /// Where it publishes.
    pub fn generations(&self) -> PathBuf {
        self.dir.join("generations")
    }

    /// A client of it, once it listens.
    pub async fn ingest(&self) -> IngestServiceClient<Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address));
        let endpoint = endpoint.expect("an address");
        let connect = async || endpoint.connect().await.ok();
        IngestServiceClient::new(until_async("an indexer that listens", connect).await)
    }

    /// Ends it at once, as `kill -9` does, and waits until it is gone.
    pub fn kill(&mut self) {
        // It may have ended by itself, which is for the test to see.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for IndexerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
