//! What a profile, a measure or a table may not be.

use sosie_similarity::limits::{H_KM_MAX, RATIO_MAX, TABLE_CODES_MAX, WEIGHT_MAX, WEIGHT_MIN};
use sosie_similarity::{
    Axis, AxisRule, DecayShape, Invalid, Measure, MissingPolicy, Profile, ProfileId, ProfileRef,
    Rule, SimilarityTable,
};

use super::check_refused;
use crate::fixtures::{path, profile_id, rules};

const WEIGHTS: Rule = Rule::OutOfRange(WEIGHT_MIN, WEIGHT_MAX);

fn changed(change: impl FnOnce(&mut Vec<AxisRule>)) -> Result<Profile, Invalid> {
    let mut rules = rules(MissingPolicy::Zero);
    change(&mut rules);
    Profile::new(profile_id(), rules, 0.0)
}

#[test]
fn a_profile_has_every_axis_once() {
    let renamed = changed(|rules| rules[1].axis = Axis::Location);
    check_refused(renamed, "axes[1].axis", Rule::Duplicate);
    check_refused(
        changed(|rules| rules[1] = rules[0].clone()),
        "axes[1].axis",
        Rule::Duplicate,
    );
    check_refused(changed(|rules| drop(rules.pop())), "axes", Rule::Required);
    check_refused(changed(Vec::clear), "axes", Rule::Required);
    check_refused(
        changed(|rules| rules.push(rules[0].clone())),
        "axes[8].axis",
        Rule::Duplicate,
    );
    assert!(changed(|rules| rules.reverse()).is_ok());
}

#[test]
fn weights_are_0_or_within_their_limits() {
    let weighted = |weight| changed(|rules| rules[2].weight = weight);
    for weight in [0.0, -0.0, WEIGHT_MIN, WEIGHT_MAX] {
        assert!(weighted(weight).is_ok(), "{weight}");
    }
    for weight in [-1.0, WEIGHT_MIN.next_down(), WEIGHT_MAX.next_up()] {
        check_refused(weighted(weight), "axes[2].weight", WEIGHTS);
    }
    for weight in [f64::NAN, f64::INFINITY] {
        check_refused(weighted(weight), "axes[2].weight", Rule::NotFinite);
    }
    let none = changed(|rules| rules.iter_mut().for_each(|rule| rule.weight = 0.0));
    check_refused(none, "axes", Rule::NoWeight);
}

#[test]
fn neutral_is_strictly_between_0_and_1() {
    let neutral = |v| changed(|rules| rules[3].missing = MissingPolicy::Neutral(v));
    for v in [0.0, 1.0, -0.5, 1.5] {
        check_refused(neutral(v), "axes[3].missing", Rule::NotBetween(0.0, 1.0));
    }
    check_refused(neutral(f64::NAN), "axes[3].missing", Rule::NotFinite);
    assert_eq!(Rule::NotBetween(0.0, 1.0).code(), "OUT_OF_RANGE");
    assert!(neutral(f64::MIN_POSITIVE).is_ok() && neutral(1f64.next_down()).is_ok());
}

#[test]
fn floor_and_revision_are_checked() {
    let floor = |floor| Profile::new(profile_id(), rules(MissingPolicy::Zero), floor);
    assert!(floor(0.0).is_ok() && floor(1.0).is_ok());
    for out in [-0.1, 1f64.next_up()] {
        check_refused(floor(out), "min_coverage", Rule::OutOfRange(0.0, 1.0));
    }
    check_refused(floor(f64::NAN), "min_coverage", Rule::NotFinite);
    let id = ProfileId {
        revision: 0,
        ..profile_id()
    };
    check_refused(
        Profile::new(id, rules(MissingPolicy::Zero), 0.0),
        "revision",
        Rule::NotPositive,
    );
}

#[test]
fn the_parameters_of_a_measure_are_checked() {
    let ratio = |r| Measure::LogRatio { r }.check(Axis::Duration);
    assert!(ratio(1f64.next_up()).is_ok() && ratio(RATIO_MAX).is_ok());
    check_refused(ratio(1.0), "r", Rule::NotBetween(1.0, RATIO_MAX));
    check_refused(ratio(0.5), "r", Rule::NotBetween(1.0, RATIO_MAX));
    check_refused(ratio(0.0), "r", Rule::NotPositive);
    check_refused(ratio(f64::NAN), "r", Rule::NotFinite);
    assert!(ratio(RATIO_MAX.next_up()).is_err());

    let decay = |h_km| {
        let shape = DecayShape::Linear;
        Measure::GeoDecay { h_km, shape }.check(Axis::Location)
    };
    assert!(decay(H_KM_MAX).is_ok() && decay(H_KM_MAX.next_up()).is_err());
    check_refused(decay(0.0), "h_km", Rule::NotPositive);
    check_refused(decay(f64::INFINITY), "h_km", Rule::NotFinite);

    let overlap = |beta, r| Measure::FootprintOverlap { beta, r }.check(Axis::Footprint);
    assert!(overlap(0.0, 3.0).is_ok() && overlap(1.0, 3.0).is_ok());
    check_refused(
        overlap(1f64.next_up(), 3.0),
        "beta",
        Rule::OutOfRange(0.0, 1.0),
    );
    check_refused(overlap(-0.1, 3.0), "beta", Rule::OutOfRange(0.0, 1.0));
    check_refused(overlap(0.5, 1.0), "r", Rule::NotBetween(1.0, RATIO_MAX));
}

