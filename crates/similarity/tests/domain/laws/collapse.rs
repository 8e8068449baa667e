//! **Law.** Collapse keeps of each series exactly its best member, and says how many there were.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sosie_similarity::Hit;

use crate::fixtures::whole_list;
use crate::strategies::{World, world};

fn hits(world: &World, collapse: bool) -> Vec<Hit> {
    let asked = world
        .asked
        .with(|asked| asked.query.collapse_series = collapse);
    whole_list(&world.events, &asked.search()).hits
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn of_each_series_the_best_stays_with_the_number_of_its_members(world in world()) {
        // Grouped by series, or by the event itself where it has none; the list is best first.
        let mut groups: BTreeMap<String, Vec<Hit>> = BTreeMap::new();
        for hit in hits(&world, false) {
            let parts = hit.event.parts();
            let key = match &parts.series_id {
                Some(series) => format!("series {series}"),
                None => format!("event {}", parts.event_id),
            };
            groups.entry(key).or_default().push(hit);
        }
        let best = groups.values().map(|group| (group[0].rank, &group[0], group.len()));
        let mut best: Vec<_> = best.collect();
        best.sort_by_key(|(rank, ..)| *rank);
        let expected: Vec<_> = best
            .into_iter()
            .enumerate()
            .map(|(at, (_, hit, members))| Hit {
                rank: at + 1,
                series_member_count: members,
                ..hit.clone()
            })
            .collect();
        prop_assert_eq!(hits(&world, true), expected);
    }

    #[test]
    fn without_collapse_every_hit_stands_for_itself(world in world()) {
        prop_assert!(hits(&world, false).iter().all(|hit| hit.series_member_count == 1));
    }
}
