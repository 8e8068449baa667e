//! The same request on the same generation gives the same bytes: again, from another process, page by page.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::time::Instant;

use prost::Message;
use sosie_proto::pb;
use sosie_similarity::Event;
use sosie_tests::{
    Asker, Clients, Draw, Publisher, Running, ServerProcess, pb_filter, pb_query, raw_call, seed,
    synthetic_events,
};
use tempfile::TempDir;
use tonic::transport::Channel;

const FIND: &str = "/sosie.v1.SimilarEventsService/FindSimilarEvents";
const EXPLAIN: &str = "/sosie.v1.SimilarEventsService/ExplainEvent";
const FACETS: &str = "/sosie.v1.SimilarEventsService/CountFacets";
const LIST: &str = "/sosie.v1.EventService/ListEvents";
const GET: &str = "/sosie.v1.EventService/GetEvent";

/// Questions, each put to five methods.
const QUESTIONS: usize = 150;

fn published(seed: u64, count: usize) -> (TempDir, Vec<Event>) {
    let dir = TempDir::new().unwrap();
    let events = synthetic_events(seed, count);
    Publisher::open(dir.path(), 2).publish(&events);
    (dir, events)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_call_gives_the_same_bytes_again_and_from_another_process() {
    let began = Instant::now();
    let seed = seed("bytes", 7);
    let (dir, events) = published(seed, 2_000);
    let (here, logs) = (Running::start(dir.path()).await, TempDir::new().unwrap());
    let there = ServerProcess::start(dir.path(), &logs.path().join("log"));
    let (here, there) = (here.clients().await.channel, there_clients(&there).await);
    let asker = Asker::new(&events);
    let mut draw = Draw::new(seed);
    for at in 0..QUESTIONS {
        let query = pb_query(&asker.question(&mut draw).query);
        let footprints = draw.chance(0.5);
        let find = |query: pb::SimilarityQuery| pb::FindSimilarEventsRequest {
            query: Some(query),
            page_size: Some(25),
            page_token: String::new(),
            include_footprints: footprints,
        };
        let bytes = raw_call(&here, FIND, &find(query.clone())).await.unwrap();
        let answer = pb::FindSimilarEventsResponse::decode(&bytes[..]).unwrap();
        // What was sent is the one form that prost gives it: nothing depends on the order of a map.
        assert_eq!(answer.encode_to_vec(), bytes, "seed {seed}, question {at}");
        let pinned = pb::SimilarityQuery {
            as_of: answer.receipt.unwrap().as_of,
            ..query
        };
        for channel in [&here, &there, &here] {
            let again = raw_call(channel, FIND, &find(pinned.clone()))
                .await
                .unwrap();
            assert_eq!(again, bytes, "seed {seed}, question {at}");
        }
        let explained = draw.one(&events).id().to_string();
        others_agree(&[&here, &here, &there], &pinned, &explained).await;
    }
    eprintln!(
        "bytes: {QUESTIONS} questions, {:.1} s",
        began.elapsed().as_secs_f64()
    );
}

async fn there_clients(server: &ServerProcess) -> Channel {
    server.clients().await.channel
}

/// The other methods, each asked on every channel.
async fn others_agree(channels: &[&Channel], query: &pb::SimilarityQuery, event_id: &str) {
    let (filter, as_of) = (query.filter.clone(), query.as_of);
    let event_id = event_id.to_owned();
    let explain = pb::ExplainEventRequest {
        query: Some(query.clone()),
        event_id: event_id.clone(),
    };
    let facets = pb::CountFacetsRequest {
        filter: filter.clone(),
        as_of,
        facets: vec![],
    };
    let page_size = Some(30);
    let list = pb::ListEventsRequest {
        filter,
        as_of,
        page_size,
        ..Default::default()
    };
    same_bytes(channels, EXPLAIN, &explain).await;
    same_bytes(channels, FACETS, &facets).await;
    same_bytes(channels, LIST, &list).await;
    same_bytes(channels, GET, &pb::GetEventRequest { event_id }).await;
}

async fn same_bytes(channels: &[&Channel], path: &'static str, request: &impl Message) {
    let first = raw_call(channels[0], path, request).await.unwrap();
    for channel in &channels[1..] {
        let again = raw_call(channel, path, request).await.unwrap();
        assert_eq!(again, first, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paging_through_a_thousand_hits_equals_one_page_of_a_thousand() {
    let began = Instant::now();
    let seed = seed("paging", 8);
    let (dir, events) = published(seed, 3_000);
    let server = Running::start(dir.path()).await;
    let clients = server.clients().await;
    let asker = Asker::new(&events);
    let mut draw = Draw::new(seed);
    let mut hits = 0;
    for collapse_series in [false, true] {
        let mut query = pb_query(&asker.question(&mut draw).query);
        // Nothing is left out, so that there are far more than a thousand hits.
        query.filter = None;
        query.min_coverage = Some(0.0);
        query.as_of = None;
        query.collapse_series = Some(collapse_series);
        let whole = find(&clients, &query, 1_000, String::new()).await;
        assert_eq!(whole.hits.len(), 1_000, "seed {seed}");
        query.as_of = whole.receipt.as_ref().unwrap().as_of;
        for sizes in [vec![7], vec![100], vec![1, 333, 10]] {
            let pages = pages(&clients, &query, &sizes).await;
            assert_eq!(pages, whole.hits, "seed {seed}, pages of {sizes:?}");
            hits += pages.len();
        }
    }
    eprintln!(
        "paging: {hits} hits, {:.1} s",
        began.elapsed().as_secs_f64()
    );
}

/// The first thousand hits in pages of these sizes, one after the other and over again. `as_of` is given on the
/// first page only: the token keeps it.
async fn pages(
    clients: &Clients,
    query: &pb::SimilarityQuery,
    sizes: &[i32],
) -> Vec<pb::SimilarEvent> {
    let (mut hits, mut token) = (Vec::new(), String::new());
    let mut receipts = Vec::new();
    for size in sizes.iter().cycle() {
        let left = 1_000 - hits.len() as i32;
        let mut query = query.clone();
        query.as_of = query.as_of.filter(|_| token.is_empty());
        let page = find(clients, &query, left.min(*size), token).await;
        hits.extend(page.hits);
        receipts.push(page.receipt.unwrap());
        token = page.next_page_token;
        if hits.len() == 1_000 {
            break;
        }
    }
    receipts.dedup();
    assert_eq!(receipts.len(), 1, "one receipt for all pages");
    hits
}

async fn find(
    clients: &Clients,
    query: &pb::SimilarityQuery,
    page_size: i32,
    page_token: String,
) -> pb::FindSimilarEventsResponse {
    let request = pb::FindSimilarEventsRequest {
        query: Some(query.clone()),
        page_size: Some(page_size),
        page_token,
        include_footprints: true,
    };
    let mut client = clients.similar_events.clone();
    client
        .find_similar_events(request)
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_a_list_of_events_neither_overlap_nor_skip() {
    let seed = seed("list pages", 9);
    let (dir, events) = published(seed, 1_500);
    let server = Running::start(dir.path()).await;
    let mut client = server.clients().await.events;
    let asker = Asker::new(&events);
    let mut draw = Draw::new(seed);
    for at in 0..20 {
        let filter = pb_filter(&asker.question(&mut draw).query.filter);
        let mut list = async |page_size, page_token| {
            let filter = Some(filter.clone());
            let page_size = Some(page_size);
            let request = pb::ListEventsRequest {
                filter,
                page_size,
                page_token,
                ..Default::default()
            };
            client.list_events(request).await.unwrap().into_inner()
        };
        let mut whole = list(1_000, String::new()).await;
        if !whole.next_page_token.is_empty() {
            whole
                .events
                .extend(list(1_000, whole.next_page_token).await.events);
        }
        let (mut paged, mut token) = (Vec::new(), String::new());
        loop {
            let page = list(97, token).await;
            paged.extend(page.events);
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(paged, whole.events, "seed {seed}, filter {at}");
    }
    eprintln!("list pages: 20 filters");
}
