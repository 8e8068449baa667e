//! The directory of a log: the names in it, and how they become durable.
//!
//! | name | what |
//! |---|---|
//! | `audit-000001.log` … | segments, in order |
//! | `HEAD` | how far the log goes, signed |
//! | `.next-HEAD` | the next `HEAD`, while it is written |
//! | `LOCK` | held by the one that writes; empty |

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// How far the log goes.
pub(crate) const HEAD_FILE: &str = "HEAD";
/// Held by the one that writes.
pub(crate) const LOCK_FILE: &str = "LOCK";
const NEXT_HEAD_FILE: &str = ".next-HEAD";
/// Most names of foreign files that are kept: one suffices to tell that there are any.
const FOREIGN_MAX: usize = 16;

/// The name of a segment's file.
pub(crate) fn segment_name(segment: u32) -> String {
    format!("audit-{segment:06}.log")
}

fn parse_segment_name(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("audit-")?.strip_suffix(".log")?;
    let segment = digits.parse().ok()?;
    // Written back, so that `audit-1.log` is no second name of it.
    (segment > 0 && segment_name(segment) == name).then_some(segment)
}

/// What is in the directory of a log.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Segments, by the names of files.
    pub(crate) segments: BTreeSet<u32>,
    /// Names that no log has, the first few.
    pub(crate) foreign: BTreeSet<String>,
}

pub(crate) fn list(dir: &Path) -> io::Result<Listing> {
    let mut listing = Listing::default();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_file = entry.file_type()?.is_file();
        let of_log = [HEAD_FILE, NEXT_HEAD_FILE, LOCK_FILE].contains(&&*name);
        match parse_segment_name(&name) {
            Some(segment) if is_file => drop(listing.segments.insert(segment)),
            None if is_file && of_log => {}
            Some(_) | None => drop(listing.foreign.insert(name.into_owned())),
        }
        if listing.foreign.len() > FOREIGN_MAX {
            listing.foreign.pop_last();
        }
    }
    Ok(listing)
}

/// The directory that a path is in.
pub(crate) fn above(path: &Path) -> &Path {
    match path.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        Some(_) | None => Path::new("."),
    }
}

/// Makes renames, creations and removals inside `dir` durable.
pub(crate) fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Makes a directory and those above it that are not there, all durable.
pub(crate) fn create_synced(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let above = above(dir);
    create_synced(above)?;
    match fs::create_dir(dir) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(cause),
        Ok(()) | Err(_) => sync(above),
    }
}

/// Removes a file; one that is gone already is no error.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The bytes of a file if they are at most `max`, else `None`.
pub(crate) fn read_at_most(path: &Path, max: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    // One byte past the limit, so that a longer file is seen.
    let mut file = File::open(path)?.take(max.saturating_add(1));
    file.read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= max).then_some(bytes))
}

/// A `HEAD` that could not be replaced.
#[derive(Debug)]
pub(crate) enum ReplaceError {
    /// The old one is there.
    Unchanged(io::Error),
    /// The new one has the name, and may lose it to the old one in a power cut.
    Unsure(io::Error),
}

/// The directory of a log that is open for writing.
#[derive(Debug)]
pub(crate) struct Dir {
    path: PathBuf,
    handle: File,
}

impl Dir {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        create_synced(path)?;
        Ok(Dir {
            path: path.to_owned(),
            handle: File::open(path)?,
        })
    }

    pub(crate) fn segment(&self, segment: u32) -> PathBuf {
        self.path.join(segment_name(segment))
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.handle.sync_all()
    }

    /// At every instant the old `HEAD` or the new one is there, whole.
    pub(crate) fn replace_head(&self, bytes: &[u8]) -> Result<(), ReplaceError> {
        let next = self.path.join(NEXT_HEAD_FILE);
        let written = File::create(&next).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written
            .and_then(|()| fs::rename(&next, self.path.join(HEAD_FILE)))
            .map_err(ReplaceError::Unchanged)?;
        self.sync().map_err(ReplaceError::Unsure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_has_one_name() {
        assert_eq!(parse_segment_name("audit-000001.log"), Some(1));
        assert_eq!(parse_segment_name("audit-1000000.log"), Some(1_000_000));
        for other in [
            "audit-1.log",
            "audit-000000.log",
            "audit-+00001.log",
            "audit-0000001.log",
            "audit-000001.log.gz",
            "audit-.log",
        ] {
            assert_eq!(parse_segment_name(other), None, "{other}");
        }
    }
}
