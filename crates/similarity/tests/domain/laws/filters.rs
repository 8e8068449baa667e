//! **Law.** Conditions are joined by AND: one more never adds a hit, and changes no score.

use proptest::prelude::*;
use proptest::sample::select;
use sosie_similarity::{Condition, Filter, Hit};

use crate::fixtures::whole_list;
use crate::strategies::{World, all_states, copy_condition, full_filter, world};

fn hits(world: &World, filter: &Filter, collapse: bool) -> Vec<Hit> {
    let asked = world.asked.with(|asked| {
        asked.query.filter = filter.clone();
        asked.query.collapse_series = collapse;
    });
    whole_list(&world.events, &asked.search()).hits
}

/// What is the same for a hit whatever else is one.
fn without_rank(hits: Vec<Hit>) -> Vec<Hit> {
    hits.into_iter().map(|hit| Hit { rank: 0, ..hit }).collect()
}

/// A filter that does not ask for `condition`, and the same with what `full` asks.
fn pair(base: &Filter, full: &Filter, condition: Condition) -> (Filter, Filter) {
    let mut without = base.clone();
    copy_condition(condition, &Filter::default(), &mut without);
    if condition == Condition::States {
        // Absent states are {HELD}, so the filter that asks for nothing spells all of them out.
        without.states = all_states();
    }
    let mut with = without.clone();
    copy_condition(condition, full, &mut with);
    (without, with)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn one_more_condition_never_adds_a_hit(
        world in world(), full in full_filter(), condition in select(Condition::ALL.to_vec()),
    ) {
        let (without, with) = pair(&world.asked.query.filter, &full, condition);
        let wider = without_rank(hits(&world, &without, false));
        let search = world.asked.with(|asked| asked.query.filter = with.clone()).search();
        let meets = |hit: &Hit| search.filter().meets(condition, &hit.event.candidate());
        let expected: Vec<_> = wider.into_iter().filter(meets).collect();
        prop_assert_eq!(without_rank(hits(&world, &with, false)), expected);
    }

    /// Under collapse another member may stand for a series, but none appears that was not there.
    #[test]
    fn one_more_condition_never_adds_a_series(
        world in world(), full in full_filter(), condition in select(Condition::ALL.to_vec()),
    ) {
        let (without, with) = pair(&world.asked.query.filter, &full, condition);
        let (wider, narrower) = (hits(&world, &without, true), hits(&world, &with, true));
        prop_assert!(narrower.len() <= wider.len());
        for hit in narrower.iter().filter(|hit| hit.event.parts().series_id.is_some()) {
            let series = &hit.event.parts().series_id;
            let same = wider.iter().find(|other| &other.event.parts().series_id == series).unwrap();
            prop_assert!(same.series_member_count >= hit.series_member_count);
        }
    }

    #[test]
    fn a_filter_passes_what_meets_every_condition(world in world(), full in full_filter()) {
        let mut filter = world.asked.query.filter.clone();
        for condition in [Condition::States, Condition::SourceIds] {
            copy_condition(condition, &full, &mut filter);
        }
        for event in &world.events {
            let candidate = event.candidate();
            let mut conditions = Condition::ALL.into_iter();
            let meets_all = conditions.all(|condition| filter.meets(condition, &candidate));
            prop_assert_eq!(filter.passes(&candidate), meets_all);
        }
    }

    #[test]
    fn a_filter_that_asks_for_nothing_passes_what_was_held(world in world()) {
        for event in &world.events {
            let held = event.parts().state == sosie_similarity::State::Held;
            prop_assert_eq!(Filter::default().passes(&event.candidate()), held);
        }
    }
}
