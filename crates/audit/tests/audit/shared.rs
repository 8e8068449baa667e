//! The log that many callers share.

use std::num::NonZeroUsize;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use sosie_audit::{AppendError, Durability, Entry, Log, Options};

use crate::made::{OPTIONS, Place, clock, entry, time};

fn open(place: &Place, options: Options) -> Log {
    Log::open(&place.log(), place.key(), options, clock()).unwrap()
}

/// The entries of the log, in its order.
fn entries(place: &Place) -> Vec<Entry> {
    let body = |record: sosie_audit::Record| match record.body {
        sosie_audit::Body::Entry(entry) => Some(entry),
        sosie_audit::Body::Mark(_) => None,
    };
    place.records().into_iter().filter_map(body).collect()
}

#[test]
fn eight_callers_share_the_log_and_each_keeps_its_order() {
    let place = Place::new();
    let log = open(&place, OPTIONS);
    let append_all = |caller: u64| {
        let mut seqs = Vec::new();
        for number in 0..50 {
            seqs.push(log.append_synced(entry(caller * 1_000 + number)).unwrap());
        }
        assert!(seqs.is_sorted());
        seqs
    };
    let mut seqs = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8)
            .map(|caller| scope.spawn(move || append_all(caller)))
            .collect();
        callers
            .into_iter()
            .flat_map(|caller| caller.join().unwrap())
            .collect::<Vec<u64>>()
    });
    seqs.sort_unstable();
    seqs.dedup();
    assert_eq!(seqs.len(), 400);
    let head = log.close().unwrap();
    assert_eq!(place.verify().unwrap().head, head);
    assert_eq!(entries(&place).len(), 400);
}

#[test]
fn a_synced_entry_is_on_disk_when_it_is_told() {
    let place = Place::new();
    let log = open(&place, OPTIONS);
    for number in 0..20 {
        let seq = log.append_synced(entry(number)).unwrap();
        let verified = place.verify().unwrap();
        assert!(verified.head.last.seq >= seq);
    }
}

#[test]
fn buffered_entries_come_with_the_next_synced_one_in_order() {
    let place = Place::new();
    let options = Options {
        buffered_age_max: Duration::from_secs(3_600),
        ..OPTIONS
    };
    let log = open(&place, options);
    let (sender, told) = channel();
    for number in 0..10 {
        let sender = sender.clone();
        log.append(entry(number), Durability::Buffered, move |seq| {
            drop(sender.send(seq))
        });
    }
    std::thread::sleep(Duration::from_millis(50));
    assert!(told.try_recv().is_err(), "they wait");
    assert_eq!(entries(&place).len(), 0);
    let seq = log.append_synced(entry(10)).unwrap();
    let seqs: Vec<u64> = told.try_iter().map(Result::unwrap).collect();
    assert_eq!(seqs, (seq - 10..seq).collect::<Vec<_>>());
    assert_eq!(entries(&place), (0..=10).map(entry).collect::<Vec<_>>());
}

/// Appends a buffered entry; its number is told.
fn buffer(log: &Log, number: u64, told: &Sender<Result<u64, AppendError>>) {
    let told = told.clone();
    log.append(entry(number), Durability::Buffered, move |seq| {
        drop(told.send(seq))
    });
}

#[test]
fn buffered_entries_are_written_when_they_are_old() {
    let place = Place::new();
    let log = open(&place, OPTIONS);
    let (sender, told) = channel();
    let start = Instant::now();
    buffer(&log, 0, &sender);
    // Nothing else comes that would write it.
    told.recv_timeout(Duration::from_secs(10)).unwrap().unwrap();
    assert!(start.elapsed() >= OPTIONS.buffered_age_max);
}

