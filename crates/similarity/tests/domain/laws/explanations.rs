//! **Law.** An explanation agrees with the search: the rank there, or every rule against it.

use proptest::prelude::*;
use sosie_similarity::{Condition, Event, Exclusion, Search, Unscored, reference};

use crate::fixtures::{event_id, whole_list};
use crate::strategies::world;

/// The rules of SPEC that keep an event out, each asked for by itself.
fn rules_against(event: &Event, search: &Search) -> Vec<Exclusion> {
    let (parts, candidate) = (event.parts(), event.candidate());
    let fails = |condition| !search.filter().meets(condition, &candidate);
    let conditions = Condition::ALL
        .into_iter()
        .filter(|condition| *condition != Condition::States);
    let filter = conditions
        .filter(|condition| fails(*condition))
        .map(Exclusion::Filter);
    let scored = search.scorer().score(&event.values());
    let probe = search.probe();
    let rules = [
        (probe.event_id() == Some(event.id()), Exclusion::ProbeItself),
        (fails(Condition::States), Exclusion::State),
        (parts.times.end() > search.as_of(), Exclusion::NotEnded),
        (parts.known_time > search.as_of(), Exclusion::NotKnown),
        (
            scored == Err(Unscored::NoComparableAxis),
            Exclusion::NoComparableAxis,
        ),
        (scored == Err(Unscored::Coverage), Exclusion::Coverage),
    ];
    let broken = rules
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, rule)| rule);
    broken.chain(filter).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_explanation_agrees_with_the_search(world in world()) {
        let search = world.search();
        let hits = whole_list(&world.events, &search).hits;
        for event in &world.events {
            let explained = reference::explain(&world.events, &search, event.id()).unwrap();
            prop_assert_eq!(&explained.event, event);
            let hit = hits.iter().find(|hit| hit.event.id() == event.id());
            match (&explained.verdict, hit) {
                (Ok(rank), Some(hit)) => {
                    prop_assert_eq!(*rank, hit.rank);
                    prop_assert_eq!(explained.score, Some(hit.score));
                    prop_assert_eq!(&explained.ledger, &hit.ledger);
                }
                (Err(exclusions), None) => prop_assert!(!exclusions.is_empty()),
                (verdict, hit) => prop_assert!(false, "{verdict:?} but {hit:?}"),
            }
        }
    }

    #[test]
    fn every_rule_that_is_broken_is_told_and_no_other(world in world()) {
        let search = world.asked.with(|asked| asked.query.exclude_probe_series = false).search();
        for event in &world.events {
            let explained = reference::explain(&world.events, &search, event.id()).unwrap();
            let mut told = explained.verdict.err().unwrap_or_default();
            told.retain(|exclusion| !matches!(exclusion, Exclusion::SeriesCollapsed { .. }));
            let expected = rules_against(event, &search);
            prop_assert!(told.iter().all(|rule| expected.contains(rule)), "{told:?} {expected:?}");
            prop_assert_eq!(told.len(), expected.len());
        }
    }

    #[test]
    fn a_collapsed_event_names_the_better_member_that_is_a_hit(world in world()) {
        let search = world.asked.with(|asked| asked.query.collapse_series = true).search();
        let hits = whole_list(&world.events, &search).hits;
        for event in &world.events {
            let explained = reference::explain(&world.events, &search, event.id()).unwrap();
            let exclusions = explained.verdict.err().unwrap_or_default();
            for exclusion in &exclusions {
                if let Exclusion::SeriesCollapsed { kept } = exclusion {
                    prop_assert_eq!(exclusions.len(), 1);
                    let kept = hits.iter().find(|hit| hit.event.id() == kept).unwrap();
                    prop_assert_eq!(&kept.event.parts().series_id, &event.parts().series_id);
                    prop_assert!(kept.score.score >= explained.score.unwrap().score);
                    prop_assert!(kept.series_member_count > 1);
                }
            }
        }
    }

    #[test]
    fn an_event_that_is_not_stored_has_no_explanation(world in world()) {
        let stranger = event_id("stranger");
        prop_assert_eq!(reference::explain(&world.events, &world.search(), &stranger), None);
    }
}
