//! The pruned search against the scan and the plain search of the domain, over made-up events; and what it costs.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::num::NonZeroUsize;

use sosie_index::{
    Cancel, Current, GenerationStore, IndexBuilder, ListQuery, Path, Ranked, Snapshot,
    VerifiedGeneration,
};
use sosie_similarity::limits::RADIUS_KM_MAX;
use sosie_similarity::{
    Circle, Counts, EARTH_RADIUS_KM, Event, EventId, Filter, Location, Page, Search, State,
    haversine_km, reference,
};
use sosie_synthetic::{Config, Generator, QuerySet, SearchChoice, horizon};

fn generator() -> Generator {
    let config = Config {
        footprints_share: 0.05,
        ..Config::default()
    };
    Generator::new(11, config)
}

/// Publishes what `fill` writes and opens it; there are at least so many segments.
fn published_by(segments: usize, fill: impl FnOnce(&mut IndexBuilder)) -> Snapshot {
    let dir = tempfile::tempdir().unwrap();
    let mut store = GenerationStore::open(dir.path(), NonZeroUsize::MIN).unwrap();
    let stage = store.stage().unwrap();
    let mut builder = IndexBuilder::create(stage.path()).unwrap();
    fill(&mut builder);
    let parts = builder.finish().unwrap().to_parts(horizon());
    let files = std::fs::read_dir(stage.path()).unwrap().flatten();
    let stores = files.filter(|file| file.path().extension().is_some_and(|end| end == "store"));
    assert!(stores.count() >= segments);
    store.publish(stage, parts).unwrap();
    let current = Current::read(dir.path()).unwrap().unwrap();
    Snapshot::open(VerifiedGeneration::open(dir.path(), &current).unwrap()).unwrap()
}

/// The first events; a new segment begins after every `cut`.
fn published(generator: &Generator, events: u64, cut: u64) -> Snapshot {
    let segments = events.div_ceil(cut) as usize;
    published_by(segments, |builder| {
        for index in 0..events {
            // Some are written twice: what is deleted is no row.
            if index % 50 == 0 {
                builder.upsert(&generator.event(index)).unwrap();
            }
            builder.upsert(&generator.event(index)).unwrap();
            if index % cut == cut - 1 {
                builder.cut().unwrap();
            }
        }
    })
}

fn opened(events: &[Event]) -> Snapshot {
    published_by(1, |builder| {
        for event in events {
            builder.upsert(event).unwrap();
        }
    })
}

fn ranked(snapshot: &Snapshot, search: &Search, page: Page, path: Path) -> (Vec<Ranked>, Counts) {
    snapshot
        .rank(search, page, path, &Cancel::default())
        .unwrap()
}

#[test]
fn pruned_scanned_and_plain_searches_agree_on_searches_of_every_kind() {
    const EVENTS: u64 = 4_000;
    let generator = generator();
    let snapshot = published(&generator, EVENTS, u64::MAX);
    let events: Vec<Event> = (0..EVENTS).map(|index| generator.event(index)).collect();
    for index in 0..150 {
        let (search, page) = generator.any_search(index, EVENTS);
        let expected = reference::search(&events, &search, page);
        for path in [Path::Pruned, Path::Scan] {
            let found = snapshot
                .search_by(&search, page, path, &Cancel::default())
                .unwrap();
            assert!(found.hits == expected.hits, "search {index}, {path:?}");
            assert_eq!(
                found.has_more, expected.has_more,
                "search {index}, {path:?}"
            );
            assert_eq!(
                found.counts.candidates, expected.counts.candidates,
                "search {index}"
            );
        }
    }
}

#[test]
fn pruned_and_scanned_searches_agree_at_size() {
    const EVENTS: u64 = 40_000;
    let generator = generator();
    let snapshot = published(&generator, EVENTS, u64::MAX);
    for index in 1_000..1_600 {
        let (search, page) = generator.any_search(index, EVENTS);
        let (found, counts) = ranked(&snapshot, &search, page, Path::Pruned);
        let (expected, counted) = ranked(&snapshot, &search, page, Path::Scan);
        assert!(found == expected, "search {index}");
        assert_eq!(counts.candidates, counted.candidates, "search {index}");
    }
}

#[test]
fn segments_change_no_answer() {
    const EVENTS: u64 = 1_600;
    let generator = generator();
    let whole = published(&generator, EVENTS, u64::MAX);
    // Four and sixteen cuts, and one event a segment at the end.
    for cut in [400, 100, EVENTS - 1] {
        let parted = published(&generator, EVENTS, cut);
        for index in 0..60 {
            let (search, page) = generator.any_search(index, EVENTS);
            let answer = |of: &Snapshot| of.search(&search, page, &Cancel::default()).unwrap().hits;
            assert!(
                answer(&parted) == answer(&whole),
                "search {index}, cut {cut}"
            );
        }
    }
}

