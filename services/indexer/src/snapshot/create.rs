//! Making a snapshot beside a store and generations that go on.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sosie_index::{
    GenerationStore, HeldGeneration, KeptProfiles, MANIFEST_FILE, PROFILES_FILE, disk,
};
use sosie_similarity::{Code, Digest, Timestamp};
use sosie_store::{STORE_FILE, Store, Summary};

use super::copy::{Copying, StagedDir, make_dir, sync_dir};
use super::form::{SnapshotFile, to_json};
use super::{
    Advance, GENERATIONS_DIR, SNAPSHOT_FILE, STAGE_PREFIX, STORE_DIR, Snapshot, SnapshotError,
};

/// What a snapshot is made of.
pub struct Stores<'a> {
    /// The store of record.
    pub store: &'a Store,
    /// The generations that are made from it.
    pub generations: &'a Mutex<GenerationStore>,
}

/// Makes a snapshot of now in the directory `snapshots`, made if it is not there. The generation is taken first: the
/// store is as late or later.
///
/// # Errors
/// [`SnapshotError`]; nothing is left of it then.
pub fn create(
    stores: &Stores,
    snapshots: &Path,
    (snapshot_id, created_time): (Code, Timestamp),
    advance: Advance,
) -> Result<Snapshot, SnapshotError> {
    let (path, staged) = (
        snapshots.join(snapshot_id.as_str()),
        snapshots.join(format!("{STAGE_PREFIX}{snapshot_id}")),
    );
    if path.try_exists().map_err(SnapshotError::io(&path))? {
        return Err(SnapshotError::Taken(snapshot_id));
    }
    let stage = StagedDir::make(&staged)?;
    let mut copying = Copying::new(advance);
    let (generation, mut files) = copy_generation(stores, &staged, &mut copying)?;
    files.extend(copy_profiles(stores, &staged, &mut copying)?);
    let (store, file) = copy_store(stores, &staged, &mut copying)?;
    files.push(file);
    let mut snapshot = Snapshot {
        snapshot_id,
        digest: Digest::of(&[]),
        created_time,
        store_id: store.store_id,
        position: store.position.get(),
        event_count: store.event_count,
        generation: generation.map(|held| held.current().generation),
        size_bytes: files.iter().map(|file| file.size_bytes).sum(),
    };
    let json = to_json(&snapshot, &files);
    snapshot.digest = Digest::of(&json);
    let form = staged.join(SNAPSHOT_FILE);
    disk::write_synced(&form, &json).map_err(SnapshotError::io(&form))?;
    sync_dir(&staged)?;
    stage.rename_to(&path)?;
    Ok(snapshot)
}

/// Copies the generation that is served; a file of it that is not as it was published is refused.
fn copy_generation(
    stores: &Stores,
    staged: &Path,
    copying: &mut Copying,
) -> Result<(Option<HeldGeneration>, Vec<SnapshotFile>), SnapshotError> {
    let held = {
        let generations = stores.generations.lock();
        let generations = generations.unwrap_or_else(PoisonError::into_inner);
        generations.hold_current()?
    };
    let dir = staged.join(GENERATIONS_DIR);
    make_dir(&dir)?;
    let Some(held) = held else {
        return Ok((None, Vec::new()));
    };
    let generation = held.current().generation.to_string();
    let target = dir.join(&generation);
    make_dir(&target)?;
    let mut files = Vec::new();
    let stated = held.manifest().files.iter();
    let stated = stated.map(|file| (file.name.as_str(), file.sha256));
    for (name, sha256) in stated.chain([(MANIFEST_FILE, held.current().manifest_digest)]) {
        let from = held.path().join(name);
        let (size_bytes, found) = copying.copy(&from, &target.join(name))?;
        if found != sha256 {
            return Err(SnapshotError::Damaged { path: from });
        }
        let path = format!("{GENERATIONS_DIR}/{generation}/{name}");
        files.push(SnapshotFile {
            path,
            size_bytes,
            sha256,
        });
    }
    sync_dir(&target)?;
    held.current()
        .replace(&dir)
        .map_err(SnapshotError::io(&dir))?;
    Ok((Some(held), files))
}

/// Copies what is kept of the lives of profiles, if anything is.
fn copy_profiles(
    stores: &Stores,
    staged: &Path,
    copying: &mut Copying,
) -> Result<Option<SnapshotFile>, SnapshotError> {
    let generations = stores.generations.lock();
    let generations = generations.unwrap_or_else(PoisonError::into_inner);
    let from = generations.dir().join(PROFILES_FILE);
    let kept = KeptProfiles::read(generations.dir());
    let kept = kept.map_err(|_| SnapshotError::Damaged { path: from.clone() })?;
    if kept.iter().next().is_none() {
        return Ok(None);
    }
    let path = format!("{GENERATIONS_DIR}/{PROFILES_FILE}");
    let (size_bytes, sha256) = copying.copy(&from, &staged.join(&path))?;
    sync_dir(&staged.join(GENERATIONS_DIR))?;
    Ok(Some(SnapshotFile {
        path,
        size_bytes,
        sha256,
    }))
}

fn copy_store(
    stores: &Stores,
    staged: &Path,
    copying: &mut Copying,
) -> Result<(Summary, SnapshotFile), SnapshotError> {
    let dir = staged.join(STORE_DIR);
    let summary = stores.store.copy_to(&dir)?;
    let (size_bytes, sha256) = copying.hash(&dir.join(STORE_FILE))?;
    let file = SnapshotFile {
        path: format!("{STORE_DIR}/{STORE_FILE}"),
        size_bytes,
        sha256,
    };
    Ok((summary, file))
}
