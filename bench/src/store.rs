//! What the store of record takes: puts that are on disk when they are told, and what opening costs.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sosie_similarity::Timestamp;
use sosie_store::{Batch, Change, Options, Outcome, Put, Store, Write, Writer, WriterOptions};
use sosie_synthetic::{Config, Generator, horizon};

use crate::world::SEED;

/// Memory of the store's cache.
const CACHE_BYTES: usize = 256 << 20;
/// Writes of one transaction.
const GROUP_WRITES_MAX: NonZeroUsize = NonZeroUsize::new(4_096).expect("not 0");

/// How much is put, and by how many.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Events that the store has before corrections of them are measured.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Corrections per round, of events all over the store.
    #[arg(long, default_value_t = 200_000)]
    puts: u64,
    /// Puts of a batch.
    #[arg(long, default_value = "500")]
    batch: NonZeroUsize,
    /// Callers of each round, each with one batch on its way.
    #[arg(long, value_delimiter = ',', default_value = "1,8")]
    callers: Vec<NonZeroUsize>,
    /// Where the store is made; empty.
    #[arg(long)]
    dir: PathBuf,
}

/// Measures.
pub(crate) fn run(args: &Args) -> Result<()> {
    let store = Arc::new(open(&args.dir, false)?.0);
    ensure!(
        store.view()?.summary().event_count == 0,
        "{} holds a store already",
        args.dir.display()
    );
    let generator = Generator::new(SEED, Config::default());
    let first: Vec<Round> = vec![(0..args.events).map(|index| (index, horizon())).collect()];
    tell(
        "new, by 1 caller",
        args.events,
        put(args, &store, &generator, first)?,
    );
    for (number, callers) in (1..).zip(&args.callers) {
        let shares = corrections(args, number, callers.get() as u64);
        let took = put(args, &store, &generator, shares)?;
        tell(
            &format!("corrections, by {callers} callers"),
            args.puts,
            took,
        );
    }
    drop(store);
    tell_opening(&args.dir)
}

/// What one caller puts: indexes of events, and a known time that tells a correction from what was there.
type Round = Vec<(u64, Timestamp)>;

fn corrections(args: &Args, round: i64, callers: u64) -> Vec<Round> {
    let known = Timestamp::from_micros(horizon().as_micros() + round).expect("in this century");
    // Fibonacci hashing: the next one is far from the last.
    let spread = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % args.events;
    let of = |caller| (caller..args.puts).step_by(callers as usize);
    (0..callers)
        .map(|caller| of(caller).map(|n| (spread(n), known)).collect())
        .collect()
}

/// The time from the first batch to the last answer, events being made beforehand.
fn put(
    args: &Args,
    store: &Arc<Store>,
    generator: &Generator,
    shares: Vec<Round>,
) -> Result<Duration> {
    let options = WriterOptions {
        queue_batches_max: NonZeroUsize::new(64).expect("not 0"),
        group_writes_max: GROUP_WRITES_MAX,
    };
    let writer = Writer::start(Arc::clone(store), options, horizon, || {})?;
    let mut took = Duration::ZERO;
    // In slices, so that events that are made beforehand fit into memory.
    let slices = shares.iter().map(|share| share.len()).max().unwrap_or(0);
    for start in (0..slices).step_by(100_000) {
        let made = shares.iter().map(|share| {
            let slice = share.iter().skip(start).take(100_000);
            let events = slice.map(|(index, known)| (generator.event(*index), *known));
            events.collect::<Vec<_>>()
        });
        let made: Vec<_> = made.collect();
        let started = Instant::now();
        thread::scope(|scope| {
            for events in made {
                scope.spawn(|| submit(&writer, args.batch, events));
            }
        });
        took += started.elapsed();
    }
    Ok(took)
}

fn submit(writer: &Writer, batch: NonZeroUsize, events: Vec<(sosie_similarity::Event, Timestamp)>) {
    let mut events = events.into_iter().peekable();
    while events.peek().is_some() {
        let writes = events.by_ref().take(batch.get());
        let writes = writes.map(|(event, known)| Write {
            change: Change::Put(Put::new(event, Some(known))),
            if_revision: None,
        });
        let outcomes = writer.submit(Batch {
            writes: writes.collect(),
            source_position: None,
        });
        let outcomes = outcomes.expect("the store takes it");
        let written = |outcome: &Outcome| !matches!(outcome, Outcome::Refused(_));
        assert!(outcomes.iter().all(written), "no write has a condition");
    }
}

fn open(dir: &Path, verify: bool) -> Result<(Store, Duration)> {
    let started = Instant::now();
    let options = Options {
        cache_bytes: CACHE_BYTES,
        verify,
    };
    Ok((Store::open(dir, options)?, started.elapsed()))
}

fn tell(what: &str, puts: u64, took: Duration) {
    let a_second = puts as f64 / took.as_secs_f64();
    println!(
        "{what}: {puts} puts in {:.2} s, {a_second:.0} a second",
        took.as_secs_f64()
    );
}

fn tell_opening(dir: &Path) -> Result<()> {
    let bytes = std::fs::metadata(dir.join("store.redb"))?.len();
    println!("the file has {} MB", bytes >> 20);
    for verify in [false, true] {
        let (store, took) = open(dir, verify)?;
        let changes = store.view()?.summary().position;
        println!(
            "opening {changes} changes, verify {verify}: {:.3} s",
            took.as_secs_f64()
        );
    }
    Ok(())
}
