//! Which generations are in memory, and which of them answers.
//!
//! **Law.** A swap fails no call: whoever took an engine keeps it alive until done.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use sosie_proto::GenerationPin;
use tokio::sync::watch;

use crate::engine::{Engine, GenerationFacts};

/// A third generation and further ones stay only while all together hold at most so many times the bytes of the current
/// one: generations of the live index share nearly all of theirs, those of runs nothing.
const BYTES_RATIO_MAX: u64 = 2;

/// The engines in memory, the current one first.
pub struct Serving {
    loaded: ArcSwap<Vec<Loaded>>,
    loaded_max: NonZeroUsize,
    keep_loaded: Duration,
    current: watch::Sender<Option<GenerationFacts>>,
}

#[derive(Clone)]
struct Loaded {
    engine: Arc<dyn Engine>,
    /// When another took its place; `None` of the current one.
    superseded: Option<Instant>,
}

impl Serving {
    /// Nothing loaded yet; keeps at most `loaded_max` engines, and those that are superseded for `keep_loaded`.
    pub fn new(loaded_max: NonZeroUsize, keep_loaded: Duration) -> Arc<Self> {
        Arc::new(Serving {
            loaded: ArcSwap::default(),
            loaded_max,
            keep_loaded,
            current: watch::Sender::new(None),
        })
    }

    /// Makes `engine` the current one, and lets go of what is past the limits. For one caller at a time.
    pub fn swap(&self, engine: Arc<dyn Engine>) {
        let (facts, now) = (engine.generation(), Instant::now());
        let before = self.loaded.load_full();
        let others = before.iter().cloned().map(|mut other| {
            other.superseded.get_or_insert(now);
            other
        });
        let others = others.filter(|other| other.engine.generation() != facts);
        let current = Loaded {
            engine,
            superseded: None,
        };
        let all = std::iter::once(current).chain(others).collect();
        self.loaded.store(Arc::new(self.kept(all, now)));
        self.current.send_replace(Some(facts));
    }

    /// Lets go of the engines that were superseded long ago. For the caller of [`Serving::swap`].
    pub(crate) fn let_go(&self) {
        let (before, now) = (self.loaded.load_full(), Instant::now());
        let kept = self.kept(before.to_vec(), now);
        if kept.len() < before.len() {
            self.loaded.store(Arc::new(kept));
        }
    }

    /// What stays of the engines, which are in the order in which they were superseded, the current one first.
    fn kept(&self, mut all: Vec<Loaded>, now: Instant) -> Vec<Loaded> {
        let stays = |other: &Loaded| {
            let since = other.superseded.map(|at| now.saturating_duration_since(at));
            since.is_none_or(|since| since <= self.keep_loaded)
        };
        all.truncate(self.loaded_max.get());
        all.retain(stays);
        let fitting = fitting(&all);
        all.truncate(fitting);
        all
    }

    /// The engine that new calls begin on; `None` before the first.
    pub fn current(&self) -> Option<Arc<dyn Engine>> {
        let loaded = self.loaded.load();
        loaded.first().map(|current| current.engine.clone())
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
        let loaded = self.loaded.load();
        let engines = loaded.iter().map(|loaded| &loaded.engine);
        engines.into_iter().find(|engine| is_it(engine)).cloned()
    }
}

/// How many of the first engines fit into memory together; the first two always do.
fn fitting(all: &[Loaded]) -> usize {
    let (mut files, mut bytes, mut bytes_max) = (BTreeMap::new(), 0_u64, u64::MAX);
    for (at, loaded) in all.iter().enumerate() {
        for (digest, size_bytes) in loaded.engine.files() {
            if files.insert(digest, size_bytes).is_none() {
                bytes += size_bytes;
            }
        }
        match at {
            0 => bytes_max = bytes.saturating_mul(BYTES_RATIO_MAX),
            1 => {}
            _ if bytes > bytes_max => return at,
            _ => {}
        }
    }
    all.len()
}

/// What a page token keeps of a generation.
pub(crate) fn pin_of(facts: GenerationFacts) -> GenerationPin {
    GenerationPin::new(facts.id.number(), facts.digest)
}
