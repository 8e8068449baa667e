//! The service as a child process.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;

/// Longest wait for the service to listen; it loads its generation after that.
const LISTENING_MAX: Duration = Duration::from_secs(30);
const LISTENING_POLL: Duration = Duration::from_millis(20);
/// What Linux counts the time of processes in, on every machine that Rust's standard library runs on.
const TICKS_PER_S: f64 = 100.0;

/// How the service is started.
pub(super) struct Launch<'a> {
    /// `None` is the `sosie-query` beside this program.
    pub(super) program: Option<&'a Path>,
    /// What it answers from.
    pub(super) generations: &'a Path,
    /// Whether it writes a phase log.
    pub(super) with_phases: bool,
    /// Further arguments.
    pub(super) further: &'a [String],
}

/// A service that ends with this value, whatever happens.
pub(super) struct Server {
    child: Child,
    addr: SocketAddr,
    /// Its log and its phase log.
    dir: TempDir,
}

impl Server {
    /// Starts the service on a free port; it may not be SERVING yet. Its log goes to a file, as it would.
    pub(super) fn start(launch: &Launch) -> anyhow::Result<Server> {
        let dir = tempfile::tempdir().context("making a directory for logs")?;
        let beside = std::env::current_exe()?.with_file_name("sosie-query");
        let mut command = Command::new(launch.program.unwrap_or(&beside));
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
        command.arg("--generations").arg(launch.generations);
        if launch.with_phases {
            command.arg("--phase-log").arg(phase_log(dir.path()));
        }
        command.args(launch.further);
        let log = File::create(log(dir.path()))?;
        let child = command.stdin(Stdio::null()).stderr(log).spawn();
        let mut server = Server {
            child: child.with_context(|| format!("{} can't be started", beside.display()))?,
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            dir,
        };
        server.addr = server.listening()?;
        Ok(server)
    }

    /// Where it listens.
    pub(super) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its process.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it; gives its phase log, if it was to write one.
    pub(super) fn end(mut self) -> anyhow::Result<Option<String>> {
        let pid = self.pid().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status()?;
        ensure!(told.success(), "the service can't be told to end");
        let status = self.child.wait()?;
        ensure!(status.success(), "the service ended with {status}");
        let phases = phase_log(self.dir.path());
        let phases = phases.exists().then(|| fs::read_to_string(phases));
        phases.transpose().context("reading the phase log")
    }

    /// The address that it tells in its log.
    fn listening(&mut self) -> anyhow::Result<SocketAddr> {
        let (begun, log) = (Instant::now(), log(self.dir.path()));
        while begun.elapsed() < LISTENING_MAX {
            let lines = fs::read_to_string(&log)?;
            if let Some(addr) = lines.lines().find_map(address_told) {
                return Ok(addr);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the service ended with {status}: {}", lines.trim_end());
            }
            thread::sleep(LISTENING_POLL);
        }
        bail!("the service does not listen")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail if it has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log(dir: &Path) -> PathBuf {
    dir.join("log.ndjson")
}

fn phase_log(dir: &Path) -> PathBuf {
    dir.join("phases.ndjson")
}

/// The address in the line that says that the service listens.
fn address_told(line: &str) -> Option<SocketAddr> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    let is_it = line.get("message")?.as_str()? == "listening";
    is_it.then(|| line.get("address")?.as_str()?.parse().ok())?
}

/// Processor time that a process has taken so far, in seconds.
pub(super) fn cpu_s(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program, in parentheses, may hold spaces; user and system time are the 12th and 13th after.
    let (_, after) = stat.rsplit_once(')')?;
    let ticks = after.split_whitespace().skip(11).take(2);
    let ticks: Vec<f64> = ticks.filter_map(|ticks| ticks.parse().ok()).collect();
    (ticks.len() == 2).then(|| ticks.iter().sum::<f64>() / TICKS_PER_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_the_log() {
        let line = r#"{"level":"INFO","message":"listening","address":"127.0.0.1:5051"}"#;
        assert_eq!(
            address_told(line),
            Some(SocketAddr::from(([127, 0, 0, 1], 5051)))
        );
        assert_eq!(address_told(r#"{"message":"drained"}"#), None);
        assert_eq!(address_told("{"), None);
    }

    #[test]
    fn the_time_of_a_process_only_grows() {
        let own = std::process::id();
        let before = cpu_s(own).unwrap();
        assert!(cpu_s(own).unwrap() >= before);
        assert_eq!(cpu_s(u32::MAX), None);
    }
}
