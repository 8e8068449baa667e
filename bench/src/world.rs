//! The generation that is measured: made once per size and kept.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::ProgressIterator;
use sosie_index::{Current, GenerationStore, IndexBuilder, Snapshot, VerifiedGeneration};
use sosie_synthetic::{Config, Generator, horizon};

/// The seed of all worlds: figures of different days are of the same events.
pub(crate) const SEED: u64 = 1;

/// What it took to make a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Making {
    /// Generating, writing and merging.
    pub(crate) index: Duration,
    /// Building the search structure.
    pub(crate) structure: Duration,
}

/// Makes a generation of `events` in `dir`, unless it holds one.
pub(crate) fn make(dir: &Path, events: u64) -> Result<Option<Making>> {
    if let Some(current) = Current::read(dir).context("reading CURRENT")? {
        println!("using {} in {}", current.generation, dir.display());
        return Ok(None);
    }
    let mut store = GenerationStore::open(dir, NonZeroUsize::MIN)?;
    let stage = store.stage()?;
    let started = Instant::now();
    let generator = Generator::new(SEED, Config::default());
    let mut builder = IndexBuilder::create(stage.path())?;
    for index in (0..events).progress_count(events) {
        builder.upsert(&generator.event(index))?;
    }
    let committed = builder.commit()?;
    let index = started.elapsed();
    let started = Instant::now();
    let built = committed.finish()?;
    let structure = started.elapsed();
    store.publish(stage, built.to_parts(horizon()))?;
    Ok(Some(Making { index, structure }))
}

/// Opens what is in `dir`, verified; says how long that took.
pub(crate) fn open(dir: &Path, events: u64) -> Result<(Snapshot, Duration)> {
    let started = Instant::now();
    let current = Current::read(dir)?.context("no generation")?;
    let snapshot = Snapshot::open(VerifiedGeneration::open(dir, &current)?)?;
    let opened = started.elapsed();
    let found = snapshot.manifest().event_count;
    if found != events {
        bail!("{} holds {found} events, not {events}", dir.display());
    }
    Ok((snapshot, opened))
}
