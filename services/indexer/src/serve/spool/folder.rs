//! The directory of a spool, and the files that move through it.
//!
//! ```text
//! DIRECTORY/incoming/   files to be imported, renamed into it whole
//! DIRECTORY/done/       those that are, each with the records that were refused
//! DIRECTORY/failed/     those of which nothing was written, each with the reason
//! ```

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sosie_index::disk;
use sosie_similarity::Digest;

/// Names that are looked for at a time: what is held of a directory, whatever is in it.
const NAMES_MAX: usize = 1_000;
/// Most bytes of a name that a file keeps when it is moved: file systems take 255, and some are added.
const NAME_BYTES_MAX: usize = 200;
/// What the name of a rejects file ends with, after that of its file.
const REJECTS: &str = ".rejects.ndjson";

/// The directory of a spool.
pub(super) struct Folder {
    directory: PathBuf,
}

/// The directory can't be worked in.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub(super) struct FolderError {
    path: PathBuf,
    source: io::Error,
}

impl FolderError {
    pub(super) fn new(path: &Path, source: io::Error) -> Self {
        FolderError {
            path: path.to_owned(),
            source,
        }
    }
}

/// The one line of a rejects file of a file that can't be read at all.
#[derive(Serialize)]
struct Unreadable<'a> {
    rule: &'static str,
    message: &'a str,
}

impl Folder {
    pub(super) fn new(directory: &Path) -> Self {
        Folder {
            directory: directory.to_owned(),
        }
    }

    /// The first names of files that came, in order; directories are made if they are not there.
    pub(super) fn next(&self) -> Result<BTreeSet<OsString>, FolderError> {
        for part in ["incoming", "done", "failed"] {
            let part = self.directory.join(part);
            fs::create_dir_all(&part).map_err(|source| FolderError::new(&part, source))?;
        }
        let incoming = self.directory.join("incoming");
        let failed = |source| FolderError::new(&incoming, source);
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(&incoming).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let is_hidden = name.as_bytes().starts_with(b".");
            if is_hidden || !entry.file_type().map_err(failed)?.is_file() {
                continue;
            }
            names.insert(name);
            if names.len() > NAMES_MAX {
                names.pop_last();
            }
        }
        Ok(names)
    }

    /// A file that came.
    pub(super) fn incoming(&self, name: &OsStr) -> PathBuf {
        self.directory.join("incoming").join(name)
    }

    /// Where what is refused of the file in work is told.
    pub(super) fn rejects(&self) -> PathBuf {
        self.directory.join(REJECTS)
    }

    /// Tells why a file can't be read, in place of its refused records.
    pub(super) fn tell_unreadable(&self, message: &str) -> Result<(), FolderError> {
        let rejects = self.rejects();
        let line = Unreadable {
            rule: "UNREADABLE",
            message,
        };
        let written = serde_json::to_vec(&line).map_err(io::Error::from);
        let written = written.and_then(|line| {
            let mut file = File::create(&rejects)?;
            file.write_all(&line)?;
            file.write_all(b"\n")
        });
        written.map_err(|source| FolderError::new(&rejects, source))
    }

    /// Keeps what is refused of a file beside where the file will be when it is done.
    pub(super) fn keep_rejects(&self, name: &OsStr, sha256: Digest) -> Result<(), FolderError> {
        let mut path = self.free("done", name, sha256)?.into_os_string();
        path.push(REJECTS);
        let path = PathBuf::from(path);
        let kept = self.rename_durably(&self.rejects(), &path);
        kept.map_err(|source| FolderError::new(&path, source))
    }

    /// Moves a file that is imported.
    pub(super) fn move_to_done(&self, name: &OsStr, sha256: Digest) -> Result<(), FolderError> {
        let to = self.free("done", name, sha256)?;
        let moved = self.rename_durably(&self.incoming(name), &to);
        moved.map_err(|source| FolderError::new(&to, source))
    }

    /// Moves a file of which nothing is written, and what was told of it.
    pub(super) fn move_to_failed(&self, name: &OsStr, sha256: Digest) -> Result<(), FolderError> {
        let to = self.free("failed", name, sha256)?;
        let mut rejects = to.clone().into_os_string();
        rejects.push(REJECTS);
        let moved = self
            .rename_durably(&self.rejects(), Path::new(&rejects))
            .and_then(|()| self.rename_durably(&self.incoming(name), &to));
        moved.map_err(|source| FolderError::new(&to, source))
    }

    /// Where a file goes: under its name, unless another one has that there.
    fn free(&self, part: &str, name: &OsStr, sha256: Digest) -> Result<PathBuf, FolderError> {
        let part = self.directory.join(part);
        let digest = &sha256.to_string()[..16];
        if name.len() > NAME_BYTES_MAX {
            return Ok(part.join(digest));
        }
        let plain = part.join(name);
        let is_taken = match crate::import::sha256(&plain) {
            Ok(found) => found != sha256,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(source) => return Err(FolderError::new(&plain, source)),
        };
        if !is_taken {
            return Ok(plain);
        }
        let mut name = name.to_owned();
        name.push(format!(".{digest}"));
        Ok(part.join(name))
    }

    /// Renames a file; when it returns, the file is found under its new name after a crash.
    fn rename_durably(&self, from: &Path, to: &Path) -> io::Result<()> {
        File::open(from)?.sync_all()?;
        fs::rename(from, to)?;
        for path in [to, from] {
            disk::sync_dir(path.parent().unwrap_or(&self.directory))?;
        }
        Ok(())
    }
}
