//! The laws of sums, over blocks of made-up events: if one breaks, a search loses hits without a sound.

use std::num::NonZeroUsize;

use sosie_similarity::Search;
use sosie_synthetic::{Config, Generator};

use super::*;
use crate::IndexBuilder;
use crate::blocks::Blocks;
use crate::generation::{Current, GenerationStore, VerifiedGeneration};
use crate::snapshot::Snapshot;

const EVENTS: u64 = 3_000;

fn generator() -> Generator {
    let config = Config {
        footprints_share: 0.2,
        ..Config::default()
    };
    Generator::new(7, config)
}

fn snapshot(generator: &Generator) -> Snapshot {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = GenerationStore::open(dir.path(), NonZeroUsize::MIN).expect("a store");
    let stage = store.stage().expect("a stage");
    let mut builder = IndexBuilder::create(stage.path()).expect("an index");
    for index in 0..EVENTS {
        builder.upsert(&generator.event(index)).expect("written");
    }
    let built = builder.finish().expect("built");
    store
        .publish(stage, built.to_parts(sosie_synthetic::horizon()))
        .expect("published");
    let current = Current::read(dir.path()).expect("read").expect("there");
    let verified = VerifiedGeneration::open(dir.path(), &current).expect("verified");
    Snapshot::open(verified).expect("opened")
}

/// Of every row, its block, lane and exact score.
fn exact_scores(snapshot: &Snapshot, search: &Search) -> Vec<(usize, usize, Option<f64>)> {
    let blocks = snapshot.part().blocks();
    let scorer = search.scorer();
    let mut scores = Vec::new();
    for at in 0..blocks.block_count() {
        let live = blocks.block(at).live();
        for lane in (0..BLOCK_ROWS).filter(|lane| live >> lane & 1 == 1) {
            let document = blocks.documents()[at * BLOCK_ROWS + lane];
            let event = snapshot.part().event_of(document).expect("stored");
            let score = scorer.score(&event.values()).ok();
            scores.push((at, lane, score.map(|score| score.score)));
        }
    }
    scores
}

fn group_of<'a>(plan: &'a Plan, blocks: &Blocks, at: usize) -> Option<&'a GroupPlan> {
    plan.groups[blocks.block(at).group()].as_ref()
}

/// Sums of all rows, and the bounds of their lanes in nodes and tops.
fn check_sums(snapshot: &Snapshot, search: &Search) {
    let blocks = snapshot.part().blocks();
    let plan = Plan::new(search, blocks);
    let kernel = Kernel::detected();
    for (at, lane, score) in exact_scores(snapshot, search) {
        let Some(group) = group_of(&plan, blocks, at) else {
            assert_eq!(score, None, "a group that is left out has no hit");
            continue;
        };
        let score = score.expect("every row of a group is a hit, or none");
        let least = group.least(Some(score));
        let node = at / LANES;
        let lanes = kernel.lanes(&plan, Some(group), blocks.node(node));
        for rest in [Rest::of_any(&plan, group), lanes.rest(at % LANES)] {
            let rows = kernel.rows((&plan, group), blocks.block(at), rest, least);
            let rows = rows.expect("one row reaches the least");
            let sum = rows.sums[lane];
            assert!(sum >= least, "row {sum} below {least}");
            let reaching = rows.sums.map(|sum| sum >= least);
            let told = std::array::from_fn(|lane| rows.reaching >> lane & 1 == 1);
            assert_eq!(reaching, told);
        }
        let tops = kernel.lanes(&plan, None, blocks.top(node / LANES));
        for sum in [lanes.sums[at % LANES], tops.sums[node % LANES]] {
            assert!((least..u16::MAX).contains(&sum), "{sum} below {least}");
        }
    }
}

#[test]
fn no_sum_and_no_bound_is_below_an_exact_score() {
    let generator = generator();
    let snapshot = snapshot(&generator);
    for index in 0..40 {
        check_sums(&snapshot, &generator.any_search(index, EVENTS).0);
    }
}

#[test]
fn every_processor_gives_the_same_sums() {
    let generator = generator();
    let snapshot = snapshot(&generator);
    let blocks = snapshot.part().blocks();
    for index in 0..20 {
        let (search, _) = generator.any_search(index, EVENTS);
        let plan = Plan::new(&search, blocks);
        let all = |kernel: Kernel| {
            let mut sums = Vec::new();
            for at in 0..blocks.block_count() {
                let Some(group) = group_of(&plan, blocks, at) else {
                    continue;
                };
                let lanes = kernel.lanes(&plan, Some(group), blocks.node(at / LANES));
                let rest = lanes.rest(at % LANES);
                let leasts = [0, group.least(Some(0.5))];
                let rows =
                    leasts.map(|least| kernel.rows((&plan, group), blocks.block(at), rest, least));
                sums.push((lanes, rows));
            }
            sums
        };
        let every: Vec<_> = Kernel::every().into_iter().map(all).collect();
        let same = every.windows(2).all(|two| two[0] == two[1]);
        assert!(same, "search {index}");
    }
}
