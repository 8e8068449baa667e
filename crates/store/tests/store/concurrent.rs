//! Many callers, one writer.

use std::num::NonZeroUsize;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;

use sosie_similarity::Timestamp;
use sosie_store::{Outcome, Store, Writer, WriterOptions};

use crate::support::{at, batch, checked_log, open, put, seen, unchanged};

fn options(queue: usize) -> WriterOptions {
    WriterOptions {
        queue_batches_max: NonZeroUsize::new(queue).unwrap(),
        group_writes_max: NonZeroUsize::new(50).unwrap(),
    }
}

fn writer(store: &Arc<Store>, clock: impl Fn() -> Timestamp + Send + 'static) -> Writer {
    Writer::start(Arc::clone(store), options(16), clock, || {}).unwrap()
}

#[test]
fn every_caller_gets_the_outcomes_of_its_own_writes() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()));
    let writer = writer(&store, || at(100));
    let submit = |caller: usize| {
        for round in 0..20 {
            let own = |n| format!("{caller}-{round}-{n}");
            let writes = (0..3).map(|n| put(&own(n), n as u64)).collect();
            let outcomes = writer.submit(batch(writes)).unwrap();
            let view = store.view().unwrap();
            for (n, outcome) in (0..3).zip(&outcomes) {
                let Outcome::Accepted {
                    revision: 1,
                    position,
                } = *outcome
                else {
                    panic!("{outcome:?}");
                };
                let change = view.change(position).unwrap().unwrap();
                assert_eq!(change.event_id.as_str(), own(n));
            }
            assert_eq!(outcomes.len(), 3);
        }
    };
    thread::scope(|scope| {
        for caller in 0..8 {
            scope.spawn(move || submit(caller));
        }
    });
    assert_eq!(checked_log(&store.view().unwrap()).len(), 8 * 20 * 3);
}

#[test]
fn of_callers_that_have_seen_the_same_revision_one_wins() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()));
    let writer = writer(&store, || at(100));
    let won = Mutex::new(vec![0; 10]);
    thread::scope(|scope| {
        for caller in 0..4 {
            let (writer, won) = (&writer, &won);
            scope.spawn(move || {
                for round in 0..10 {
                    let write = seen(round as u64, put("a", 4 * round as u64 + caller));
                    let outcomes = writer.submit(batch(vec![write])).unwrap();
                    if matches!(outcomes[..], [Outcome::Accepted { .. }]) {
                        won.lock().unwrap()[round] += 1;
                    }
                }
            });
        }
    });
    let won = won.into_inner().unwrap();
    assert!(won.iter().all(|wins| *wins <= 1), "{won:?}");
    let revisions = checked_log(&store.view().unwrap()).len();
    assert_eq!(won.iter().sum::<usize>(), revisions);
}

#[test]
fn batches_that_come_while_a_transaction_is_written_share_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()));
    let (begin, may_begin) = channel::<()>();
    let transactions = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&transactions);
    // The clock is asked once per transaction: held up, it keeps the first one from going on.
    let clock = move || {
        let mut transactions = counted.lock().unwrap();
        *transactions += 1;
        if *transactions == 1 {
            may_begin.recv().unwrap();
        }
        at(100 * *transactions)
    };
    let writer = writer(&store, clock);
    let (sender, outcomes) = channel();
    for n in 0..10 {
        let sender = sender.clone();
        let reply =
            move |result: Result<Vec<Outcome>, _>| sender.send((n, result.unwrap())).unwrap();
        writer
            .offer(batch(vec![put(&format!("e{n}"), 1)]), reply)
            .unwrap();
    }
    begin.send(()).unwrap();
    drop(writer);
    drop(sender);
    let order: Vec<_> = outcomes.iter().map(|(n, _)| n).collect();
    assert_eq!(order, (0..10).collect::<Vec<_>>());
    assert!(*transactions.lock().unwrap() <= 2);
    assert_eq!(checked_log(&store.view().unwrap()).len(), 10);
}

#[test]
fn a_full_queue_gives_the_batch_back_and_loses_none_that_it_took() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()));
    let (begin, may_begin) = channel::<()>();
    let clock = move || {
        // Gone when all may go on.
        let _ = may_begin.recv();
        at(100)
    };
    let writer = Writer::start(Arc::clone(&store), options(2), clock, || {}).unwrap();
    let (sender, outcomes) = channel();
    let mut taken = 0;
    let full = loop {
        let sender = sender.clone();
        let reply = move |result: Result<Vec<Outcome>, _>| sender.send(result.unwrap()).unwrap();
        match writer.offer(batch(vec![put(&format!("e{taken}"), 1)]), reply) {
            Ok(()) => taken += 1,
            Err(full) => break full,
        }
    };
    assert!(taken >= 2, "the queue has room for two");
    assert_eq!(full.0.writes.len(), 1);
    drop(begin);
    drop(writer);
    drop(sender);
    assert_eq!(outcomes.iter().count(), taken);
    assert_eq!(checked_log(&store.view().unwrap()).len(), taken);
}

#[test]
fn batches_of_one_transaction_see_one_another() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let batches = [batch(vec![put("a", 1)]), batch(vec![put("a", 1)])];
    let outcomes = store.apply(&batches, at(100)).unwrap();
    assert_eq!(outcomes[1], [unchanged(1)]);
}
