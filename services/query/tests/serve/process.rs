//! The program itself: its log and its end.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::{fs, thread};

use sosie_proto::pb::similar_events_service_client::SimilarEventsServiceClient;

use crate::fixture::{PATIENCE, events, find, publish};

/// Killed when dropped, so that a failed test leaves no process.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

/// Its log: lines are found in any order, as one task may write before another.
struct Lines {
    coming: Receiver<String>,
    unclaimed: Vec<String>,
}

fn lines_of(stderr: ChildStderr) -> Lines {
    let (told, coming) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let _ = told.send(line);
        }
    });
    Lines {
        coming,
        unclaimed: Vec::new(),
    }
}

fn line_with(lines: &mut Lines, part: &str) -> String {
    let is_found = |line: &String| line.contains(part);
    loop {
        if let Some(at) = lines.unclaimed.iter().position(is_found) {
            return lines.unclaimed.remove(at);
        }
        let line = lines.coming.recv_timeout(PATIENCE).expect(part);
        lines.unclaimed.push(line);
    }
}

/// The program on a free port, its log piped.
fn serve(generations: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sosie-query"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.arg("--generations").arg(generations);
    command.env_remove("RUST_LOG").stderr(Stdio::piped());
    command
}

/// Tells the process to end, and sees it drained.
fn end(mut process: Process, lines: &mut Lines) {
    let pid = process.0.id().to_string();
    let told = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(told.unwrap().success());
    line_with(lines, "drained");
    assert!(process.0.wait().unwrap().success());
}

#[test]
fn a_bad_generation_is_named_in_the_log_and_the_signal_to_end_is_obeyed() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &events(0..2));
    let file = dir.path().join("gen-000001").join("meta.json");
    fs::write(file, "{}").unwrap();
    let mut command = serve(dir.path());
    let mut process = Process(command.spawn().unwrap());
    let mut lines = lines_of(process.0.stderr.take().unwrap());
    let refused = line_with(&mut lines, "generation refused");
    assert!(
        refused.contains("generation gen-000001: `meta.json`"),
        "{refused}"
    );
    assert!(refused.starts_with('{'), "{refused}");
    publish(dir.path(), &events(0..3));
    line_with(&mut lines, "generation served");
    end(process, &mut lines);
}

// Two threads: one waits for the process, the other closes the connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_phase_of_a_call_is_in_the_phase_log_and_nothing_of_the_call() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &events(0..3));
    let phases = dir.path().join("phases.ndjson");
    let mut command = serve(dir.path());
    command.arg("--phase-log").arg(&phases);
    let mut process = Process(command.spawn().unwrap());
    let mut lines = lines_of(process.0.stderr.take().unwrap());
    let listening = line_with(&mut lines, "listening");
    let (_, address) = listening.split_once("127.0.0.1:").unwrap();
    let port: String = address.chars().take_while(char::is_ascii_digit).collect();
    line_with(&mut lines, "generation served");
    let service = SimilarEventsServiceClient::connect(format!("http://127.0.0.1:{port}")).await;
    service.unwrap().find_similar_events(find()).await.unwrap();
    end(process, &mut lines);
    let log = fs::read_to_string(phases).unwrap();
    for name in [
        "decode", "wait", "prepare", "search", "compose", "encode", "call",
    ] {
        assert_eq!(
            log.matches(&format!("{{\"phase\":\"{name}\",")).count(),
            1,
            "{name}: {log}"
        );
    }
    let is_told = |line: &str| line.contains("\"took_ns\":") && line.matches(':').count() == 3;
    assert!(log.lines().all(is_told), "{log}");
}

#[test]
fn every_flag_is_explained_with_its_default() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sosie-query"));
    let help = command.args(["serve", "--help"]).output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    let flags = help.matches("\n      --").count();
    assert_eq!(flags, help.matches("[default: ").count(), "{help}");
    assert!(flags >= 10, "{help}");
}
