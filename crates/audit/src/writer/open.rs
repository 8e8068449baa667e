//! Opens a log, be it new, closed, or left by a process that was killed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use super::commit::Mileposts;
use super::{Clock, Options, Writer};
use crate::dir::{self, Dir, LOCK_FILE, Listing, ReplaceError};
use crate::error::{AppendError, OpenError};
use crate::fault::{Fault, Faults};
use crate::head::{Head, HeadError, HeadState, Position};
use crate::key::Key;
use crate::record::{After, Mark};
use crate::scan::{Scan, Tail, Trail};

pub(super) fn open(
    path: &Path,
    key: Key,
    options: Options,
    clock: Clock,
) -> Result<Writer, OpenError> {
    let io = |cause| io_error(path, cause);
    let dir = Dir::open(path).map_err(io)?;
    let lock = lock(path)?;
    let listing = dir::list(path).map_err(io)?;
    let found = find(path, &key, &listing)?;
    let (head, opened) = match found {
        Some(ref found) => (found.head.clone(), found.after()),
        None => (Head::new(clock()), After::New),
    };
    let trail = found.map(|found| found.trail).unwrap_or_default();
    // Durable before anything is written past the end: a closed HEAD with something past it is a fault.
    if head.state == HeadState::Closed || opened == After::New {
        replace_open(&dir, &head, &key).map_err(io)?;
    }
    clear(&dir, &head, &listing).map_err(io)?;
    let segment = head.last.segment + u32::from(trail.is_sealed);
    let mut writer = Writer {
        file: segment_file(&dir, segment, &head).map_err(io)?,
        _lock: lock,
        mileposts: mileposts(&trail, &head),
        is_broken: false,
        dir,
        key,
        clock,
        options,
        opened,
        segment,
        head,
    };
    writer.record_opening().map_err(|cause| OpenError::Append {
        dir: path.to_owned(),
        cause,
    })?;
    Ok(writer)
}

impl Writer {
    fn record_opening(&mut self) -> Result<(), AppendError> {
        let buffered_ms_max = self.options.buffered_age_max.as_millis();
        let mut stage = self.stage();
        let mark = Mark::Opened {
            after: self.opened,
            buffered_ms_max: u64::try_from(buffered_ms_max).unwrap_or(u64::MAX),
        };
        stage.mark((self.clock)(), &mark);
        let staged = stage.finish();
        self.commit(staged, HeadState::Open)
    }
}

fn io_error(path: &Path, cause: io::Error) -> OpenError {
    OpenError::Io {
        path: path.to_owned(),
        cause,
    }
}

fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join(LOCK_FILE);
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false);
    let file = options
        .open(&path)
        .map_err(|cause| io_error(&path, cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(dir.to_owned())),
        Err(TryLockError::Error(cause)) => Err(io_error(&path, cause)),
    }
}

/// A log that is there.
struct Found {
    head: Head,
    trail: Trail,
    tail: Tail,
}

impl Found {
    fn after(&self) -> After {
        match self.head.state {
            HeadState::Closed => After::Closed,
            HeadState::Open => After::Unclean {
                torn_bytes: self.tail.bytes,
                torn_lines: self.tail.lines,
            },
        }
    }
}

/// Reads HEAD and checks the segment that it names; `None` if there is no log yet.
fn find(dir: &Path, key: &Key, listing: &Listing) -> Result<Option<Found>, OpenError> {
    let head = match Head::of(dir, key.public()) {
        Ok(head) => head,
        // A HEAD is there before the first segment is: without one there must be none.
        Err(HeadError::Io(cause))
            if cause.kind() == io::ErrorKind::NotFound && listing.segments.is_empty() =>
        {
            return Ok(None);
        }
        Err(cause) => {
            return Err(OpenError::Head {
                dir: dir.to_owned(),
                cause,
            });
        }
    };
    let (trail, tail) = check(dir, key, listing, &head).map_err(|fault| OpenError::Damaged {
        dir: dir.to_owned(),
        fault,
    })?;
    Ok(Some(Found { head, trail, tail }))
}

fn check(dir: &Path, key: &Key, listing: &Listing, head: &Head) -> Result<(Trail, Tail), Fault> {
    let mut scan = Scan::new(dir, key.public(), Some(head), Faults::new(1));
    let start = |segment| Position {
        segment,
        line: 0,
        bytes: 0,
        ..head.last
    };
    for segment in head.first.segment..=head.last.segment {
        if head.last.seq > 0 && !listing.segments.contains(&segment) {
            scan.missing(segment);
        }
    }
    if listing.segments.contains(&head.last.segment) {
        scan.segment(&start(head.last.segment), true);
    }
    scan.finish();
    for &segment in listing.segments.range(head.last.segment + 1..) {
        scan.past_last(&start(segment));
    }
    let (trail, tail) = (scan.trail, scan.tail);
    match scan.faults.into_vec().pop() {
        Some(fault) => Err(fault),
        None => Ok((trail, tail)),
    }
}

fn replace_open(dir: &Dir, head: &Head, key: &Key) -> io::Result<()> {
    let open = Head {
        state: HeadState::Open,
        ..head.clone()
    };
    dir.replace_head(&open.signed(key))
        .map_err(|error| match error {
            ReplaceError::Unchanged(cause) | ReplaceError::Unsure(cause) => cause,
        })
}

/// Removes segments that are not in the log: those that were to be removed by retention, and the one after the last,
/// whose first commit was not made.
fn clear(dir: &Dir, head: &Head, listing: &Listing) -> io::Result<()> {
    let old = listing.segments.range(..head.first.segment);
    let next = listing.segments.range(head.last.segment + 1..);
    for &segment in old.chain(next) {
        dir::remove(&dir.segment(segment))?;
    }
    dir.sync()
}

/// The file of the segment that is written to, as long as HEAD says. Its name is durable when HEAD names it.
fn segment_file(dir: &Dir, segment: u32, head: &Head) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false);
    let file = options.open(dir.segment(segment))?;
    let is_last = segment == head.last.segment;
    file.set_len(if is_last { head.last.bytes } else { 0 })?;
    dir.sync()?;
    Ok(file)
}

fn mileposts(trail: &Trail, head: &Head) -> Mileposts {
    let segment_time = trail.segment_time.unwrap_or(head.time);
    let (checkpoint_seq, checkpoint_time) = trail
        .checkpoint
        .unwrap_or((head.last.seq.saturating_sub(trail.records), segment_time));
    Mileposts {
        segment_time,
        checkpoint_seq,
        checkpoint_time,
        is_sealed: trail.is_sealed,
    }
}
