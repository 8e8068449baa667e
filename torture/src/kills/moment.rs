//! When the indexer is killed: at random, or at a sign in its directories that it is at a certain step.
//!
//! The program that is killed is the one that is shipped: it has no points that fail. What it is at is seen from outside, as
//! names come and go; the kill comes some microseconds later, so that a target is hit in most cases and not in all. What a
//! kill has left behind says which.

use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use sosie_tests::Draw;

/// Longest wait for a sign; the kill comes without it then.
const SIGN_MAX: Duration = Duration::from_secs(4);
/// Longest wait of one look: signs of directories that are made meanwhile are found then.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};
/// Longest time from the first write to a random kill.
const RANDOM_MAX_MS: usize = 1_300;
/// Longest time from a start to its kill.
const START_MAX_MS: usize = 60;

/// What the indexer is to be at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// Anything.
    Random,
    /// A transaction of the store: pages are written and made durable.
    StoreWrite,
    /// Answers leave.
    Acknowledgement,
    /// The store is rewritten without what was erased.
    Scrub,
    /// A segment of tantivy is written, by a commit or a merge.
    Segment,
    /// A file of deleted documents is written.
    DeleteFile,
    /// `meta.json` of the live index is about to be renamed.
    BeforeCommit,
    /// It was renamed.
    AfterCommit,
    /// A search structure is built.
    Fold,
    /// A generation is staged.
    Stage,
    /// A stage was renamed to its generation.
    Generation,
    /// `CURRENT` is about to be renamed.
    BeforeCurrent,
    /// It was renamed.
    AfterCurrent,
    /// An old generation is removed.
    Prune,
    /// A job makes another index.
    JobBuild,
    /// It is about to take the place of the one before.
    JobSwitch,
    /// The program starts.
    Start,
}

impl Target {
    /// All of them.
    pub(super) const ALL: [Target; 17] = [
        Target::Random,
        Target::StoreWrite,
        Target::Acknowledgement,
        Target::Scrub,
        Target::Segment,
        Target::DeleteFile,
        Target::BeforeCommit,
        Target::AfterCommit,
        Target::Fold,
        Target::Stage,
        Target::Generation,
        Target::BeforeCurrent,
        Target::AfterCurrent,
        Target::Prune,
        Target::JobBuild,
        Target::JobSwitch,
        Target::Start,
    ];

    /// Whether a change of a name in a directory is its sign.
    fn is_sign(self, dir: Dir, name: &str, change: ReadFlags) -> bool {
        let made = change.contains(ReadFlags::CREATE);
        let renamed = change.contains(ReadFlags::MOVED_TO);
        match (self, dir) {
            (Target::StoreWrite, Dir::Store) => {
                name == "store.redb" && change.contains(ReadFlags::MODIFY)
            }
            (Target::Scrub, Dir::Store) => name == "store.redb.new" && made,
            (Target::Segment, Dir::Live) => name.ends_with(".store") && made,
            (Target::DeleteFile, Dir::Live) => name.ends_with(".del") && made,
            (Target::BeforeCommit, Dir::Live) => name.starts_with(".tmp") && made,
            (Target::AfterCommit, Dir::Live) => name == "meta.json" && renamed,
            (Target::Fold, Dir::Live) => name.starts_with("base-") && made,
            (Target::Stage, Dir::Generations) => name.starts_with(".stage-") && made,
            (Target::Generation, Dir::Generations) => name.starts_with("gen-") && renamed,
            (Target::BeforeCurrent, Dir::Generations) => name == ".next-CURRENT" && made,
            (Target::AfterCurrent, Dir::Generations) => name == "CURRENT" && renamed,
            (Target::Prune, Dir::Generations) => name.starts_with(".pruned-") && renamed,
            (Target::JobBuild, Dir::Generations) => name == ".live-next" && made,
            (Target::JobSwitch, Dir::Generations) => name == ".live-old" && renamed,
            (_, Dir::Store | Dir::Live | Dir::Generations) => false,
        }
    }

    /// Signs that are let go by are fewer than this: the first is not like the others.
    fn skips_max(self) -> usize {
        match self {
            Target::StoreWrite => 400,
            Target::Acknowledgement => 60,
            Target::Segment
            | Target::DeleteFile
            | Target::BeforeCommit
            | Target::AfterCommit
            | Target::Stage
            | Target::Generation
            | Target::BeforeCurrent
            | Target::AfterCurrent
            | Target::Prune => 3,
            Target::Random
            | Target::Scrub
            | Target::Fold
            | Target::JobBuild
            | Target::JobSwitch
            | Target::Start => 1,
        }
    }

