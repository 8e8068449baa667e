use super::*;
use crate::sample;
use crate::{GenerationPin, PageToken};
use sosie_similarity::Digest;

fn find_request() -> pb::FindSimilarEventsRequest {
    pb::FindSimilarEventsRequest {
        query: Some(sample::query(sample::draft())),
        ..pb::FindSimilarEventsRequest::default()
    }
}

fn token(list: PagedList) -> String {
    let digest = Digest::of(b"");
    let token = PageToken {
        list,
        generation: GenerationPin::new(1, digest),
        request_digest: digest,
        offset: 10,
    };
    token.encode()
}

fn hits_token() -> String {
    let as_of = sample::instant(5);
    token(PagedList::Hits { as_of })
}

fn refused<T: std::fmt::Debug>(made: Result<T, Invalid>, field: &str, rule: Rule) {
    assert_eq!(made.unwrap_err(), Invalid::new(field, rule));
}

#[test]
fn paths_start_at_the_request() {
    let mut far = sample::draft();
    far.location = Some(sample::point(91.0, 0.0));
    let mut request = find_request();
    request.query = Some(sample::query(far));
    refused(
        find(request),
        "query.probe.draft.location.latitude_degrees",
        Rule::OutOfRange(-90.0, 90.0),
    );
    refused(
        find(pb::FindSimilarEventsRequest::default()),
        "query",
        Rule::Required,
    );
    let mut request = find_request();
    let filter = pb::Filter {
        nature_prefixes: vec!["a/b/c/d/e/f/g".to_owned()],
        ..pb::Filter::default()
    };
    request.query.as_mut().unwrap().filter = Some(filter);
    refused(
        find(request),
        "query.filter.nature_prefixes[0]",
        Rule::TooMany(6),
    );
}

#[test]
fn page_size_is_refused_by_its_name() {
    for size in [0, -1, 1001] {
        let mut request = find_request();
        request.page_size = Some(size);
        refused(find(request), "page_size", Rule::OutOfRange(1.0, 1000.0));
    }
}

#[test]
fn a_later_page_keeps_the_now_of_the_first() {
    let clock = sample::instant(99);
    assert_eq!(find(find_request()).unwrap().now(clock), clock);
    let mut request = find_request();
    request.page_token = hits_token();
    let found = find(request).unwrap();
    assert_eq!(found.now(clock), sample::instant(5));
    assert_eq!(
        (found.page.page().offset, found.page.page().limit),
        (10, 10)
    );
}

#[test]
fn tokens_go_to_the_list_that_they_came_from() {
    let mut request = find_request();
    request.page_token = token(PagedList::Events);
    refused(find(request), "page_token", Rule::ForeignPageToken);
    let list = |page_token| {
        list_events(pb::ListEventsRequest {
            page_token,
            ..pb::ListEventsRequest::default()
        })
    };
    assert_eq!(
        list(token(PagedList::Events)).unwrap().page.page().offset,
        10
    );
    refused(list(hits_token()), "page_token", Rule::ForeignPageToken);
    refused(list("x".to_owned()), "page_token", Rule::ForeignPageToken);
}

#[test]
fn a_batch_is_tested_at_its_limits_and_one_past_them() {
    let of = |count| {
        batch(pb::BatchFindSimilarEventsRequest {
            requests: vec![find_request(); count],
        })
    };
    assert_eq!((of(1).unwrap().len(), of(100).unwrap().len()), (1, 100));
    refused(of(0), "requests", Rule::Required);
    refused(of(101), "requests", Rule::TooMany(100));
}

#[test]
fn a_batched_search_begins_at_the_first_page() {
    assert!(batched_find(find_request()).is_ok());
    let mut request = find_request();
    request.page_token = hits_token();
    refused(batched_find(request), "page_token", Rule::ForeignPageToken);
}

#[test]
fn an_explanation_names_its_event() {
    let of = |event_id: &str| {
        explain(pb::ExplainEventRequest {
            query: Some(sample::query(sample::draft())),
            event_id: event_id.to_owned(),
        })
    };
    assert_eq!(of("sd-1").unwrap().event_id.as_str(), "sd-1");
    refused(of(""), "event_id", Rule::Required);
    refused(
        explain(pb::ExplainEventRequest::default()),
        "query",
        Rule::Required,
    );
}

#[test]
fn facets_are_known_distinct_and_deep_only_where_there_are_paths() {
    let of = |facets: &[(i32, Option<i32>)]| {
        let facets = facets
            .iter()
            .map(|&(facet, depth)| pb::FacetRequest { facet, depth });
        let request = pb::CountFacetsRequest {
            facets: facets.collect(),
            ..pb::CountFacetsRequest::default()
        };
        count_facets(request).map(|made| made.facets)
    };
    assert_eq!(
        of(&[]),
        of(&[(1, None), (2, None), (3, None), (4, None), (5, None)])
    );
    assert_eq!(
        of(&[(1, None), (1, Some(1)), (1, Some(6))]).unwrap().len(),
        3
    );
    refused(
        of(&[(1, Some(0))]),
        "facets[0].depth",
        Rule::OutOfRange(1.0, 6.0),
    );
    refused(
        of(&[(2, Some(7))]),
        "facets[0].depth",
        Rule::OutOfRange(1.0, 6.0),
    );
    refused(
        of(&[(3, None), (5, Some(1))]),
        "facets[1].depth",
        Rule::Malformed,
    );
    refused(of(&[(0, None)]), "facets[0].facet", Rule::Required);
    refused(of(&[(6, None)]), "facets[0].facet", Rule::Malformed);
    refused(
        of(&[(2, Some(1)), (2, Some(1))]),
        "facets[1]",
        Rule::Duplicate,
    );
}

#[test]
fn as_of_is_cut_to_the_microsecond_everywhere() {
    let as_of = Some(prost_types::Timestamp {
        seconds: 5,
        nanos: 1_999,
    });
    let expected = sosie_similarity::Timestamp::from_parts(5, 1_000).ok();
    let mut request = find_request();
    request.query.as_mut().unwrap().as_of = as_of;
    assert_eq!(find(request).unwrap().query.as_of, expected);
    let request = pb::CountFacetsRequest {
        as_of,
        ..pb::CountFacetsRequest::default()
    };
    assert_eq!(count_facets(request).unwrap().as_of, expected);
    let request = pb::ListEventsRequest {
        as_of,
        ..pb::ListEventsRequest::default()
    };
    assert_eq!(list_events(request).unwrap().as_of, expected);
}

#[test]
fn names_are_required_or_have_their_default() {
    refused(
        event_id(pb::GetEventRequest::default()),
        "event_id",
        Rule::Required,
    );
    let named = |profile: &str| {
        profile_ref(pb::GetProfileRequest {
            profile: profile.to_owned(),
        })
    };
    assert_eq!(named("").unwrap().to_string(), "tranquillity");
    assert_eq!(named("tranquillity@2").unwrap().revision, Some(2));
    refused(named("Tranquillity"), "profile", Rule::Malformed);
    refused(named("a@b"), "profile", Rule::Malformed);
}
