//! A generation whose every byte was checked, in memory: nothing on the disk can change an answer.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest as _, Sha256};
use sosie_similarity::Digest;
use tantivy::directory::OwnedBytes;

use super::disk::read_at_most;
use super::held::HeldFiles;
use super::manifest::{FileEntry, MANIFEST_BYTES_MAX, Manifest};
use super::memory::Memory;
use super::{Current, GenerationId, MANIFEST_FILE, OpenError};
use crate::blocks::STRUCTURE_FILES;

/// Bytes that are read and hashed at once: they stay in the cache in between.
const PIECE_BYTES: usize = 1 << 18;

/// A generation read into memory, exactly as it was published.
#[derive(Debug)]
pub struct VerifiedGeneration {
    manifest: Manifest,
    manifest_digest: Digest,
    directory: HeldFiles,
    structures: Structures,
}

/// The files of the search structure, in words; clones share them.
pub(crate) type Structures = BTreeMap<String, Arc<Memory<u64>>>;

impl VerifiedGeneration {
    /// Reads the generation that `current` names in the directory of generations `dir`, and checks it
    /// against `current` before anything else sees a byte of it.
    ///
    /// A generation can be pruned while it is read: after an error, read `CURRENT` again, and open what it
    /// names if that is another one.
    ///
    /// # Errors
    /// The first file that is missing, extra, or not as it was published.
    pub fn open(dir: &Path, current: &Current) -> Result<Self, OpenError> {
        Self::open_after(dir, current, None)
    }

    /// As [`VerifiedGeneration::open`]. What `before` has checked already, files of the same name, size and digest,
    /// is shared with it and not read again.
    ///
    /// # Errors
    /// As [`VerifiedGeneration::open`].
    pub fn open_after(
        dir: &Path,
        current: &Current,
        before: Option<&VerifiedGeneration>,
    ) -> Result<Self, OpenError> {
        Self::open_at(&dir.join(current.generation.to_string()), current, before)
    }

    /// As [`VerifiedGeneration::open_after`], of the directory `path`, whatever its name.
    pub(super) fn open_at(
        path: &Path,
        current: &Current,
        before: Option<&VerifiedGeneration>,
    ) -> Result<Self, OpenError> {
        let generation = current.generation;
        let (manifest, _) = read_manifest(path, generation, Some(current.manifest_digest))?;
        check_file_set(path, &manifest)?;
        let (mut files, mut structures) = (BTreeMap::new(), Structures::new());
        let mut unread = Vec::new();
        for file in &manifest.files {
            match before.and_then(|before| before.held(file)) {
                Some(Held::Bytes(bytes)) => drop(files.insert(PathBuf::from(&file.name), bytes)),
                Some(Held::Words(words)) => drop(structures.insert(file.name.clone(), words)),
                None => unread.push(file),
            }
        }
        for (name, held) in read_all(path, generation, unread)? {
            match held {
                Held::Bytes(bytes) => drop(files.insert(PathBuf::from(name), bytes)),
                Held::Words(words) => drop(structures.insert(name, words)),
            }
        }
        Ok(VerifiedGeneration {
            manifest,
            manifest_digest: current.manifest_digest,
            directory: HeldFiles::new(files),
            structures,
        })
    }

    /// What is in memory of a file, if it is the same.
    fn held(&self, file: &FileEntry) -> Option<Held> {
        self.manifest.file(&file.name).filter(|own| *own == file)?;
        match self.structures.get(&file.name) {
            Some(words) => Some(Held::Words(words.clone())),
            None => self.directory.bytes(Path::new(&file.name)).map(Held::Bytes),
        }
    }

    /// What the generation says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the bytes of its MANIFEST.json.
    pub fn manifest_digest(&self) -> Digest {
        self.manifest_digest
    }

    /// The words of a file of the search structure.
    pub(crate) fn structure(&self, name: &str) -> Option<&Arc<Memory<u64>>> {
        self.structures.get(name)
    }

    /// Holds the files of the manifest but for the search structure; clones share them.
    pub fn directory(&self) -> &HeldFiles {
        &self.directory
    }
}

/// Reads the manifest of the generation at `path`, and gives it with the digest of its bytes, which must be `digest`
/// if there is one.
pub(super) fn read_manifest(
    path: &Path,
    generation: GenerationId,
    digest: Option<Digest>,
) -> Result<(Manifest, Digest), OpenError> {
    let json = match read_at_most(&path.join(MANIFEST_FILE), MANIFEST_BYTES_MAX as u64) {
        Ok(json) => json.ok_or(OpenError::ManifestMismatch { generation })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(if path.is_dir() {
                missing(generation, MANIFEST_FILE)
            } else {
                OpenError::NotFound { generation }
            });
        }
        Err(source) => return Err(unreadable(generation, MANIFEST_FILE, source)),
    };
    let found = Digest::of(&json);
    if digest.is_some_and(|digest| digest != found) {
        return Err(OpenError::ManifestMismatch { generation });
    }
    Ok((Manifest::parse(generation, &json)?, found))
}

