//! **Law.** A bound never undersells its group, and what a group has in common is what its scores are made of.
//!
//! If a measure breaks this, a pruned search loses hits without a sound.

use proptest::collection::vec;
use proptest::prelude::*;
use sosie_similarity::{
    Axis, AxisValues, CodePath, Draft, Extent, Measure, Presence, haversine_km,
};

use crate::strategies::{axis_and_measure, complete_draft, location, world};

/// The tightest extents of a group of candidates on an axis, each with the candidates that it holds.
type Extents<'a> = Vec<(Extent<'a>, Vec<AxisValues<'a>>)>;

fn extents<'a>(axis: Axis, probe: &AxisValues, group: &'a [Draft]) -> Extents<'a> {
    let all: Vec<_> = group.iter().map(Draft::values).collect();
    let shares = |values: &AxisValues| values.calendar.map(|at| at.weekend_share);
    let best = |values: &AxisValues| values.participants.map(|count| count.best() as f64);
    match axis {
        Axis::Location => vec![(nearest(probe, &all), all)],
        Axis::Participants => vec![(numbers(&best, &all), all)],
        Axis::Duration => vec![(numbers(&|values| values.duration_s, &all), all)],
        Axis::DayKind => vec![(numbers(&shares, &all), all)],
        Axis::Season => of_season(all),
        Axis::Nature => all.into_iter().map(|v| (path(v.nature), vec![v])).collect(),
        Axis::Sector => all.into_iter().map(|v| (path(v.sector), vec![v])).collect(),
        Axis::Footprint => of_footprints(all),
    }
}

fn path(path: Option<&CodePath>) -> Extent<'_> {
    Extent::Path(path.expect("a draft with all values"))
}

fn numbers<'a>(of: &dyn Fn(&AxisValues) -> Option<f64>, within: &[AxisValues]) -> Extent<'a> {
    let numbers = || within.iter().filter_map(of);
    Extent::Numbers {
        min: numbers().fold(f64::INFINITY, f64::min),
        max: numbers().fold(f64::NEG_INFINITY, f64::max),
    }
}

fn nearest<'a>(probe: &AxisValues, within: &[AxisValues]) -> Extent<'a> {
    let from = probe.location.expect("a draft with all values");
    let places = within.iter().filter_map(|values| values.location);
    let km = places.map(|at| haversine_km(from, at));
    Extent::Places {
        nearest_km: km.fold(f64::INFINITY, f64::min),
    }
}

fn of_season(all: Vec<AxisValues>) -> Extents {
    let days = || {
        all.iter()
            .filter_map(|values| values.calendar)
            .map(|at| at.day_of_year)
    };
    let extent = Extent::Days {
        first: days().min().expect("a group of some"),
        last: days().max().expect("a group of some"),
    };
    let shares = |values: &AxisValues| values.calendar.map(|at| at.summer_share);
    vec![(extent, all.clone()), (numbers(&shares, &all), all)]
}

fn of_footprints(all: Vec<AxisValues>) -> Extents {
    let area = |values: &AxisValues| values.footprint_area_m2;
    let (with, without): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|values| values.footprint.is_some());
    let mut extents = Vec::new();
    if !without.is_empty() {
        extents.push((numbers(&area, &without), without));
    }
    if let Extent::Numbers { min, max } = numbers(&area, &with)
        && min <= max
    {
        extents.push((Extent::Geometries { min, max }, with));
    }
    extents
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_bound_covers_every_candidate_of_its_group(
        (axis, measure) in axis_and_measure(),
        probe in complete_draft(),
        group in vec(complete_draft(), 1..12),
    ) {
        let probe = probe.values();
        for (extent, candidates) in extents(axis, &probe, &group) {
            let bound = measure.bound(axis, &probe, extent);
            prop_assert!((0.0..=1.0).contains(&bound), "{bound}");
            for candidate in candidates {
                let compared = measure.compare(axis, &probe, &candidate).expect("a draft with all values, in a group of some");
                prop_assert!(compared.similarity <= bound, "{compared:?} above {bound}");
            }
        }
    }

    #[test]
    fn a_group_of_one_value_has_a_tight_bound(
        (axis, measure) in axis_and_measure(), probe in complete_draft(), only in complete_draft()
    ) {
        // A steep ratio and a geometry need slack; an equal place is known by its distance alone.
        let loose = matches!(measure, Measure::FootprintOverlap { .. })
            || matches!(measure, Measure::LogRatio { r } if r < 1.01);
        prop_assume!(!loose);
        let (probe, only) = (probe.values(), [only]);
        for (extent, candidates) in extents(axis, &probe, &only) {
            let seasonal = (axis, &measure, &extent);
            let other_kind = matches!(
                seasonal,
                (Axis::Season, Measure::CyclicSeason, Extent::Numbers { .. })
                    | (Axis::Season, Measure::ShareOverlap | Measure::Equal, Extent::Days { .. })
            );
            let bound = measure.bound(axis, &probe, extent);
            let compared = measure.compare(axis, &probe, &candidates[0]).expect("a draft with all values, in a group of some").similarity;
            if other_kind {
                prop_assert_eq!(bound, 1.0);
            } else {
                prop_assert!(bound - compared <= 1e-9, "{} above {}", bound, compared);
            }
        }
    }

    #[test]
    fn a_straight_line_is_never_longer_than_the_great_circle(a in location(), b in location()) {
        let (from, to) = (a.on_sphere_km(), b.on_sphere_km());
        let squares = from.iter().zip(to).map(|(from, to)| (from - to) * (from - to));
        let straight_km = squares.sum::<f64>().sqrt();
        prop_assert!(straight_km <= haversine_km(a, b) + 1e-6);
    }

    #[test]
    fn what_a_group_has_in_common_makes_the_scores_of_its_members(world in world()) {
        let search = world.search();
        let scorer = search.scorer();
        for event in &world.events {
            let values = event.values();
            let standing = scorer.standing(&Presence::of(&values));
            let score = scorer.score(&values);
            prop_assert_eq!(standing.as_ref().err(), score.as_ref().err());
            if let (Ok(standing), Ok(score)) = (standing, score) {
                prop_assert_eq!(standing.coverage.to_bits(), score.coverage.to_bits());
                let compared = scorer.measures().filter(|(axis, ..)| standing.compared.contains(axis));
                let sum: f64 = compared
                    .map(|(axis, measure, weight)| {
                        let probe = search.probe().values();
                        weight * measure.compare(axis, &probe, &values).expect("a draft with all values, in a group of some").similarity
                    })
                    .sum();
                let again = (sum + standing.constant) / standing.weights;
                prop_assert!((again - score.score).abs() <= 1e-12, "{} {}", again, score.score);
            }
        }
    }

    #[test]
    fn a_filter_is_its_facts_its_state_and_its_names(world in world()) {
        let search = world.search();
        for event in &world.events {
            let candidate = event.candidate();
            let filter = search.filter();
            let named = filter.excluded_event_ids.contains(candidate.event_id)
                || candidate.series_id.is_some_and(|id| filter.excluded_series_ids.contains(id));
            prop_assert_eq!(filter.passes(&candidate), filter.passes_unnamed(&candidate) && !named);
        }
    }
}
