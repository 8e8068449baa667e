//! The configuration file of the program, and what `check` tells of it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use sosie_index::{GenerationId, Pin, PinOwner, Pins};
use tempfile::TempDir;

use crate::fixture::{Running, records};

/// `sosie-indexer` in a directory with this configuration file.
fn command(dir: &Path, config: &str, args: &[&str]) -> Command {
    fs::write(dir.join("sosie-indexer.toml"), config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sosie-indexer"));
    command.current_dir(dir).args(args);
    command.env("SOSIE_INDEXER_CONFIG", "sosie-indexer.toml");
    command
}

/// What `check --json` tells, and its exit status.
fn check(dir: &Path, config: &str, args: &[&str]) -> (Value, Option<i32>) {
    let args = [&["check", "--json"], args].concat();
    let output = command(dir, config, &args).output().unwrap();
    let told = serde_json::from_slice(&output.stdout);
    (
        told.unwrap_or_else(|_| panic!("{output:?}")),
        output.status.code(),
    )
}

/// What is told of a setting.
fn setting<'a>(told: &'a Value, key: &str) -> [&'a Value; 2] {
    let settings = told["settings"].as_array().unwrap();
    let found = settings.iter().find(|setting| setting["key"] == key);
    let found = found.unwrap();
    [&found["value"], &found["origin"]]
}

