//! The files of eight cities and collections, loaded by their mappings: every row accounted for, and every
//! answer equal to that of the plain search, to the last bit, and the same bytes again and page by page.
//!
//! The files are not part of the project: where `../shared/data` is not there, each test says so and ends, or
//! fails if `SOSIE_REQUIRE_DATA` is set.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod loaded;

use std::collections::BTreeSet;
use std::time::Instant;

use prost::Message;
use sosie_index::Cancel;
use sosie_proto::pb;
use sosie_similarity::{Axis, Event, Page, Timestamp, reference};
use sosie_tests::{
    Asker, Clients, Draw, Running, difference, disagreement, ledgers_add_up, pb_query, raw_call,
    seed,
};

use loaded::{DataSet, Loaded, SAN_DIEGO, SAN_DIEGO_NATIVE, load, now, rows};

/// Questions for each file; `SOSIE_PROBES` sets another number.
const PROBES_DEFAULT: usize = 2_000;
/// One in so many is asked over gRPC too.
const PROBES_PER_CALL: usize = 10;
const THREADS: usize = 2;
/// Most hits that are paged through, as many as one page has at most.
const PAGED_HITS_MAX: usize = 1_000;
const PAGE_SIZES: [i32; 2] = [7, 100];
const FIND: &str = "/sosie.v1.SimilarEventsService/FindSimilarEvents";

#[test]
fn san_diego_agrees_with_the_plain_search() {
    check(&SAN_DIEGO);
}

#[test]
fn san_diego_in_its_own_columns_agrees_with_the_plain_search() {
    check(&SAN_DIEGO_NATIVE);
}

#[test]
fn seattle_agrees_with_the_plain_search() {
    check(&DataSet::new("seattle", "seattle_2014_2017.csv"));
}

#[test]
fn seattle_in_its_own_columns_agrees_with_the_plain_search() {
    check(&DataSet::new("seattle_native", "seattle_native.csv"));
}

#[test]
fn gatherings_in_the_united_states_agree_with_the_plain_search() {
    check(&DataSet::new("ccc", "ccc_us_2017_2020.csv"));
}

#[test]
fn madrid_agrees_with_the_plain_search() {
    check(&DataSet::new("madrid", "madrid_agenda.csv"));
}

#[test]
fn french_festivals_agree_with_the_plain_search() {
    check(&DataSet::new(
        "panorama",
        "fr_panorama_festivals_2018_2019.csv",
    ));
}

#[test]
fn new_york_agrees_with_the_plain_search() {
    check(&DataSet::new("nyc", "nyc_permits_2022.csv"));
}

#[test]
fn rows_of_san_diego_that_end_before_they_start_are_refused_with_that_reason() {
    for set in [SAN_DIEGO, SAN_DIEGO_NATIVE] {
        let (Some(loaded), Some((start, end))) = (load(&set), set.start_and_end) else {
            return;
        };
        // Local times of one form and one zone: as text they are in the order of time.
        let wrong = rows(&set, |row| !row[end].is_empty() && row[end] <= row[start]);
        let refused = loaded
            .summary
            .total
            .refusals
            .of("end_time", "END_BEFORE_START");
        assert!(wrong > 0, "{} has such rows", set.file);
        assert_eq!(
            refused, wrong,
            "{}: {:?}",
            set.file, loaded.summary.total.refusals
        );
    }
}

fn check(set: &DataSet) {
    let began = Instant::now();
    let Some(loaded) = load(set) else { return };
    every_row_is_accounted_for(set, &loaded);
    let loaded_s = began.elapsed().as_secs_f64();
    let seed = seed(set.mapping, 20_260_101);
    let probes = std::env::var("SOSIE_PROBES").ok();
    let probes = probes.map_or(PROBES_DEFAULT, |text| text.parse().unwrap());
    let with_hits = std::thread::scope(|scope| {
        let loaded = &loaded;
        let ask = |thread| move || ask_snapshot(loaded, seed + thread, probes / THREADS);
        let asked: Vec<_> = (0..THREADS as u64)
            .map(|thread| scope.spawn(ask(thread)))
            .collect();
        asked
            .into_iter()
            .map(|asked| asked.join().unwrap())
            .sum::<usize>()
    });
    let asked_s = began.elapsed().as_secs_f64();
    let calls = probes / PROBES_PER_CALL;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(ask_server(&loaded, seed, calls));
    let total = &loaded.summary.total;
    eprintln!(
        "{}: read {}, indexed {}, replaced {}, refused {} {:?}; {probes} probes, {with_hits} with hits, \
         {calls} of them over gRPC; loaded in {loaded_s:.1} s, asked in {:.1} s, called in {:.1} s",
        set.file,
        total.read,
        total.indexed,
        total.replaced,
        total.refused,
        total.refusals,
        asked_s - loaded_s,
        began.elapsed().as_secs_f64() - asked_s,
    );
    assert!(with_hits * 2 > probes, "most questions are to have hits");
}

fn every_row_is_accounted_for(set: &DataSet, loaded: &Loaded) {
    let total = &loaded.summary.total;
    assert_eq!(total.read, rows(set, |_| true));
    assert_eq!(total.indexed + total.replaced + total.refused, total.read);
    assert_eq!(total.refusals.total(), total.refused);
    assert_eq!(loaded.summary.event_count, total.indexed);
    let ids: BTreeSet<_> = loaded.events.iter().map(Event::id).collect();
    assert_eq!(ids.len() as u64, total.indexed);
    assert_eq!(loaded.events.len() as u64, total.indexed);
    let for_an_axis =
        |field: &str| Axis::from_name(field).is_some() || field == "active_duration_s";
    let lost = total
        .refusals
        .iter()
        .find(|(field, rule, _)| *rule == "REQUIRED" && for_an_axis(field));
    assert_eq!(lost, None, "no row is lost because an axis is missing");
}

