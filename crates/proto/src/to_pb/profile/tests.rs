use super::*;
use crate::sample;
use sosie_similarity::CodePath;

#[test]
fn a_profile_is_told_axis_by_axis() {
    let of = sample::profile();
    let told = profile(&of);
    assert_eq!((told.name.as_str(), told.revision), ("tranquillity", 1));
    assert_eq!(told.digest, of.digest().to_string());
    let axes: Vec<i32> = told.axes.iter().map(|axis| axis.axis).collect();
    assert_eq!(axes, [1, 2, 3, 4, 5, 6, 7, 8]);
    let policy = |at: usize| told.axes[at].missing_policy.unwrap().kind.unwrap();
    assert_eq!(policy(0), missing_policy::Kind::Zero(pb::ZeroPolicy {}));
    let neutral = pb::NeutralPolicy { similarity: 0.25 };
    assert_eq!(policy(2), missing_policy::Kind::Neutral(neutral));
    assert_eq!(
        policy(3),
        missing_policy::Kind::Renormalise(pb::RenormalisePolicy {})
    );
    let decay = pb::GeoDecayMeasure {
        h_km: 2.0,
        shape: pb::DecayShape::Exponential.into(),
    };
    let expected = axis_definition::Measure::GeoDecay(decay);
    assert_eq!(told.axes[0].measure, Some(expected));
}

#[test]
fn a_table_is_told_row_by_row() {
    let codes = ["a", "b/c"].map(|code| CodePath::new(code).unwrap());
    let rows = vec![vec![1.0, 0.5], vec![0.5, 1.0]];
    let told = table(&SimilarityTable::new(codes.to_vec(), rows.clone()).unwrap());
    assert_eq!(told.codes, ["a", "b/c"]);
    let told: Vec<_> = told.rows.into_iter().map(|row| row.similarities).collect();
    assert_eq!(told, rows);
}
