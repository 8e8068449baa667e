//! One command on a fresh machine.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use serde_json::Value;

use super::{code, file, run, sosie, stderr, stdout, text_of};

const ONCE: [&str; 5] = ["demo", "--once", "--listen", "127.0.0.1:0", "--dir"];

#[test]
fn once_prints_the_question_and_its_answer_and_runs_again() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("demo");
    for generation in ["gen-000001", "gen-000002"] {
        let output = run(&[&ONCE[..], &[text_of(&dir)]].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let text = stdout(&output);
        for part in [
            "made up",
            generation,
            "12,000 people",
            "score",
            "officers",
            "barriers",
            "Receipt",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains('\u{1b}'), "no colours in a pipe");
        assert!(dir.join("history.ndjson").is_file() && dir.join("sources.toml").is_file());
    }
}

#[test]
fn once_fits_narrow_terminals() {
    let dir = tempfile::tempdir().unwrap();
    let args = [&ONCE[..], &[text_of(dir.path())]].concat();
    let output = sosie().args(args).env("COLUMNS", "80").output().unwrap();
    let text = stdout(&output);
    // The path of a temporary directory is as long as it is.
    let mut lines = text.lines().filter(|line| !line.contains("history.ndjson"));
    let too_long = lines.find(|line| line.chars().count() > 80);
    assert_eq!(too_long, None);
}

#[test]
fn json_is_the_answer_alone() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&[&ONCE[..], &[text_of(dir.path()), "--json"]].concat());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["hits"].as_array().unwrap().len(), 10);
    assert_eq!(answer["receipt"]["profile"], "tranquillity@1");
    assert_eq!(answer["receipt"]["as_of"], "2026-01-01T00:00:00Z");
}

#[test]
fn a_port_that_is_taken_is_told_before_the_work() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let output = run(&[
        "demo",
        "--once",
        "--listen",
        &addr,
        "--dir",
        text_of(dir.path()),
    ]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("is taken") && stderr(&output).contains("--listen"));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_directory_with_something_else_in_it_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    file(&dir, "generations", "of a city");
    let output = run(&[&ONCE[..], &[text_of(dir.path())]].concat());
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("not made by `sosie demo`"),
        "{}",
        stderr(&output)
    );
}

#[cfg(unix)]
#[test]
fn it_serves_until_it_is_interrupted() {
    let dir = tempfile::tempdir().unwrap();
    let mut demo = sosie()
        .args([
            "demo",
            "--listen",
            "127.0.0.1:0",
            "--dir",
            text_of(dir.path()),
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let told = lines.find(|line| line.starts_with("Serving at ")).unwrap();
    let endpoint = told
        .split_whitespace()
        .nth(2)
        .unwrap()
        .trim_end_matches('.');
    assert_eq!(code(&run(&["health", "--endpoint", endpoint])), 0);
    let pid = demo.id().to_string();
    std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status()
        .unwrap();
    assert_eq!(demo.wait().unwrap().code(), Some(0));
    assert_eq!(code(&run(&["health", "--endpoint", endpoint])), 4);
}
