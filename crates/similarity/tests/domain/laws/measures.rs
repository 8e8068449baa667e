//! **Law.** Every measure is finite, in [0, 1], symmetric to the last bit, and 1 for equal values.

use proptest::prelude::*;
use sosie_similarity::{
    Axis, AxisValues, CodePath, EARTH_RADIUS_KM, Location, Measure, haversine_km,
};

use crate::strategies::{axis_and_measure, code_path, complete_draft, draft, location, table};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_comparison_is_finite_and_in_range(
        (axis, measure) in axis_and_measure(), a in complete_draft(), b in complete_draft()
    ) {
        let compared = measure.compare(axis, &a.values(), &b.values()).unwrap();
        prop_assert!((0.0..=1.0).contains(&compared.similarity), "{compared:?}");
        prop_assert!(compared.distance.is_finite() && compared.distance >= 0.0, "{compared:?}");
    }

    #[test]
    fn a_comparison_is_symmetric_to_the_last_bit(
        (axis, measure) in axis_and_measure(), a in complete_draft(), b in complete_draft()
    ) {
        let bits = |from: &AxisValues, to: &AxisValues| {
            let compared = measure.compare(axis, from, to).unwrap();
            (compared.similarity.to_bits(), compared.distance.to_bits(), compared.unit)
        };
        prop_assert_eq!(bits(&a.values(), &b.values()), bits(&b.values(), &a.values()));
    }

    #[test]
    fn equal_values_have_similarity_1_and_distance_0(
        (axis, measure) in axis_and_measure(), a in complete_draft()
    ) {
        let twin = a.clone();
        let compared = measure.compare(axis, &a.values(), &twin.values()).unwrap();
        prop_assert_eq!((compared.similarity, compared.distance), (1.0, 0.0));
    }

    #[test]
    fn there_is_a_comparison_exactly_where_both_have_a_value(
        (axis, measure) in axis_and_measure(), a in draft(), b in draft()
    ) {
        let compared = measure.compare(axis, &a.values(), &b.values());
        prop_assert_eq!(compared.is_some(), a.values().has(axis) && b.values().has(axis));
    }

    /// The angle between two vectors, from both its sine and its cosine: no haversine in it.
    #[test]
    fn haversine_is_the_angle_between_two_unit_vectors(a in location(), b in location()) {
        let unit = |at: Location| {
            let latitude = at.latitude_degrees().to_radians();
            let longitude = at.longitude_degrees().to_radians();
            let across = latitude.cos();
            [across * longitude.cos(), across * longitude.sin(), latitude.sin()]
        };
        let (u, v) = (unit(a), unit(b));
        let minor = |i: usize, j: usize| u[i] * v[j] - u[j] * v[i];
        let cross = [minor(1, 2), minor(2, 0), minor(0, 1)];
        let sine = cross.iter().map(|x| x * x).sum::<f64>().sqrt();
        let cosine: f64 = u.iter().zip(v).map(|(u, v)| u * v).sum();
        // Near antipodes the haversine itself keeps only half of the digits: millimetres.
        let apart = (haversine_km(a, b) - EARTH_RADIUS_KM * sine.atan2(cosine)).abs();
        prop_assert!(apart < 1e-3, "{apart} km");
    }

    #[test]
    fn a_table_says_what_its_longest_known_prefixes_say(
        table in table(), a in code_path(), b in code_path(),
    ) {
        // Prefixes from long to short, instead of the entries of the table.
        let place = |path: &CodePath| {
            let known = |prefix: &str| table.codes().iter().position(|c| c.as_str() == prefix);
            (1..=path.depth()).rev().find_map(|depth| known(path.prefix(depth)))
        };
        let expected = match (place(&a), place(&b)) {
            _ if a == b => 1.0,
            (Some(i), Some(j)) => table.rows()[i][j],
            _ => 0.0,
        };
        prop_assert_eq!(table.similarity(&a, &b), expected);
    }

    #[test]
    fn path_affinity_is_twice_the_common_codes_over_all_codes(a in code_path(), b in code_path()) {
        let (left, right): (Vec<_>, Vec<_>) = (a.codes().collect(), b.codes().collect());
        let shorter = left.len().min(right.len());
        let common = (0..=shorter).rev().find(|&n| left[..n] == right[..n]).unwrap();
        let expected = 2.0 * common as f64 / (left.len() + right.len()) as f64;
        let values = |path| AxisValues { nature: Some(path), ..AxisValues::default() };
        let compared = Measure::PathAffinity.compare(Axis::Nature, &values(&a), &values(&b));
        let compared = compared.unwrap();
        prop_assert_eq!(compared.similarity, expected);
        prop_assert_eq!(compared.distance, (left.len() + right.len() - 2 * common) as f64);
    }
}