#[test]
fn buffered_entries_are_written_when_they_are_many() {
    let place = Place::new();
    let options = Options {
        buffered_age_max: Duration::from_secs(3_600),
        buffered_records_max: NonZeroUsize::new(8).unwrap(),
        ..OPTIONS
    };
    let log = open(&place, options);
    let (sender, told) = channel();
    // Of twice as many but one, as many are written and the others wait.
    (0..15).for_each(|number| buffer(&log, number, &sender));
    let seqs = (0..8).map(|_| told.recv_timeout(Duration::from_secs(10)).unwrap().unwrap());
    let seqs: Vec<u64> = seqs.collect();
    assert!(seqs.is_sorted() && seqs[7] - seqs[0] == 7, "{seqs:?}");
    assert_eq!(entries(&place), (0..8).map(entry).collect::<Vec<_>>());
    assert!(told.try_recv().is_err());
}

#[test]
fn what_is_buffered_is_written_at_the_end_and_later_calls_are_told() {
    let place = Place::new();
    let log = open(&place, OPTIONS);
    let other = log.clone();
    log.append(entry(0), Durability::Buffered, drop);
    log.close().unwrap();
    assert_eq!(entries(&place).len(), 1);
    assert!(matches!(
        other.append_synced(entry(1)),
        Err(AppendError::Closed)
    ));
    assert!(matches!(other.close(), Err(AppendError::Closed)));
    drop((log, other));
    let log = open(&place, OPTIONS);
    log.append(entry(2), Durability::Buffered, drop);
    drop(log);
    assert_eq!(entries(&place).len(), 2);
    place.verify().unwrap();
    assert_eq!(open(&place, OPTIONS).opened(), sosie_audit::After::Closed);
}

#[test]
fn the_last_handle_may_go_in_a_reply() {
    let place = Place::new();
    let log = open(&place, OPTIONS);
    let (sender, told) = channel();
    let held = log.clone();
    log.append(entry(0), Durability::Synced, move |seq| {
        std::thread::sleep(Duration::from_millis(20));
        drop(held);
        drop(sender.send(seq));
    });
    drop(log);
    told.recv().unwrap().unwrap();
}

#[test]
fn a_reply_that_panics_takes_nobody_along() {
    let place = Place::new();
    let log = open(&place, OPTIONS);
    log.append(entry(0), Durability::Synced, |_| panic!("of the test"));
    log.append_synced(entry(1)).unwrap();
    log.close().unwrap();
    assert_eq!(entries(&place).len(), 2);
}

#[test]
fn each_caller_is_told_when_the_log_can_not_be_written_and_when_it_can() {
    let place = Place::new();
    let log = open(&place, OPTIONS);
    let in_the_way = place.log().join(".next-HEAD");
    std::fs::create_dir(&in_the_way).unwrap();
    assert!(matches!(
        log.append_synced(entry(0)),
        Err(AppendError::Io(_))
    ));
    std::fs::remove_dir(&in_the_way).unwrap();
    log.append_synced(entry(1)).unwrap();
    assert_eq!(entries(&place), [entry(1)]);
}

#[test]
fn more_than_may_wait_is_refused_at_once() {
    let place = Place::new();
    let options = Options {
        queue_records_max: 1.try_into().unwrap(),
        ..OPTIONS
    };
    let log = open(&place, options);
    let (sender, told) = channel();
    // The thread waits in this reply, so the queue fills.
    let (release, wait) = channel::<()>();
    log.append(entry(0), Durability::Synced, move |_| {
        wait.recv().ok();
    });
    std::thread::sleep(Duration::from_millis(100));
    for number in 1..4 {
        let sender = sender.clone();
        log.append(entry(number), Durability::Synced, move |seq| {
            drop(sender.send(seq))
        });
    }
    let refused = told.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(matches!(refused, Err(AppendError::Busy)));
    drop(release);
}

#[test]
fn a_log_in_use_is_verified_and_trimmed_without_a_false_alarm() {
    let place = Place::new();
    let options = Options {
        segment_bytes_max: 5_000,
        checkpoint_records: 5,
        ..OPTIONS
    };
    let log = open(&place, options);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..400 {
                log.append_synced(entry(number)).unwrap();
                if number % 100 == 99 {
                    log.trim(time(Duration::from_secs(3_600))).unwrap().unwrap();
                }
            }
        });
        for _ in 0..200 {
            place.verify().unwrap();
        }
    });
}
