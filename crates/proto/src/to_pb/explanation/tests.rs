use super::*;
use crate::sample;
use sosie_similarity::{EventId, Query, reference};

fn explained(change: impl FnOnce(&mut Query)) -> pb::ExplainEventResponse {
    let events = ["a", "b"].map(sample::event);
    let id = EventId::new("b").unwrap();
    let explanation = reference::explain(&events, &sample::search(change), &id).unwrap();
    if let Some(score) = explanation.score {
        assert_eq!(coverage(&explanation.ledger), score.coverage);
    }
    explain_response(&explanation, &sample::receipt())
}

fn exclusions(told: pb::ExplainEventResponse) -> Vec<pb::Exclusion> {
    match told.verdict {
        Some(Verdict::Excluded(excluded)) => excluded.exclusions,
        Some(Verdict::Hit(_)) | None => panic!("it is excluded"),
    }
}

#[test]
fn a_hit_is_told_with_its_rank() {
    let told = explained(|query| query.collapse_series = false);
    assert_eq!(told.verdict, Some(Verdict::Hit(pb::HitVerdict { rank: 2 })));
    assert!(told.score.is_some() && told.event.unwrap().footprint.is_some());
    assert_eq!((told.coverage, told.ledger.len()), (1.0, 8));
}

#[test]
fn a_collapsed_member_is_told_with_the_one_that_is_kept() {
    let excluded = exclusions(explained(|_| {}));
    let [collapsed] = excluded.as_slice() else {
        panic!("one rule applies");
    };
    assert_eq!(collapsed.rule(), pb::ExclusionRule::SeriesCollapsed);
    assert_eq!(collapsed.kept_event_id.as_deref(), Some("a"));
}

#[test]
fn coverage_is_told_below_the_floor_too() {
    let told = explained(|query| {
        query.min_coverage = Some(1.0);
        let probe = pb::DraftEvent {
            sector: Some("marseille".to_owned()),
            ..sample::draft()
        };
        query.probe = crate::from_pb::similarity_query(sample::query(probe))
            .unwrap()
            .probe;
    });
    assert_eq!((told.score, told.coverage), (None, 2.0 / 3.0));
    assert_eq!(exclusions(told)[0].rule(), pb::ExclusionRule::Coverage);
}

#[test]
fn every_exclusion_has_its_rule() {
    use Exclusion as By;
    let told = |by: By| {
        let told = exclusion(&by);
        (told.rule(), told.filter_condition())
    };
    use pb::ExclusionRule as Rule;
    let none = pb::FilterCondition::Unspecified;
    assert_eq!(told(By::ProbeItself), (Rule::ProbeItself, none));
    assert_eq!(told(By::ProbeSeries), (Rule::ProbeSeries, none));
    assert_eq!(told(By::State), (Rule::State, none));
    assert_eq!(told(By::NotEnded), (Rule::AsOfEndTime, none));
    assert_eq!(told(By::NotKnown), (Rule::AsOfKnownTime, none));
    assert_eq!(told(By::Superseded), (Rule::AsOfSuperseded, none));
    assert_eq!(told(By::NoComparableAxis), (Rule::NoComparableAxis, none));
    assert_eq!(told(By::Filter(Condition::States)), (Rule::State, none));
    for condition in Condition::ALL.into_iter().skip(1) {
        let name = format!("FILTER_CONDITION_{}", condition.name().to_uppercase());
        let expected = pb::FilterCondition::from_str_name(&name).unwrap();
        assert_eq!(told(By::Filter(condition)), (Rule::Filter, expected));
    }
}
