//! `kill -9` at random moments of a reindex: what `CURRENT` names afterwards is whole, answers, and is either
//! what was there before or what the run was to publish.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sosie_index::{Cancel, Current, GenerationId, VerifiedGeneration};
use sosie_similarity::{Event, Page, Timestamp, reference};
use sosie_tests::{
    Asker, Draw, all_events, difference, ndjson, open_current, program, seed, synthetic_events,
};
use tempfile::TempDir;

const KILLS: usize = 100;
const EVENTS: usize = 4_000;
/// One in so many begins in a directory where nothing was ever published.
const KILLS_PER_FRESH_START: usize = 4;
/// After one in so many a run is left alone, and must succeed.
const KILLS_PER_RECOVERY: usize = 5;

#[test]
fn a_killed_reindex_leaves_a_generation_that_opens_and_answers() {
    let began = Instant::now();
    let seed = seed("kill", 42);
    let mut draw = Draw::new(seed);
    let indexer = Indexer::new();
    let town = TempDir::new().unwrap();
    let editions: Vec<_> = (0..2)
        .map(|at| Edition::new(town.path(), seed + at))
        .collect();
    let length = indexer.measure(&editions[0]);
    let mut place = Place::new();
    let mut outcomes = Outcomes::default();
    // Runs that were over before the kill came are no kills, and prove nothing.
    let mut moments = 0..3 * KILLS;
    while outcomes.killed < KILLS {
        let kill = moments.next().expect("most kills come in time");
        if kill % KILLS_PER_FRESH_START == 0 {
            place = Place::new();
        }
        let edition = &editions[kill % editions.len()];
        let moment = Moment::draw(kill, length, &mut draw);
        let ended_first = indexer.kill(place.path(), edition, moment);
        let context = format!("seed {seed}, kill {kill}, {moment:?}, {length:?}");
        place.check(&editions, edition, &mut outcomes, &context);
        outcomes.killed += usize::from(!ended_first);
        outcomes.ended_first += usize::from(ended_first);
        if kill % KILLS_PER_RECOVERY == 0 {
            let before = place.current();
            assert!(
                indexer.run(place.path(), edition).wait().unwrap().success(),
                "{context}"
            );
            place.check(&editions, edition, &mut outcomes, &context);
            assert!(
                place.current() > before,
                "{context}: a run left alone publishes"
            );
            assert_eq!(place.leftovers(), Vec::<String>::new(), "{context}");
        }
    }
    let took_s = began.elapsed().as_secs_f64();
    eprintln!("kill: {KILLS} kills of a run of {length:?}; {outcomes:?}; {took_s:.1} s");
    assert!(
        outcomes.none > 0 && outcomes.old > 0 && outcomes.new > 0,
        "{outcomes:?}"
    );
}

/// What was there after the kills.
#[derive(Debug, Default)]
struct Outcomes {
    /// No generation yet.
    none: usize,
    /// The one from before.
    old: usize,
    /// A new one.
    new: usize,
    /// Runs that the kill ended.
    killed: usize,
    /// Runs that were over before the kill came.
    ended_first: usize,
}

/// When a run is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after its start.
    After(Duration),
    /// So long after the first sign that it publishes.
    AfterManifest(Duration),
}

impl Moment {
    /// Half of them anywhere in the run, a quarter around its end, a quarter while it publishes.
    fn draw(kill: usize, length: Duration, draw: &mut Draw) -> Moment {
        match (kill / KILLS_PER_FRESH_START) % 4 {
            0 | 1 => Moment::After(length.mul_f64(draw.unit())),
            2 => Moment::After(length.mul_f64(draw.between(0.8, 1.05))),
            _ => Moment::AfterManifest(Duration::from_micros(draw.below(4_000) as u64)),
        }
    }
}

/// A file of events.
struct Edition {
    file: PathBuf,
    events: Vec<Event>,
}

impl Edition {
    fn new(dir: &Path, seed: u64) -> Edition {
        let events = synthetic_events(seed, EVENTS);
        let file = dir.join(format!("{seed}.ndjson"));
        std::fs::write(&file, ndjson(&events)).unwrap();
        Edition { file, events }
    }
}

/// The real program.
struct Indexer(PathBuf);

impl Indexer {
    fn new() -> Indexer {
        Indexer(program("sosie-indexer"))
    }

