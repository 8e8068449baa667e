//! A generation with one byte changed, a file cut, lost or added: refused by the name of generation and file,
//! while the one before goes on answering.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sosie_index::{Current, GenerationId, VerifiedGeneration};
use sosie_proto::pb;
use sosie_similarity::Event;
use sosie_tests::{
    Clients, Draw, Publisher, Running, log_lines, record_log, seed, synthetic_events, until_async,
};
use tempfile::TempDir;

/// Bytes changed in each file, besides the first, the middle and the last.
const RANDOM_OFFSETS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_generation_is_refused_by_name_and_the_old_one_goes_on_answering() {
    let began = Instant::now();
    record_log();
    let seed = seed("corrupt", 13);
    let mut draw = Draw::new(seed);
    let events = synthetic_events(seed, 200);
    let dir = TempDir::new().unwrap();
    let mut publisher = Publisher::open(dir.path(), 10);
    let old = publisher.publish(&events);
    // Both are taken away before the server comes, and come back damaged: in turns, so that each damage is
    // another change of `CURRENT`.
    let fresh = [
        publisher.publish(&events[..150]),
        publisher.publish(&events[..100]),
    ];
    let shelves = fresh.map(|current| Shelf::take(dir.path(), current));
    point_to(dir.path(), &old);
    let server = Running::start(dir.path()).await;
    let clients = server.clients().await;
    let damages = damages(&shelves[0], &mut draw);
    for (at, damage) in damages.iter().enumerate() {
        let shelf = &shelves[at % 2];
        // Of the other generation the file of that place: both have the same kinds of files.
        let named = shelf.put_back_damaged(damage);
        let error = VerifiedGeneration::open(dir.path(), &shelf.current)
            .unwrap_err()
            .to_string();
        let names = error.contains(&named) && error.contains(&shelf.current.generation.to_string());
        assert!(names, "seed {seed}, {damage:?}: {error}");
        let logged = log_lines(0).len();
        point_to(dir.path(), &shelf.current);
        until_async("a refusal in the log", async || {
            is_refused(logged, &error).then_some(())
        })
        .await;
        assert_eq!(
            generation_of(&clients, &events).await,
            old.generation.to_string()
        );
        point_to(dir.path(), &old);
        shelf.remove();
    }
    current_itself_is_refused(dir.path(), &clients, &events, &old).await;
    // Undamaged, it is served.
    shelves[1].put_back();
    point_to(dir.path(), &shelves[1].current);
    let newest = shelves[1].current.generation.to_string();
    until_async("the intact generation", async || {
        (generation_of(&clients, &events).await == newest).then_some(())
    })
    .await;
    drop(clients);
    server.stop().await;
    let (count, took_s) = (damages.len(), began.elapsed().as_secs_f64());
    eprintln!("corrupt: {count} damages, {took_s:.1} s");
}

/// What is done to one file of a generation.
#[derive(Clone, Debug)]
enum Damage {
    /// One byte of the file at this place, at this share of its length, gets other bits.
    Byte(usize, f64, u8),
    /// The last byte is cut off.
    Cut(usize),
    /// Nothing is left in it.
    Emptied(usize),
    /// A byte more at its end.
    Longer(usize),
    /// The file is not there.
    Lost(usize),
    /// A file that nobody named is there.
    Extra,
}

impl Damage {
    /// What is left of the bytes of a file that is there.
    fn done_to(&self, bytes: &[u8]) -> Vec<u8> {
        let last = bytes.len() - 1;
        match *self {
            Damage::Byte(_, share, bits) => {
                let mut bytes = bytes.to_vec();
                bytes[(share * last as f64) as usize] ^= bits;
                bytes
            }
            Damage::Cut(_) => bytes[..last].to_vec(),
            Damage::Longer(_) => [bytes, b"x"].concat(),
            Damage::Emptied(_) | Damage::Lost(_) | Damage::Extra => Vec::new(),
        }
    }
}

fn damages(shelf: &Shelf, draw: &mut Draw) -> Vec<Damage> {
    let mut damages = vec![Damage::Extra];
    for file in 0..shelf.files.len() {
        let random: Vec<_> = (0..RANDOM_OFFSETS).map(|_| draw.unit()).collect();
        for offset in [0.0, 0.5, 1.0].into_iter().chain(random) {
            damages.push(Damage::Byte(file, offset, 1 << draw.below(8)));
        }
        damages.extend([
            Damage::Cut(file),
            Damage::Emptied(file),
            Damage::Longer(file),
            Damage::Lost(file),
        ]);
    }
    damages
}

