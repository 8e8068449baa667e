//! Fifty publications while clients call: no call fails, and every answer agrees with the generation it names.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use sosie_index::GenerationId;
use sosie_proto::{pb, to_pb};
use sosie_similarity::{Axis, Event, EventId, Page, ProbeRef, Timestamp, reference};
use sosie_tests::{
    Asker, Clients, Draw, Publisher, Question, Running, disagreement, pb_filter, pb_query, seed,
    synthetic_events, until,
};
use tempfile::TempDir;

const PUBLICATIONS: usize = 50;
const CLIENTS: u64 = 4;
const EVENTS: usize = 300;

/// What the publisher and the clients share.
struct Town {
    seed: u64,
    /// The events of each generation, put down before it is published.
    history: Mutex<HashMap<String, Arc<Vec<Event>>>>,
    /// The latest generation that an answer named.
    seen: AtomicU64,
    /// Answers that agreed.
    agreed: AtomicUsize,
    over: AtomicBool,
}

impl Town {
    /// The same ids in every generation, and nothing else the same: a mixture would show.
    fn put_down(&self, number: usize) -> Arc<Vec<Event>> {
        let events = Arc::new(synthetic_events(self.seed + number as u64, EVENTS));
        let mut history = self.history.lock().unwrap();
        history.insert(format!("gen-{number:06}"), Arc::clone(&events));
        events
    }

