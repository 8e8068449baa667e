//! The pruned search against the scan and the plain search of the domain, over made-up events; and what it costs.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::num::NonZeroUsize;

use sosie_index::{
    Built, Cancel, Current, GenerationStore, IndexBuilder, ManifestParts, Path, Ranked, Snapshot,
    VerifiedGeneration,
};
use sosie_similarity::{Counts, Event, Page, Search, reference};
use sosie_synthetic::{Config, Generator, QuerySet, SearchChoice, horizon};

fn generator() -> Generator {
    let config = Config {
        footprints_share: 0.05,
        ..Config::default()
    };
    Generator::new(11, config)
}

/// Publishes the events of these indices and opens them; a new segment begins after every `cut`.
fn published(generator: &Generator, events: u64, cut: u64) -> Snapshot {
    let dir = tempfile::tempdir().unwrap();
    let mut store = GenerationStore::open(dir.path(), NonZeroUsize::MIN).unwrap();
    let stage = store.stage().unwrap();
    let mut builder = IndexBuilder::create(stage.path()).unwrap();
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
    store
        .publish(stage, parts(builder.finish().unwrap()))
        .unwrap();
    let current = Current::read(dir.path()).unwrap().unwrap();
    Snapshot::open(VerifiedGeneration::open(dir.path(), &current).unwrap()).unwrap()
}

fn parts(built: Built) -> ManifestParts {
    ManifestParts {
        event_count: built.event_count,
        content_digest: built.content_digest,
        schema_digest: built.schema_digest,
        nature_digest: built.nature_digest,
        sector_digest: built.sector_digest,
        profiles: Vec::new(),
        sources: Vec::new(),
        missing_by_axis: built.missing_by_axis,
        created_time: horizon(),
    }
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
        parts.event_id = sosie_similarity::EventId::new(&format!("twin-{number:03}")).unwrap();
        parts.series_id = None;
        Event::new(parts).unwrap()
    });
    let events: Vec<Event> = twins.collect();
    let dir = tempfile::tempdir().unwrap();
    let mut store = GenerationStore::open(dir.path(), NonZeroUsize::MIN).unwrap();
    let stage = store.stage().unwrap();
    let mut builder = IndexBuilder::create(stage.path()).unwrap();
    for event in events.iter().rev() {
        builder.upsert(event).unwrap();
    }
    store
        .publish(stage, parts(builder.finish().unwrap()))
        .unwrap();
    let current = Current::read(dir.path()).unwrap().unwrap();
    let snapshot = Snapshot::open(VerifiedGeneration::open(dir.path(), &current).unwrap()).unwrap();
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
        a 689 blocks (21 %), 81 rows
        b 365 blocks (11 %), 60 rows
        c 400 blocks (12 %), 78 rows
        d 541 blocks (17 %), 74 rows
        e 570 blocks (17 %), 85 rows"#]]
    .assert_eq(&found.join("\n"));
}
