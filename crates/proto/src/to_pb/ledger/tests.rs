use super::*;
use crate::sample;
use sosie_similarity::{Axis, Basis, CodePath, Measure, Participants, SimilarityTable};

#[test]
fn every_measure_has_its_name_in_the_contract() {
    let table = SimilarityTable::new(vec![CodePath::new("a").unwrap()], vec![vec![1.0]]);
    let measures = [
        Measure::GeoDecay {
            h_km: 1.0,
            shape: sosie_similarity::DecayShape::Linear,
        },
        Measure::LogRatio { r: 2.0 },
        Measure::PathAffinity,
        Measure::ShareOverlap,
        Measure::CyclicSeason,
        Measure::FootprintOverlap { beta: 0.5, r: 2.0 },
        Measure::Equal,
        Measure::Table(table.unwrap()),
    ];
    for (at, named) in measures.iter().enumerate() {
        let number: i32 = measure(named.name()).into();
        assert_eq!(number, at as i32 + 1, "{}", named.name());
    }
}

#[test]
fn a_ledger_is_told_line_by_line_and_adds_up() {
    let (search, event) = (sample::search(|_| {}), sample::event("sd-1"));
    let score = search.scorer().score(&event.values()).unwrap();
    let ledger = search.scorer().ledger(&event.values());
    let told: Vec<_> = ledger.iter().map(ledger_line).collect();
    assert_eq!(told.len(), 8);
    let sum: f64 = told.iter().map(|line| line.contribution).sum();
    assert!((sum - score.score).abs() <= 1e-12);

    let nature = told
        .iter()
        .find(|line| line.axis() == pb::Axis::Nature)
        .unwrap();
    assert_eq!(nature.measure(), pb::Measure::PathAffinity);
    assert_eq!(nature.status(), pb::ComparisonStatus::Compared);
    assert_eq!(nature.distance_unit(), pb::DistanceUnit::Edges);
    assert_eq!((nature.distance, nature.similarity), (Some(1.0), Some(0.8)));
    assert_eq!(
        (nature.declared_weight, nature.effective_weight),
        (1.0, 0.5)
    );
    let path = pb::axis_value::Kind::Path("sport/football".to_owned());
    assert_eq!(nature.probe_value.as_ref().unwrap().kind, Some(path));

    let season = told
        .iter()
        .find(|line| line.axis() == pb::Axis::Season)
        .unwrap();
    assert_eq!(season.status(), pb::ComparisonStatus::ProbeMissing);
    assert_eq!(season.distance_unit(), pb::DistanceUnit::Unspecified);
    assert_eq!(
        (season.probe_value.as_ref(), season.similarity),
        (None, None)
    );
    // 1 June of a leap year.
    let day = pb::axis_value::Kind::DayOfYear(153);
    assert_eq!(season.candidate_value.as_ref().unwrap().kind, Some(day));
}

#[test]
fn every_kind_of_value_is_told() {
    use pb::axis_value::Kind;
    let count = Participants::new(5, None, None, Some(Basis::Daily)).unwrap();
    let told = |value| axis_value(&value).kind.unwrap();
    let counted = told(AxisValue::Participants(count));
    assert_eq!(counted, Kind::Participants(participants(count)));
    assert_eq!(told(AxisValue::Share(0.5)), Kind::Share(0.5));
    assert_eq!(told(AxisValue::DurationS(60.0)), Kind::DurationS(60.0));
    let area = AxisValue::Footprint {
        area_m2: 3.0,
        has_geometry: true,
    };
    let expected = pb::FootprintValue {
        area_m2: 3.0,
        has_geometry: true,
    };
    assert_eq!(told(area), Kind::Footprint(expected));
    assert_eq!(axis(Axis::Footprint), pb::Axis::Footprint);
}
