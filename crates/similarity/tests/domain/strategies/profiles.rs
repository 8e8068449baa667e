//! Measures with their parameters, and profiles made of them.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use sosie_similarity::limits::{WEIGHT_MAX, WEIGHT_MIN};
use sosie_similarity::{
    Axis, AxisRule, DecayShape, Measure, MissingPolicy, Profile, SimilarityTable,
};

use super::values::code_path;
use crate::fixtures;

pub(crate) fn shape() -> impl Strategy<Value = DecayShape> {
    select(vec![
        DecayShape::Exponential,
        DecayShape::Gaussian,
        DecayShape::Linear,
    ])
}

/// From hardly above 1 to the largest.
pub(crate) fn ratio() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => 1.1..10.0f64,
        1 => (-9.0..8.9f64).prop_map(|exponent| 1.0 + 10f64.powf(exponent)),
    ]
}

fn half_km() -> impl Strategy<Value = f64> {
    prop_oneof![3 => 0.5..10.0f64, 1 => (-9.0..4.3f64).prop_map(|exponent| 10f64.powf(exponent))]
}

/// Up to six paths, short enough to be prefixes of many, and a symmetric matrix over them.
pub(crate) fn table() -> impl Strategy<Value = SimilarityTable> {
    let known_path =
        (code_path(), 1..=2usize).prop_map(|(path, depth)| fixtures::path(path.prefix(depth)));
    let entry = prop_oneof![Just(0.0), Just(-0.0), Just(1.0), 0.0..=1.0f64];
    (btree_set(known_path, 1..6), vec(entry, 36)).prop_map(|(codes, entries)| {
        let codes: Vec<_> = codes.into_iter().collect();
        let entry = |i: usize, j: usize| match i.cmp(&j) {
            std::cmp::Ordering::Equal => 1.0,
            std::cmp::Ordering::Less => entries[i * 6 + j],
            // Equal but for its sign, which a table may have.
            std::cmp::Ordering::Greater => entries[j * 6 + i] + 0.0,
        };
        let row = |i: usize| (0..codes.len()).map(|j| entry(i, j)).collect();
        let rows = (0..codes.len()).map(row).collect();
        SimilarityTable::new(codes, rows).expect("a symmetric table")
    })
}

/// Every measure that fits the axis.
pub(crate) fn measure(axis: Axis) -> BoxedStrategy<Measure> {
    let log_ratio = ratio().prop_map(|r| Measure::LogRatio { r });
    let equal = Just(Measure::Equal);
    match axis {
        Axis::Location => {
            let decay =
                (half_km(), shape()).prop_map(|(h_km, shape)| Measure::GeoDecay { h_km, shape });
            prop_oneof![5 => decay, 1 => equal].boxed()
        }
        Axis::Participants | Axis::Duration => prop_oneof![5 => log_ratio, 1 => equal].boxed(),
        Axis::Footprint => {
            let overlap =
                (0.0..=1.0f64, ratio()).prop_map(|(beta, r)| Measure::FootprintOverlap { beta, r });
            prop_oneof![2 => log_ratio, 3 => overlap, 1 => equal].boxed()
        }
        Axis::Nature | Axis::Sector => {
            let table = table().prop_map(Measure::Table);
            prop_oneof![3 => Just(Measure::PathAffinity), 2 => table, 1 => equal].boxed()
        }
        Axis::DayKind => prop_oneof![5 => Just(Measure::ShareOverlap), 1 => equal].boxed(),
        Axis::Season => {
            let cyclic = Just(Measure::CyclicSeason);
            prop_oneof![3 => Just(Measure::ShareOverlap), 3 => cyclic, 1 => equal].boxed()
        }
    }
}

pub(crate) fn axis_and_measure() -> impl Strategy<Value = (Axis, Measure)> {
    select(Axis::ALL.to_vec()).prop_flat_map(|axis| (Just(axis), measure(axis)))
}

fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => Just(0.0),
        4 => Just(1.0),
        4 => 0.1..10.0f64,
        1 => select(vec![WEIGHT_MIN, WEIGHT_MAX]),
        1 => (-8.9..8.9f64).prop_map(|exponent| 10f64.powf(exponent)),
    ]
}

fn policy() -> impl Strategy<Value = MissingPolicy> {
    prop_oneof![
        Just(MissingPolicy::Zero),
        (0.001..0.999f64).prop_map(MissingPolicy::Neutral),
        Just(MissingPolicy::Renormalise),
    ]
}

fn rule(axis: Axis) -> impl Strategy<Value = AxisRule> {
    (measure(axis), weight(), policy()).prop_map(move |(measure, weight, missing)| AxisRule {
        axis,
        measure,
        weight,
        missing,
    })
}

/// All axes in any order, with any measures, weights and policies; a floor of 0.
pub(crate) fn profile() -> impl Strategy<Value = Profile> {
    let axes = Just(Axis::ALL.to_vec()).prop_shuffle();
    axes.prop_flat_map(|axes| axes.into_iter().map(rule).collect::<Vec<_>>())
        .prop_map(|mut rules| {
            if rules.iter().all(|rule| rule.weight == 0.0) {
                rules[0].weight = 1.0;
            }
            fixtures::profile(rules)
        })
}
