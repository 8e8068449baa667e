//! The program itself: its log and its end.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::{fs, thread};

use crate::fixture::{PATIENCE, events, publish};

/// Killed when dropped, so that a failed test leaves no process.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

fn lines_of(stderr: ChildStderr) -> Receiver<String> {
    let (told, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let _ = told.send(line);
        }
    });
    lines
}

fn line_with(lines: &Receiver<String>, part: &str) -> String {
    loop {
        let line = lines.recv_timeout(PATIENCE).expect(part);
        if line.contains(part) {
            return line;
        }
    }
}

#[test]
fn a_bad_generation_is_named_in_the_log_and_the_signal_to_end_is_obeyed() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &events(0..2));
    let file = dir.path().join("gen-000001").join("meta.json");
    fs::write(file, "{}").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sosie-query"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.arg("--generations").arg(dir.path());
    command.env_remove("RUST_LOG").stderr(Stdio::piped());
    let mut process = Process(command.spawn().unwrap());
    let lines = lines_of(process.0.stderr.take().unwrap());
    let refused = line_with(&lines, "generation refused");
    assert!(
        refused.contains("generation gen-000001: `meta.json`"),
        "{refused}"
    );
    assert!(refused.starts_with('{'), "{refused}");
    publish(dir.path(), &events(0..3));
    line_with(&lines, "generation served");
    let pid = process.0.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    line_with(&lines, "drained");
    assert!(process.0.wait().unwrap().success());
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
