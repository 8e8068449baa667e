//! A process that is killed while it appends: what it was told to be durable is there afterwards.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sosie_audit::{After, Body, Durability, Log};

use crate::made::{OPTIONS, Place, clock, entry};

/// Where the child keeps its log and key; the test is nothing by itself without it.
const KILLED_DIR: &str = "SOSIE_AUDIT_KILLED_DIR";
const KILLS: usize = 50;

#[test]
fn child_appends_until_it_is_killed() {
    let Some(dir) = std::env::var_os(KILLED_DIR) else {
        return;
    };
    let place = Place::at(dir.as_ref());
    let log = Log::open(&place.log(), place.key(), OPTIONS, clock()).unwrap();
    for number in 0.. {
        // Four entries in flight, so that commits have several lines; every third may be lost.
        let durability = match number % 3 {
            0 => Durability::Buffered,
            _ => Durability::Synced,
        };
        let (sender, told) = std::sync::mpsc::channel();
        log.append(entry(number), durability, move |seq| {
            // One write, so that what the parent reads is whole lines.
            let line = format!("durable {} {number}\n", seq.unwrap());
            std::io::stdout().write_all(line.as_bytes()).unwrap();
            sender.send(()).ok();
        });
        if number % 4 == 3 && durability == Durability::Synced {
            told.recv().unwrap();
        }
    }
}

#[test]
fn nothing_that_was_told_durable_is_missing_after_fifty_kills() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::at(dir.path());
    place.key();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (mut durable, mut torn) = (0, 0);
    for _ in 0..KILLS {
        let told = run_and_kill(&place, rng.random_range(1_000..25_000));
        torn += usize::from(place.verify().unwrap().tail_bytes > 0);
        let log = Log::open(&place.log(), place.key(), OPTIONS, clock()).unwrap();
        assert!(
            matches!(log.opened(), After::Unclean { .. }),
            "{:?}",
            log.opened()
        );
        let records = place.records();
        for (seq, number) in &told {
            let record = &records[*seq as usize - 1];
            assert_eq!(record.body, Body::Entry(entry(*number)));
        }
        durable += told.len();
        log.close().unwrap();
        place.verify().unwrap();
    }
    println!("{durable} durable records, {torn} torn tails of {KILLS}");
    assert!(durable > KILLS, "the child must get to work");
}

/// Lets the child append for some microseconds from its first record on, and gives what it was told.
fn run_and_kill(place: &Place, micros: u64) -> Vec<(u64, u64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "killed::child_appends_until_it_is_killed",
            "--nocapture",
        ])
        .env(KILLED_DIR, place.root())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = Vec::new();
    while told.is_empty() {
        told.extend(parse(&lines.next().unwrap().unwrap()));
    }
    std::thread::sleep(Duration::from_micros(micros));
    child.kill().unwrap();
    child.wait().unwrap();
    told.extend(lines.map_while(Result::ok).filter_map(|line| parse(&line)));
    told
}

fn parse(line: &str) -> Option<(u64, u64)> {
    // The name of the test may stand before the first, without a line end.
    let (_, told) = line.split_once("durable ")?;
    let (seq, number) = told.split_once(' ')?;
    Some((seq.parse().ok()?, number.parse().ok()?))
}
