//! A generation being written: a directory that is nobody's until it is published.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sosie_similarity::Digest;

use super::disk::{is_plain_name, remove, sync_and_hash, sync_dir, write_synced};
use super::manifest::{MANIFEST_BYTES_MAX, Manifest, ManifestParts};
use super::{Current, FileEntry, GenerationId, MANIFEST_FILE, StoreError, VerifiedGeneration};

/// How the names of stages begin, and of whatever else a killed writer may leave behind.
pub(super) const STAGE_PREFIX: &str = ".stage-";
/// tantivy's lock files: of no use in a generation, which nobody writes to again.
const LOCK_FILES: [&str; 2] = [".tantivy-writer.lock", ".tantivy-meta.lock"];

/// A directory to build an index in; removed when dropped, unless it was published.
///
/// When it is published, nothing may write there any more: no writer, and no reader that watches for
/// commits, since reloading takes a lock file.
#[derive(Debug)]
pub struct Stage {
    path: PathBuf,
    /// Files that a published generation has too, as its manifest states them.
    known: BTreeMap<String, FileEntry>,
    published: bool,
}

impl Stage {
    /// Makes an empty one in the directory of generations.
    pub(super) fn create(generations: &Path) -> Result<Self, StoreError> {
        let mut number = 1;
        loop {
            let path = generations.join(format!("{STAGE_PREFIX}{number}"));
            match fs::create_dir(&path) {
                Ok(()) => {
                    return Ok(Stage {
                        path,
                        known: BTreeMap::new(),
                        published: false,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(StoreError::io(&path, error)),
            }
        }
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file `from` in `dir`, on the same file system, a file of this stage too, by the name `to`: nobody may
    /// write to it any more.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn link(&self, dir: &Path, (from, to): (&str, &str)) -> Result<(), StoreError> {
        let path = self.path.join(to);
        fs::hard_link(dir.join(from), &path).map_err(|error| StoreError::io(&path, error))
    }

    /// As [`Stage::link`], of a file that a published generation has too, as `entry` states it: it is durable already,
    /// and not read again.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn link_published(
        &mut self,
        dir: &Path,
        (from, entry): (&str, &FileEntry),
    ) -> Result<(), StoreError> {
        self.link(dir, (from, &entry.name))?;
        self.known.insert(entry.name.clone(), entry.clone());
        Ok(())
    }

    /// Makes every file durable, then the manifest that names them all, then their names. Gives the
    /// manifest and the digest of its bytes.
    pub(super) fn seal(
        &self,
        generation: GenerationId,
        parts: ManifestParts,
    ) -> Result<(Manifest, Digest), StoreError> {
        let manifest = Manifest::new(generation, parts, self.sync_files()?)?;
        let json = manifest.to_json();
        if json.len() > MANIFEST_BYTES_MAX {
            return Err(StoreError::ManifestTooLong);
        }
        let path = self.path.join(MANIFEST_FILE);
        write_synced(&path, &json).map_err(|error| StoreError::io(&path, error))?;
        sync_dir(&self.path).map_err(|error| StoreError::io(&self.path, error))?;
        Ok((manifest, Digest::of(&json)))
    }

    /// Reads what was built back, checked as if it had been published by the number `generation`. It never is: the stage
    /// goes, and the files are those of the index that it shares them with.
    ///
    /// # Errors
    /// As [`GenerationStore::publish`](super::GenerationStore::publish).
    pub fn read_back(
        self,
        generation: GenerationId,
        parts: ManifestParts,
    ) -> Result<VerifiedGeneration, StoreError> {
        let (_, manifest_digest) = self.seal(generation, parts)?;
        let sealed = Current {
            generation,
            manifest_digest,
        };
        Ok(VerifiedGeneration::open_at(&self.path, &sealed, None)?)
    }

    /// Gives the directory its name for good.
    pub(super) fn rename_to(mut self, path: &Path) -> Result<(), StoreError> {
        fs::rename(&self.path, path).map_err(|error| StoreError::io(path, error))?;
        self.published = true;
        Ok(())
    }

    fn sync_files(&self) -> Result<Vec<FileEntry>, StoreError> {
        let failed = |error| StoreError::io(&self.path, error);
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if LOCK_FILES.contains(&name.as_str()) {
                remove(&entry.path()).map_err(failed)?;
                continue;
            }
            let is_file = entry.file_type().map_err(failed)?.is_file();
            if !is_file || !is_plain_name(&name) {
                return Err(StoreError::NotPlain { file: name });
            }
            files.push(match self.known.get(&name) {
                Some(known) => known.clone(),
                None => new_file(name, &entry.path())?,
            });
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }
}

/// Makes a file durable, and states it.
fn new_file(name: String, path: &Path) -> Result<FileEntry, StoreError> {
    let (size_bytes, sha256) = sync_and_hash(path).map_err(|error| StoreError::io(path, error))?;
    Ok(FileEntry {
        name,
        size_bytes,
        sha256,
    })
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.published {
            return;
        }
        if let Err(error) = remove(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "removing a stage failed");
        }
    }
}