/// A generation that is kept elsewhere: its files by name, in the order of their kinds.
struct Shelf {
    current: Current,
    path: PathBuf,
    files: Vec<(String, Vec<u8>)>,
}

impl Shelf {
    fn take(dir: &Path, current: Current) -> Shelf {
        let path = dir.join(current.generation.to_string());
        let entries = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let files = entries.map(|path| (name(&path), fs::read(&path).unwrap()));
        let mut files: Vec<_> = files.collect();
        files.sort_by_key(|(name, _)| {
            let kind = name.rsplit('.').next().unwrap_or_default();
            (kind.to_owned(), name.clone())
        });
        let shelf = Shelf {
            current,
            path,
            files,
        };
        shelf.remove();
        shelf
    }

    fn put_back(&self) {
        fs::create_dir(&self.path).unwrap();
        for (name, bytes) in &self.files {
            fs::write(self.path.join(name), bytes).unwrap();
        }
    }

    /// Puts it back with the damage; gives the name of the file that is to be told.
    fn put_back_damaged(&self, damage: &Damage) -> String {
        self.put_back();
        match *damage {
            Damage::Extra => {
                fs::write(self.path.join("stowaway.idx"), b"x").unwrap();
                "stowaway.idx".to_owned()
            }
            Damage::Lost(file) => {
                let (name, _) = self.file(file);
                fs::remove_file(self.path.join(name)).unwrap();
                name.clone()
            }
            Damage::Byte(file, ..)
            | Damage::Cut(file)
            | Damage::Emptied(file)
            | Damage::Longer(file) => {
                let (name, bytes) = self.file(file);
                fs::write(self.path.join(name), damage.done_to(bytes)).unwrap();
                name.clone()
            }
        }
    }

    fn file(&self, at: usize) -> &(String, Vec<u8>) {
        &self.files[at % self.files.len()]
    }

    fn remove(&self) {
        fs::remove_dir_all(&self.path).unwrap();
    }
}

/// As the indexer does it: written beside, then renamed.
fn point_to(dir: &Path, current: &Current) {
    let line = format!("{} {}\n", current.generation, current.manifest_digest);
    write_current(dir, line.as_bytes());
}

fn write_current(dir: &Path, bytes: &[u8]) {
    let next = dir.join(".next-CURRENT");
    fs::write(&next, bytes).unwrap();
    fs::rename(next, dir.join("CURRENT")).unwrap();
}

/// Whether the service has said so in its log, after the first `logged` lines.
fn is_refused(logged: usize, error: &str) -> bool {
    log_lines(logged).iter().any(|line| {
        line.contains("ERROR") && line.contains("generation refused") && line.contains(error)
    })
}

async fn current_itself_is_refused(dir: &Path, clients: &Clients, events: &[Event], old: &Current) {
    let line = fs::read(dir.join("CURRENT")).unwrap();
    for (at, lost) in [
        (0, "gen-000097"),
        (line.len() / 2, "gen-000098"),
        (line.len() - 1, "gen-000099"),
    ] {
        let mut damaged = line.clone();
        damaged[at] ^= 0x80;
        let logged = log_lines(0).len();
        write_current(dir, &damaged);
        let refused = async || is_refused(logged, "`CURRENT`").then_some(());
        until_async("a refusal of the pointer in the log", refused).await;
        assert_eq!(
            generation_of(clients, events).await,
            old.generation.to_string()
        );
        // Back to a pointer that can be read, so that the next complaint is a new one.
        let logged = log_lines(0).len();
        let generation = GenerationId::parse(lost).unwrap();
        point_to(dir, &Current { generation, ..*old });
        let refused = async || is_refused(logged, &format!("{lost} is not there")).then_some(());
        until_async("a refusal of a lost generation", refused).await;
        point_to(dir, old);
    }
}

/// The generation that the receipt of an answer names; the answer has hits.
async fn generation_of(clients: &Clients, events: &[Event]) -> String {
    let event_id = events[0].id().to_string();
    let kind = Some(pb::probe::Kind::EventId(event_id));
    let query = pb::SimilarityQuery {
        probe: Some(pb::Probe { kind }),
        ..Default::default()
    };
    let request = pb::FindSimilarEventsRequest {
        query: Some(query),
        ..Default::default()
    };
    let mut client = clients.similar_events.clone();
    let answer = client
        .find_similar_events(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.hits.len(), 10);
    answer.receipt.unwrap().generation_id
}
