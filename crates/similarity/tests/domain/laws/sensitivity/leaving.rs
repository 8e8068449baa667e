//! **Law.** At the stated weight the plain search has the hit no more among the first, one `f64` before it has, and
//! where it is proven nowhere nearer, on no axis, it is gone.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use sosie_similarity::sensitivity::{Leaving, Proof, Ranking, RankingParts, Row, Terms};
use sosie_similarity::{Axis, EventId, Page, Search, reference};

use super::cases::between;
use crate::fixtures::Asked;
use crate::strategies::{World, world};

/// The first `limit` hits of a search, as rows under its declared weights.
fn rows(world: &World, search: &Search, declared: &Search, limit: usize) -> (Vec<Row>, bool) {
    let answer = reference::search(&world.events, search, Page { offset: 0, limit });
    let scorer = declared.scorer();
    let hits = answer.hits.iter();
    let rows = hits.map(|hit| Row::of(&hit.event, &scorer.ledger(&hit.event.values())));
    (rows.collect(), answer.has_more)
}

/// The search without collapse, and whether it collapses.
fn uncollapsed(world: &World) -> (Search, bool) {
    let set = |asked: &mut Asked| asked.query.collapse_series = false;
    (
        world.asked.with(set).search(),
        world.search().collapse_series(),
    )
}

fn ranking(world: &World, size: usize, known: usize) -> Option<Ranking> {
    let (search, collapse_series) = uncollapsed(world);
    let (rows, has_more) = rows(world, &search, &search, known);
    let parts = RankingParts {
        terms: Terms::of(&search.scorer()),
        rows,
        size,
        collapse_series,
        has_more,
    };
    (!parts.rows.is_empty()).then(|| Ranking::new(parts).expect("a list in order"))
}

/// Whether the plain search has the event among its first with that weight on that axis.
fn is_among_first(world: &World, size: usize, (axis, weight): (Axis, f64), id: &EventId) -> bool {
    let search = world
        .search()
        .reweighted(axis, weight)
        .expect("an admissible weight");
    let page = Page {
        offset: 0,
        limit: size,
    };
    let answer = reference::search(&world.events, &search, page);
    answer.hits.iter().any(|hit| hit.event.id() == id)
}

fn check(world: &World, size: usize, id: &EventId, leaving: &Leaving) {
    let is_in = |axis, weight| is_among_first(world, size, (axis, weight), id);
    let smallest = leaving.smallest();
    for reach in &leaving.reaches {
        if let Some(flip) = reach.flip {
            assert!(!is_in(reach.axis, flip.weight), "{reach:?} {id} {world:?}");
        }
        // Whoever else may come, the hit stays one: it is somewhere in the list.
        let is_hit = |weight| is_among_first(world, 1_000, (reach.axis, weight), id);
        if !world.search().collapse_series() {
            let on_the_way = between(reach.declared, reach.clear_to)
                .into_iter()
                .step_by(29);
            let mut on_the_way = on_the_way.chain([reach.clear_to]);
            assert!(on_the_way.all(is_hit), "{reach:?} {id} {world:?}");
        }
        if leaving.proof != Proof::Proven || smallest.is_some_and(|found| !found.is_sure) {
            continue;
        }
        let end = match smallest {
            Some(found) if found.reach == *reach => found.reach.flip.expect("a flip").just_short,
            Some(_) | None => reach.last,
        };
        for weight in between(reach.declared, end)
            .into_iter()
            .step_by(7)
            .chain([end])
        {
            let change = (weight - reach.declared).abs() / reach.declared;
            if smallest.is_none_or(|found| change < found.relative_change) {
                assert!(
                    is_in(reach.axis, weight),
                    "{weight} {reach:?} {id} {world:?}"
                );
            }
        }
    }
    if let (Some(found), Proof::Proven | Proof::Searched) = (smallest, leaving.proof) {
        let flip = found.reach.flip.expect("a flip");
        assert!(
            is_in(found.reach.axis, flip.just_short),
            "{found:?} {id} {world:?}"
        );
    }
}

#[test]
fn a_hit_is_among_the_first_up_to_the_stated_weight_and_not_at_it() {
    let mut runner = TestRunner::deterministic();
    let strategy = world();
    let (mut seen, mut proofs, mut searches) = (0, [0; 3], 0);
    while seen < 400 {
        let world = strategy
            .new_tree(&mut runner)
            .expect("few are filtered")
            .current();
        let (size, known) = (1 + seen % 5, 1 + seen % 5 + seen % 13);
        let Some(mut ranking) = ranking(&world, size, known) else {
            continue;
        };
        seen += 1;
        let (declared, _) = uncollapsed(&world);
        let hits = ranking.hits().len();
        for at in 0..hits {
            let leaving = ranking.confirm_leaving(at, |axis, weight| {
                let search = declared.reweighted(axis, weight)?;
                Ok::<_, sosie_similarity::Invalid>(rows(&world, &search, &declared, known).0)
            });
            let leaving = leaving.expect("admissible weights");
            let id = ranking.hits().nth(at).expect("a hit").event_id.clone();
            proofs[leaving.proof as usize] += 1;
            searches += leaving.searches;
            check(&world, size, &id, &leaving);
        }
    }
    println!("rows only, searched, proven: {proofs:?}; searches: {searches}");
    assert!(proofs[Proof::Proven as usize] > 100, "{proofs:?}");
}

#[test]
fn with_every_row_known_nothing_has_to_be_searched() {
    let mut runner = TestRunner::deterministic();
    let strategy = world();
    for _ in 0..150 {
        let world = strategy
            .new_tree(&mut runner)
            .expect("few are filtered")
            .current();
        let Some(ranking) = ranking(&world, 4, 100) else {
            continue;
        };
        for at in 0..ranking.hits().len() {
            let leaving = ranking.leaving(at);
            let has_floor = world.search().min_coverage() > 0.0;
            assert_eq!(leaving.proof == Proof::Proven, !has_floor);
            let id = ranking.hits().nth(at).expect("a hit").event_id.clone();
            check(&world, 4, &id, &leaving);
        }
    }
}
