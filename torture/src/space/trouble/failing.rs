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
    /// Whether it can be done here: whether there is a strace, and it may look at processes.
    pub(super) fn possible() -> bool {
        let Ok(mut child) = Command::new("sleep").arg("60").spawn() else {
            return false;
        };
        let held = Failing::begin(child.id(), "fsync").and_then(Failing::end);
        // It may have ended.
        let _ = child.kill();
        child.wait().is_ok() && held.is_ok()
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
        self.let_go()
    }

    fn let_go(&mut self) -> Result<()> {
        let pid = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("a process has a number")?, Signal::INT)?;
        self.0.wait()?;
        Ok(())
    }
}

/// A process that is held for longer than the case lasts would fail those after it.
impl Drop for Failing {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            // It may end meanwhile.
            let _ = self.let_go();
        }
    }
}

/// Whether every thread of a process is held by another.
fn held(pid: u32) -> Result<bool> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))?;
    let mut statuses =
        tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("status")).ok());
    Ok(statuses.all(|status| !status.contains("TracerPid:\t0\n")))
}