/// What is told of a subject, and whether it is well.
fn finding<'a>(told: &'a Value, subject: &str) -> (bool, &'a str) {
    let findings = told["findings"].as_array().unwrap();
    let found = findings.iter().find(|found| found["subject"] == subject);
    let found = found.unwrap();
    (
        found["is_ok"].as_bool().unwrap(),
        found["told"].as_str().unwrap(),
    )
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn names(dir: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(dir.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn check_tells_each_setting_with_its_origin_and_makes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let config = "keep = 7\nstore = \"kept\"\nin_flight_max = 8\n";
    let mut command = command(dir.path(), config, &["check", "--json", "--keep", "9"]);
    let output = command
        .env("SOSIE_INDEXER_STORE", "other")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(setting(&told, "keep"), ["9", "flag"]);
    assert_eq!(setting(&told, "store"), ["other", "environment"]);
    assert_eq!(setting(&told, "in_flight_max"), ["8", "file"]);
    assert_eq!(setting(&told, "store_cache_mib"), ["256", "default"]);
    let made = (true, "is not there, and will be made");
    assert_eq!(finding(&told, "store"), made);
    assert_eq!(finding(&told, "generations"), made);
    assert_eq!(names(&dir), ["sosie-indexer.toml"]);
}

#[test]
fn check_tells_what_stays_for_its_receipts_and_its_limit() {
    let dir = tempfile::tempdir().unwrap();
    let config = "receipts = \"receipts\"\nkeep_receipts_days = 7\n";
    let (told, _) = check(dir.path(), config, &[]);
    let made = (true, "is not there, and will be made");
    assert_eq!(finding(&told, "receipts"), made);
    let generations = dir.path().join("generations");
    fs::create_dir_all(generations.join("gen-000001")).unwrap();
    let pins = Pins::open(&dir.path().join("receipts")).unwrap();
    let (id, now) = (GenerationId::parse("gen-000001").unwrap(), sosie_rpc::now());
    let pin = Pin::new(now, id, PinOwner::new(1, now));
    assert!(pins.add(&pin, &generations).unwrap());
    let (told, _) = check(dir.path(), config, &[]);
    let named = "1 generations are named by receipts of the last 7 days; 100 stay for that at most";
    assert_eq!(finding(&told, "receipts"), (true, named));
}

#[test]
fn check_reads_the_rules_of_the_guard() {
    let dir = tempfile::tempdir().unwrap();
    let policy = "on_unknown_code = \"quarantine\"\n";
    fs::write(dir.path().join("guard.toml"), policy).unwrap();
    let (told, _) = check(dir.path(), "guard = \"guard.toml\"\n", &[]);
    let (is_ok, said) = finding(&told, "guard");
    assert!(is_ok && said.ends_with(" is read"), "{said}");
    fs::write(dir.path().join("guard.toml"), "on_unknown = 1").unwrap();
    let (told, _) = check(dir.path(), "guard = \"guard.toml\"\n", &[]);
    let (is_ok, said) = finding(&told, "guard");
    assert!(!is_ok && said.contains("`on_unknown`"), "{said}");
}

#[test]
fn check_is_a_table_for_people() {
    let dir = tempfile::tempdir().unwrap();
    let output = command(dir.path(), "keep = 7", &["check"])
        .output()
        .unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let row = table.lines().find(|line| line.contains("keep")).unwrap();
    assert!(row.contains('7') && row.contains("file"), "{table}");
    assert!(output.status.success());
}

#[test]
fn what_is_wrong_with_the_file_is_named_and_ends_the_process() {
    let dir = tempfile::tempdir().unwrap();
    for (config, told) in [
        ("keeep = 7", "unknown key `keeep`"),
        ("keep = 0", "`keep`: invalid value '0'"),
        ("keep = [", "line 1: "),
        (
            "[[source]]\nname = \"a\"\nkind = \"queue\"",
            "unknown variant `queue`",
        ),
        (
            "[[source]]\nname = \"a\"\nkind = \"files\"\nurl = \"a\"\nformat = \"mapped\"",
            "`source[0]` (`a`): `format = \"mapped\"` needs `mapping`",
        ),
    ] {
        for subcommand in ["check", "serve"] {
            let output = command(dir.path(), config, &[subcommand]).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{config}");
            let error = stderr(&output);
            assert!(error.contains("sosie-indexer.toml: "), "{error}");
            assert!(error.contains(told), "{error}");
        }
    }
    assert_eq!(names(&dir), ["sosie-indexer.toml"]);
}

#[test]
fn sources_are_looked_at_and_what_is_wrong_with_one_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let source = |name: &str, more: &str| {
        format!("[[source]]\nname = \"{name}\"\nkind = \"files\"\n{more}\n")
    };
    let config = source("there", "url = \"there.ndjson\"\nformat = \"ndjson\"")
        + &source("gone", "url = \"gone.ndjson\"\nformat = \"ndjson\"")
        + &source(
            "unmapped",
            "url = \"there.ndjson\"\nformat = \"mapped\"\nmapping = \"none.toml\"",
        )
        + "[[source]]\nname = \"spool\"\nkind = \"spool\"\nformat = \"ndjson\"\ndirectory = \"in\"";
    fs::write(dir.path().join("there.ndjson"), "").unwrap();
    let (told, status) = check(dir.path(), &config, &[]);
    assert_eq!(status, Some(1));
    assert_eq!(told["is_ok"], false);
    let there = (true, "there.ndjson is there");
    assert_eq!(finding(&told, "source there"), there);
    let (is_ok, error) = finding(&told, "source gone");
    assert!(
        !is_ok && error.starts_with("gone.ndjson: could not be opened"),
        "{error}"
    );
    let (is_ok, error) = finding(&told, "source unmapped");
    assert!(
        !is_ok && error.starts_with("none.toml: could not be read"),
        "{error}"
    );
    let made = (true, "is not there, and will be made");
    assert_eq!(finding(&told, "source spool"), made);
}

// Two threads: one waits for the program, the other serves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_position_of_a_store_is_told_and_one_in_use_is_said_to_be() {
    let mut running = Running::start().await;
    assert_eq!(running.put(records(0..3)).await.len(), 3);
    let dir = tempfile::tempdir().unwrap();
    let store = running.dir.path().join("store");
    let store = ["--store", store.to_str().unwrap()];
    let (told, status) = check(dir.path(), "", &store);
    let (is_ok, text) = finding(&told, "store");
    assert!(is_ok && text.ends_with("is in use"), "{text}");
    assert_eq!(status, Some(0));
    running.stop();
    let kept = running.ended_with_its_directory().await;
    let store = kept.path().join("store");
    let store = ["--store", store.to_str().unwrap()];
    let (told, _) = check(dir.path(), "", &store);
    let state = (true, "position 3, 3 events, 0 deleted");
    assert_eq!(finding(&told, "store"), state);
}
