//! What an index has to prove before it is served, all on the bytes that would be.

use std::path::Path;
use std::sync::PoisonError;

use sosie_index::{
    Cancel, FacetQuery, IndexError, LiveError, Manifest, SearchError, Snapshot, StoreError,
};
use sosie_similarity::{Digest, Filter, State, Timestamp};

use super::building::AtPosition;
use super::canary::{Canaries, CanariesError, CanaryFailure};
use crate::serve::server::Stores;

/// Why an index is not served.
#[derive(Debug, thiserror::Error)]
pub(super) enum Invalidated {
    /// A file can't be read or written.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// A directory to read it back from can't be made.
    #[error(transparent)]
    Stage(#[from] StoreError),
    /// Its bytes are no index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// It can't be searched.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// It has another number of events than the store.
    #[error("{found} events, the store has {expected}")]
    Count { found: u64, expected: u64 },
    /// Its records are not those of the store.
    #[error("the digest of its records is {found}, that of the store {expected}")]
    Content { found: Digest, expected: Digest },
    /// There are no canaries to ask.
    #[error(transparent)]
    Canaries(#[from] CanariesError),
    /// A canary failed.
    #[error("canary `{name}`: {failure}")]
    Canary {
        name: String,
        failure: CanaryFailure,
    },
}

/// Reads an index back and compares it with the store; gives the manifest of what was read.
pub(super) fn validate(
    made: &mut AtPosition,
    stores: &Stores,
    canaries: Option<&Path>,
    cancel: &Cancel,
) -> Result<Manifest, Invalidated> {
    // Read first: whoever has a mistake in it knows at once.
    let canaries = canaries.map(Canaries::read).transpose()?;
    let place = {
        let generations = stores.generations.lock();
        let generations = generations.unwrap_or_else(PoisonError::into_inner);
        (generations.stage()?, generations.next_generation()?)
    };
    let candidate = made.live.candidate(place, made.facts.clone())?;
    // Opening compares the number of documents.
    let snapshot = Snapshot::open(candidate)?;
    compare_counts(&snapshot, made.facts.event_count, cancel)?;
    let (found, expected) = (snapshot.content_digest(cancel)?, made.facts.content_digest);
    if found != expected {
        return Err(Invalidated::Content { found, expected });
    }
    if let Some(canaries) = canaries {
        let sung = canaries.check(&snapshot, cancel);
        sung.map_err(|(name, failure)| Invalidated::Canary {
            name: name.as_str().to_owned(),
            failure,
        })?;
    }
    Ok(snapshot.manifest().clone())
}

fn compare_counts(snapshot: &Snapshot, expected: u64, cancel: &Cancel) -> Result<(), Invalidated> {
    let all = FacetQuery {
        filter: Filter {
            states: State::ALL.into(),
            ..Filter::default()
        },
        // Whatever ends later and is not superseded.
        as_of: Timestamp::MAX,
        facets: Vec::new(),
    };
    let found = snapshot.count_facets(&all, cancel)?.candidates as u64;
    if found == expected {
        Ok(())
    } else {
        Err(Invalidated::Count { found, expected })
    }
}

#[cfg(test)]
mod tests;
