//! The real programs, for tests that need a process of their own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// One build at a time: a second would wait for the first one's lock anyway.
static BUILDING: Mutex<()> = Mutex::new(());

/// The root of the workspace.
pub fn workspace() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("tests are in the workspace")
}

/// The program `name` of the package of that name, in the profile and the target directory of who
/// asks. Built first: cargo does nothing if it is up to date. Who is a program takes what is beside it.
pub fn program(name: &str) -> PathBuf {
    let (profile_dir, is_test) = profile_dir();
    let path = profile_dir.join(name);
    if !is_test && path.is_file() {
        return path;
    }
    let target_dir = profile_dir
        .parent()
        .expect("profiles are in the target directory");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .current_dir(workspace())
        // Of the whole workspace: for a package alone, its dependencies are built anew with other features.
        .args(["build", "--quiet", "--workspace", "--bin", name]);
    build.arg("--target-dir").arg(target_dir);
    if profile_dir.ends_with("release") {
        build.arg("--release");
    }
    let _one = BUILDING.lock();
    let status = build.status().expect("cargo starts");
    assert!(status.success(), "cargo could not build {name}");
    assert!(
        path.is_file(),
        "{} is not there after its build",
        path.display()
    );
    path
}

/// `target/debug` or `target/release`: a program is in it, a test in its `deps`. And whether it is a test that asks.
fn profile_dir() -> (PathBuf, bool) {
    let own = std::env::current_exe().expect("a process knows its own path");
    let dir = own.parent().expect("a program is in a directory");
    match dir.parent().filter(|_| dir.ends_with("deps")) {
        Some(above) => (above.to_owned(), true),
        None => (dir.to_owned(), false),
    }
}
