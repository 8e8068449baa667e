//! The snapshot against the plain search of the domain: the same answers, to the last bit.
//!
//! Worlds come from the strategies that the laws of the domain use; each is written, published, verified,
//! opened and asked.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

#[path = "../../similarity/tests/domain/fixtures.rs"]
#[allow(
    dead_code,
    reason = "shared with the laws of the domain, which use all of it"
)]
mod fixtures;
#[path = "../../similarity/tests/domain/strategies"]
#[allow(
    dead_code,
    reason = "shared with the laws of the domain, which use all of it"
)]
mod strategies {
    mod events;
    mod filters;
    mod profiles;
    mod searches;
    mod values;

    pub(crate) use searches::world;
}

use std::num::NonZeroUsize;

use proptest::prelude::*;
use sosie_index::{
    Built, Cancel, Current, FacetQuery, GenerationStore, IndexBuilder, ListQuery, SearchError,
    Snapshot, VerifiedGeneration,
};
use sosie_similarity::{Depth, Event, Facet, FacetCounts, Page, State, admits_time, reference};
use strategies::world;

const ALL: Page = Page {
    offset: 0,
    limit: 1_000,
};

/// Publishes the events in a directory of its own and opens them. `draft` records are written first
/// and replaced: an index that forgets to delete them would answer with both.
fn published(events: &[Event], replaced: &[Event]) -> (Snapshot, Built) {
    let dir = tempfile::tempdir().unwrap();
    let keep = NonZeroUsize::new(1).unwrap();
    let mut store = GenerationStore::open(dir.path(), keep).unwrap();
    let stage = store.stage().unwrap();
    let mut builder = IndexBuilder::create(stage.path()).unwrap();
    for event in replaced.iter().chain(events) {
        builder.upsert(event).unwrap();
    }
    let built = builder.finish().unwrap();
    let parts = built.to_parts(fixtures::instant("2025-01-01T00:00:00Z"));
    store.publish(stage, parts).unwrap();
    let current = Current::read(dir.path()).unwrap().unwrap();
    let verified = VerifiedGeneration::open(dir.path(), &current).unwrap();
    (Snapshot::open(verified).unwrap(), built)
}

/// The last events with other values, so that every field of a replaced record would show.
fn earlier_versions(events: &[Event]) -> Vec<Event> {
    let parts = events
        .iter()
        .rev()
        .take(5)
        .map(|event| event.parts().clone());
    let changed = parts.map(|mut parts| {
        parts.state = State::Held;
        parts.stated.nature = Some(fixtures::path("replaced"));
        parts.series_id = Some(fixtures::series_id("replaced"));
        fixtures::event(parts)
    });
    changed.collect()
}

proptest! {
    // A case builds an index and syncs it to disk, which costs tens of milliseconds.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_answer_equals_that_of_the_plain_search(world in world(), limit in 1usize..7) {
        let (snapshot, _) = published(&world.events, &earlier_versions(&world.events));
        let (search, cancel) = (world.search(), Cancel::default());
        let expected = reference::search(&world.events, &search, ALL);
        let answer = snapshot.search(&search, ALL, &cancel).unwrap();
        prop_assert_eq!(&answer.hits, &expected.hits);
        prop_assert_eq!(answer.counts.candidates, expected.counts.candidates);
        let mut paged = Vec::new();
        for offset in (0..expected.hits.len()).step_by(limit) {
            let page = snapshot.search(&search, Page { offset, limit }, &cancel).unwrap();
            prop_assert_eq!(page.has_more, offset + limit < expected.hits.len());
            paged.extend(page.hits);
        }
        prop_assert_eq!(paged, expected.hits);
    }

    #[test]
    fn every_explanation_equals_that_of_the_plain_search(world in world()) {
        let (snapshot, _) = published(&world.events, &[]);
        let search = world.search();
        for event in &world.events {
            let expected = reference::explain(&world.events, &search, event.id());
            let found = snapshot.explain(&search, event.id(), &Cancel::default()).unwrap();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn facets_and_lists_agree_with_the_events(world in world()) {
        let (snapshot, built) = published(&world.events, &[]);
        let (filter, as_of) = (world.search().filter().clone(), world.search().as_of());
        let passing: Vec<_> = world.events.iter().filter(|e| filter.passes(&e.candidate())).collect();

        let query = ListQuery { filter: filter.clone(), as_of: None };
        let listed = snapshot.list(&query, ALL, &Cancel::default()).unwrap();
        let mut expected: Vec<Event> = passing.iter().map(|event| (*event).clone()).collect();
        expected.sort_by(|a, b| {
            b.parts().times.start().cmp(&a.parts().times.start()).then(a.id().cmp(b.id()))
        });
        prop_assert_eq!(listed.events, expected);

        let facets = vec![
            Facet::Nature(None), Facet::Sector(Some(Depth::new(1).unwrap())),
            Facet::Month, Facet::Weekday, Facet::Source,
        ];
        let query = FacetQuery { filter, as_of, facets: facets.clone() };
        let answer = snapshot.count_facets(&query, &Cancel::default()).unwrap();
        let counted: Vec<_> =
            passing.into_iter().filter(|e| admits_time(as_of, &e.candidate())).collect();
        prop_assert_eq!(answer.candidates, counted.len());
        for (facet, counts) in facets.into_iter().zip(answer.counts) {
            let mut expected = FacetCounts::default();
            counted.iter().for_each(|event| expected.add(facet, &event.candidate()));
            prop_assert_eq!(counts, expected);
        }
        prop_assert_eq!(built.event_count, world.events.len() as u64);
        for event in &world.events {
            let stored = snapshot.event(event.id()).unwrap();
            prop_assert_eq!(stored.as_ref(), Some(event));
        }
    }

    #[test]
    fn the_content_digest_depends_on_the_events_alone(world in world()) {
        let (_, built) = published(&world.events, &earlier_versions(&world.events));
        let reversed: Vec<_> = world.events.iter().rev().cloned().collect();
        let (_, again) = published(&reversed, &[]);
        prop_assert_eq!(built.content_digest, again.content_digest);
        prop_assert_eq!(built.nature_digest, again.nature_digest);
        prop_assert_eq!(built.missing_by_axis, again.missing_by_axis);
    }
}

#[test]
fn an_index_without_events_answers_with_nothing() {
    let (snapshot, built) = published(&[], &[]);
    assert_eq!(built.event_count, 0);
    let search = fixtures::Asked::of_draft(fixtures::draft_of("music")).search();
    let answer = snapshot.search(&search, ALL, &Cancel::default()).unwrap();
    assert!(answer.hits.is_empty() && !answer.has_more);
}

#[test]
fn a_cancelled_search_ends_without_an_answer() {
    let parts = fixtures::parts("e1");
    let (snapshot, _) = published(&[fixtures::event(parts)], &[]);
    let cancel = Cancel::default();
    cancel.cancel();
    let search = fixtures::Asked::of_draft(fixtures::draft_of("music")).search();
    let ended = snapshot.search(&search, ALL, &cancel);
    assert!(matches!(ended, Err(SearchError::Cancelled)));
}
