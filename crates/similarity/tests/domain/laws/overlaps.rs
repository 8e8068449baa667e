//! **Law.** `footprint_overlap` lies between the overlap and the ratio of areas that it mixes.

use proptest::prelude::*;
use sosie_similarity::{
    Axis, AxisValues, Comparison, Footprint, FootprintShape, Measure, intersection_over_union,
};

use crate::strategies::{footprint, pierced, ratio};

fn values(footprint: &Footprint) -> AxisValues<'_> {
    AxisValues {
        footprint_area_m2: Some(footprint.area_m2()),
        footprint: Some(footprint),
        ..AxisValues::default()
    }
}

fn compare(measure: Measure, a: &AxisValues, b: &AxisValues) -> Comparison {
    let axis = Axis::Footprint;
    measure.compare(axis, a, b).expect("both have an area")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_overlap_is_in_range_and_symmetric_to_the_last_bit(a in footprint(), b in footprint()) {
        let overlap = intersection_over_union(&a, &b);
        prop_assert!((0.0..=1.0).contains(&overlap));
        prop_assert_eq!(overlap.to_bits(), intersection_over_union(&b, &a).to_bits());
        prop_assert_eq!(intersection_over_union(&a, &a.clone()), 1.0);
    }

    /// One border and two holes: what differs is not in the exteriors.
    #[test]
    fn holes_alone_do_not_break_the_symmetry(a in pierced(), b in pierced()) {
        let bits = |a, b| intersection_over_union(a, b).to_bits();
        prop_assert_eq!(bits(&a, &b), bits(&b, &a));
    }

    /// |A ∩ B| ≤ min and |A ∪ B| ≥ max, so the overlap is at most the ratio of the areas.
    #[test]
    fn no_overlap_exceeds_the_ratio_of_the_areas(a in footprint(), b in footprint()) {
        let is_route = |f: &Footprint| matches!(f.shape(), FootprintShape::Route { .. });
        // The ends of a route count in the overlap only, ground it crosses twice in the area only.
        prop_assume!(!is_route(&a) && !is_route(&b));
        // An edge of a thousand kilometres is a geodesic in the area and a chord in the overlap.
        prop_assume!(a.area_m2().max(b.area_m2()) < 1e9);
        let ratio = a.area_m2().min(b.area_m2()) / a.area_m2().max(b.area_m2());
        // Ellipsoid against sphere.
        prop_assert!(intersection_over_union(&a, &b) <= ratio * 1.01);
    }

    #[test]
    fn with_beta_0_it_is_the_log_ratio(a in footprint(), b in footprint(), r in ratio()) {
        let mixed = compare(Measure::FootprintOverlap { beta: 0.0, r }, &values(&a), &values(&b));
        let plain = compare(Measure::LogRatio { r }, &values(&a), &values(&b));
        prop_assert_eq!(mixed.similarity.to_bits(), plain.similarity.to_bits());
    }

    #[test]
    fn with_beta_1_it_is_the_overlap(a in footprint(), b in footprint(), r in ratio()) {
        let mixed = compare(Measure::FootprintOverlap { beta: 1.0, r }, &values(&a), &values(&b));
        prop_assert_eq!(mixed.similarity, intersection_over_union(&a, &b));
    }

    #[test]
    fn it_lies_between_what_it_is_mixed_of(
        a in footprint(), b in footprint(), r in ratio(), beta in 0.0..=1.0f64,
    ) {
        let (from, to) = (values(&a), values(&b));
        let mixed = compare(Measure::FootprintOverlap { beta, r }, &from, &to).similarity;
        let areas = compare(Measure::LogRatio { r }, &from, &to).similarity;
        let overlap = intersection_over_union(&a, &b);
        prop_assert!(mixed >= areas.min(overlap) - 1e-15 && mixed <= areas.max(overlap) + 1e-15);
    }

    #[test]
    fn without_both_geometries_it_is_the_log_ratio(
        a in footprint(), b in footprint(), r in ratio(), beta in 0.0..=1.0f64,
    ) {
        let without = AxisValues { footprint: None, ..values(&b) };
        let mixed = compare(Measure::FootprintOverlap { beta, r }, &values(&a), &without);
        prop_assert_eq!(mixed, compare(Measure::LogRatio { r }, &values(&a), &without));
    }
}
