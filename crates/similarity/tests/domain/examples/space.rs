//! `geo_decay` and the great circle.

use sosie_similarity::{Axis, AxisValues, DecayShape, Measure, haversine_km};

use super::{check, check_measure};
use crate::fixtures::place;

/// 2 km of meridian on a sphere of 6371.0088 km: 2 / 6371.0088 rad, in degrees.
const TWO_KM_DEGREES: f64 = 0.017_986_407_274_490_76;

fn at(latitude: f64, longitude: f64) -> AxisValues<'static> {
    AxisValues {
        location: Some(place(latitude, longitude)),
        ..AxisValues::default()
    }
}

#[test]
fn two_kilometres_are_a_half_and_four_are_a_quarter() {
    let here = at(43.27, 5.39);
    check(Axis::Location, here, at(43.27 + TWO_KM_DEGREES, 5.39), 0.5);
    check(
        Axis::Location,
        here,
        at(43.27 - 2.0 * TWO_KM_DEGREES, 5.39),
        0.25,
    );
    check(
        Axis::Location,
        here,
        at(43.27 + 3.0 * TWO_KM_DEGREES, 5.39),
        0.125,
    );
    check(Axis::Location, here, here, 1.0);
}

#[test]
fn the_shapes_meet_at_the_half_distance_and_part_after_it() {
    let (here, two, four) = (
        at(0.0, 0.0),
        at(TWO_KM_DEGREES, 0.0),
        at(2.0 * TWO_KM_DEGREES, 0.0),
    );
    // At 4 km, d/h = 2: 2^−2, 2^−4 and 1 − 2/2.
    for (shape, at_four) in [
        (DecayShape::Exponential, 1.0 / 4.0),
        (DecayShape::Gaussian, 1.0 / 16.0),
        (DecayShape::Linear, 0.0),
    ] {
        let measure = Measure::GeoDecay { h_km: 2.0, shape };
        check_measure(&measure, Axis::Location, (here, two), 0.5);
        check_measure(&measure, Axis::Location, (here, four), at_four);
    }
}

#[test]
fn the_other_side_of_the_earth_is_0_and_not_below() {
    check(Axis::Location, at(0.0, 0.0), at(0.0, 180.0), 0.0);
    let linear = Measure::GeoDecay {
        h_km: 2.0,
        shape: DecayShape::Linear,
    };
    check_measure(
        &linear,
        Axis::Location,
        (at(90.0, 0.0), at(-90.0, 0.0)),
        0.0,
    );
}

#[test]
fn the_antimeridian_does_not_part_neighbours() {
    // 0.02° of the equator are 2.2239016 km: 2^−1.1119508.
    check(
        Axis::Location,
        at(0.0, 179.99),
        at(0.0, -179.99),
        0.462_667_991_3,
    );
    check(Axis::Location, at(12.0, 180.0), at(12.0, -180.0), 1.0);
}

#[test]
fn across_a_pole_is_the_sum_of_both_ways_to_it() {
    // 0.01° up and 0.01° down: the same 2.2239016 km.
    check(
        Axis::Location,
        at(89.99, 0.0),
        at(89.99, 180.0),
        0.462_667_991_3,
    );
    check(Axis::Location, at(-90.0, 17.0), at(-90.0, -120.0), 1.0);
}

#[test]
fn from_marseille_to_paris_it_is_660_kilometres() {
    let apart = haversine_km(place(43.2965, 5.3698), place(48.8566, 2.3522));
    assert!((apart - 660.479_292).abs() < 1e-6, "{apart}");
}