#[test]
fn a_measure_fits_the_axes_whose_values_it_compares() {
    use Axis::{DayKind, Duration, Footprint, Location, Nature, Participants, Season, Sector};
    let table = table(&["a"], vec![vec![1.0]]).unwrap();
    let shape = DecayShape::Exponential;
    let fits: [(Measure, &[Axis]); 8] = [
        (Measure::GeoDecay { h_km: 2.0, shape }, &[Location]),
        (
            Measure::LogRatio { r: 3.0 },
            &[Participants, Footprint, Duration],
        ),
        (Measure::PathAffinity, &[Nature, Sector]),
        (Measure::Table(table), &[Nature, Sector]),
        (Measure::ShareOverlap, &[DayKind, Season]),
        (Measure::CyclicSeason, &[Season]),
        (
            Measure::FootprintOverlap { beta: 0.5, r: 3.0 },
            &[Footprint],
        ),
        (Measure::Equal, &Axis::ALL),
    ];
    for (measure, axes) in fits {
        for axis in Axis::ALL {
            let checked = measure.check(axis);
            if axes.contains(&axis) {
                assert_eq!(checked, Ok(()), "{} on {axis}", measure.name());
            } else {
                check_refused(checked, "measure", Rule::MeasureMismatch);
            }
        }
    }
}

fn table(codes: &[&str], rows: Vec<Vec<f64>>) -> Result<SimilarityTable, Invalid> {
    SimilarityTable::new(codes.iter().map(|code| path(code)).collect(), rows)
}

#[test]
fn a_table_is_square_symmetric_and_1_on_its_diagonal() {
    let two = |rows: [[f64; 2]; 2]| table(&["a", "b"], rows.map(|row| row.to_vec()).to_vec());
    assert!(two([[1.0, 0.3], [0.3, 1.0]]).is_ok());
    check_refused(
        two([[1.0, 0.3], [0.2, 1.0]]),
        "rows[0][1]",
        Rule::InvalidTable,
    );
    check_refused(
        two([[1.0, 0.3], [0.3, 0.9]]),
        "rows[1][1]",
        Rule::InvalidTable,
    );
    check_refused(
        two([[1.0, 1.1], [1.1, 1.0]]),
        "rows[0][1]",
        Rule::OutOfRange(0.0, 1.0),
    );
    check_refused(
        two([[1.0, f64::NAN], [0.3, 1.0]]),
        "rows[0][1]",
        Rule::NotFinite,
    );
    check_refused(
        two([[1.0, 0.3], [f64::NAN, 1.0]]),
        "rows[0][1]",
        Rule::InvalidTable,
    );
    check_refused(
        table(&["a", "b"], vec![vec![1.0, 0.3]]),
        "rows",
        Rule::InvalidTable,
    );
    check_refused(
        table(&["a", "b"], vec![vec![1.0], vec![0.3]]),
        "rows",
        Rule::InvalidTable,
    );
    check_refused(
        table(&["a", "a"], vec![vec![1.0; 2]; 2]),
        "codes",
        Rule::Duplicate,
    );
    check_refused(table(&[], vec![]), "codes", Rule::Required);
}

#[test]
fn a_table_has_at_most_its_limit_of_codes() {
    let of = |size: usize| {
        let codes: Vec<_> = (0..size).map(|at| format!("c{at}")).collect();
        let codes: Vec<_> = codes.iter().map(String::as_str).collect();
        table(&codes, vec![vec![1.0; size]; size])
    };
    assert!(of(TABLE_CODES_MAX).is_ok());
    check_refused(
        of(TABLE_CODES_MAX + 1),
        "codes",
        Rule::TooMany(TABLE_CODES_MAX),
    );
}

#[test]
fn a_profile_is_called_by_name_and_perhaps_revision() {
    let parsed = |text| ProfileRef::parse(text).map(|named| (named.to_string(), named.revision));
    assert_eq!(
        parsed("tranquillity"),
        Ok(("tranquillity".to_owned(), None))
    );
    assert_eq!(
        parsed("tranquillity@12"),
        Ok(("tranquillity@12".to_owned(), Some(12)))
    );
    for text in [
        "",
        "@1",
        "a@",
        "a@0",
        "a@-1",
        "a@+1",
        "a@1@2",
        "A",
        "a@4294967296",
    ] {
        assert_eq!(parsed(text), Err(Rule::Malformed), "{text}");
    }
}
