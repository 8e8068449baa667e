//! Starting from a snapshot: every byte is checked on its way.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use sosie_index::Current;
use sosie_similarity::Digest;

use super::copy::{Copying, StagedDir, make_dir, sync_dir};
use super::form::{FORM_BYTES_MAX, SnapshotFile, parse};
use super::{
    Advance, GENERATIONS_DIR, SNAPSHOT_FILE, STAGE_PREFIX, STORE_DIR, Snapshot, SnapshotError,
};

/// Where a snapshot is restored to. Neither may hold anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The directory of the store of record.
    pub store_dir: PathBuf,
    /// The directory of generations.
    pub generations_dir: PathBuf,
}

/// Reads every byte of the snapshot at `path`, and checks it. With `digest`, it must be that snapshot.
///
/// # Errors
/// [`SnapshotError::Damaged`] and [`SnapshotError::Form`], naming the file.
pub fn verify(
    path: &Path,
    digest: Option<Digest>,
    advance: Advance,
) -> Result<Snapshot, SnapshotError> {
    let (snapshot, files) = read(path, digest)?;
    let mut copying = Copying::new(advance);
    for file in &files {
        let from = path.join(&file.path);
        let found = copying.hash(&from)?;
        check(file, found, from)?;
    }
    Ok(snapshot)
}

/// Makes the store and the generation of the snapshot at `path` anew, where none are. With `digest`, it must be that
/// snapshot.
///
/// The generation gets its place first: an indexer that starts with a generation of a store that is lost publishes nothing,
/// one that starts with a store alone makes its own.
///
/// # Errors
/// [`SnapshotError`]. Nothing is restored then, but for a failure after the generation had its place.
pub fn restore(
    path: &Path,
    digest: Option<Digest>,
    target: &Target,
    advance: Advance,
) -> Result<Snapshot, SnapshotError> {
    let (snapshot, files) = read(path, digest)?;
    let (store, generations) = (&target.store_dir, &target.generations_dir);
    for dir in [store, generations] {
        check_empty(dir)?;
    }
    let (staged_store, staged_generations) = (staged(store), staged(generations));
    let store_stage = StagedDir::make(&staged_store)?;
    let generations_stage = StagedDir::make(&staged_generations)?;
    let mut copying = Copying::new(advance);
    for file in &files {
        let to = match file.path.split_once('/') {
            Some((STORE_DIR, name)) => staged_store.join(name),
            Some((GENERATIONS_DIR, name)) => staged_generations.join(name),
            _ => return Err(damaged(path.join(&file.path))),
        };
        to.parent().map_or(Ok(()), make_dir)?;
        let from = path.join(&file.path);
        let found = copying.copy(&from, &to)?;
        check(file, found, from)?;
    }
    point_at(&snapshot, &staged_generations)?;
    sync_dir(&staged_store)?;
    rename(generations_stage, generations)?;
    rename(store_stage, store)?;
    Ok(snapshot)
}

/// Writes the pointer to the one generation that was copied: its manifest was checked.
fn point_at(snapshot: &Snapshot, generations: &Path) -> Result<(), SnapshotError> {
    if let Some(generation) = snapshot.generation {
        let dir = generations.join(generation.to_string());
        let current = Current::of(generations, generation);
        let current = current.map_err(|_| damaged(dir.clone()))?;
        sync_dir(&dir)?;
        current
            .replace(generations)
            .map_err(SnapshotError::io(generations))?;
    }
    sync_dir(generations)
}

/// An empty directory gives its name to the one that was staged beside it.
fn rename(stage: StagedDir, to: &Path) -> Result<(), SnapshotError> {
    if to.is_dir() {
        fs::remove_dir(to).map_err(SnapshotError::io(to))?;
    }
    stage.rename_to(to)
}

fn staged(dir: &Path) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!("{STAGE_PREFIX}{name}"))
}

fn check_empty(dir: &Path) -> Result<(), SnapshotError> {
    if !dir.try_exists().map_err(SnapshotError::io(dir))? {
        return Ok(());
    }
    let mut entries = fs::read_dir(dir).map_err(SnapshotError::io(dir))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(SnapshotError::NotEmpty {
            path: dir.to_owned(),
        }),
    }
}

fn read(
    path: &Path,
    digest: Option<Digest>,
) -> Result<(Snapshot, Vec<SnapshotFile>), SnapshotError> {
    let at = path.join(SNAPSHOT_FILE);
    let file = fs::File::open(&at).map_err(SnapshotError::io(&at))?;
    let mut json = Vec::new();
    let taken = file.take(FORM_BYTES_MAX).read_to_end(&mut json);
    taken.map_err(SnapshotError::io(&at))?;
    if digest.is_some_and(|digest| digest != Digest::of(&json)) {
        return Err(damaged(at));
    }
    parse(&at, &json)
}

fn check(file: &SnapshotFile, found: (u64, Digest), path: PathBuf) -> Result<(), SnapshotError> {
    if found == (file.size_bytes, file.sha256) {
        Ok(())
    } else {
        Err(damaged(path))
    }
}

fn damaged(path: PathBuf) -> SnapshotError {
    SnapshotError::Damaged { path }
}
