//! Which generations there are, for operators.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use sosie_similarity::Digest;

use super::verified::{check_file_set, read_manifest};
use super::{Current, GenerationId, Manifest, OpenError};

/// A generation on the disk, looked at without reading its files.
#[derive(Debug)]
pub struct GenerationSummary {
    /// Which.
    pub generation: GenerationId,
    /// Whether `CURRENT` names it.
    pub is_current: bool,
    /// SHA-256 of the bytes of its manifest, if that could be read.
    pub manifest_digest: Option<Digest>,
    /// Its manifest, if it can be read and exactly its files are there, each of its size.
    pub manifest: Result<Manifest, OpenError>,
}

/// Every generation in `dir`, newest first, and the one that `CURRENT` names even if it is lost. None
/// if the directory is not there.
///
/// What is in the files is not checked here: that is [`VerifiedGeneration::open`](super::VerifiedGeneration::open).
///
/// # Errors
/// [`OpenError::Directory`], [`OpenError::CurrentUnreadable`] or [`OpenError::CurrentMalformed`].
pub fn list_generations(dir: &Path) -> Result<Vec<GenerationSummary>, OpenError> {
    let current = Current::read(dir)?;
    let mut generations: BTreeSet<_> = generation_ids(dir)?.into_iter().collect();
    generations.extend(current.map(|current| current.generation));
    let summary = |generation| {
        let current = current.filter(|current| current.generation == generation);
        let found = look_at(dir, generation, current);
        GenerationSummary {
            generation,
            is_current: current.is_some(),
            manifest_digest: found.as_ref().ok().map(|(_, digest)| *digest),
            manifest: found.map(|(manifest, _)| manifest),
        }
    };
    Ok(generations.into_iter().rev().map(summary).collect())
}

fn look_at(
    dir: &Path,
    generation: GenerationId,
    current: Option<Current>,
) -> Result<(Manifest, Digest), OpenError> {
    let path = dir.join(generation.to_string());
    let digest = current.map(|current| current.manifest_digest);
    let (manifest, digest) = read_manifest(&path, generation, digest)?;
    check_file_set(&path, &manifest)?;
    Ok((manifest, digest))
}

/// The numbers in use in `dir`, oldest first.
pub(super) fn generation_ids(dir: &Path) -> Result<Vec<GenerationId>, OpenError> {
    let failed = |source| OpenError::Directory {
        path: dir.to_owned(),
        source,
    };
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut ids = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        ids.extend(
            name.to_str()
                .and_then(|name| GenerationId::parse(name).ok()),
        );
    }
    ids.sort_unstable();
    Ok(ids)
}
