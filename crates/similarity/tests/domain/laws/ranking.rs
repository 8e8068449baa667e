//! **Law.** The list is total, complete, the same for every order of the input, and pages tile it.

use std::cmp::Ordering;

use proptest::prelude::*;
use proptest::sample::Index;
use sosie_similarity::{Event, Hit, Page, Timestamp, reference};

use crate::fixtures::{Asked, hit_ids, ids_of, whole_list};
use crate::strategies::{World, world};

/// Score ↓, coverage ↓, start ↓, id ↑ bytewise, spelled out.
fn ranks_before(a: &Hit, b: &Hit) -> bool {
    let start = |hit: &Hit| hit.event.parts().times.start();
    let descending = |a: f64, b: f64| b.partial_cmp(&a).expect("no score is NaN");
    let order = descending(a.score.score, b.score.score)
        .then(descending(a.score.coverage, b.score.coverage))
        .then(start(b).cmp(&start(a)))
        .then(
            a.event
                .id()
                .as_str()
                .as_bytes()
                .cmp(b.event.id().as_str().as_bytes()),
        );
    order == Ordering::Less
}

fn shuffled() -> impl Strategy<Value = (World, Vec<Event>)> {
    world().prop_flat_map(|world| {
        let events = Just(world.events.clone()).prop_shuffle();
        (Just(world), events)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_hit_ranks_before_the_next(world in world()) {
        let hits = whole_list(&world.events, &world.search()).hits;
        prop_assert!(hits.is_sorted_by(ranks_before), "{:?}", ids_of(hits));
        let ranks: Vec<_> = hits.iter().map(|hit| hit.rank).collect();
        prop_assert_eq!(ranks, (1..=hits.len()).collect::<Vec<_>>());
    }

    #[test]
    fn the_order_of_the_input_does_not_matter((world, shuffled) in shuffled()) {
        let search = world.search();
        prop_assert_eq!(whole_list(&world.events, &search), whole_list(&shuffled, &search));
    }

    #[test]
    fn without_collapse_every_event_that_nothing_excludes_is_a_hit(world in world()) {
        let search = world.asked.with(|asked| asked.query.collapse_series = false).search();
        let is_hit = |event: &&Event| search.exclusions(&event.candidate()).is_empty();
        let admitted = world.events.iter().filter(is_hit);
        let mut expected: Vec<_> = admitted.map(|event| event.id().to_string()).collect();
        let mut found = hit_ids(&world.events, &search);
        expected.sort();
        found.sort();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn pages_tile_the_list(world in world(), limit in 1..8usize) {
        let search = world.search();
        let whole = whole_list(&world.events, &search);
        let mut hits = Vec::new();
        loop {
            let page = Page { offset: hits.len(), limit };
            let answer = reference::search(&world.events, &search, page);
            prop_assert_eq!(answer.counts, whole.counts);
            hits.extend(answer.hits);
            prop_assert_eq!(answer.has_more, hits.len() < whole.hits.len());
            prop_assert!(hits.len() % limit == 0 || !answer.has_more);
            if !answer.has_more {
                break;
            }
        }
        prop_assert_eq!(hits, whole.hits);
        prop_assert!(!whole.has_more);
    }

    #[test]
    fn the_probe_is_never_its_own_hit(world in world()) {
        let search = world.search();
        let probe = search.probe().event_id().map(ToString::to_string);
        let found = hit_ids(&world.events, &search);
        prop_assert!(probe.is_none_or(|probe| !found.contains(&probe)));
    }

    #[test]
    fn a_series_that_is_left_out_gives_no_hit_and_takes_no_other(world in world()) {
        let of = |excluded: bool| {
            let set = |asked: &mut Asked| {
                asked.query.exclude_probe_series = excluded;
                asked.query.collapse_series = false;
            };
            whole_list(&world.events, &world.asked.with(set).search()).hits
        };
        let series = world.asked.found.probe.series_id().cloned();
        let is_other = |hit: &Hit| series.is_none() || hit.event.parts().series_id != series;
        let others = of(false).into_iter().filter(is_other);
        prop_assert_eq!(ids_of(of(true)), ids_of(others));
    }

    #[test]
    fn nothing_that_ended_or_became_known_later_leaks_in(world in world(), at in any::<Index>()) {
        // Exactly an instant at which something ends or becomes known: the border itself.
        let parts = at.get(&world.events).parts();
        for as_of in [parts.times.end(), parts.known_time] {
            let asked = world.asked.with(|asked| {
                asked.query.as_of = Some(as_of);
                asked.query.collapse_series = false;
            });
            let past: Vec<_> = world.events.iter().filter(|event| {
                event.parts().times.end() <= as_of && event.parts().known_time <= as_of
            }).cloned().collect();
            let at_the_end_of_time = asked.with(|asked| {
                asked.query.as_of = Some(Timestamp::MAX);
            });
            let found = whole_list(&world.events, &asked.search());
            prop_assert_eq!(found, whole_list(&past, &at_the_end_of_time.search()));
        }
    }

    #[test]
    fn the_counts_are_those_of_the_candidates(world in world()) {
        let search = world.search();
        let counts = whole_list(&world.events, &search).counts;
        let admitted = world.events.iter().filter(|event| search.admits(&event.candidate()));
        let admitted = admitted.count();
        prop_assert_eq!((counts.candidates, counts.rows_scored), (admitted, admitted));
    }
}
