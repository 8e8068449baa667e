//! `path_affinity`, `equal` and `table` on natures and sectors.

use sosie_similarity::{Axis, AxisValues, CodePath, DistanceUnit, Measure, SimilarityTable};

use super::check_measure;
use crate::fixtures::path;

fn nature(path: &CodePath) -> AxisValues<'_> {
    AxisValues {
        nature: Some(path),
        ..AxisValues::default()
    }
}

fn check_natures(measure: &Measure, a: &str, b: &str, expected: f64) {
    let (a, b) = (path(a), path(b));
    check_measure(measure, Axis::Nature, (nature(&a), nature(&b)), expected);
}

#[test]
fn affinity_is_twice_the_common_codes_over_all_codes() {
    let check = |a, b, expected| check_natures(&Measure::PathAffinity, a, b, expected);
    check(
        "sport/football/professional",
        "sport/football/amateur",
        2.0 * 2.0 / 6.0,
    );
    check(
        "sport/football/professional",
        "sport/football",
        2.0 * 2.0 / 5.0,
    );
    check("sport/football", "sport/rugby", 2.0 * 1.0 / 4.0);
    check("sport/football", "music/concert", 0.0);
    check("sport", "sport", 1.0);
    // The same code on another branch is not the same thing.
    check("sport/gala", "music/gala", 0.0);
}

#[test]
fn one_code_against_six_is_two_sevenths() {
    check_natures(&Measure::PathAffinity, "a", "a/b/c/d/e/f", 2.0 / 7.0);
    check_natures(&Measure::PathAffinity, "a/b/c/d/e/f", "a/b/c/d/e/f", 1.0);
    check_natures(
        &Measure::PathAffinity,
        "a/b/c/d/e/f",
        "a/b/c/d/e/x",
        10.0 / 12.0,
    );
}

#[test]
fn the_distance_of_two_paths_is_the_edges_between_them() {
    let (a, b) = (path("sport/football/professional"), path("sport/rugby"));
    let compared = Measure::PathAffinity
        .compare(Axis::Nature, &nature(&a), &nature(&b))
        .unwrap();
    // Two up, one down.
    assert_eq!(
        (compared.distance, compared.unit),
        (3.0, DistanceUnit::Edges)
    );
}

#[test]
fn equal_knows_no_relatives() {
    check_natures(&Measure::Equal, "sport/football", "sport/football", 1.0);
    check_natures(&Measure::Equal, "sport/football", "sport", 0.0);
}

fn table() -> Measure {
    let codes = ["sport", "sport/football", "music"].map(path);
    let rows = [[1.0, 0.6, 0.1], [0.6, 1.0, 0.3], [0.1, 0.3, 1.0]];
    let rows = rows.map(|row| row.to_vec()).to_vec();
    Measure::Table(SimilarityTable::new(codes.to_vec(), rows).expect("symmetric"))
}

#[test]
fn a_table_is_asked_by_longest_prefix() {
    let check = |a, b, expected| check_natures(&table(), a, b, expected);
    check("sport", "music", 0.1);
    check("sport/football/amateur", "music/concert", 0.3);
    check("sport/rugby", "music", 0.1);
    check("sport/rugby", "sport/football/amateur", 0.6);
    // Under one entry both are the same to the table.
    check("sport/rugby", "sport/tennis", 1.0);
    // A prefix of letters is not a prefix of codes.
    check("sports", "music", 0.0);
}

#[test]
fn a_path_that_the_table_does_not_know_resembles_only_itself() {
    check_natures(&table(), "market/flea", "market/flea", 1.0);
    check_natures(&table(), "market/flea", "market/food", 0.0);
    check_natures(&table(), "market/flea", "sport", 0.0);
}
