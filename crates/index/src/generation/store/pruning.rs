//! Which generations stay, and the removal of the others.

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use sosie_similarity::Timestamp;

use super::{GenerationStore, PRUNED_PREFIX, StoreError};
use crate::generation::disk::{remove, sync_dir};
use crate::generation::listing::generation_ids;
use crate::generation::{Current, GenerationId};

/// How many times as far back the next generation reaches that stays.
const SPREAD: u64 = 16;

impl GenerationStore {
    /// Removes the generations that are to stay no longer, as after a publication; gives those removed, oldest first.
    ///
    /// # Errors
    /// One of them may still be there: [`StoreError::PinsLocked`], or `CURRENT` or a directory can't be read or changed.
    pub fn prune(&mut self, now: Timestamp) -> Result<Vec<GenerationId>, StoreError> {
        match Current::read(&self.dir)? {
            Some(current) => self.remove_old(current.generation, now),
            None => Ok(Vec::new()),
        }
    }

    /// Which of these generations, oldest first, stay.
    fn kept(&self, ids: &[GenerationId]) -> BTreeSet<GenerationId> {
        if self.is_spread {
            return spread(ids, self.keep);
        }
        ids.iter().rev().copied().take(self.keep.get()).collect()
    }

    /// Removes all but those that are to stay and `current`; gives those removed, oldest first. What an earlier removal
    /// left half done is done first.
    pub(super) fn remove_old(
        &self,
        current: GenerationId,
        now: Timestamp,
    ) -> Result<Vec<GenerationId>, StoreError> {
        let renamed = self.rename_old(current, now)?;
        for name in self.names()? {
            if name.starts_with(PRUNED_PREFIX) {
                let path = self.dir.join(name);
                remove(&path).map_err(|error| StoreError::io(&path, error))?;
            }
        }
        Ok(renamed)
    }

    /// Renames what is to be removed: quick, so that nobody waits for the lock of the pins.
    fn rename_old(
        &self,
        current: GenerationId,
        now: Timestamp,
    ) -> Result<Vec<GenerationId>, StoreError> {
        let ids = generation_ids(&self.dir)?;
        let kept = self.kept(&ids);
        let is_old = |id: &GenerationId| !kept.contains(id) && *id != current;
        let old: Vec<_> = ids.into_iter().filter(is_old).collect();
        let Some(receipts) = &self.receipts else {
            self.rename_away(&old)?;
            return Ok(old);
        };
        let failed = |error| StoreError::io(&receipts.dir, error);
        let judged = receipts.begin(&old, now).map_err(failed)?;
        let judged = judged.ok_or(StoreError::PinsLocked)?;
        for generation in &judged.past_max {
            tracing::warn!(
                %generation,
                limit = receipts.generations_max,
                "a generation is removed although receipts name it: more are named than are kept"
            );
        }
        let mut renamed = [&judged.past_max[..], &judged.unnamed].concat();
        renamed.sort_unstable();
        self.rename_away(&renamed)?;
        receipts.tidy(&self.dir, now).map_err(failed)?;
        Ok(renamed)
    }

    /// Renamed before they are removed, so that no crash leaves half a generation under its name.
    fn rename_away(&self, old: &[GenerationId]) -> Result<(), StoreError> {
        for generation in old {
            let path = self.dir.join(generation.to_string());
            let renamed = fs::rename(&path, self.pruned_path(*generation));
            renamed.map_err(|error| StoreError::io(&path, error))?;
        }
        // Before the files go: a power cut may bring the names back.
        sync_dir(&self.dir).map_err(|error| StoreError::io(&self.dir, error))
    }

    fn pruned_path(&self, generation: GenerationId) -> PathBuf {
        self.dir.join(format!("{PRUNED_PREFIX}{generation}"))
    }
}

/// Of generations, oldest first, the newest two, one each whose number divides by 16, 256 and so on, and for the rest
/// the newest others. With five that come twice a second, the oldest is some minutes old, and not two seconds.
fn spread(ids: &[GenerationId], keep: NonZeroUsize) -> BTreeSet<GenerationId> {
    let newest_first = || ids.iter().rev().copied();
    let mut kept: BTreeSet<_> = newest_first().take(keep.get().min(2)).collect();
    let mut step = SPREAD;
    while kept.len() < keep.get() {
        let oldest = kept.first().copied();
        let is_next = |id: &GenerationId| Some(*id) < oldest && id.number().is_multiple_of(step);
        let Some(next) = newest_first().find(is_next) else {
            break;
        };
        kept.insert(next);
        step = step.saturating_mul(SPREAD);
    }
    for id in newest_first() {
        if kept.len() == keep.get() {
            break;
        }
        kept.insert(id);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The generations that are there after so many publications.
    fn after(publications: u64, keep: usize) -> Vec<u64> {
        let mut ids = Vec::new();
        for number in 1..=publications {
            ids.push(GenerationId(number));
            ids = spread(&ids, NonZeroUsize::new(keep).unwrap())
                .into_iter()
                .collect();
        }
        ids.iter().map(|id| id.number()).collect()
    }

    #[test]
    fn few_generations_are_the_newest_and_many_reach_far_back() {
        assert_eq!(after(3, 5), [1, 2, 3]);
        assert_eq!(after(9, 5), [5, 6, 7, 8, 9]);
        assert_eq!(after(21, 5), [16, 18, 19, 20, 21]);
        assert_eq!(after(900, 5), [768, 896, 898, 899, 900]);
        assert_eq!(after(900, 4), [768, 896, 899, 900]);
        assert_eq!(after(900, 2), [899, 900]);
        assert_eq!(after(900, 1), [900]);
    }
}