/// Identical events tie to the last: the latest start, then the lowest id, and none is lost.
#[test]
fn events_alike_in_everything_are_told_apart_by_their_ids() {
    let generator = generator();
    let first = generator.event(0);
    let twins = (0..300).map(|number| {
        let mut parts = first.parts().clone();
        parts.event_id = EventId::new(&format!("twin-{number:03}")).unwrap();
        parts.series_id = None;
        Event::new(parts).unwrap()
    });
    let events: Vec<Event> = twins.collect();
    let snapshot = opened(&events.iter().rev().cloned().collect::<Vec<_>>());
    let search = generator
        .query(QuerySet::B, 0)
        .search(SearchChoice::default())
        .unwrap();
    let page = Page {
        offset: 95,
        limit: 20,
    };
    let expected = reference::search(&events, &search, page);
    let found = snapshot.search(&search, page, &Cancel::default()).unwrap();
    assert!(found.hits == expected.hits);
}

/// What a search touches, counted: the same on every machine. A change that looks at more has to say why.
#[test]
fn a_search_among_200_000_events_looks_at_few_blocks() {
    const EVENTS: u64 = 200_000;
    const QUERIES: u64 = 40;
    let generator = Generator::new(1, Config::default());
    let snapshot = published(&generator, EVENTS, u64::MAX);
    let page = Page {
        offset: 0,
        limit: 10,
    };
    let mut found = Vec::new();
    for set in QuerySet::ALL {
        let (mut blocks, mut rows, mut all) = (0, 0, 0);
        for index in 0..QUERIES {
            let search = generator
                .query(set, index)
                .search(SearchChoice::default())
                .unwrap();
            let (_, counts) = ranked(&snapshot, &search, page, Path::Pruned);
            blocks += counts.blocks_scored;
            rows += counts.rows_scored;
            all += counts.blocks_scored + counts.blocks_skipped;
        }
        let queries = QUERIES as usize;
        let share = 100 * blocks / all;
        found.push(format!(
            "{} {} blocks ({share} %), {} rows",
            set.name(),
            blocks / queries,
            rows / queries
        ));
    }
    expect_test::expect![[r#"
        a 690 blocks (21 %), 60 rows
        b 366 blocks (11 %), 39 rows
        c 400 blocks (12 %), 57 rows
        d 542 blocks (17 %), 50 rows
        e 570 blocks (17 %), 57 rows"#]]
    .assert_eq(&found.join("\n"));
}

/// A circle of half the girth of the Earth holds every place, its antipode too, where a chord tells nothing.
#[test]
fn circles_of_every_size_hold_what_their_distance_says() {
    let generator = generator();
    let center = Location::new(43.3, 5.4).unwrap();
    let places = [
        (43.3, 5.4),
        (-43.3, -174.6),
        (-43.2, -174.0),
        (90.0, 0.0),
        (-20.0, 180.0),
    ];
    let events = places
        .into_iter()
        .zip(0..)
        .map(|((latitude, longitude), number)| {
            let mut parts = generator.event(0).parts().clone();
            parts.event_id = EventId::new(&format!("place-{number}")).unwrap();
            parts.stated.footprint = None;
            parts.stated.location = Some(Location::new(latitude, longitude).unwrap());
            Event::new(parts).unwrap()
        });
    let events: Vec<Event> = events.collect();
    let snapshot = opened(&events);
    let distances = events
        .iter()
        .map(|e| haversine_km(center, e.values().location.unwrap()));
    let half_girth = std::f64::consts::PI * EARTH_RADIUS_KM;
    for radius_km in distances.chain([0.0, 18_000.0, 19_000.0, half_girth, RADIUS_KM_MAX]) {
        let filter = Filter {
            states: State::ALL.into(),
            radius: Some(Circle::new(center, radius_km.min(RADIUS_KM_MAX)).unwrap()),
            ..Filter::default()
        };
        let expected = events
            .iter()
            .filter(|event| filter.passes(&event.candidate()))
            .count();
        let query = ListQuery {
            filter,
            as_of: None,
        };
        let page = Page {
            offset: 0,
            limit: 10,
        };
        let listed = snapshot.list(&query, page, &Cancel::default()).unwrap();
        assert_eq!(listed.events.len(), expected, "{radius_km} km");
    }
}
