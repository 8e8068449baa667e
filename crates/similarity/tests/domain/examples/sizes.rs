//! `log_ratio` and `footprint_overlap`: how many, how large, how long.

use sosie_similarity::{Axis, AxisValues, DistanceUnit, Footprint, Measure};

use super::{check, check_measure};
use crate::fixtures::{count, default_measure, rectangle, route};

fn people(best: u64) -> AxisValues<'static> {
    AxisValues {
        participants: Some(count(best)),
        ..AxisValues::default()
    }
}

fn square_metres(area: f64) -> AxisValues<'static> {
    AxisValues {
        footprint_area_m2: Some(area),
        ..AxisValues::default()
    }
}

fn seconds(duration: f64) -> AxisValues<'static> {
    AxisValues {
        duration_s: Some(duration),
        ..AxisValues::default()
    }
}

fn on(footprint: &Footprint) -> AxisValues<'_> {
    AxisValues {
        footprint_area_m2: Some(footprint.area_m2()),
        footprint: Some(footprint),
        ..AxisValues::default()
    }
}

#[test]
fn three_times_as_many_people_are_a_half() {
    // (8 + 1) / (2 + 1) = 3.
    check(Axis::Participants, people(2), people(8), 0.5);
    // (26 + 1) / (2 + 1) = 9 = 3².
    check(Axis::Participants, people(2), people(26), 0.25);
    check(Axis::Participants, people(800), people(800), 1.0);
}

#[test]
fn nobody_is_a_count_like_any_other() {
    check(Axis::Participants, people(0), people(0), 1.0);
    // (2 + 1) / (0 + 1) = 3.
    check(Axis::Participants, people(0), people(2), 0.5);
}

#[test]
fn the_distance_of_a_ratio_is_its_natural_logarithm() {
    let measure = default_measure(Axis::Participants);
    let compared = measure
        .compare(Axis::Participants, &people(2), &people(8))
        .unwrap();
    assert!((compared.distance - 1.098_612_288_668).abs() < 1e-12); // ln 3
    assert_eq!(compared.unit, DistanceUnit::LogRatio);
}

#[test]
fn three_times_the_ground_is_a_half() {
    // (11,999 + 1) / (3,999 + 1) = 3.
    check(
        Axis::Footprint,
        square_metres(3_999.0),
        square_metres(11_999.0),
        0.5,
    );
    // Below a square metre too: (0.5 + 1) / (3.5 + 1) = 1/3.
    check(Axis::Footprint, square_metres(0.5), square_metres(3.5), 0.5);
}

#[test]
fn twice_as_long_is_a_half() {
    // (7,201 + 1) / (3,600 + 1) = 2.
    check(Axis::Duration, seconds(3_600.0), seconds(7_201.0), 0.5);
    check(Axis::Duration, seconds(3_600.0), seconds(14_403.0), 0.25);
    check(Axis::Duration, seconds(0.0), seconds(1.0), 0.5);
}

/// Two squares of one size, half over each other: a third is shared, the areas are equal.
#[test]
fn half_of_the_overlap_and_half_of_the_areas_are_mixed() {
    // On the equator, where two boxes of one size have exactly one area.
    let west = rectangle((5.0, -0.005), (5.02, 0.005));
    let east = rectangle((5.01, -0.005), (5.03, 0.005));
    for (beta, expected) in [(0.0, 1.0), (0.5, 2.0 / 3.0), (1.0, 1.0 / 3.0)] {
        let measure = Measure::FootprintOverlap { beta, r: 3.0 };
        let (a, b) = (on(&west), on(&east));
        let compared = measure.compare(Axis::Footprint, &a, &b).unwrap();
        // A projected edge is a chord of its parallel: less than 1 in 100,000 here.
        assert!(
            (compared.similarity - expected).abs() < 1e-5,
            "{compared:?}"
        );
        assert_eq!(
            compared.unit,
            if beta == 0.0 {
                compared.unit
            } else {
                DistanceUnit::Dissimilarity
            }
        );
    }
}

#[test]
fn without_a_geometry_on_both_sides_only_the_areas_count() {
    let here = rectangle((5.0, 0.0), (5.02, 0.01));
    let measure = Measure::FootprintOverlap { beta: 0.9, r: 3.0 };
    let three_times = square_metres(here.area_m2() * 3.0 + 2.0);
    check_measure(&measure, Axis::Footprint, (on(&here), three_times), 0.5);
}

#[test]
fn a_march_overlaps_the_square_that_it_crosses() {
    // 4 km of equator, 20 m wide, through a square of 0.01° that it covers 1.11 km of.
    let march = route(vec![(4.99, 0.0), (5.026, 0.0)], 20.0);
    let square = rectangle((5.0, -0.005), (5.01, 0.005));
    let overlap = sosie_similarity::intersection_over_union(&march, &square);
    // Shared 1,112 × 20 m; either 1,112² + (4,003 − 1,112) × 20 m, and the round ends.
    let expected = 1_112.0 * 20.0 / (1_112.0 * 1_112.0 + 2_891.0 * 20.0);
    assert!((overlap - expected).abs() < 2e-4, "{overlap} {expected}");
}
