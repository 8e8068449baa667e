//! The program itself: killed in mid-stream, and told to end.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use sosie_indexer::serve::Stores;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::write_result::Outcome;
use sosie_similarity::EventId;

use crate::fixture::{PATIENCE, Stream, config, outcomes, records};

/// Killed when dropped, so that a failed test leaves no process.
pub(crate) struct Process {
    child: Child,
    pub(crate) lines: Receiver<String>,
    port: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    pub(crate) fn start(dir: &Path) -> Process {
        Process::start_with(dir, |_| {})
    }

    pub(crate) fn start_with(dir: &Path, change: impl FnOnce(&mut Command)) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sosie-indexer"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
        command.arg("--store").arg(dir.join("store"));
        command.arg("--generations").arg(dir.join("generations"));
        command.env_remove("RUST_LOG").stderr(Stdio::piped());
        change(&mut command);
        let mut child = command.spawn().unwrap();
        let (told, lines) = channel();
        let stderr = child.stderr.take().unwrap();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = told.send(line);
            }
        });
        let listening = line_with(&lines, "listening");
        let (_, address) = listening.split_once("127.0.0.1:").unwrap();
        let port = address.chars().take_while(char::is_ascii_digit).collect();
        Process { child, lines, port }
    }

    pub(crate) fn uri(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills it at once, as the system does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn stream(&self) -> Stream {
        let client = IngestServiceClient::connect(self.uri()).await;
        Stream::open(&mut client.unwrap()).await
    }
}

pub(crate) fn line_with(lines: &Receiver<String>, part: &str) -> String {
    loop {
        let line = lines.recv_timeout(PATIENCE).expect(part);
        if line.contains(part) {
            return line;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_a_kill_is_in_the_store_once_and_sent_again_it_is_unchanged() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeMap::new();
    for round in 0..5 {
        let mut process = Process::start(dir.path());
        let mut stream = process.stream().await;
        // Messages of this round are on their way when the process dies.
        for first in [0, 50, 100, 150] {
            let first = 1_000 * round + first;
            stream.send(records(first..first + 50)).await;
        }
        for result in stream.results().await {
            let Some(Outcome::Accepted(accepted)) = result.outcome else {
                panic!("{result:?}");
            };
            let id = format!("e-{}", 1_000 * round as i64 + result.index);
            acknowledged.insert(id, accepted);
        }
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        let stores = Stores::open(&config(dir.path())).unwrap();
        let view = stores.store.view().unwrap();
        for (id, told) in &acknowledged {
            let revisions = view.revisions(&EventId::new(id).unwrap()).unwrap();
            assert_eq!(revisions.len() as i64, told.revision, "{id}");
            let position = revisions[0].entry.position.get();
            assert_eq!(position as i64, told.position, "{id}");
        }
    }
    assert_eq!(acknowledged.len(), 250);
    let process = Process::start(dir.path());
    let mut stream = process.stream().await;
    for round in 0..5 {
        stream
            .send(records(1_000 * round..1_000 * round + 50))
            .await;
        for outcome in outcomes(stream.results().await) {
            assert!(matches!(outcome, Outcome::Unchanged(_)), "{outcome:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_signal_to_end_is_obeyed_with_a_stream_open() {
    let dir = tempfile::tempdir().unwrap();
    let mut process = Process::start(dir.path());
    let mut stream = process.stream().await;
    stream.send(records(0..10)).await;
    assert_eq!(stream.results().await.len(), 10);
    let pid = process.child.id().to_string();
    let told = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(told.unwrap().success());
    assert!(stream.answer().await.is_err());
    drop(stream);
    line_with(&process.lines, "drained");
    assert!(process.child.wait().unwrap().success());
}

#[test]
fn every_flag_is_explained_with_its_default() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sosie-indexer"));
    let help = command.args(["serve", "--help"]).output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let flags = help.matches("\n      --").count();
    assert_eq!(flags, help.matches("[default: ").count(), "{help}");
    assert!(flags >= 9, "{help}");
}
