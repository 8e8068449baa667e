//! The built `sosie`, run as people and scripts run it.

mod answers;
mod demo;
mod errors;
mod indexer;
mod profiles;
mod service;
mod transparency;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CLEARED: [&str; 8] = [
    "SOSIE_ENDPOINT",
    "SOSIE_INDEXER",
    "SOSIE_TOKEN",
    "SOSIE_TOKEN_FILE",
    "SOSIE_TIME_ZONE",
    "SOSIE_GENERATIONS",
    "NO_COLOR",
    "CLICOLOR_FORCE",
];

/// `sosie` with none of the settings of whoever runs the tests.
fn sosie() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sosie"));
    for name in CLEARED {
        command.env_remove(name);
    }
    command.env("COLUMNS", "100");
    command
}

fn run(args: &[&str]) -> Output {
    sosie().args(args).output().expect("sosie starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("sosie ends by itself")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("text is UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("text is UTF-8")
}

fn text_of(path: &Path) -> &str {
    path.to_str().expect("a path of the tests is UTF-8")
}

fn file(dir: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = dir.path().join(name);
    fs::write(&path, text).expect("a test can write its files");
    path
}