/// Asks the snapshot `count` questions; gives the number of those with hits.
fn ask_snapshot(loaded: &Loaded, seed: u64, count: usize) -> usize {
    let asker = Asker::new(&loaded.events);
    let mut draw = Draw::new(seed);
    let mut with_hits = 0;
    for at in 0..count {
        let question = asker.question(&mut draw);
        let search = asker.search(question.query.clone(), now());
        let expected = reference::search(&loaded.events, &search, question.page);
        let found = loaded
            .snapshot
            .search(&search, question.page, &Cancel::default())
            .unwrap();
        let different = difference(&expected, &found);
        assert_eq!(different, None, "seed {seed}, question {at}: {question:?}");
        assert!(
            ledgers_add_up(&found.hits),
            "seed {seed}, question {at}: {question:?}"
        );
        with_hits += usize::from(found.counts.candidates > 0 && !found.hits.is_empty());
    }
    with_hits
}

async fn ask_server(loaded: &Loaded, seed: u64, count: usize) {
    let server = Running::start(loaded.dir.path()).await;
    let clients = server.clients().await;
    let asker = Asker::new(&loaded.events);
    let mut draw = Draw::new(seed);
    for at in 0..count {
        let question = asker.question(&mut draw);
        let request = pb::FindSimilarEventsRequest {
            query: Some(pb_query(&question.query)),
            page_size: Some(question.page.limit as i32),
            ..Default::default()
        };
        let (told, bytes) = find(&clients, &request).await;
        let as_of = told.receipt.as_ref().unwrap().as_of.unwrap();
        let (_, again) = find(&clients, &at_time(request, as_of)).await;
        assert!(again == bytes, "seed {seed}, call {at}: {question:?}");
        let as_of = Timestamp::from_parts(as_of.seconds, as_of.nanos).unwrap();
        let search = asker.search(question.query.clone(), as_of);
        let first = Page {
            offset: 0,
            limit: question.page.limit,
        };
        let expected = reference::search(&loaded.events, &search, first);
        let different = disagreement(&expected.hits, &told.hits);
        assert_eq!(different, None, "seed {seed}, call {at}: {question:?}");
        assert_eq!(
            told.counts.unwrap().candidates,
            expected.counts.candidates as i64
        );
        assert_eq!(!told.next_page_token.is_empty(), expected.has_more);
    }
    let paged = pages_equal_one_page(&clients, &asker, draw, seed).await;
    assert_eq!(
        paged,
        loaded.events.len().min(PAGED_HITS_MAX),
        "seed {seed}"
    );
    drop(clients);
    server.stop().await;
}

/// Pages through a question that leaves nothing out; gives the number of hits.
async fn pages_equal_one_page(
    clients: &Clients,
    asker: &Asker<'_>,
    mut draw: Draw,
    seed: u64,
) -> usize {
    let mut query = pb_query(&asker.question(&mut draw).query);
    query.filter = None;
    query.min_coverage = Some(0.0);
    query.as_of = None;
    query.exclude_probe_series = false;
    query.collapse_series = Some(false);
    let ask = |query: &pb::SimilarityQuery, size, page_token| pb::FindSimilarEventsRequest {
        query: Some(query.clone()),
        page_size: Some(size),
        page_token,
        include_footprints: true,
    };
    let page_of_all = ask(&query, PAGED_HITS_MAX as i32, String::new());
    let (whole, bytes) = find(clients, &page_of_all).await;
    let as_of = whole.receipt.as_ref().unwrap().as_of.unwrap();
    let (_, again) = find(clients, &at_time(page_of_all, as_of)).await;
    assert!(again == bytes, "seed {seed}: one page of all, again");
    query.as_of = Some(as_of);
    for size in PAGE_SIZES {
        let (mut hits, mut token) = (Vec::new(), String::new());
        while hits.len() < whole.hits.len() {
            let left = (whole.hits.len() - hits.len()) as i32;
            let (page, _) = find(clients, &ask(&query, left.min(size), token)).await;
            assert_eq!(page.receipt, whole.receipt, "seed {seed}, pages of {size}");
            assert!(!page.hits.is_empty(), "seed {seed}, pages of {size}");
            hits.extend(page.hits);
            token = page.next_page_token;
        }
        assert!(hits == whole.hits, "seed {seed}, pages of {size}");
        assert_eq!(token.is_empty(), whole.next_page_token.is_empty());
    }
    whole.hits.len()
}

/// The request with the time of an answer to it, which is the same request.
fn at_time(
    mut request: pb::FindSimilarEventsRequest,
    as_of: prost_types::Timestamp,
) -> pb::FindSimilarEventsRequest {
    request.query.as_mut().unwrap().as_of = Some(as_of);
    request
}

/// The answer and the bytes that said it.
async fn find(
    clients: &Clients,
    request: &pb::FindSimilarEventsRequest,
) -> (pb::FindSimilarEventsResponse, Vec<u8>) {
    let bytes = raw_call(&clients.channel, FIND, request).await.unwrap();
    let answer = pb::FindSimilarEventsResponse::decode(&bytes[..]).unwrap();
    (answer, bytes)
}
