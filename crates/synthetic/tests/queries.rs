//! The query sets are what they promise: complete, repeatable, easy and hard.

use sosie_similarity::{Axis, AxisValues, Event, MissingPolicy, Page, Search, reference};
use sosie_synthetic::{AbsentAxes, Config, Generator, QuerySet, SearchChoice, Selection};

const POLICIES: [MissingPolicy; 3] = [
    MissingPolicy::Zero,
    MissingPolicy::Neutral(0.5),
    MissingPolicy::Renormalise,
];

fn generator() -> Generator {
    Generator::new(7, Config::default())
}

fn events(generator: &Generator) -> Vec<Event> {
    (0..10_000).map(|index| generator.event(index)).collect()
}

fn search(generator: &Generator, set: QuerySet, index: u64, choice: SearchChoice) -> Search {
    let query = generator.query(set, index);
    query.search(choice).expect("a valid choice")
}

/// The score of the tenth of the events most like the probe.
fn tenth_score(events: &[Event], search: &Search) -> f64 {
    let page = Page {
        offset: 0,
        limit: 10,
    };
    let answer = reference::search(events, search, page);
    answer.hits.last().map_or(0.0, |hit| hit.score.score)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn every_draft_is_complete() {
    let config = Config {
        footprints_share: 0.5,
        ..Config::default()
    };
    for generator in [generator(), Generator::new(7, config)] {
        for set in QuerySet::ALL {
            for index in 0..200 {
                let draft = generator.query(set, index).draft(AbsentAxes::None);
                let values = draft.values();
                let absent = Axis::ALL.into_iter().find(|axis| !values.has(*axis));
                assert_eq!(absent, None, "{set:?} {index}");
            }
        }
    }
}

#[test]
fn a_query_depends_on_seed_set_and_index_only() {
    let one = generator();
    for set in QuerySet::ALL {
        for index in [0, 1, 99_999] {
            assert_eq!(one.query(set, index), generator().query(set, index));
        }
        assert_ne!(one.query(set, 0).stated, one.query(set, 1).stated);
    }
    assert_ne!(
        one.query(QuerySet::A, 0).stated,
        one.query(QuerySet::B, 0).stated
    );
}

#[test]
fn every_choice_makes_a_valid_search() {
    let generator = generator();
    for set in QuerySet::ALL {
        for missing in POLICIES {
            for absent in AbsentAxes::ALL {
                for selection in Selection::ALL {
                    let choice = SearchChoice {
                        missing,
                        absent,
                        filter: selection.filter(),
                        ..SearchChoice::default()
                    };
                    let search = search(&generator, set, 3, choice);
                    assert!(search.profile().axes().iter().all(|r| r.missing == missing));
                    assert_eq!(search.filter(), &selection.filter());
                }
            }
        }
    }
}

#[test]
fn absent_axes_are_absent_and_no_others() {
    let config = Config {
        footprints_share: 0.5,
        ..Config::default()
    };
    let generator = Generator::new(7, config);
    let lacks = |values: &AxisValues| -> Vec<Axis> {
        let axes = Axis::ALL.into_iter();
        axes.filter(|axis| !values.has(*axis)).collect()
    };
    for index in 0..50 {
        let query = generator.query(QuerySet::D, index);
        let found = AbsentAxes::ALL.map(|absent| lacks(&query.draft(absent).values()));
        let [none, location, nature, sizes, calendar, all_but_two] = found;
        assert_eq!(none, []);
        assert_eq!(location, [Axis::Location]);
        assert_eq!(nature, [Axis::Nature]);
        assert_eq!(sizes, [Axis::Participants, Axis::Footprint, Axis::Duration]);
        assert_eq!(calendar, [Axis::DayKind, Axis::Season]);
        let kept = [Axis::Location, Axis::Nature];
        assert!(all_but_two.len() == 6 && kept.iter().all(|axis| !all_but_two.contains(axis)));
    }
}

#[test]
fn fixed_sets_share_a_profile_and_random_ones_don_t() {
    let generator = generator();
    let digest = |set, index| {
        let profile = generator.query(set, index).profile(MissingPolicy::Zero);
        profile.expect("a valid policy").digest()
    };
    for set in [QuerySet::A, QuerySet::B, QuerySet::D] {
        assert_eq!(digest(set, 0), digest(set, 1));
    }
    for set in [QuerySet::C, QuerySet::E] {
        assert_ne!(digest(set, 0), digest(set, 1));
    }
}

#[test]
fn the_parameters_are_those_of_the_sets() {
    let generator = generator();
    let planner = generator.query(QuerySet::A, 0).kernels;
    assert_eq!(
        planner.weights,
        [0.25, 0.2, 0.2, 0.1, 0.05, 0.05, 0.1, 0.05]
    );
    assert_eq!(planner.h_km, 2.0);
    // A ratio of r counts ½, and 0.7 is the power that ratios are raised to.
    assert!(
        planner
            .ratios
            .iter()
            .all(|r| (r.powf(-0.7) - 0.5).abs() < 1e-12)
    );
    assert_eq!(generator.query(QuerySet::B, 0).kernels.h_km, 50.0);
    assert_eq!(generator.query(QuerySet::D, 0).kernels.h_km, 10.0);
    let kernels = (0..500).map(|index| generator.query(QuerySet::E, index).kernels);
    for kernels in kernels {
        assert!((2.0..=50.0).contains(&kernels.h_km));
        let lambdas = kernels.ratios.map(|r| 2f64.ln() / r.ln());
        assert!(lambdas.iter().all(|lambda| (0.29..1.51).contains(lambda)));
        assert!(kernels.weights.iter().all(|weight| *weight > 0.0));
    }
}

#[test]
fn selections_leave_the_share_that_they_name() {
    let generator = generator();
    let events = events(&generator);
    let share = |selection: Selection| {
        let filter = selection.filter();
        let left = events.iter().filter(|e| filter.passes(&e.candidate()));
        left.count() as f64 / events.len() as f64
    };
    assert!((share(Selection::All) - 0.97).abs() < 0.01);
    assert!((share(Selection::TenPercent) - 0.097).abs() < 0.015);
    assert!((share(Selection::OnePercent) - 0.0097).abs() < 0.005);
    assert!((0.01..0.2).contains(&share(Selection::Large)));
}

#[test]
fn what_is_like_a_past_event_finds_better_ones_than_a_random_combination() {
    let generator = generator();
    let events = events(&generator);
    let tenth = |set| {
        let choice = SearchChoice {
            missing: MissingPolicy::Renormalise,
            ..SearchChoice::default()
        };
        let scores = (0..25)
            .map(|index| tenth_score(&events, &search(&generator, set, index, choice.clone())));
        median(scores.collect())
    };
    let [a, b, c, d, e] = QuerySet::ALL.map(tenth);
    assert!(b > d && c > e, "{b} {c} against {d} {e}");
    // Low: two or three axes of a hit can be quite wrong, so that no axis alone can prune.
    assert!(
        [a, b, c, d, e]
            .iter()
            .all(|score| (0.3..0.9).contains(score))
    );
}
