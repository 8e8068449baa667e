//! **Law.** What is farther apart is not more similar.
//!
//! Through `exp2`, `log` and `cos`, which are not promised to be monotone in their last digit, two
//! values that are nearly equally far may swap by [`LAST_DIGITS`].

use proptest::prelude::*;
use sosie_similarity::{Axis, AxisValues, Comparison, Measure, YEAR_DAYS, haversine_km};

use crate::fixtures::{calendar_on, count, path};
use crate::strategies::{code_path, location, ratio, shape};

const LAST_DIGITS: f64 = 1e-15;

fn compare(measure: &Measure, axis: Axis, a: &AxisValues, b: &AxisValues) -> Comparison {
    measure.compare(axis, a, b).expect("both have the value")
}

/// Nearer than `far` by distance means at least as similar.
fn keeps_order(near: Comparison, far: Comparison) -> bool {
    let (near, far) = if near.distance <= far.distance {
        (near, far)
    } else {
        (far, near)
    };
    near.similarity >= far.similarity - LAST_DIGITS
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn farther_is_not_more_similar(
        h_km in 0.01..20_000.0f64, shape in shape(),
        here in location(), b in location(), c in location(),
    ) {
        let measure = Measure::GeoDecay { h_km, shape };
        let values = |location| AxisValues { location: Some(location), ..AxisValues::default() };
        let to = |there| compare(&measure, Axis::Location, &values(here), &values(there));
        prop_assert_eq!(to(b).distance, haversine_km(here, b));
        prop_assert!(keeps_order(to(b), to(c)), "{:?} {:?}", to(b), to(c));
    }

    /// A wrong half distance would keep every other law.
    #[test]
    fn every_shape_is_a_half_at_the_half_distance(
        shape in shape(), here in location(), there in location(),
    ) {
        let h_km = haversine_km(here, there);
        prop_assume!(h_km > 1e-6);
        let values = |location| AxisValues { location: Some(location), ..AxisValues::default() };
        let measure = Measure::GeoDecay { h_km, shape };
        let compared = compare(&measure, Axis::Location, &values(here), &values(there));
        prop_assert_eq!(compared.similarity, 0.5);
    }

    #[test]
    fn a_larger_ratio_is_not_more_similar(
        r in ratio(), a in 0..1_000_000u64, b in 0..1_000_000u64, c in 0..1_000_000u64,
    ) {
        let measure = Measure::LogRatio { r };
        let values = |best| AxisValues { participants: Some(count(best)), ..AxisValues::default() };
        let to = |best| compare(&measure, Axis::Participants, &values(a), &values(best));
        // Cross-multiplied in integers, so that the law does not lean on the logarithm.
        let ends = |best: u64| (u128::from(a.max(best) + 1), u128::from(a.min(best) + 1));
        let ((more_b, less_b), (more_c, less_c)) = (ends(b), ends(c));
        let b_is_nearer = more_b * less_c <= more_c * less_b;
        let (near, far) = if b_is_nearer { (to(b), to(c)) } else { (to(c), to(b)) };
        prop_assert!(near.similarity >= far.similarity - LAST_DIGITS, "{near:?} {far:?}");
        prop_assert!(near.distance <= far.distance + LAST_DIGITS * 32.0, "{near:?} {far:?}");
    }

    #[test]
    fn r_times_as_many_is_a_half(r in 2..1_000u64, fewer in 0..1_000u64) {
        let values = |best| AxisValues { participants: Some(count(best)), ..AxisValues::default() };
        let more = (fewer + 1) * r - 1;
        let measure = Measure::LogRatio { r: r as f64 };
        let compared = compare(&measure, Axis::Participants, &values(fewer), &values(more));
        prop_assert!((compared.similarity - 0.5).abs() < LAST_DIGITS, "{compared:?}");
    }

    /// Two paths as long as `b`, of which one leaves `a` a code later.
    #[test]
    fn a_longer_common_prefix_is_not_less_similar(
        a in code_path(), length in 1..=6usize, common in 0..6usize,
    ) {
        let that_leaves_after = |common: usize| {
            let mut codes: Vec<_> = a.codes().take(common.min(length)).collect();
            codes.resize(length, "elsewhere");
            path(&codes.join("/"))
        };
        let values = |nature| AxisValues { nature: Some(nature), ..AxisValues::default() };
        let to = |b| compare(&Measure::PathAffinity, Axis::Nature, &values(&a), &values(b));
        let (short, long) = (that_leaves_after(common), that_leaves_after(common + 1));
        let grew = common < length.min(a.depth());
        let (short, long) = (to(&short).similarity, to(&long).similarity);
        prop_assert!(if grew { long > short } else { long == short }, "{short} {long}");
    }

    #[test]
    fn a_larger_difference_of_shares_is_not_more_similar(
        a in 0.0..=1.0f64, b in 0.0..=1.0f64, c in 0.0..=1.0f64,
    ) {
        for axis in [Axis::DayKind, Axis::Season] {
            let values = |share| {
                AxisValues { calendar: Some(calendar_on(share, share, 1)), ..AxisValues::default() }
            };
            let to = |share| compare(&Measure::ShareOverlap, axis, &values(a), &values(share));
            prop_assert_eq!(to(b).distance, (a - b).abs());
            prop_assert!(keeps_order(to(b), to(c)));
        }
    }

    #[test]
    fn more_days_apart_around_the_year_is_not_more_similar(
        a in 1..=366u16, b in 1..=366u16, c in 1..=366u16,
    ) {
        let values = |day| {
            AxisValues { calendar: Some(calendar_on(0.0, 0.0, day)), ..AxisValues::default() }
        };
        let to = |day| compare(&Measure::CyclicSeason, Axis::Season, &values(a), &values(day));
        prop_assert!(to(b).distance <= YEAR_DAYS / 2.0);
        prop_assert!(keeps_order(to(b), to(c)), "{:?} {:?}", to(b), to(c));
        let apart = f64::from(a.abs_diff(b));
        prop_assert!(to(b).distance == apart || to(b).distance == (YEAR_DAYS - apart).abs());
    }

    #[test]
    fn equal_is_all_or_nothing(a in code_path(), b in code_path()) {
        let values = |sector| AxisValues { sector: Some(sector), ..AxisValues::default() };
        let compared = compare(&Measure::Equal, Axis::Sector, &values(&a), &values(&b));
        prop_assert_eq!(compared.similarity, if a == b { 1.0 } else { 0.0 });
    }
}
