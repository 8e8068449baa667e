//! The files of eight cities and collections, loaded by their mappings: every row accounted for, and every
//! answer equal to that of the plain search, to the last bit.
//!
//! The files are not part of the project: where `../shared/data` is not there, each test says so and ends.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod loaded;

use std::collections::BTreeSet;
use std::time::Instant;

use sosie_index::Cancel;
use sosie_proto::pb;
use sosie_similarity::{Axis, Event, Page, Timestamp, reference};
use sosie_tests::{
    Asker, Clients, Draw, Running, difference, disagreement, ledgers_add_up, pb_query, seed,
};

use loaded::{DataSet, Loaded, SAN_DIEGO, SAN_DIEGO_NATIVE, load, now, rows};

/// Questions for each file; `SOSIE_PROBES` sets another number.
const PROBES_DEFAULT: usize = 2_000;
/// One in so many is asked over gRPC too.
const PROBES_PER_CALL: usize = 10;
const THREADS: usize = 2;

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
        let told = find(&clients, request).await;
        let as_of = told.receipt.as_ref().unwrap().as_of.unwrap();
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
    drop(clients);
    server.stop().await;
}

async fn find(
    clients: &Clients,
    request: pb::FindSimilarEventsRequest,
) -> pb::FindSimilarEventsResponse {
    clients
        .similar_events
        .clone()
        .find_similar_events(request)
        .await
        .unwrap()
        .into_inner()
}
