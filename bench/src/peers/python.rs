//! The systems that are asked from Python.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use sosie_synthetic::Generator;

use super::export::{self, Prefixes};
use super::{Answers, Peer, Question};

/// The program that asks, its requirements beside it.
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/peers.py");
const REQUIREMENTS: &str = include_str!("../../peers/requirements.txt");
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target");

/// Asks each of `peers` in a process of its own, one after the other.
pub(super) fn answers(
    peers: &[Peer],
    generator: &Generator,
    events: u64,
    questions: &[Question],
) -> Result<Vec<Answers>> {
    if peers.is_empty() {
        return Ok(Vec::new());
    }
    let python = if peers.iter().all(|peer| *peer == Peer::Sqlite) {
        PathBuf::from("python3")
    } else {
        environment()?
    };
    // Gigabytes at ten million events: not for every system's /tmp.
    let folder = folder()?;
    let files = tempfile::tempdir_in(&folder).context("making a folder for the events")?;
    let (table, asked) = (
        files.path().join("events.csv"),
        files.path().join("queries.json"),
    );
    let mut prefixes = Prefixes::default();
    export::events(generator, events, &table, &mut prefixes)?;
    let queries = serde_json::to_vec(&export::queries(questions, &mut prefixes)?)?;
    fs::write(&asked, queries).context("writing the queries")?;
    let answers = peers
        .iter()
        .map(|peer| ask(&python, *peer, (&table, &asked)));
    answers.collect()
}

fn ask(python: &Path, peer: Peer, (events, queries): (&Path, &Path)) -> Result<Answers> {
    let name = peer.to_possible_value().expect("every peer can be chosen");
    let mut command = Command::new(python);
    command
        .arg(PROGRAM)
        .arg(name.get_name())
        .args([events, queries])
        .stderr(Stdio::inherit());
    let output = command.output().with_context(|| needs(python))?;
    ensure!(
        output.status.success(),
        "{} could not be asked: {}",
        name.get_name(),
        output.status
    );
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{} answered in another form", name.get_name()))
}

/// The Python of a virtual environment with what is required, made anew when that changed.
fn environment() -> Result<PathBuf> {
    let venv = folder()?.join("venv");
    let (python, stamp) = (venv.join("bin/python"), venv.join("requirements.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|made_of| made_of == REQUIREMENTS) {
        return Ok(python);
    }
    eprintln!("making {} (about 1 GB, from PyPI)", venv.display());
    let python3 = Path::new("python3");
    run(
        Command::new(python3)
            .args(["-m", "venv", "--clear"])
            .arg(&venv),
        python3,
    )?;
    let wanted = venv.join("wanted.txt");
    fs::write(&wanted, REQUIREMENTS)?;
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
    ];
    run(Command::new(&python).args(pip).arg(&wanted), &python)?;
    // Last, so that an environment that was cut short does not count.
    fs::rename(&wanted, &stamp)?;
    Ok(python)
}

fn run(command: &mut Command, python: &Path) -> Result<()> {
    let status = command.status().with_context(|| needs(python))?;
    ensure!(
        status.success(),
        "{command:?} failed: {status}; {}",
        needs(python)
    );
    Ok(())
}

fn needs(python: &Path) -> String {
    format!(
        "{} can't be used: other systems are asked through python3 with venv and pip (Debian: python3-venv) and PyPI; \
         --only tantivy needs none of them",
        python.display()
    )
}

/// Where the environment is kept, and the events while they are needed.
fn folder() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| TARGET.into(), PathBuf::from);
    let folder = target.join("peers");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder.canonicalize()?)
}
