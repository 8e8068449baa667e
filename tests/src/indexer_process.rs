//! The real `sosie-indexer serve` as a process of its own.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use tonic::transport::{Channel, Endpoint};

use crate::patience::{until, until_async};
use crate::programs::program;

/// An indexer with its store, its generations and its log in one directory; killed when dropped.
pub struct IndexerProcess {
    child: Child,
    dir: PathBuf,
}

impl IndexerProcess {
    /// Starts it on what is in `dir`, be it nothing; it may not listen yet.
    pub fn start(dir: &Path) -> IndexerProcess {
        let mut command = Command::new(program("sosie-indexer"));
        IndexerProcess::start_as(&mut command, dir)
    }

    /// As [`IndexerProcess::start`], by a command that goes on with the arguments of the program.
    pub fn start_as(command: &mut Command, dir: &Path) -> IndexerProcess {
        let out = File::create(dir.join("indexer.out")).expect("a file for the output");
        let log = File::create(log_file(dir)).expect("a log file");
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
        command.arg("--store").arg(dir.join("store"));
        command
            .arg("--generations")
            .arg(dir.join("generations"))
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(log);
        let child = command.spawn().expect("the program starts");
        IndexerProcess {
            child,
            dir: dir.to_owned(),
        }
    }

    /// Where it publishes.
    pub fn generations(&self) -> PathBuf {
        self.dir.join("generations")
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged since it was started.
    pub fn log(&self) -> String {
        std::fs::read_to_string(log_file(&self.dir)).expect("a log")
    }

    /// Where it listens, once it does.
    ///
    /// # Panics
    /// If it ends instead.
    pub fn address(&mut self) -> SocketAddr {
        until("an indexer that listens", || {
            let log = self.log();
            let ended = self.child.try_wait().expect("a child of ours");
            assert!(ended.is_none(), "the indexer ended: {log}");
            log.lines().find_map(address_told)
        })
    }

    /// A connection to it, once it listens.
    pub async fn connect(&mut self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address()));
        let endpoint = endpoint.expect("an address");
        let connect = async || endpoint.connect().await.ok();
        until_async("an indexer that takes connections", connect).await
    }

    /// A client of it, once it listens.
    pub async fn ingest(&mut self) -> IngestServiceClient<Channel> {
        IngestServiceClient::new(self.connect().await)
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

fn log_file(dir: &Path) -> PathBuf {
    dir.join("indexer.log")
}

/// The address in the line that says that it listens.
fn address_told(line: &str) -> Option<SocketAddr> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    let listens = line.get("message")?.as_str()? == "listening";
    listens.then(|| line.get("address")?.as_str()?.parse().ok())?
}
