//! The index anew, from the store.

use std::path::Path;

use sosie_index::{LiveError, LiveFacts, LiveIndex, StorePosition};
use sosie_store::{Position, Store, Summary};

use super::stop::Stop;
use crate::serve::take_up::{CHANGES_PER_COMMIT, TakeUpError, facts, take_up};

/// Changes that are taken up from one view of the store: some tenths of a second. While a view is held, the store can't
/// recover from a failure, nor use the space of what it replaces.
const CHANGES_PER_VIEW: usize = 20_000;

/// The index and the store, at one position.
pub(super) struct AtPosition {
    pub(super) live: LiveIndex,
    pub(super) facts: LiveFacts,
    pub(super) position: Position,
}

/// Takes up everything that the store holds into the index in `dir`, from where it is; `tell` is told how far it is, and
/// how far the store is. None if it is to stop.
pub(super) fn build(
    dir: &Path,
    store: &Store,
    stop: &Stop,
    mut tell: impl FnMut(Position, Position),
) -> Result<Option<AtPosition>, TakeUpError> {
    let mut live = open(dir, store.view()?.summary())?;
    let mut taken = Position::new(live.store().position);
    let mut uncommitted = 0;
    while !stop.is_set() {
        let view = store.view()?;
        if let Some(last) = take_up(&mut live, &view, taken, CHANGES_PER_VIEW)? {
            uncommitted += last.get() - taken.get();
            taken = last;
        }
        let target = view.summary().position;
        tell(taken, target);
        if taken == target {
            live.commit(taken.get())?;
            return Ok(Some(AtPosition {
                live,
                facts: facts(view.summary()),
                position: taken,
            }));
        }
        if uncommitted >= CHANGES_PER_COMMIT as u64 {
            live.commit(taken.get())?;
            uncommitted = 0;
        }
    }
    Ok(None)
}

/// Opens the index that was begun, or begins it again if it is of no use.
fn open(dir: &Path, summary: &Summary) -> Result<LiveIndex, LiveError> {
    let store = StorePosition {
        store_id: summary.store_id,
        position: summary.position.get(),
    };
    match LiveIndex::open(dir, store) {
        Err(LiveError::Stale(_)) => {
            std::fs::remove_dir_all(dir)?;
            LiveIndex::open(dir, store)
        }
        opened => opened,
    }
}
