//! How fast a log takes records: `cargo run --release -p sosie-audit --example rate [DIRECTORY]`.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sosie_audit::{
    Act, Call, Check, Clock, Durability, Entry, Key, Log, Name, Options, Outcome, Pinned, Receipt,
    Who, Writer, verify,
};
use sosie_similarity::{Digest, Timestamp};

const OPTIONS: Options = Options {
    segment_bytes_max: 64 << 20,
    segment_age_max: Duration::from_secs(86_400),
    checkpoint_records: 1_000,
    checkpoint_age_max: Duration::from_secs(60),
    buffered_age_max: Duration::from_millis(200),
    buffered_records_max: NonZeroUsize::new(4_096).expect("not 0"),
    queue_records_max: NonZeroUsize::new(65_536).expect("not 0"),
};

fn main() {
    let dir = std::env::args_os().nth(1);
    let root = tempfile::tempdir_in(dir.unwrap_or_else(|| ".".into())).expect("a directory");
    let root = root.path();
    let clock: Clock = Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let micros = since.expect("a clock that is set").as_micros() as i64;
        Timestamp::from_micros(micros).expect("a year below 10,000")
    });
    batches(root, &clock);
    callers(root, &clock);
    searches(root, &clock);
}

fn key(root: &Path) -> Key {
    Key::load_or_create(&root.join("audit.key")).expect("a key")
}

fn entry() -> Entry {
    let digest = Digest::of(b"x");
    let pinned = |name| Pinned {
        name: Name::new(name).expect("a name"),
        digest,
    };
    let call = Call::new("sosie.v1.SimilarEventsService/FindSimilarEvents");
    Entry {
        act: Act::Call(call.expect("a call")),
        who: Who::new("spiffe://city.example/observatory").expect("a name"),
        what: Some(digest),
        receipt: Some(Receipt {
            generation: pinned("gen-000007"),
            profile: Some(pinned("tranquillity@2")),
            as_of: Some(Timestamp::MIN),
        }),
        outcome: Outcome::Ok,
        receipts: None,
        count: None,
    }
}

/// One caller, commits of 1, 100 and 1,000 records.
fn batches(root: &Path, clock: &Clock) {
    for size in [1, 100, 1_000] {
        let dir = root.join(format!("batches-{size}"));
        let mut writer = Writer::open(&dir, key(root), OPTIONS, Arc::clone(clock)).expect("a log");
        let batch = vec![entry(); size];
        let (start, mut commits) = (Instant::now(), 0);
        while start.elapsed() < Duration::from_secs(3) {
            writer.append(&batch).expect("space");
            commits += 1;
        }
        let seconds = start.elapsed().as_secs_f64();
        let rate = (commits * size) as f64 / seconds;
        let each_ms = seconds * 1e3 / commits as f64;
        eprintln!("commits of {size}: {rate:.0} records/s, {each_ms:.2} ms a commit");
        let head = writer.close().expect("space");
        let start = Instant::now();
        verify(&dir, key(root).public(), &Check::WHOLE).expect("a whole log");
        let each_us = start.elapsed().as_secs_f64() * 1e6 / head.last.seq as f64;
        eprintln!("  verified at {each_us:.2} us a record");
    }
}

/// Callers that wait for each record.
fn callers(root: &Path, clock: &Clock) {
    for callers in [1, 8, 64] {
        let dir = root.join(format!("callers-{callers}"));
        let log = Log::open(&dir, key(root), OPTIONS, Arc::clone(clock)).expect("a log");
        let start = Instant::now();
        let append = || {
            let mut records = 0_u64;
            while start.elapsed() < Duration::from_secs(3) {
                log.append_synced(entry()).expect("space");
                records += 1;
            }
            records
        };
        let records: u64 = std::thread::scope(|scope| {
            let all: Vec<_> = (0..callers).map(|_| scope.spawn(append)).collect();
            all.into_iter()
                .map(|caller| caller.join().expect("no panic"))
                .sum()
        });
        let rate = records as f64 / start.elapsed().as_secs_f64();
        eprintln!("{callers} callers that wait: {rate:.0} records/s");
    }
}

/// Searches, at 10,000 a second and as fast as the log takes them.
fn searches(root: &Path, clock: &Clock) {
    let log = Log::open(
        &root.join("searches"),
        key(root),
        OPTIONS,
        Arc::clone(clock),
    );
    let log = log.expect("a log");
    let durable = Arc::new(AtomicU64::new(0));
    let append = || {
        let durable = Arc::clone(&durable);
        let entry = entry();
        let start = Instant::now();
        log.append(entry, Durability::Buffered, move |seq| {
            durable.fetch_add(u64::from(seq.is_ok()), Ordering::Relaxed);
        });
        start.elapsed()
    };
    let mut spent = Duration::ZERO;
    for _ in 0..2_000 {
        spent += (0..10).map(|_| append()).sum::<Duration>();
        std::thread::sleep(Duration::from_millis(1));
    }
    eprintln!(
        "a search costs its caller {:.2} us",
        spent.as_secs_f64() * 1e6 / 20_000.0
    );
    let (start, before) = (Instant::now(), durable.load(Ordering::Relaxed));
    while start.elapsed() < Duration::from_secs(3) {
        append();
    }
    let records = durable.load(Ordering::Relaxed) - before;
    eprintln!(
        "buffered, as fast as can be: {:.0} records/s",
        records as f64 / 3.0
    );
}