    /// Longest time from the sign to the kill, in microseconds: about what the step takes.
    fn delay_max_us(self) -> usize {
        match self {
            Target::StoreWrite | Target::Acknowledgement => 2_500,
            Target::Scrub | Target::Fold | Target::Stage => 8_000,
            Target::Segment => 3_000,
            Target::DeleteFile | Target::BeforeCommit | Target::BeforeCurrent => 300,
            Target::AfterCommit | Target::Generation | Target::AfterCurrent | Target::Prune => 150,
            Target::JobBuild => 150_000,
            Target::JobSwitch => 1_000,
            Target::Random => 1_000 * RANDOM_MAX_MS,
            Target::Start => 1_000 * START_MAX_MS,
        }
    }
}

/// Which directory a name is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dir {
    Store,
    Live,
    Generations,
}

/// When to kill.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) target: Target,
    /// Signs that are let go by first.
    skip: usize,
    delay: Duration,
}

impl Moment {
    /// One for a target.
    pub(super) fn draw(target: Target, draw: &mut Draw) -> Moment {
        let skip = draw.below(target.skips_max());
        let delay = draw.below(target.delay_max_us()) as u64;
        Moment {
            target,
            skip,
            delay: Duration::from_micros(delay),
        }
    }

    /// Waits until then; whether the sign was seen. `answered` tells how many messages were.
    pub(super) fn wait(&self, dir: &Path, answered: impl Fn() -> u64) -> Result<bool> {
        if let Target::Random | Target::Start = self.target {
            std::thread::sleep(self.delay);
            return Ok(true);
        }
        let seen = if self.target == Target::Acknowledgement {
            self.until_answered(answered)
        } else {
            self.until_sign(dir)?
        };
        // Shorter than what a sleep can be trusted with.
        let begun = Instant::now();
        while begun.elapsed() < self.delay {
            std::hint::spin_loop();
        }
        Ok(seen)
    }

    fn until_answered(&self, answered: impl Fn() -> u64) -> bool {
        let (begun, before) = (Instant::now(), answered());
        while begun.elapsed() < SIGN_MAX {
            if answered() > before + self.skip as u64 {
                return true;
            }
            std::thread::sleep(Duration::from_micros(50));
        }
        false
    }

    fn until_sign(&self, dir: &Path) -> Result<bool> {
        let watches = Watches::new(dir)?;
        let (begun, mut left) = (Instant::now(), self.skip);
        while begun.elapsed() < SIGN_MAX {
            let mut seen = false;
            watches.look(|dir, name, change| {
                if !self.target.is_sign(dir, name, change) {
                    return false;
                }
                seen = left == 0;
                left = left.saturating_sub(1);
                seen
            })?;
            if seen {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The directories of an indexer, watched.
struct Watches {
    inotify: OwnedFd,
    paths: [(PathBuf, Dir); 3],
}

impl Watches {
    fn new(dir: &Path) -> Result<Watches> {
        let inotify = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        let paths = [
            (dir.join("store"), Dir::Store),
            (dir.join("generations/.live"), Dir::Live),
            (dir.join("generations"), Dir::Generations),
        ];
        let watches = Watches { inotify, paths };
        watches.dirs()?;
        Ok(watches)
    }

    /// The directories by their watches. What is watched stays so; another live index is another directory.
    fn dirs(&self) -> Result<Vec<(i32, Dir)>> {
        let flags = WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::MODIFY;
        let mut dirs = Vec::new();
        for (path, dir) in &self.paths {
            match inotify::add_watch(&self.inotify, path, flags) {
                Ok(watch) => dirs.push((watch, *dir)),
                // Between two renames there is no live index.
                Err(rustix::io::Errno::NOENT) if *dir == Dir::Live => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(dirs)
    }

    /// Waits a while for changes and tells each, until `take` has what it wants.
    fn look(&self, mut take: impl FnMut(Dir, &str, ReadFlags) -> bool) -> Result<()> {
        let dirs = self.dirs()?;
        let mut polled = [PollFd::new(&self.inotify, PollFlags::IN)];
        if poll(&mut polled, Some(&LOOK))? == 0 {
            return Ok(());
        }
        let mut buffer = [MaybeUninit::uninit(); 4_096];
        let mut reader = Reader::new(&self.inotify, &mut buffer);
        loop {
            let event = match reader.next() {
                Ok(event) => event,
                Err(rustix::io::Errno::WOULDBLOCK) => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            let dir = dirs.iter().find(|(watch, _)| *watch == event.wd());
            let name = event.file_name().and_then(|name| name.to_str().ok());
            if let (Some((_, dir)), Some(name)) = (dir, name)
                && take(*dir, name, event.events())
            {
                return Ok(());
            }
        }
    }
}
