//! What the store holds, into an index of it.

use std::collections::BTreeMap;

use sosie_index::record::{KnownTime, parse_event};
use sosie_index::{LiveError, LiveFacts, LiveIndex, Revised};
use sosie_similarity::{EventId, Invalid};
use sosie_store::{Content, Position, Revision, StoreError, Summary, View};

/// Changes that are taken up before they are committed: a long way behind is caught up in steps, so that a crash
/// does not begin at its start again.
pub(super) const CHANGES_PER_COMMIT: usize = 200_000;

/// Why changes were not taken up.
#[derive(Debug, thiserror::Error)]
pub(super) enum TakeUpError {
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index failed.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// A record of the store is no event.
    #[error("record of the store: {0}")]
    Record(#[from] Invalid),
}

/// Takes up the changes after a position, at most so many, and does not commit them; gives the position of the last
/// one. The index holds all revisions of what changed then, also those that are later still: they are taken up again
/// with their own changes, before what is committed is published.
pub(super) fn take_up(
    live: &mut LiveIndex,
    view: &View,
    after: Position,
    changes_max: usize,
) -> Result<Option<Position>, TakeUpError> {
    // Whether the first revision is among the changes: the index can't hold the event then.
    let mut changed: BTreeMap<EventId, bool> = BTreeMap::new();
    let mut last = None;
    for change in view.changes(after)?.take(changes_max) {
        let change = change?;
        last = Some(change.position);
        *changed.entry(change.event_id).or_default() |= change.revision == 1;
    }
    for (event_id, is_new) in changed {
        replace(live, view, (&event_id, is_new))?;
    }
    Ok(last)
}

fn replace(
    live: &mut LiveIndex,
    view: &View,
    (event_id, is_new): (&EventId, bool),
) -> Result<(), TakeUpError> {
    let revisions = view.revisions(event_id)?;
    let revised: Vec<_> = revisions
        .iter()
        .filter_map(revised)
        .collect::<Result<_, _>>()?;
    let is_erased = |revision: &Revision| revision.entry.content == Content::Erased;
    if is_new {
        live.add(&revised)?;
    } else if revisions.iter().any(is_erased) {
        live.erase(event_id, &revised)?;
    } else {
        live.replace(event_id, &revised)?;
    }
    Ok(())
}

/// What the index holds of a revision; nothing of a tombstone.
fn revised(revision: &Revision) -> Option<Result<Revised, Invalid>> {
    let Content::Record(record) = &revision.entry.content else {
        return None;
    };
    let event = parse_event(record, KnownTime::Ingest(revision.entry.known_time));
    Some(event.map(|event| Revised {
        event,
        superseded: revision.superseded_time,
    }))
}

/// What a generation of this state says of itself.
pub(super) fn facts(summary: &Summary) -> LiveFacts {
    LiveFacts {
        // Who publishes says it.
        guards: Vec::new(),
        event_count: summary.event_count,
        document_count: summary.record_count,
        content_digest: summary.content_digest,
        missing_by_axis: summary.missing_by_axis.clone(),
        created_time: sosie_rpc::now(),
    }
}