    /// The events of the generation that a receipt names, and the `as_of` that it applied.
    fn pinned(&self, receipt: Option<&pb::Receipt>) -> (Arc<Vec<Event>>, Timestamp) {
        let receipt = receipt.unwrap();
        let number = GenerationId::parse(&receipt.generation_id)
            .unwrap()
            .number();
        self.seen.fetch_max(number, Ordering::Relaxed);
        let events = Arc::clone(&self.history.lock().unwrap()[&receipt.generation_id]);
        let as_of = receipt.as_of.map_or(Timestamp::MAX, |as_of| {
            Timestamp::from_parts(as_of.seconds, as_of.nanos).unwrap()
        });
        (events, as_of)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_and_every_answer_agrees_with_the_generation_it_names() {
    let began = Instant::now();
    let dir = TempDir::new().unwrap();
    let town = Arc::new(Town {
        seed: seed("swaps", 50),
        history: Mutex::default(),
        seen: AtomicU64::new(0),
        agreed: AtomicUsize::new(0),
        over: AtomicBool::new(false),
    });
    let mut publisher = Publisher::open(dir.path(), 2);
    publisher.publish(&town.put_down(1));
    let server = Running::start(dir.path()).await;
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let calling = call(
            Arc::clone(&town),
            server.clients().await,
            town.seed + 1_000 + client,
        );
        clients.spawn(calling);
    }
    let publishing = Arc::clone(&town);
    let published = tokio::task::spawn_blocking(move || publish(&publishing, &mut publisher));
    let published = published.await;
    town.over.store(true, Ordering::Relaxed);
    clients.join_all().await;
    published.unwrap();
    server.stop().await;
    let (agreed, took_s) = (
        town.agreed.load(Ordering::Relaxed),
        began.elapsed().as_secs_f64(),
    );
    eprintln!("swaps: {PUBLICATIONS} publications, {agreed} answers, {took_s:.1} s");
}

/// Each generation is answered from before the next one comes.
fn publish(town: &Town, publisher: &mut Publisher) {
    for number in 2..=PUBLICATIONS + 1 {
        let events = town.put_down(number);
        let current = publisher.publish(&events);
        assert_eq!(current.generation.number(), number as u64);
        let is_seen = || town.seen.load(Ordering::Relaxed) >= number as u64;
        until("an answer from the new generation", || {
            is_seen().then_some(())
        });
    }
}

async fn call(town: Arc<Town>, clients: Clients, seed: u64) {
    let first = Arc::clone(&town.history.lock().unwrap()["gen-000001"]);
    let asker = Asker::new(&first);
    let mut draw = Draw::new(seed);
    while !town.over.load(Ordering::Relaxed) {
        let mut question = asker.question(&mut draw);
        if let ProbeRef::Stored(_) = question.query.probe {
            // Every event has a day: the probe is valid in each generation, whatever else it has there.
            question
                .query
                .weight_overrides
                .retain(|(axis, _)| *axis != Axis::DayKind);
        }
        match draw.below(6) {
            0 => explain(&town, &clients, &question, draw.one(&first).id()).await,
            1 => list(&town, &clients, &question).await,
            _ => find(&town, &clients, &question).await,
        }
        town.agreed.fetch_add(1, Ordering::Relaxed);
    }
}

async fn find(town: &Town, clients: &Clients, question: &Question) {
    let request = pb::FindSimilarEventsRequest {
        query: Some(pb_query(&question.query)),
        page_size: Some(question.page.limit as i32),
        ..Default::default()
    };
    let mut client = clients.similar_events.clone();
    let told = client
        .find_similar_events(request)
        .await
        .unwrap()
        .into_inner();
    let (events, as_of) = town.pinned(told.receipt.as_ref());
    let search = Asker::new(&events).search(question.query.clone(), as_of);
    let page = Page {
        offset: 0,
        limit: question.page.limit,
    };
    let expected = reference::search(&events, &search, page);
    let different = disagreement(&expected.hits, &told.hits);
    assert_eq!(different, None, "seed {}: {question:?}", town.seed);
    assert_eq!(
        told.counts.unwrap().candidates,
        expected.counts.candidates as i64
    );
}

async fn explain(town: &Town, clients: &Clients, question: &Question, event_id: &EventId) {
    let request = pb::ExplainEventRequest {
        query: Some(pb_query(&question.query)),
        event_id: event_id.to_string(),
    };
    let mut client = clients.similar_events.clone();
    let told = client.explain_event(request).await.unwrap().into_inner();
    let (events, as_of) = town.pinned(told.receipt.as_ref());
    let search = Asker::new(&events).search(question.query.clone(), as_of);
    let expected = reference::explain(&events, &search, event_id).unwrap();
    let context = format!("seed {}: {question:?}", town.seed);
    assert_eq!(
        told.score,
        expected.score.map(|score| score.score),
        "{context}"
    );
    assert_eq!(
        told.event,
        Some(to_pb::event(&expected.event, true)),
        "{context}"
    );
    let lines: Vec<_> = expected.ledger.iter().map(to_pb::ledger_line).collect();
    assert_eq!(told.ledger, lines, "{context}");
    match (told.verdict.unwrap(), expected.verdict) {
        (pb::explain_event_response::Verdict::Hit(hit), Ok(rank)) => {
            assert_eq!(hit.rank, rank as i64, "{context}");
        }
        (pb::explain_event_response::Verdict::Excluded(told), Err(exclusions)) => {
            assert_eq!(told.exclusions.len(), exclusions.len(), "{context}");
        }
        (told, expected) => panic!("{context}: {expected:?} expected, {told:?} found"),
    }
}

async fn list(town: &Town, clients: &Clients, question: &Question) {
    let filter = question.query.filter.clone();
    let request = pb::ListEventsRequest {
        filter: Some(pb_filter(&filter)),
        page_size: Some(20),
        ..Default::default()
    };
    let told = clients
        .events
        .clone()
        .list_events(request)
        .await
        .unwrap()
        .into_inner();
    let (events, _) = town.pinned(told.receipt.as_ref());
    let passing = events
        .iter()
        .filter(|event| filter.passes(&event.candidate()));
    let mut passing: Vec<_> = passing.collect();
    passing.sort_by_key(|event| (std::cmp::Reverse(event.parts().times.start()), event.id()));
    let first = passing
        .into_iter()
        .take(20)
        .map(|event| to_pb::event(event, false));
    assert_eq!(
        told.events,
        first.collect::<Vec<_>>(),
        "seed {}: {filter:?}",
        town.seed
    );
}
