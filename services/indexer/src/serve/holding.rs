//! Whether somebody chose what is served: then nothing takes its place.

use std::path::Path;

use sosie_index::{
    Activation, GenerationId, GenerationSummary, StoreId, StorePosition, list_generations,
    read_activations,
};

use super::follower::FollowError;

/// What is served, seen from a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holding {
    /// The generation that is served by choice: it is not the newest that was made from this store.
    pub(super) held_by: Option<GenerationId>,
    /// Where the newest generation of this store was made, if it is served.
    pub(super) served: Option<StorePosition>,
}

impl Holding {
    /// Reads the generations. With `take_over`, one that was not made from this store is held by nobody.
    pub(super) fn read(
        generations_dir: &Path,
        store_id: StoreId,
        take_over: bool,
    ) -> Result<Holding, FollowError> {
        let all = list_generations(generations_dir)?;
        let activations = read_activations(generations_dir)?;
        Ok(Holding::of(&all, activations.last(), (store_id, take_over)))
    }

    fn of(
        all: &[GenerationSummary],
        last: Option<&Activation>,
        (store_id, take_over): (StoreId, bool),
    ) -> Holding {
        let newest = all.iter().find_map(|found| {
            let manifest = found.manifest.as_ref().ok()?;
            let store = manifest.store.filter(|store| store.store_id == store_id)?;
            Some((found.is_current, store, manifest.created_time))
        });
        let current = all.iter().find(|found| found.is_current);
        let current = current.map(|current| current.generation);
        let is_held = match newest {
            Some((true, ..)) => false,
            // A crash may have left a generation that was never served: only what was chosen since is held.
            Some((false, _, made)) => {
                last.is_some_and(|last| Some(last.generation) == current && last.time >= made)
            }
            None => !take_over,
        };
        Holding {
            held_by: current.filter(|_| is_held),
            served: newest
                .filter(|(is_current, ..)| *is_current)
                .map(|(_, store, _)| store),
        }
    }
}
