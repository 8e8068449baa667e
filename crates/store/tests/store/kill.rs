//! The store of a process that is killed.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rand::RngExt;
use sosie_store::{
    Batch, DeleteReason, LogEntry, Outcome, SourcePosition, Store, Write, Writer, WriterOptions,
};

use crate::support::{at, checked_log, delete, open, put};

const DIR: &str = "SOSIE_STORE_TEST_DIR";
const CALLERS: usize = 3;
const KILLS: usize = 25;

/// What a child was told before it was killed: caller, number of the batch, positions.
struct Told {
    caller: usize,
    number: u64,
    positions: Vec<(String, u64)>,
}

#[test]
fn what_was_told_is_there_once_after_a_kill_at_any_moment() {
    let dir = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    for _ in 0..KILLS {
        let moment = Duration::from_millis(rand::rng().random_range(5..150));
        told.extend(told_before_a_kill(dir.path(), moment));
        let store = open(dir.path());
        let log = checked_log(&store.view().unwrap());
        check_told(&log, &told);
        check_batches(&store, &log, &told);
    }
    eprintln!("{KILLS} kills, {} batches told", told.len());
    assert!(
        told.len() > KILLS,
        "the children were killed before they did anything"
    );
}

/// The process that is killed: this test again, told so by its environment.
#[test]
fn a_process_that_writes_until_it_is_killed() {
    let Ok(dir) = std::env::var(DIR) else {
        return;
    };
    let store = Arc::new(open(Path::new(&dir)));
    let options = WriterOptions {
        queue_batches_max: NonZeroUsize::new(4).unwrap(),
        group_writes_max: NonZeroUsize::new(20).unwrap(),
    };
    let writer = Writer::start(Arc::clone(&store), options, || at(100), || {}).unwrap();
    // Parents are told that it is open, so that a kill finds it at work.
    tell("open");
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (store, writer) = (&store, &writer);
            scope.spawn(move || submit_for_ever(store, writer, caller));
        }
        scope.spawn(|| {
            loop {
                store.scrub().unwrap();
                thread::sleep(Duration::from_millis(20));
            }
        });
    });
}

fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    // The dot tells a whole line from one that a kill has cut.
    writeln!(out, "\ntold {line} .").unwrap();
    out.flush().unwrap();
}

/// Goes on after the batch that the store says it has.
fn submit_for_ever(store: &Store, writer: &Writer, caller: usize) {
    let mut number = last_batch(store, caller);
    loop {
        number += 1;
        let writes = writes_of(caller, number);
        let ids: Vec<_> = writes
            .iter()
            .map(|write| write.change.event_id().to_string())
            .collect();
        let outcomes = writer.submit(Batch {
            writes,
            source_position: Some(SourcePosition {
                source: format!("caller-{caller}"),
                position: number.to_le_bytes().to_vec(),
            }),
        });
        let positions =
            ids.iter()
                .zip(outcomes.unwrap())
                .filter_map(|(id, outcome)| match outcome {
                    Outcome::Accepted { position, .. } => Some(format!(" {id}={position}")),
                    Outcome::Unchanged { .. }
                    | Outcome::Held
                    | Outcome::Dropped
                    | Outcome::Refused(_) => None,
                });
        tell(&format!(
            "{caller} {number}{}",
            positions.collect::<String>()
        ));
    }
}

fn last_batch(store: &Store, caller: usize) -> u64 {
    let position = store
        .view()
        .unwrap()
        .source_position(&format!("caller-{caller}"));
    let bytes = position.unwrap().unwrap_or(vec![0; 8]);
    u64::from_le_bytes(bytes.try_into().unwrap())
}

/// Four events of its own, one that all callers share, and now and then a deletion or an erasure of what was put.
fn writes_of(caller: usize, number: u64) -> Vec<Write> {
    let own = |n: u64| put(&format!("{caller}.{number}.{n}"), n);
    let mut writes: Vec<_> = (0..4).map(own).collect();
    writes.push(put("shared", number));
    let earlier = format!("{caller}.{}.0", number / 2);
    match number % 5 {
        0 => writes.push(delete(&earlier, DeleteReason::PersonalData)),
        1 => writes.push(delete(&earlier, DeleteReason::Withdrawn)),
        _ => {}
    }
    writes
}

fn told_before_a_kill(dir: &Path, moment: Duration) -> Vec<Told> {
    let mut child = child(dir);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let open = |line: &String| line == "told open .";
    assert!(lines.by_ref().map(Result::unwrap).any(|line| open(&line)));
    let reader = thread::spawn(move || {
        let lines = lines.map_while(Result::ok);
        lines.filter_map(|line| parse(&line)).collect::<Vec<_>>()
    });
    thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

fn child(dir: &Path) -> Child {
    let test = std::env::current_exe().unwrap();
    Command::new(test)
        .args([
            "--exact",
            "kill::a_process_that_writes_until_it_is_killed",
            "--nocapture",
        ])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn parse(line: &str) -> Option<Told> {
    let mut words = line.strip_prefix("told ")?.strip_suffix(" .")?.split(' ');
    let (caller, number) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let positions = words.map(|word| {
        let (id, position) = word.split_once('=')?;
        Some((id.to_owned(), position.parse().ok()?))
    });
    Some(Told {
        caller,
        number,
        positions: positions.collect::<Option<_>>()?,
    })
}

/// What was told is there, at the position that was told.
fn check_told(log: &[LogEntry], told: &[Told]) {
    for batch in told {
        for (id, position) in &batch.positions {
            let entry = &log[*position as usize - 1];
            assert_eq!(entry.event_id.as_str(), id, "at {position}");
        }
    }
}

/// Every batch up to the position of its caller is there once, and nothing of a later one.
fn check_batches(store: &Store, log: &[LogEntry], told: &[Told]) {
    let mut last_told = BTreeMap::new();
    for batch in told {
        last_told.insert(batch.caller, batch.number);
    }
    let revisions_1 = log.iter().filter(|entry| entry.revision == 1);
    let ids: Vec<_> = revisions_1.map(|entry| entry.event_id.as_str()).collect();
    let found: HashSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), found.len(), "an event was made twice");
    let mut own = 0;
    for caller in 0..CALLERS {
        let last = last_batch(store, caller);
        let last_told = last_told.get(&caller).copied().unwrap_or(0);
        assert!(
            last >= last_told,
            "caller {caller}: {last_told} was told, {last} is there"
        );
        for number in 1..=last {
            for n in 0..4 {
                assert!(found.contains(format!("{caller}.{number}.{n}").as_str()));
            }
        }
        own += 4 * last as usize;
    }
    assert_eq!(
        found.len(),
        own + usize::from(found.contains("shared")),
        "a phantom"
    );
}
