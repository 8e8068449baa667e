//! What a builder makes of events that come from many threads, several of them with one id.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::collections::BTreeSet;
use std::path::Path;
use std::thread;

use sosie_index::{Built, IndexBuilder};
use sosie_similarity::{Event, Timestamp};
use sosie_synthetic::{Config, Generator};

const THREADS: usize = 4;

fn events(range: std::ops::Range<u64>) -> Vec<Event> {
    let generator = Generator::new(3, Config::default());
    range.map(|index| generator.event(index)).collect()
}

/// Another record of the same id.
fn version(event: &Event, number: u64) -> Event {
    let mut parts = event.parts().clone();
    parts.known_time = Timestamp::from_micros(1_000_000 * number as i64).unwrap();
    Event::new(parts).unwrap()
}

/// Builds what is added by threads, each of which has every so many-th record.
fn built(dir: &Path, records: &[Event]) -> (Built, BTreeSet<u64>) {
    let mut builder = IndexBuilder::create(dir).unwrap();
    // The later half first, each thread backwards: places say what is later, not the order of adding.
    let middle = records.len() / 2;
    for range in [middle..records.len(), 0..middle] {
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let (builder, range) = (&builder, range.clone());
                let own = range.rev().filter(move |at| at % THREADS == thread);
                let own = own.map(|at| (at as u64, &records[at]));
                scope.spawn(move || own.for_each(|record| builder.add([record]).unwrap()));
            }
        });
        builder.cut().unwrap();
    }
    let mut replacing = BTreeSet::new();
    let written = builder.write().unwrap();
    let committed = written.commit(|place| assert!(replacing.insert(place)));
    (committed.unwrap().finish().unwrap(), replacing)
}

#[test]
fn the_record_with_the_highest_place_stays_whatever_thread_and_segment_it_comes_from() {
    let once = events(0..900);
    // Every record in three versions, and one in two hundred.
    let mut records = Vec::new();
    for number in 1..=3 {
        records.extend(once.iter().map(|event| version(event, number)));
    }
    records.extend((4..=200).map(|number| version(&once[5], number)));
    let last: Vec<_> = (0..)
        .zip(&once)
        .map(|(at, event)| version(event, if at == 5 { 200 } else { 3 }))
        .collect();
    let dirs = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let (found, replacing) = built(dirs[0].path(), &records);
    let (expected, none) = built(dirs[1].path(), &last);
    // The content digest is that of the records alone, so the same records stay.
    assert_eq!(found, expected);
    assert_eq!(found.event_count, 900);
    assert!(none.is_empty());
    assert!(replacing.iter().copied().eq(900..2_897));
}

#[test]
fn nothing_but_the_index_and_its_structure_is_left_in_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let records = events(0..50);
    built(dir.path(), &[&records[..], &records[..]].concat());
    let files = std::fs::read_dir(dir.path()).unwrap();
    let ends: BTreeSet<_> = files
        .map(|file| {
            let name = file.unwrap().file_name().into_string().unwrap();
            name.rsplit_once('.').unwrap().1.to_owned()
        })
        .collect();
    let known = [
        "blocks",
        "del",
        "fast",
        "fieldnorm",
        "idx",
        "json",
        "lock",
        "pos",
        "store",
        "term",
    ];
    assert!(
        ends.iter().all(|end| known.contains(&end.as_str())),
        "{ends:?}"
    );
}
