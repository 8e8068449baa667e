//! What a kill has left: which step it has cut off.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sosie_index::Current;

/// A step that was cut off, as is seen from what lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Remains {
    /// Messages that were sent and not answered: some transaction was not over, or its answers had not left.
    Unanswered,
    /// The store was being rewritten.
    Scrub,
    /// Files of the live index that no commit names: a commit or a merge was going on.
    Uncommitted,
    /// Among them files of deleted documents.
    DeleteFile,
    /// The next `meta.json`, not renamed.
    NextMeta,
    /// A search structure that no commit names.
    Fold,
    /// A commit that is not published.
    Unpublished,
    /// A stage without a manifest.
    Stage,
    /// A stage with a manifest, not renamed.
    SealedStage,
    /// A generation that `CURRENT` does not name yet.
    Unserved,
    /// The next `CURRENT`, not renamed.
    NextCurrent,
    /// More generations than are kept.
    Unpruned,
    /// A generation that was being removed.
    Pruned,
    /// An index that a job was making.
    NextIndex,
    /// The index whose place another was taking.
    OldIndex,
}

/// Generations that the indexer keeps unless it is told otherwise.
const KEPT: usize = 5;

/// What lies in the directory of an indexer that was killed, but for [`Remains::Unanswered`].
pub(super) fn remains(dir: &Path) -> Result<BTreeSet<Remains>> {
    let mut found = BTreeSet::new();
    let mut note = |remains, is_there| {
        if is_there {
            found.insert(remains);
        }
    };
    note(Remains::Scrub, dir.join("store/store.redb.new").exists());
    let generations = dir.join("generations");
    let names = names(&generations)?;
    let any = |prefix: &str| names.iter().any(|name| name.starts_with(prefix));
    note(Remains::NextCurrent, any(".next-CURRENT"));
    note(Remains::Pruned, any(".pruned-"));
    note(Remains::NextIndex, any(".live-next"));
    note(Remains::OldIndex, any(".live-old"));
    let stages = names.iter().filter(|name| name.starts_with(".stage-"));
    for stage in stages {
        let sealed = generations.join(stage).join("MANIFEST.json").exists();
        note(
            if sealed {
                Remains::SealedStage
            } else {
                Remains::Stage
            },
            true,
        );
    }
    let mut numbered: Vec<_> = names.iter().filter(|n| n.starts_with("gen-")).collect();
    numbered.sort();
    note(Remains::Unpruned, numbered.len() > KEPT);
    let current = Current::read(&generations)?.map(|current| current.generation.to_string());
    note(
        Remains::Unserved,
        numbered.last().copied() != current.as_ref(),
    );
    for remains in live_remains(&generations.join(".live"), current.as_deref())? {
        note(remains, true);
    }
    Ok(found)
}

fn live_remains(live: &Path, current: Option<&str>) -> Result<BTreeSet<Remains>> {
    let mut found = BTreeSet::new();
    let Ok(names) = names(live) else {
        return Ok(found);
    };
    let meta = fs::read_to_string(live.join("meta.json")).unwrap_or_default();
    let meta: serde_json::Value = serde_json::from_str(&meta).unwrap_or_default();
    let segments: Vec<_> = meta["segments"].as_array().into_iter().flatten().collect();
    let known = |name: &str| {
        segments.iter().any(|segment| {
            let id = segment["segment_id"].as_str().unwrap_or_default();
            let id = id.replace('-', "");
            let is_own = name.starts_with(&id);
            let deletes = segment["deletes"]["opstamp"].as_u64();
            is_own && (!name.ends_with(".del") || name == deletes_file(&id, deletes))
        })
    };
    let payload: serde_json::Value =
        serde_json::from_str(meta["payload"].as_str().unwrap_or("null")).unwrap_or_default();
    for name in &names {
        if name.starts_with(".tmp") {
            found.insert(Remains::NextMeta);
        } else if name.starts_with("base-") {
            if payload["base"].as_str() != Some(name) {
                found.insert(Remains::Fold);
            }
        } else if !name.starts_with('.') && name != "meta.json" && !known(name) {
            found.insert(Remains::Uncommitted);
            if name.ends_with(".del") {
                found.insert(Remains::DeleteFile);
            }
        }
    }
    let published = current.map(|current| {
        let manifest = live.with_file_name(current).join("MANIFEST.json");
        let manifest: serde_json::Value = serde_json::from_slice(&fs::read(manifest)?)?;
        anyhow::Ok(manifest["store"]["position"].as_u64())
    });
    if payload["position"].as_u64() > published.transpose()?.flatten() {
        found.insert(Remains::Unpublished);
    }
    Ok(found)
}

fn deletes_file(segment: &str, opstamp: Option<u64>) -> String {
    opstamp.map_or_else(String::new, |opstamp| format!("{segment}.{opstamp}.del"))
}

fn names(dir: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(dir).with_context(|| dir.display().to_string())?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    names.collect()
}
