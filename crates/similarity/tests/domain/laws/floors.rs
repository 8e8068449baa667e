//! **Law.** A floor of coverage only removes hits, and removes exactly those below it.

use proptest::prelude::*;
use sosie_similarity::Hit;

use crate::fixtures::{ids_of, whole_list};
use crate::strategies::{World, world};

fn hits_above(world: &World, floor: f64) -> Vec<Hit> {
    let asked = world.asked.with(|asked| {
        asked.query.min_coverage = Some(floor);
        asked.query.collapse_series = false;
    });
    whole_list(&world.events, &asked.search()).hits
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn raising_the_floor_removes_what_is_below_it_and_nothing_else(
        world in world(), a in 0.0..=1.0f64, b in 0.0..=1.0f64,
    ) {
        let (low, high) = (hits_above(&world, a.min(b)), hits_above(&world, a.max(b)));
        let covered = low.into_iter().filter(|hit| hit.score.coverage >= a.max(b));
        prop_assert_eq!(ids_of(covered), ids_of(high));
    }

    /// A floor is closed: a candidate exactly on it is a hit.
    #[test]
    fn a_candidate_on_the_floor_is_a_hit(world in world()) {
        for hit in hits_above(&world, 0.0) {
            let on_it = hits_above(&world, hit.score.coverage);
            prop_assert!(on_it.iter().any(|other| other.event.id() == hit.event.id()));
        }
    }
}
