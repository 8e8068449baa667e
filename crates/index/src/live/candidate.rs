//! An index that is to take the place of another: read back as a whole, closed, and opened again under its new name.

use std::path::Path;

use super::{LiveError, LiveFacts, LiveIndex};
use crate::generation::{GenerationId, Manifest, Stage, StorePosition, VerifiedGeneration};

impl LiveIndex {
    /// What would be published of what is committed, read back from `stage` and checked, under the number that it
    /// would have. Every file that was written before is compared with its checksum, and the search structure is built
    /// anew.
    ///
    /// # Errors
    /// [`LiveError::Damaged`], [`LiveError::Stale`], [`LiveError::Disagrees`], or those of the file system.
    pub fn candidate(
        &mut self,
        (mut stage, generation): (Stage, GenerationId),
        facts: LiveFacts,
    ) -> Result<VerifiedGeneration, LiveError> {
        let damaged = self.index.validate_checksum();
        let damaged = damaged.map_err(|_| LiveError::Stale("the end of a file is damaged"))?;
        if let Some(file) = damaged.into_iter().next() {
            let file = file.to_string_lossy().into_owned();
            return Err(LiveError::Damaged { file });
        }
        self.base = None;
        let parts = self.fill(&mut stage, facts)?;
        let candidate = stage.read_back(generation, parts)?;
        // Names the structure, so that it is there when the index is opened again.
        self.commit(self.committed.store.position)?;
        Ok(candidate)
    }

    /// As [`LiveIndex::open`], of an index whose last commit was made by [`LiveIndex::candidate`], with the manifest of
    /// that: what was checked then is what is published, by the digests of then.
    ///
    /// # Errors
    /// As [`LiveIndex::open`].
    pub fn open_checked(
        dir: &Path,
        store: StorePosition,
        checked: Manifest,
    ) -> Result<Self, LiveError> {
        let mut live = LiveIndex::open(dir, store)?;
        let base = live.base.as_ref().map(|base| base.file.clone());
        live.published = Some((checked, base));
        Ok(live)
    }

    /// Waits for what is written in the background, and closes: nothing writes to the directory any more.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn close(mut self) -> Result<(), LiveError> {
        if let Some(folding) = self.folding.take() {
            folding.give_up();
        }
        Ok(self.writer.wait_merging_threads()?)
    }
}
