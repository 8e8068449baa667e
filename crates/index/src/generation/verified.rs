//! A generation whose every byte was checked, in memory: nothing on the disk can change an answer.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sosie_similarity::Digest;
use tantivy::directory::{Directory, RamDirectory};

use super::disk::read_at_most;
use super::manifest::{FileEntry, MANIFEST_BYTES_MAX, Manifest};
use super::{Current, GenerationId, MANIFEST_FILE, OpenError};
use crate::blocks::BLOCKS_FILE;

/// A generation read into memory, exactly as it was published.
#[derive(Debug)]
pub struct VerifiedGeneration {
    manifest: Manifest,
    manifest_digest: Digest,
    directory: RamDirectory,
    /// The file of the search structure, in words.
    blocks: Vec<u64>,
}

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
        let generation = current.generation;
        let path = dir.join(generation.to_string());
        let manifest = read_manifest(&path, generation, Some(current.manifest_digest))?;
        check_file_set(&path, &manifest)?;
        let directory = RamDirectory::create();
        let mut blocks = Vec::new();
        for file in &manifest.files {
            if file.name == BLOCKS_FILE {
                blocks = read_verified_words(&path, generation, file)?;
                continue;
            }
            let bytes = read_verified(&path, generation, file)?;
            // Unlike `open_write`, it takes the bytes in one piece, and takes every kind of file.
            directory
                .atomic_write(Path::new(&file.name), &bytes)
                .map_err(|source| unreadable(generation, &file.name, source))?;
        }
        Ok(VerifiedGeneration {
            manifest,
            manifest_digest: current.manifest_digest,
            directory,
            blocks,
        })
    }

    /// What the generation says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the bytes of its MANIFEST.json.
    pub fn manifest_digest(&self) -> Digest {
        self.manifest_digest
    }

    /// The words of the search structure, which are gone from here after.
    pub(crate) fn take_blocks(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.blocks)
    }

    /// Holds the files of the manifest but for the search structure; clones share them.
    pub fn directory(&self) -> &RamDirectory {
        &self.directory
    }
}

/// Reads the manifest of the generation at `path`; with a digest, its bytes must have it.
pub(super) fn read_manifest(
    path: &Path,
    generation: GenerationId,
    digest: Option<Digest>,
) -> Result<Manifest, OpenError> {
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
    if digest.is_some_and(|digest| digest != Digest::of(&json)) {
        return Err(OpenError::ManifestMismatch { generation });
    }
    Manifest::parse(generation, &json)
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

fn read_verified(
    path: &Path,
    generation: GenerationId,
    file: &FileEntry,
) -> Result<Vec<u8>, OpenError> {
    let bytes = read_at_most(&path.join(&file.name), file.size_bytes)
        .map_err(|source| unreadable(generation, &file.name, source))?;
    let matches =
        |bytes: &Vec<u8>| bytes.len() as u64 == file.size_bytes && Digest::of(bytes) == file.sha256;
    bytes
        .filter(matches)
        .ok_or_else(|| mismatch(generation, &file.name))
}

/// As [`read_verified`], into words as the structure is made of: no copy is needed to use them.
fn read_verified_words(
    path: &Path,
    generation: GenerationId,
    file: &FileEntry,
) -> Result<Vec<u64>, OpenError> {
    let unreadable = |source| unreadable(generation, &file.name, source);
    let words = usize::try_from(file.size_bytes.div_ceil(8));
    let mut words = vec![0u64; words.map_err(|_| mismatch(generation, &file.name))?];
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
    let mut open = File::open(path.join(&file.name)).map_err(unreadable)?;
    let whole = file.size_bytes == bytes.len() as u64;
    let read = whole && open.read_exact(bytes).is_ok();
    if !read || Digest::of(bytes) != file.sha256 {
        return Err(mismatch(generation, &file.name));
    }
    Ok(words)
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
