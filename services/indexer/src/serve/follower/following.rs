//! One step after the other: changes into the index, the index into a generation.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use sosie_index::record::{KnownTime, parse_event};
use sosie_index::{
    GenerationSummary, LiveError, LiveFacts, LiveIndex, OpenError, Revised, StorePosition,
    list_generations,
};
use sosie_similarity::{EventId, Invalid};
use sosie_store::{Content, Position, Revision, Summary, View};

use crate::serve::server::Stores;

/// The directory of the live index, beside the generations: they share files.
const LIVE_DIR: &str = ".live";
/// Changes that are taken up before they are committed: a long way behind is caught up in steps, so that a crash
/// does not begin at its start again.
const CHANGES_PER_COMMIT: usize = 200_000;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum FollowError {
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] sosie_store::StoreError),
    /// The index or a publication failed.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// Generations can't be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A record of the store is no event.
    #[error("record of the store: {0}")]
    Record(#[from] Invalid),
    /// The index that was lost can't be removed.
    #[error("live index: {0}")]
    Remove(#[from] std::io::Error),
}

/// The index, and how far it is.
pub(super) struct Following {
    stores: Stores,
    dir: PathBuf,
    take_over: bool,
    /// None before the first step, and after a failure.
    live: Option<LiveIndex>,
    /// How far what is published is.
    published: Option<Position>,
    /// Whether it was told that another generation is served.
    is_held: bool,
}

impl Following {
    pub(super) fn new(stores: Stores, take_over: bool) -> Self {
        let dir = stores.generations_dir.join(LIVE_DIR);
        Following {
            stores,
            dir,
            take_over,
            live: None,
            published: None,
            is_held: false,
        }
    }

    /// Up to where the store is published.
    pub(super) fn position(&self) -> Option<Position> {
        self.published
    }

    /// Takes up what is new and publishes it. After an error the index is opened again by the next step.
    pub(super) fn step(&mut self) -> Result<(), FollowError> {
        // Taken out: an index that failed is of no more use.
        let live = self.live.take();
        let view = self.stores.store.view()?;
        let mut live = match live {
            Some(live) => live,
            None => open(&self.dir, view.summary())?,
        };
        let target = view.summary().position;
        if self.published == Some(target) && !self.is_held {
            self.live = Some(live);
            return Ok(());
        }
        take_up(&mut live, &view)?;
        let (facts, scrub_due) = (facts(view.summary()), view.summary().scrub_due);
        drop(view);
        if target > Position::START && self.is_to_publish(live.store())? {
            let generations = self.stores.generations.lock();
            let mut generations = generations.unwrap_or_else(PoisonError::into_inner);
            let published = match live.publish(&mut generations, facts) {
                Err(error @ LiveError::Disagrees { .. }) => {
                    // Whatever it holds is not what the store has: the next step makes it anew.
                    drop(live);
                    std::fs::remove_dir_all(&self.dir)?;
                    return Err(error.into());
                }
                published => published?,
            };
            tracing::debug!(generation = %published.generation, %target, "generation published");
        }
        if scrub_due {
            // What was erased must not lie in unused parts of the file either. Writers wait for it.
            self.stores.store.scrub()?;
        }
        self.published = Some(target);
        self.live = Some(live);
        Ok(())
    }

    /// Whether a generation of this state is to be published: it is not yet, and what is served is the newest that
    /// was made from this store. If another is, somebody chose it.
    fn is_to_publish(&mut self, own: StorePosition) -> Result<bool, FollowError> {
        let all = list_generations(&self.stores.generations_dir)?;
        let of_store = |found: &GenerationSummary| found.manifest.as_ref().ok()?.store;
        let newest = all.iter().find_map(|found| {
            let store = of_store(found).filter(|store| store.store_id == own.store_id)?;
            Some((found.is_current, store))
        });
        let is_served = all.iter().any(|found| found.is_current);
        let is_chosen = match newest {
            Some((is_current, _)) => !is_current,
            None => is_served && !self.take_over,
        };
        if is_chosen && !self.is_held {
            tracing::warn!(
                "another generation than the newest of this store is served: nothing is published until that is \
                 activated, or, if there is none, the service is started with --take-over"
            );
        }
        self.is_held = is_chosen;
        let is_done = newest.is_some_and(|(_, published)| published == own);
        Ok(!is_chosen && !is_done)
    }
}

/// Opens the index; one that is stale is removed, and made anew from the store.
fn open(dir: &Path, summary: &Summary) -> Result<LiveIndex, FollowError> {
    let store = StorePosition {
        store_id: summary.store_id,
        position: summary.position.get(),
    };
    match LiveIndex::open(dir, store) {
        Err(LiveError::Stale(why)) => {
            tracing::warn!(why, "the live index is made anew from the store");
            std::fs::remove_dir_all(dir)?;
            Ok(LiveIndex::open(dir, store)?)
        }
        opened => Ok(opened?),
    }
}

/// Takes up every change after the position of the index.
fn take_up(live: &mut LiveIndex, view: &View) -> Result<(), FollowError> {
    let mut changed: BTreeSet<EventId> = BTreeSet::new();
    let mut last = Position::new(live.store().position);
    for (number, change) in (1_usize..).zip(view.changes(last)?) {
        let change = change?;
        last = change.position;
        changed.insert(change.event_id);
        if number % CHANGES_PER_COMMIT == 0 {
            commit(live, view, (&mut changed, last))?;
        }
    }
    if !changed.is_empty() {
        commit(live, view, (&mut changed, last))?;
    }
    Ok(())
}

/// Commits all revisions of what changed up to a position. A revision that is later still is there early, with the
/// others of its event: no search sees it before the last commit of a step is published.
fn commit(
    live: &mut LiveIndex,
    view: &View,
    (changed, last): (&mut BTreeSet<EventId>, Position),
) -> Result<(), FollowError> {
    for event_id in std::mem::take(changed) {
        let revisions = view.revisions(&event_id)?;
        let revised: Result<Vec<_>, _> = revisions.iter().filter_map(revised).collect();
        let is_erased = |revision: &Revision| revision.entry.content == Content::Erased;
        if revisions.iter().any(is_erased) {
            live.erase(&event_id, &revised?)?;
        } else {
            live.replace(&event_id, &revised?)?;
        }
    }
    Ok(live.commit(last.get())?)
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

fn facts(summary: &Summary) -> LiveFacts {
    LiveFacts {
        event_count: summary.event_count,
        document_count: summary.record_count,
        content_digest: summary.content_digest,
        missing_by_axis: summary.missing_by_axis.clone(),
        created_time: sosie_rpc::now(),
    }
}
