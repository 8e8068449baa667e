//! Calls of the system that fail as they do on a broken disk: `strace` makes them.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

/// How long it may take to hold all threads of a process.
const PATIENCE: Duration = Duration::from_secs(20);

/// A process some of whose calls fail, until it is let go.
pub(in crate::space) struct Failing(Child);

impl Failing {
    /// Whether it can be done here.
    pub(super) fn possible() -> bool {
        let asked = Command::new("strace").arg("--version").output();
        asked.is_ok_and(|said| said.status.success())
    }

    /// Lets calls, by their names, of every thread of a process fail with EIO.
    pub(super) fn begin(pid: u32, calls: &str) -> Result<Failing> {
        let child = Command::new("strace")
            .args(["-f", "-qq", "-o", "/dev/null", "-p"])
            .arg(pid.to_string())
            .args(["-e", &format!("trace={calls}")])
            .args(["-e", &format!("inject={calls}:error=EIO")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("strace can't be started")?;
        let mut failing = Failing(child);
        let begun = Instant::now();
        while !held(pid)? {
            let gone = failing.0.try_wait()?;
            ensure!(
                gone.is_none(),
                "strace ended before it began: it may not look at processes here"
            );
            ensure!(
                begun.elapsed() < PATIENCE,
                "strace does not hold all threads"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(failing)
    }

    /// Lets it go.
    pub(super) fn end(mut self) -> Result<()> {
        let pid = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("a process has a number")?, Signal::INT)?;
        self.0.wait()?;
        Ok(())
    }
}

/// Whether every thread of a process is held by another.
fn held(pid: u32) -> Result<bool> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))?;
    let mut statuses =
        tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("status")).ok());
    Ok(statuses.all(|status| !status.contains("TracerPid:\t0\n")))
}