/// Checks that exactly the files of the manifest are at `path`, each a plain file of its size.
pub(super) fn check_file_set(path: &Path, manifest: &Manifest) -> Result<(), OpenError> {
    let generation = manifest.generation;
    let mut found = sizes(path, generation)?;
    found.remove(MANIFEST_FILE);
    for file in &manifest.files {
        match found.remove(&file.name) {
            None => return Err(missing(generation, &file.name)),
            Some(size_bytes) if size_bytes != Some(file.size_bytes) => {
                return Err(mismatch(generation, &file.name));
            }
            Some(_) => {}
        }
    }
    match found.into_keys().next() {
        Some(file) => Err(OpenError::FileExtra { generation, file }),
        None => Ok(()),
    }
}

/// Everything that is at `path`, with the bytes of what is a plain file.
fn sizes(
    path: &Path,
    generation: GenerationId,
) -> Result<BTreeMap<String, Option<u64>>, OpenError> {
    let failed = |source| OpenError::Directory {
        path: path.to_owned(),
        source,
    };
    let mut sizes = BTreeMap::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Of the entry itself: a link to a file elsewhere is no file of the generation.
        let metadata = entry
            .metadata()
            .map_err(|source| unreadable(generation, &name, source))?;
        sizes.insert(name, metadata.is_file().then_some(metadata.len()));
    }
    Ok(sizes)
}

/// What a file holds, as it is used.
enum Held {
    Bytes(OwnedBytes),
    Words(Arc<Memory<u64>>),
}

/// Reads and checks files, several at a time: hashing them is most of what opening costs.
fn read_all(
    path: &Path,
    generation: GenerationId,
    mut files: Vec<&FileEntry>,
) -> Result<BTreeMap<String, Held>, OpenError> {
    // Largest first, so that no thread is left alone with one at the end.
    files.sort_by_key(|file| std::cmp::Reverse(file.size_bytes));
    // All are opened before the first is read: a generation that is pruned meanwhile can still be read, for publications
    // may come faster than a large one is.
    let open = |file: &FileEntry| {
        let opened = File::open(path.join(&file.name));
        opened.map_err(|source| unreadable(generation, &file.name, source))
    };
    let opened = files.into_iter().map(|file| Ok((file, open(file)?)));
    let files = opened.collect::<Result<Vec<_>, OpenError>>()?;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut held = Vec::new();
        while let Some((file, opened)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            held.push((file.name.clone(), read_verified(opened, generation, file)?));
        }
        Ok(held)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let read = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..threads.min(files.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let read = readers.into_iter().map(|reader| {
            reader
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        read.collect::<Vec<Result<Vec<_>, OpenError>>>()
    });
    let mut held = BTreeMap::new();
    for read in read {
        held.extend(read?);
    }
    Ok(held)
}

/// Reads a file and checks it.
fn read_verified(
    opened: &File,
    generation: GenerationId,
    file: &FileEntry,
) -> Result<Held, OpenError> {
    let unreadable = |source| unreadable(generation, &file.name, source);
    let size = usize::try_from(file.size_bytes).map_err(|_| mismatch(generation, &file.name))?;
    // A structure is read as words, where it has to lie.
    if STRUCTURE_FILES.contains(&file.name.as_str()) && size % 8 == 0 {
        let mut words = Memory::zeroed(size / 8).map_err(unreadable)?;
        fill(words.bytes_mut(), opened, generation, file)?;
        return Ok(Held::Words(Arc::new(words)));
    }
    let mut bytes = Memory::zeroed(size).map_err(unreadable)?;
    fill(bytes.bytes_mut(), opened, generation, file)?;
    Ok(Held::Bytes(bytes.into()))
}

/// Reads all of a file and hashes it piece by piece, while it is in the cache.
fn fill(
    target: &mut [u8],
    mut opened: &File,
    generation: GenerationId,
    file: &FileEntry,
) -> Result<(), OpenError> {
    let unreadable = |source| unreadable(generation, &file.name, source);
    let mut hasher = Sha256::new();
    for piece in target.chunks_mut(PIECE_BYTES) {
        match opened.read_exact(piece) {
            Ok(()) => hasher.update(piece),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(mismatch(generation, &file.name));
            }
            Err(source) => return Err(unreadable(source)),
        }
    }
    // One byte more would be another file.
    let ended = opened.read(&mut [0]).map_err(unreadable)? == 0;
    if !ended || Digest::from_bytes(hasher.finalize().into()) != file.sha256 {
        return Err(mismatch(generation, &file.name));
    }
    Ok(())
}

fn missing(generation: GenerationId, file: &str) -> OpenError {
    let file = file.to_owned();
    OpenError::FileMissing { generation, file }
}

fn mismatch(generation: GenerationId, file: &str) -> OpenError {
    let file = file.to_owned();
    OpenError::FileMismatch { generation, file }
}

fn unreadable(generation: GenerationId, file: &str, source: io::Error) -> OpenError {
    let file = file.to_owned();
    OpenError::FileUnreadable {
        generation,
        file,
        source,
    }
}
