//! Files that are copied, made durable and hashed in one pass.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use sosie_index::disk;
use sosie_similarity::Digest;

use super::SnapshotError;

/// Bytes that are copied at once.
const PIECE_BYTES: usize = 1 << 18;

/// Bytes of several files on their way; tells whoever asked for them, who may end it.
pub(super) struct Copying<'a> {
    advance: super::Advance<'a>,
    bytes: u64,
}

impl<'a> Copying<'a> {
    pub(super) fn new(advance: super::Advance<'a>) -> Self {
        Copying { advance, bytes: 0 }
    }

    /// Copies a file to where none is, durably; gives its size and SHA-256.
    pub(super) fn copy(&mut self, from: &Path, to: &Path) -> Result<(u64, Digest), SnapshotError> {
        let mut target = File::create_new(to).map_err(SnapshotError::io(to))?;
        let copied = self.read(from, |piece| {
            target.write_all(piece).map_err(SnapshotError::io(to))
        })?;
        target.sync_all().map_err(SnapshotError::io(to))?;
        Ok(copied)
    }

    /// The size and SHA-256 of a file.
    pub(super) fn hash(&mut self, path: &Path) -> Result<(u64, Digest), SnapshotError> {
        self.read(path, |_| Ok(()))
    }

    fn read(
        &mut self,
        path: &Path,
        mut take: impl FnMut(&[u8]) -> Result<(), SnapshotError>,
    ) -> Result<(u64, Digest), SnapshotError> {
        let mut source = open(path)?;
        let (mut hasher, mut size) = (Sha256::new(), 0);
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let read = source.read(&mut piece).map_err(SnapshotError::io(path))?;
            if read == 0 {
                return Ok((size, Digest::from_bytes(hasher.finalize().into())));
            }
            hasher.update(&piece[..read]);
            take(&piece[..read])?;
            size += read as u64;
            self.bytes += read as u64;
            if !(self.advance)(self.bytes) {
                return Err(SnapshotError::Cancelled);
            }
        }
    }
}

fn open(path: &Path) -> Result<File, SnapshotError> {
    let opened = File::open(path);
    opened.map_err(|source| {
        if source.kind() == io::ErrorKind::NotFound {
            let path = path.to_owned();
            SnapshotError::Damaged { path }
        } else {
            SnapshotError::io(path)(source)
        }
    })
}

/// Makes a directory and those above it.
pub(super) fn make_dir(dir: &Path) -> Result<(), SnapshotError> {
    fs::create_dir_all(dir).map_err(SnapshotError::io(dir))
}

/// Makes what was created or renamed in a directory durable.
pub(super) fn sync_dir(dir: &Path) -> Result<(), SnapshotError> {
    disk::sync_dir(dir).map_err(SnapshotError::io(dir))
}

/// A directory that is removed when dropped, unless it is given its name for good.
pub(super) struct StagedDir<'a> {
    path: &'a Path,
    is_named: bool,
}

impl<'a> StagedDir<'a> {
    /// Makes it, without what a crash left under its name.
    pub(super) fn make(path: &'a Path) -> Result<Self, SnapshotError> {
        match fs::remove_dir_all(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(SnapshotError::io(path)(source));
            }
            _ => make_dir(path)?,
        }
        Ok(StagedDir {
            path,
            is_named: false,
        })
    }

    /// Gives it its name, durably.
    pub(super) fn rename_to(mut self, to: &Path) -> Result<(), SnapshotError> {
        fs::rename(self.path, to).map_err(SnapshotError::io(to))?;
        self.is_named = true;
        to.parent().map_or(Ok(()), sync_dir)
    }
}

impl Drop for StagedDir<'_> {
    fn drop(&mut self) {
        if !self.is_named
            && let Err(error) = fs::remove_dir_all(self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "removing a stage failed");
        }
    }
}