    fn run(&self, generations: &Path, edition: &Edition) -> std::process::Child {
        let mut command = Command::new(&self.0);
        command.arg("reindex").arg("--generations").arg(generations);
        command
            .arg("--ndjson")
            .arg(&edition.file)
            .args(["--keep", "2", "--json"]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// The time of a run that is left alone: the middle of five.
    fn measure(&self, edition: &Edition) -> Duration {
        let dir = TempDir::new().unwrap();
        let mut lengths: Vec<_> = (0..5)
            .map(|_| {
                let began = Instant::now();
                assert!(self.run(dir.path(), edition).wait().unwrap().success());
                began.elapsed()
            })
            .collect();
        lengths.sort_unstable();
        lengths[2]
    }

    /// Begins a run and kills it; whether it had ended before.
    fn kill(&self, generations: &Path, edition: &Edition, moment: Moment) -> bool {
        let mut run = self.run(generations, edition);
        let began = Instant::now();
        let mut ended = || run.try_wait().unwrap().is_some();
        match moment {
            Moment::After(time) => while began.elapsed() < time && !ended() {},
            Moment::AfterManifest(time) => {
                while !is_publishing(generations) && !ended() {}
                let publishing = Instant::now();
                while publishing.elapsed() < time {}
            }
        }
        let ended_first = ended();
        // SIGKILL on Unix: nothing of the program runs after it.
        run.kill().unwrap();
        run.wait().unwrap();
        ended_first
    }
}

/// Whether the manifest of a stage is there: from then on it's renames.
fn is_publishing(generations: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(generations) else {
        return false;
    };
    let stages = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".stage-"));
    stages
        .into_iter()
        .any(|stage| stage.path().join("MANIFEST.json").exists())
}

/// A directory of generations, and what it is known to have.
struct Place {
    dir: TempDir,
    before: Option<Current>,
}

impl Place {
    fn new() -> Place {
        Place {
            dir: TempDir::new().unwrap(),
            before: None,
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn current(&self) -> Option<GenerationId> {
        Current::read(self.path())
            .unwrap()
            .map(|current| current.generation)
    }

    /// Opens and asks what `CURRENT` names after a run of `edition`, and remembers it.
    fn check(
        &mut self,
        editions: &[Edition],
        edition: &Edition,
        outcomes: &mut Outcomes,
        context: &str,
    ) {
        let current = Current::read(self.path()).unwrap();
        let Some(current) = current else {
            assert_eq!(self.before, None, "{context}: a generation is lost");
            outcomes.none += 1;
            return;
        };
        VerifiedGeneration::open(self.path(), &current)
            .unwrap_or_else(|e| panic!("{context}: {e}"));
        let snapshot = open_current(self.path());
        let found = all_events(&snapshot);
        let published = match self.before {
            Some(before) if before == current => {
                outcomes.old += 1;
                editions.iter().find(|edition| is_of(edition, &found))
            }
            Some(_) | None => {
                outcomes.new += 1;
                is_of(edition, &found).then_some(edition)
            }
        };
        let published = published.unwrap_or_else(|| panic!("{context}: other events"));
        answers(&snapshot, &published.events, context);
        self.before = Some(current);
    }

    /// What a killed writer left, and nobody has cleared.
    fn leftovers(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let known =
            |name: &String| name == ".lock" || name == "CURRENT" || name.starts_with("gen-");
        names.filter(|name| !known(name)).collect()
    }
}

/// Whether these are the events of the edition, however they are ordered.
fn is_of(edition: &Edition, found: &[Event]) -> bool {
    let mut found: Vec<_> = found.iter().collect();
    found.sort_by(|a, b| a.id().cmp(b.id()));
    found.into_iter().eq(&edition.events)
}

fn answers(snapshot: &sosie_index::Snapshot, events: &[Event], context: &str) {
    let asker = Asker::new(events);
    let mut draw = Draw::new(1);
    for _ in 0..3 {
        let question = asker.question(&mut draw);
        let search = asker.search(question.query, Timestamp::MAX);
        let page = Page {
            offset: 0,
            limit: 50,
        };
        let found = snapshot.search(&search, page, &Cancel::default()).unwrap();
        let expected = reference::search(events, &search, page);
        assert_eq!(difference(&expected, &found), None, "{context}");
    }
}
