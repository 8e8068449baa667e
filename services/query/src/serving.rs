//! Which generations are in memory, and which of them answers.
//!
//! **Law.** A swap fails no call: whoever took an engine keeps it alive until done.

use std::num::NonZeroUsize;
use std::sync::Arc;

use arc_swap::ArcSwap;
use sosie_proto::GenerationPin;
use tokio::sync::watch;

use crate::engine::{Engine, GenerationFacts};

/// The engines in memory, the current one first.
pub struct Serving {
    loaded: ArcSwap<Vec<Arc<dyn Engine>>>,
    loaded_max: NonZeroUsize,
    current: watch::Sender<Option<GenerationFacts>>,
}

impl Serving {
    /// Nothing loaded yet; keeps at most `loaded_max` engines.
    pub fn new(loaded_max: NonZeroUsize) -> Arc<Self> {
        Arc::new(Serving {
            loaded: ArcSwap::default(),
            loaded_max,
            current: watch::Sender::new(None),
        })
    }

    /// Makes `engine` the current one and lets go of the oldest past the limit. For one caller at a time.
    pub fn swap(&self, engine: Arc<dyn Engine>) {
        let facts = engine.generation();
        let before = self.loaded.load_full();
        let others = before
            .iter()
            .filter(|other| other.generation() != facts)
            .cloned();
        let loaded = std::iter::once(engine)
            .chain(others)
            .take(self.loaded_max.get());
        self.loaded.store(Arc::new(loaded.collect()));
        self.current.send_replace(Some(facts));
    }

    /// The engine that new calls begin on; `None` before the first.
    pub fn current(&self) -> Option<Arc<dyn Engine>> {
        self.loaded.load().first().cloned()
    }

    /// The loaded engine of this generation.
    pub(crate) fn loaded(&self, facts: GenerationFacts) -> Option<Arc<dyn Engine>> {
        self.find(|engine| engine.generation() == facts)
    }

    /// The loaded engine that a page token is pinned to.
    pub(crate) fn pinned(&self, pin: GenerationPin) -> Option<Arc<dyn Engine>> {
        self.find(|engine| pin_of(engine.generation()) == pin)
    }

    /// Tells of every swap.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<GenerationFacts>> {
        self.current.subscribe()
    }

    fn find(&self, is_it: impl Fn(&Arc<dyn Engine>) -> bool) -> Option<Arc<dyn Engine>> {
        self.loaded
            .load()
            .iter()
            .find(|engine| is_it(engine))
            .cloned()
    }
}

/// What a page token keeps of a generation.
pub(crate) fn pin_of(facts: GenerationFacts) -> GenerationPin {
    GenerationPin::new(facts.id.number(), facts.digest)
}
