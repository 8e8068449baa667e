//! The profiles that requests can name: those of files, and over them what the indexer keeps of their lives.
//!
//! **Law.** A call sees one set of profiles from first line to last. What was activated is applied with the rules that
//! were activated, whatever a file says; what is kept and can't be read changes nothing.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use sosie_index::{KeptProfiles, KeptProfilesError, ProfileError, ProfileSet};

use crate::server::ServeError;

/// The profiles, as they are now.
pub(crate) struct Profiles {
    /// Those that Sosie brings along, and those of files.
    loaded: ProfileSet,
    current: ArcSwap<ProfileSet>,
    /// The first line of the file that was taken up last.
    head: Mutex<Option<Vec<u8>>>,
}

impl Profiles {
    /// Those that Sosie brings along, and every `*.toml` of `dir`.
    pub(crate) fn load(dir: Option<&Path>) -> Result<Arc<Self>, ProfileError> {
        let shipped = ProfileSet::shipped();
        let loaded = match dir {
            Some(dir) => shipped.with_dir(dir)?,
            None => shipped,
        };
        Ok(Arc::new(Profiles {
            current: ArcSwap::from_pointee(loaded.clone()),
            loaded,
            head: Mutex::default(),
        }))
    }

    /// For one call.
    pub(crate) fn current(&self) -> Arc<ProfileSet> {
        self.current.load_full()
    }

    /// Takes up what is kept in a directory of generations, if it changed. `is_start` refuses a file that says otherwise;
    /// later it is told, and what was activated is applied.
    pub(crate) fn take_up(&self, generations: &Path, is_start: bool) -> Result<(), ServeError> {
        let mut last = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        let head = KeptProfiles::read_head(generations).map_err(KeptProfilesError::from)?;
        if head.is_none() || head == *last {
            return Ok(());
        }
        let kept = KeptProfiles::read(generations)?;
        let (all, changed) = self.loaded.with_kept(&kept);
        for error in changed {
            if is_start {
                return Err(error.into());
            }
            tracing::error!(%error, "the rules that were activated are applied, not those of the file");
        }
        self.current.store(Arc::new(all));
        *last = head;
        if !is_start {
            tracing::info!("the states of profiles were taken up");
        }
        Ok(())
    }
}
