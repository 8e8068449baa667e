//! A small file system in memory, and what can go wrong on it.

mod failing;

use std::ffi::CString;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use sosie_tests::program;
use tempfile::TempDir;

use failing::Failing;

/// Room for the store and some generations of a thousand events.
const DISK: &str = "size=96m,nr_inodes=4000";
/// Most directories that are made to use up all inodes: more than there are.
const INODES_MAX: usize = 5_000;
/// Files that may be open: fewer than any process has.
const OPEN_FILES: u64 = 3;
/// Bytes that a file may have: fewer than the store has.
const FILE_BYTES: u64 = 64 << 10;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No byte is free: ENOSPC where something grows.
    Full,
    /// Some tens of KiB are free: some writes go well, and others do not.
    NearlyFull,
    /// No file can be made: ENOSPC of names.
    NoInodes,
    /// No file may grow past a size: EFBIG.
    FileSize,
    /// No file can be opened: EMFILE.
    OpenFiles,
    /// Nothing can be written in place, named or linked: EIO, as of a disk that fails.
    WriteErrors,
    /// Nothing that was written can be made durable: EIO.
    SyncErrors,
    /// Nothing can be read in place: EIO.
    ReadErrors,
}

impl Trouble {
    /// All of them.
    pub(super) const ALL: [Trouble; 8] = [
        Trouble::Full,
        Trouble::NearlyFull,
        Trouble::NoInodes,
        Trouble::FileSize,
        Trouble::OpenFiles,
        Trouble::WriteErrors,
        Trouble::SyncErrors,
        Trouble::ReadErrors,
    ];

    /// Those that can be made here: errors of a disk need a tool that not every machine has.
    pub(super) fn possible() -> Vec<Trouble> {
        let errors = Failing::possible();
        let all = Trouble::ALL.into_iter();
        all.filter(|trouble| errors || trouble.failing().is_none())
            .collect()
    }

    /// The calls of the system that fail, where some do. `write` is not among them: what wakes a thread uses it too.
    fn failing(self) -> Option<&'static str> {
        match self {
            Trouble::WriteErrors => {
                Some("pwrite64,ftruncate,rename,renameat,renameat2,link,linkat,mkdir")
            }
            Trouble::SyncErrors => Some("fsync,fdatasync,msync"),
            Trouble::ReadErrors => Some("pread64"),
            Trouble::Full
            | Trouble::NearlyFull
            | Trouble::NoInodes
            | Trouble::FileSize
            | Trouble::OpenFiles => None,
        }
    }

    /// Makes it, for an indexer on a disk.
    pub(super) fn begin(self, disk: &SmallDisk, pid: u32) -> Result<Begun> {
        let ballast = disk.path().join("ballast");
        match self {
            Trouble::Full => fill(&ballast)?,
            Trouble::NearlyFull => {
                fill(&ballast)?;
                let file = File::options().write(true).open(&ballast)?;
                let bytes = file.metadata()?.len();
                file.set_len(bytes.saturating_sub(40 << 10))?;
            }
            Trouble::NoInodes => {
                fs::create_dir(&ballast)?;
                let made = (0..INODES_MAX).map(|at| File::create(ballast.join(at.to_string())));
                // Until none is left.
                let _ = made.take_while(Result::is_ok).count();
            }
            Trouble::FileSize => return limit(pid, Resource::Fsize, FILE_BYTES),
            Trouble::OpenFiles => return limit(pid, Resource::Nofile, OPEN_FILES),
            Trouble::WriteErrors | Trouble::SyncErrors | Trouble::ReadErrors => {
                let calls = self.failing().context("these are calls that fail")?;
                return Ok(Begun::Failing(Failing::begin(pid, calls)?));
            }
        }
        Ok(Begun::Ballast(ballast))
    }
}

/// Trouble that lasts until it is ended.
pub(super) enum Begun {
    /// What takes the space.
    Ballast(PathBuf),
    /// What limits a process, and what did before.
    Limit(Pid, Resource, Rlimit),
    /// What lets calls of a process fail.
    Failing(Failing),
}

impl Begun {
    /// Ends it.
    pub(super) fn end(self) -> Result<()> {
        match self {
            Begun::Ballast(path) if path.is_dir() => Ok(fs::remove_dir_all(path)?),
            Begun::Ballast(path) => Ok(fs::remove_file(path)?),
            Begun::Limit(pid, resource, before) => {
                prlimit(Some(pid), resource, before)?;
                Ok(())
            }
            Begun::Failing(failing) => failing.end(),
        }
    }
}

fn limit(pid: u32, resource: Resource, to: u64) -> Result<Begun> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let pid = pid.context("a process has a number")?;
    let limited = Rlimit {
        current: Some(to),
        // Ours is that which the child was started with.
        maximum: getrlimit(resource).maximum,
    };
    let before = prlimit(Some(pid), resource, limited)?;
    Ok(Begun::Limit(pid, resource, before))
}

/// Writes until no byte is free.
fn fill(path: &Path) -> Result<()> {
    let mut file = File::create(path)?;
    for size in [1 << 20, 4 << 10, 1] {
        let bytes = vec![1; size];
        while file.write_all(&bytes).is_ok() {}
    }
    Ok(())
}

/// The command of an indexer that is not ended by the signal of a file that grew too long: it is told by an error, as on
/// other systems.
pub(super) fn indexer() -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
    command.arg(program("sosie-indexer"));
    command
}

/// A file system in memory; unmounted when dropped.
pub(super) struct SmallDisk(TempDir);

impl SmallDisk {
    /// Mounts one.
    pub(super) fn mount() -> Result<SmallDisk> {
        let dir = TempDir::new()?;
        let options = CString::new(DISK).context("no zero in it")?;
        mount(
            "tmpfs",
            dir.path(),
            "tmpfs",
            MountFlags::empty(),
            Some(options.as_c_str()),
        )
        .context("a file system can be mounted by root only, and not in every container")?;
        Ok(SmallDisk(dir))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Files may still be open in it.
        if let Err(error) = unmount(self.0.path(), UnmountFlags::DETACH) {
            eprintln!("{} stays mounted: {error}", self.0.path().display());
        }
    }
}
