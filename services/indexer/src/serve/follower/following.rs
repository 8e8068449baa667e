//! One step after the other: changes into the index, the index into a generation.

use std::path::Path;
use std::sync::PoisonError;

use sosie_index::{
    Current, GenerationId, GuardEntry, JournalError, LiveError, LiveFacts, LiveIndex, Manifest,
    OpenError, StorePosition, guards_after, list_generations,
};
use sosie_store::{Position, Summary, View};

use crate::serve::acts;
use crate::serve::feed::SwitchOrder;
use crate::serve::holding::Holding;
use crate::serve::live_dirs::LiveDirs;
use crate::serve::server::Stores;
use crate::serve::take_up::{CHANGES_PER_COMMIT, TakeUpError, facts, take_up};

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub(in crate::serve) enum FollowError {
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] sosie_store::StoreError),
    /// What changed can't be taken up.
    #[error(transparent)]
    TakeUp(#[from] TakeUpError),
    /// The index or a publication failed.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// Generations can't be removed.
    #[error(transparent)]
    Generations(#[from] sosie_index::StoreError),
    /// Generations can't be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// What was chosen can't be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// There is nothing to publish.
    #[error("the store is empty")]
    Empty,
    /// Directories of indexes can't be removed or renamed.
    #[error("live index: {0}")]
    Directory(#[from] std::io::Error),
}

/// What became of an order to switch.
pub(super) enum Switched {
    /// This is the first generation of the new index.
    Published(GenerationId),
    /// This one is served by choice.
    Held(GenerationId),
}

/// The index, and how far it is.
pub(super) struct Following {
    stores: Stores,
    dirs: LiveDirs,
    take_over: bool,
    /// None before the first step, and after a failure.
    live: Option<LiveIndex>,
    /// How far what is published is.
    published: Option<Position>,
    /// The generation that is served by choice, if one is.
    held_by: Option<GenerationId>,
    /// Where the store was when this process began to take records.
    started_at: Position,
    /// By which rules records were admitted; read once.
    guards: Option<Vec<GuardEntry>>,
}

impl Following {
    /// `started_at` is where the store is, before anything is taken.
    pub(super) fn new(stores: Stores, take_over: bool, started_at: Position) -> Self {
        let dirs = LiveDirs::of(&stores.generations_dir);
        Following {
            stores,
            dirs,
            take_over,
            live: None,
            published: None,
            held_by: None,
            started_at,
            guards: None,
        }
    }

    /// Up to where the store is published.
    pub(super) fn position(&self) -> Option<Position> {
        self.published
    }

    /// Takes up what is new and publishes it. After an error the index is opened again by the next step.
    pub(super) fn step(&mut self) -> Result<(), FollowError> {
        self.publish_next(false).map(drop)
    }

    /// Lets the index that a job made take the place of this one, and publishes it. An order that is given again, also after
    /// a restart, is carried out once.
    pub(super) fn switch(&mut self, order: SwitchOrder) -> Result<Switched, FollowError> {
        let all = list_generations(&self.stores.generations_dir)?;
        let numbers = all.iter().map(|found| found.generation.number());
        let newest = numbers.max().unwrap_or(0);
        if self.dirs.next.exists() {
            if let Some(held_by) = self.hold()?.held_by {
                return Ok(Switched::Held(held_by));
            }
            (order.begin)(newest)?;
            if let Some(live) = self.live.take() {
                // A fault of the index that goes is of no interest any more.
                let _ = live.close();
            }
            self.dirs.switch()?;
            let view = self.stores.store.view()?;
            self.live = Some(open(&self.dirs.live, view.summary(), order.checked)?);
        } else if let Some(after) = order.after {
            // Not the first of those that came later: a crash may have left one that was never served.
            let mut later = all.iter().filter(|found| found.generation.number() > after);
            if let Some(served) = later.find(|found| found.is_current) {
                return Ok(Switched::Published(served.generation));
            }
        }
        match (self.publish_next(true)?, self.held_by) {
            (Some(generation), _) => Ok(Switched::Published(generation)),
            (None, Some(held_by)) => Ok(Switched::Held(held_by)),
            (None, None) => Err(FollowError::Empty),
        }
    }

    /// Takes up what is new and publishes it, or, if it `is_due`, what there is; gives what was published.
    fn publish_next(&mut self, is_due: bool) -> Result<Option<GenerationId>, FollowError> {
        // Taken out: an index that failed is of no more use.
        let live = self.live.take();
        let view = self.stores.store.view()?;
        let mut live = match live {
            Some(live) => live,
            None => open(&self.dirs.live, view.summary(), None)?,
        };
        let target = view.summary().position;
        // That what only waited is gone is no change.
        let held_scrub_due = view.summary().held_scrub_due;
        let is_new = self.published != Some(target) || self.held_by.is_some() || held_scrub_due;
        if !is_new && !is_due {
            self.live = Some(live);
            return Ok(None);
        }
        catch_up(&mut live, &view)?;
        let facts = LiveFacts {
            guards: self.guards()?,
            ..facts(view.summary())
        };
        let scrub_due = view.summary().scrub_due;
        drop(view);
        let holding = self.hold()?;
        let is_done = !is_due && holding.served == Some(live.store());
        let mut published = None;
        if target > Position::START && holding.held_by.is_none() && !is_done {
            let generation;
            (live, generation) = self.publish(live, facts)?;
            tracing::debug!(%generation, %target, "generation published");
            published = Some(generation);
        }
        if scrub_due {
            // Generations made before hold what was erased: no receipt keeps them. First, so that a crash repeats it.
            self.forget_receipts(published)?;
        }
        if scrub_due || held_scrub_due {
            // What was erased must not lie in unused parts of the file either. Writers wait for it.
            self.stores.store.scrub()?;
        }
        self.published = Some(target);
        self.live = Some(live);
        Ok(published)
    }

    fn publish(
        &self,
        mut live: LiveIndex,
        facts: LiveFacts,
    ) -> Result<(LiveIndex, GenerationId), FollowError> {
        let generations = self.stores.generations.lock();
        let mut generations = generations.unwrap_or_else(PoisonError::into_inner);
        match live.publish(&mut generations, facts) {
            Err(error @ LiveError::Disagrees { .. }) => {
                // Whatever it holds is not what the store has: the next step makes it anew.
                drop(live);
                std::fs::remove_dir_all(&self.dirs.live)?;
                Err(error.into())
            }
            published => {
                let published = published?;
                // Recorded after it was done, what a crash leaves out is found by the next start; and before anybody
                // else can publish or choose, so that the log has the order of what was done.
                let current = Current {
                    generation: published.generation,
                    manifest_digest: published.manifest_digest,
                };
                acts::published(self.stores.audit.as_ref(), &current);
                drop(generations);
                Ok((live, published.generation))
            }
        }
    }

    /// By which rules records were admitted: what the newest generation of this store says, and the rules of this process
    /// for what it took.
    fn guards(&mut self) -> Result<Vec<GuardEntry>, FollowError> {
        if let Some(guards) = &self.guards {
            return Ok(guards.clone());
        }
        let store_id = self.stores.store.view()?.summary().store_id;
        let all = list_generations(&self.stores.generations_dir)?;
        let mut manifests = all.iter().filter_map(|found| found.manifest.as_ref().ok());
        let is_of_store = |manifest: &&Manifest| {
            manifest
                .store
                .is_some_and(|store| store.store_id == store_id)
        };
        let newest = manifests.find(is_of_store);
        let before = newest.map_or(&[][..], |newest| &newest.guards);
        let rules = self.stores.gate.as_ref().map(|gate| gate.rules());
        let guards = guards_after(before, self.started_at.get(), rules);
        Ok(self.guards.insert(guards).clone())
    }

    /// Has generations that were made before an erasure stay for no receipt, and removes those that stayed for that alone.
    /// `published` has been made with the erasure.
    fn forget_receipts(&self, published: Option<GenerationId>) -> Result<(), FollowError> {
        let generations = self.stores.generations.lock();
        let mut generations = generations.unwrap_or_else(PoisonError::into_inner);
        let first = match published {
            Some(published) => published,
            // Nothing was published, or by a step that was broken off: which it was can't be told.
            None => generations.next_generation()?,
        };
        generations.erased_before(first)?;
        generations.prune(sosie_rpc::now())?;
        Ok(())
    }

    /// What is served, and whether by choice.
    fn hold(&mut self) -> Result<Holding, FollowError> {
        let store_id = self.stores.store.view()?.summary().store_id;
        let holding = Holding::read(&self.stores.generations_dir, store_id, self.take_over)?;
        if holding.held_by.is_some() && self.held_by.is_none() {
            tracing::warn!(
                "another generation than the newest of this store is served: nothing is published until that is \
                 activated, or, if there is none, the service is started with --take-over"
            );
        }
        self.held_by = holding.held_by;
        Ok(holding)
    }
}

/// Opens the index, perhaps one that was checked as `checked` says; one that is stale is removed, and made anew from
/// the store.
fn open(
    dir: &Path,
    summary: &Summary,
    checked: Option<Manifest>,
) -> Result<LiveIndex, FollowError> {
    let store = StorePosition {
        store_id: summary.store_id,
        position: summary.position.get(),
    };
    let opened = match checked {
        Some(checked) => LiveIndex::open_checked(dir, store, checked),
        None => LiveIndex::open(dir, store),
    };
    match opened {
        Err(LiveError::Stale(why)) => {
            tracing::warn!(why, "the live index is made anew from the store");
            std::fs::remove_dir_all(dir)?;
            Ok(LiveIndex::open(dir, store)?)
        }
        opened => Ok(opened?),
    }
}

/// Takes up every change after the position of the index.
fn catch_up(live: &mut LiveIndex, view: &View) -> Result<(), FollowError> {
    loop {
        let committed = Position::new(live.store().position);
        match take_up(live, view, committed, CHANGES_PER_COMMIT)? {
            Some(last) => live.commit(last.get())?,
            None => return Ok(()),
        }
    }
}
