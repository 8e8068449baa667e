use super::*;
use crate::sample;
use sosie_similarity::{Probe, ProbeRef};

fn with(change: impl FnOnce(&mut pb::SimilarityQuery)) -> Result<Query, Invalid> {
    let mut message = sample::query(sample::draft());
    change(&mut message);
    similarity_query(message)
}

fn resolved(change: impl FnOnce(&mut pb::SimilarityQuery)) -> Result<Search, Invalid> {
    let query = with(change).unwrap();
    let ProbeRef::Draft(draft) = query.probe.clone() else {
        panic!("the sample is a draft");
    };
    let found = Resolved {
        profile: sample::profile(),
        probe: Probe::Draft(draft),
        now: sample::instant(0),
    };
    resolve(query, found)
}

fn weights(weights: &[(pb::Axis, f64)]) -> Vec<pb::AxisWeight> {
    let message = |&(axis, weight): &(pb::Axis, f64)| pb::AxisWeight {
        axis: axis.into(),
        weight: Some(weight),
    };
    weights.iter().map(message).collect()
}

#[test]
fn defaults_are_those_of_the_contract() {
    let query = with(|_| {}).unwrap();
    assert_eq!(query.profile.to_string(), "tranquillity");
    assert!(query.collapse_series && !query.exclude_probe_series);
    assert_eq!((query.as_of, query.min_coverage), (None, None));
    let off = with(|query| query.collapse_series = Some(false)).unwrap();
    assert!(!off.collapse_series);
}

#[test]
fn fields_at_fault_are_named_from_the_query() {
    let refused = |change: fn(&mut pb::SimilarityQuery), field, rule| {
        assert_eq!(with(change).unwrap_err(), Invalid::new(field, rule));
    };
    refused(|query| query.probe = None, "probe", Rule::Required);
    refused(
        |query| query.probe = Some(pb::Probe { kind: None }),
        "probe",
        Rule::Required,
    );
    refused(
        |query| query.profile = "tranquillity@0".to_owned(),
        "profile",
        Rule::Malformed,
    );
    refused(
        |query| query.weight_overrides = vec![pb::AxisWeight::default()],
        "weight_overrides[0].axis",
        Rule::Required,
    );
    refused(
        |query| {
            let axis = pb::Axis::Season.into();
            query.weight_overrides = vec![pb::AxisWeight { axis, weight: None }];
        },
        "weight_overrides[0].weight",
        Rule::Required,
    );
    refused(
        |query| {
            query.filter = Some(pb::Filter {
                polygon: Some(sample::bow_tie()),
                ..pb::Filter::default()
            });
        },
        "filter.polygon",
        Rule::InvalidGeometry,
    );
    refused(
        |query| {
            query.as_of = Some(prost_types::Timestamp {
                seconds: i64::MIN,
                nanos: 0,
            });
        },
        "as_of",
        Rule::NotInYears,
    );
}

#[test]
fn what_the_profile_decides_is_told_under_the_query() {
    let refused = |change: fn(&mut pb::SimilarityQuery), field, rule| {
        assert_eq!(resolved(change).unwrap_err(), Invalid::new(field, rule));
    };
    let range = Rule::OutOfRange(1e-9, 1e9);
    refused(
        |query| query.weight_overrides = weights(&[(pb::Axis::Nature, -1.0)]),
        "query.weight_overrides[0].weight",
        range,
    );
    refused(
        |query| {
            query.weight_overrides = weights(&[(pb::Axis::Nature, 1.0), (pb::Axis::Nature, 2.0)]);
        },
        "query.weight_overrides[1].axis",
        Rule::Duplicate,
    );
    refused(
        |query| query.min_coverage = Some(1.5),
        "query.min_coverage",
        Rule::OutOfRange(0.0, 1.0),
    );
    refused(
        |query| {
            let axes = (1..=8).map(|axis| pb::Axis::try_from(axis).unwrap());
            query.weight_overrides = weights(&axes.map(|axis| (axis, 0.0)).collect::<Vec<_>>());
        },
        "query.weight_overrides",
        Rule::NoWeight,
    );
    refused(
        |query| *query = sample::query(pb::DraftEvent::default()),
        "query.probe",
        Rule::NoAxis,
    );
}

#[test]
fn weights_are_tested_at_their_limits_and_one_past_them() {
    let with_weight = |weight: f64| {
        resolved(|query| query.weight_overrides = weights(&[(pb::Axis::Season, weight)]))
    };
    for weight in [0.0, 1e-9, 1e9] {
        assert!(with_weight(weight).is_ok(), "{weight}");
    }
    for weight in [0.9e-9, 1.000_001e9, f64::NAN, f64::INFINITY] {
        let field = with_weight(weight).unwrap_err().field;
        assert_eq!(field, "query.weight_overrides[0].weight", "{weight}");
    }
}

#[test]
fn weights_and_a_default_spelled_out_reach_the_digest() {
    let plain = resolved(|_| {}).unwrap().digest();
    let spelled = resolved(|query| {
        query.profile = "tranquillity@1".to_owned();
        query.collapse_series = Some(true);
        query.min_coverage = Some(0.0);
        query.filter = Some(pb::Filter::default());
        query.as_of = Some(sample::time(0));
    });
    assert_eq!(spelled.unwrap().digest(), plain);
    let weighted = resolved(|query| {
        query.weight_overrides = weights(&[(pb::Axis::Nature, 2.0)]);
    });
    assert_ne!(weighted.unwrap().digest(), plain);
}
