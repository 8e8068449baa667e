//! Whether the files of a live index are still what was written: they may have lain on the disk for long.
//!
//! A file that the generation that is served has too must have the digest of its manifest; any other, which came after
//! it, the checksum that tantivy has put at its end.

use std::path::Path;

use tantivy::Index;

use super::LiveError;
use super::base::Base;
use crate::blocks::BLOCKS_FILE;
use crate::generation::{Manifest, StoreId, list_generations, sync_and_hash};

/// Shortest file that tantivy's reader of its own checksums can be given.
const FOOTER_BYTES_MIN: u64 = 16;

/// What was published last from this index: the manifest, and the base that it has.
pub(super) type LastPublished = (Manifest, Option<String>);

/// Checks every file of the last commit in `dir`; gives what the generation that is served says of them, if it was made
/// from the same store. A base that it does not have is none that can be trusted: it is let go of.
///
/// # Errors
/// [`LiveError::Stale`], if a file is not what was written.
pub(super) fn check(
    (dir, index): (&Path, &Index),
    store_id: StoreId,
    base: &mut Option<Base>,
) -> Result<Option<LastPublished>, LiveError> {
    let manifest = served(dir, store_id);
    for path in index.load_metas()?.list_segment_files() {
        // tantivy lists what a segment may have.
        let Ok(metadata) = dir.join(&path).metadata() else {
            continue;
        };
        let name = path.to_string_lossy();
        let entry = manifest.as_ref().and_then(|manifest| manifest.file(&name));
        let is_whole = match entry {
            Some(entry) => (entry.size_bytes, entry.sha256) == sync_and_hash(&dir.join(&path))?,
            None => {
                let checked = || index.directory().validate_checksum(&path);
                metadata.len() >= FOOTER_BYTES_MIN && checked().unwrap_or(false)
            }
        };
        if !is_whole {
            return Err(LiveError::Stale("a file is damaged"));
        }
    }
    let Some(manifest) = manifest else {
        *base = None;
        return Ok(None);
    };
    if let Some(own) = base {
        let found = sync_and_hash(&dir.join(&own.file))?;
        let published = manifest.file(BLOCKS_FILE);
        if published.map(|entry| (entry.size_bytes, entry.sha256)) != Some(found) {
            *base = None;
        }
    }
    let file = base.as_ref().map(|base| base.file.clone());
    Ok(Some((manifest, file)))
}

/// The manifest of the generation that is served, if it was made from this store.
fn served(dir: &Path, store_id: StoreId) -> Option<Manifest> {
    let generations = list_generations(dir.parent()?).ok()?;
    let served = generations.into_iter().find(|found| found.is_current)?;
    let manifest = served.manifest.ok()?;
    let store = manifest.store?;
    (store.store_id == store_id).then_some(manifest)
}
