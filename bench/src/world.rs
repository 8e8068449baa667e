//! The generation that is measured: made once per size and kept.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use sosie_index::{Current, GenerationStore, IndexBuilder, Snapshot, VerifiedGeneration};
use sosie_synthetic::{Config, Generator, horizon};

/// The seed of all worlds: figures of different days are of the same events.
pub(crate) const SEED: u64 = 1;

/// Events that a thread adds at once.
const CHUNK: u64 = 1_000;

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
    let builder = IndexBuilder::create(stage.path())?;
    fill(&builder, &generator, events)?;
    let committed = builder.commit()?;
    let index = started.elapsed();
    let started = Instant::now();
    let built = committed.finish()?;
    let structure = started.elapsed();
    store.publish(stage, built.to_parts(horizon()))?;
    Ok(Some(Making { index, structure }))
}

/// Adds the events on as many threads as the index takes.
fn fill(builder: &IndexBuilder, generator: &Generator, events: u64) -> Result<()> {
    let (progress, next) = (ProgressBar::new(events), AtomicU64::new(0));
    let add = || -> Result<()> {
        loop {
            let first = next.fetch_add(CHUNK, Ordering::Relaxed);
            if first >= events {
                return Ok(());
            }
            let chunk = first..events.min(first + CHUNK);
            progress.inc(chunk.end - chunk.start);
            builder.add(chunk.map(|index| (index, generator.event(index))))?;
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..builder.threads()).map(|_| scope.spawn(add)).collect();
        let mut results = threads.into_iter().map(|thread| thread.join());
        results.try_for_each(|added| added.expect("a thread that adds does not panic"))
    })
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
