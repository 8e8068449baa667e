use prost::Message;
use sosie_proto::pb::explain_event_response::Verdict;
use sosie_proto::pb::{self, ErrorReason, batch_find_similar_events_response as batch};
use sosie_similarity::SmallestCount;
use tonic::Code;

use crate::fixture::{described, find, find_stored, hit_ids, served, served_with, time};

#[tokio::test]
async fn a_search_gives_hits_ledgers_summaries_and_a_receipt() {
    let (_dir, running) = served(12).await;
    let mut client = running.similar_events().await;
    let answer = client
        .find_similar_events(find())
        .await
        .unwrap()
        .into_inner();
    // Of the series e-00, e-01, e-02 only the best; the planned event is none.
    assert_eq!(answer.hits.len(), 10);
    let best = &answer.hits[0];
    assert_eq!(best.event.as_ref().unwrap().event_id, "e-00");
    assert_eq!(
        (best.rank, best.series_member_count, best.ledger.len()),
        (1, 3, 8)
    );
    assert!(best.event.as_ref().unwrap().footprint.is_none());
    assert!(answer.hits.is_sorted_by(|a, b| a.score >= b.score));
    let [officers] = &answer.outcome_summaries[..] else {
        panic!("one outcome");
    };
    assert_eq!(
        (officers.code.as_str(), officers.hit_count),
        ("officers", 10)
    );
    assert_eq!(answer.counts.unwrap().candidates, 12);
    let receipt = answer.receipt.unwrap();
    assert_eq!(receipt.generation_id, "gen-000001");
    assert_eq!(receipt.profile, "tranquillity@1");
    assert_eq!(receipt.engine_version, env!("CARGO_PKG_VERSION"));
    assert_eq!(receipt.as_of.unwrap().nanos % 1_000, 0);
    let digests = [
        receipt.generation_digest,
        receipt.profile_digest,
        receipt.request_digest,
    ];
    assert!(digests.iter().all(|digest| digest.len() == 64));
}

#[tokio::test]
async fn the_same_request_with_the_as_of_told_gives_the_same_bytes() {
    let (_dir, running) = served(12).await;
    let mut client = running.similar_events().await;
    let first = client
        .find_similar_events(find())
        .await
        .unwrap()
        .into_inner();
    let mut again = find();
    again.query.as_mut().unwrap().as_of = first.receipt.as_ref().unwrap().as_of;
    let again = client
        .find_similar_events(again)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first.encode_to_vec(), again.encode_to_vec());
}

#[tokio::test]
async fn a_stored_probe_is_never_its_own_hit_nor_is_its_series_if_left_out() {
    let (_dir, running) = served(6).await;
    let mut client = running.similar_events().await;
    let mut request = find_stored("e-01");
    request.query.as_mut().unwrap().collapse_series = Some(false);
    let answer = client
        .find_similar_events(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert!(!hit_ids(&answer).contains(&"e-01"));
    assert!(hit_ids(&answer).contains(&"e-00"));
    request.query.as_mut().unwrap().exclude_probe_series = true;
    let answer = client
        .find_similar_events(request)
        .await
        .unwrap()
        .into_inner();
    let mut ids = hit_ids(&answer);
    ids.sort();
    assert_eq!(ids, ["e-03", "e-04", "e-05"]);
}

#[tokio::test]
async fn an_event_is_explained_by_its_rank_or_by_what_keeps_it_out() {
    let (_dir, running) = served(6).await;
    let mut client = running.similar_events().await;
    let explain = |event_id: &str| pb::ExplainEventRequest {
        query: find().query,
        event_id: event_id.to_owned(),
    };
    let hit = client
        .explain_event(explain("e-00"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(hit.verdict, Some(Verdict::Hit(pb::HitVerdict { rank: 1 })));
    assert!(hit.event.unwrap().footprint.is_some());
    assert_eq!(hit.ledger.len(), 8);
    let out = client
        .explain_event(explain("p-1"))
        .await
        .unwrap()
        .into_inner();
    let Some(Verdict::Excluded(out)) = out.verdict else {
        panic!("a planned event is no hit");
    };
    let rules: Vec<_> = out.exclusions.iter().map(pb::Exclusion::rule).collect();
    assert_eq!(
        rules,
        [pb::ExclusionRule::State, pb::ExclusionRule::AsOfEndTime]
    );
    let refused = described(client.explain_event(explain("nobody")).await);
    assert_eq!(
        (refused.code, refused.reason),
        (Code::NotFound, Some(ErrorReason::EventNotFound))
    );
    assert_eq!(refused.violations[0].field, "event_id");
}

#[tokio::test]
async fn facets_are_counted() {
    let (_dir, running) = served(6).await;
    let mut client = running.similar_events().await;
    let request = pb::CountFacetsRequest::default();
    let answer = client.count_facets(request).await.unwrap().into_inner();
    assert_eq!((answer.candidates, answer.facets.len()), (6, 5));
    let natures = &answer.facets[0];
    assert_eq!(natures.facet(), pb::Facet::Nature);
    let top: Vec<_> = natures
        .counts
        .iter()
        .map(|c| (c.key.as_str(), c.count))
        .collect();
    let expected = [
        ("culture", 3),
        ("culture/concert", 3),
        ("culture/concert/rock", 3),
    ];
    assert_eq!(top[..3], expected);
    let receipt = answer.receipt.unwrap();
    assert!(receipt.profile.is_empty() && receipt.as_of.is_some());
    // Before anything was known.
    let request = pb::CountFacetsRequest {
        as_of: Some(time(0)),
        ..pb::CountFacetsRequest::default()
    };
    let answer = client.count_facets(request).await.unwrap().into_inner();
    assert_eq!(answer.candidates, 0);
}

#[tokio::test]
async fn small_counts_of_facets_are_withheld_where_the_service_says_so() {
    let smallest = |k| {
        move |config: &mut sosie_query::Config| {
            config.smallest_count = SmallestCount::new(k).unwrap();
        }
    };
    let (_dir, running) = served_with(6, smallest(4)).await;
    let mut client = running.similar_events().await;
    let limits = client.get_limits(pb::GetLimitsRequest {}).await.unwrap();
    let limits = limits.into_inner().limits.unwrap();
    assert_eq!(limits.facet_smallest_count, 4);
    let facets = [
        (pb::Facet::Nature, None),
        (pb::Facet::Nature, Some(1)),
        (pb::Facet::Source, None),
    ];
    let request = pb::CountFacetsRequest {
        facets: (facets.into_iter())
            .map(|(facet, depth)| pb::FacetRequest {
                facet: facet.into(),
                depth,
            })
            .collect(),
        as_of: Some(time(1_700_000_000)),
        ..pb::CountFacetsRequest::default()
    };
    let answer = client.count_facets(request.clone()).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!((answer.candidates, answer.smallest_count), (6, 4));
    // Three concerts and three matches: both small, and 6 in all leaves 1 to 5 for each.
    for facet in &answer.facets[..2] {
        let told = facet
            .counts
            .iter()
            .map(|it| (it.key.as_str(), it.count, it.is_withheld));
        let expected = [("culture", 0, true), ("sport", 0, true)];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
    assert!(answer.facets[0].has_unlisted_keys && !answer.facets[1].has_unlisted_keys);
    let source = &answer.facets[2].counts[0];
    assert_eq!((source.count, source.is_withheld), (6, false));
    // The same request, the same bytes.
    let again = client.count_facets(request).await.unwrap().into_inner();
    assert_eq!(again.encode_to_vec(), answer.encode_to_vec());
}

#[tokio::test]
async fn of_too_few_candidates_not_even_their_number_is_told() {
    let (_dir, running) = served_with(3, |config| {
        config.smallest_count = SmallestCount::new(4).unwrap();
    })
    .await;
    let mut client = running.similar_events().await;
    let request = pb::CountFacetsRequest::default();
    let answer = client.count_facets(request).await.unwrap().into_inner();
    assert_eq!(
        (answer.candidates, answer.is_candidates_withheld),
        (0, true)
    );
    for facet in &answer.facets {
        assert!(facet.counts.is_empty() && facet.is_missing_withheld);
        assert_eq!((facet.missing_count, facet.omitted_key_count), (0, 0));
    }
}

#[tokio::test]
async fn events_are_read_by_id_and_listed_latest_first() {
    let (_dir, running) = served(4).await;
    let mut client = running.events().await;
    let get = |event_id: &str| pb::GetEventRequest {
        event_id: event_id.to_owned(),
    };
    let planned = client.get_event(get("p-1")).await.unwrap().into_inner();
    assert_eq!(planned.event.unwrap().state(), pb::EventState::Planned);
    assert!(planned.receipt.unwrap().as_of.is_none());
    let refused = described(client.get_event(get("nobody")).await);
    assert_eq!(
        (refused.code, refused.reason),
        (Code::NotFound, Some(ErrorReason::EventNotFound))
    );
    let listed = client
        .list_events(pb::ListEventsRequest::default())
        .await
        .unwrap()
        .into_inner();
    let ids: Vec<_> = listed
        .events
        .iter()
        .map(|event| event.event_id.as_str())
        .collect();
    assert_eq!(ids, ["e-03", "e-02", "e-01", "e-00"]);
    assert!(listed.next_page_token.is_empty());
}

#[tokio::test]
async fn profiles_are_told() {
    let (_dir, running) = served(1).await;
    let mut client = running.profiles().await;
    let listed = client
        .list_profiles(pb::ListProfilesRequest {})
        .await
        .unwrap()
        .into_inner();
    let request = pb::GetProfileRequest::default();
    let newest = client
        .get_profile(request)
        .await
        .unwrap()
        .into_inner()
        .profile
        .unwrap();
    assert_eq!(
        (newest.name.as_str(), newest.revision, newest.axes.len()),
        ("tranquillity", 1, 8)
    );
    assert!(listed.profiles.contains(&newest));
    let request = pb::GetProfileRequest {
        profile: "tranquillity@9".to_owned(),
    };
    let refused = described(client.get_profile(request).await);
    assert_eq!(refused.reason, Some(ErrorReason::ProfileNotFound));
    assert_eq!(
        (refused.code, refused.violations[0].field.as_str()),
        (Code::NotFound, "profile")
    );
}

#[tokio::test]
async fn a_batch_answers_in_order_on_one_generation_at_one_time_with_errors_in_place() {
    let (_dir, running) = served(6).await;
    let mut client = running.similar_events().await;
    let mut paged = find();
    paged.page_token = "anything".to_owned();
    let requests = vec![find(), find_stored("nobody"), find_stored("e-01"), paged];
    let request = pb::BatchFindSimilarEventsRequest { requests };
    let mut stream = client
        .batch_find_similar_events(request)
        .await
        .unwrap()
        .into_inner();
    let mut answers = vec![];
    while let Some(answer) = stream.message().await.unwrap() {
        assert_eq!(answer.index, answers.len() as i32);
        answers.push(answer.result.unwrap());
    }
    use batch::Result::{Error, Response};
    let [
        Response(draft),
        Error(missing),
        Response(stored),
        Error(paged),
    ] = &answers[..]
    else {
        panic!("{answers:?}");
    };
    let (draft, stored) = (
        draft.receipt.as_ref().unwrap(),
        stored.receipt.as_ref().unwrap(),
    );
    assert_eq!(draft.as_of, stored.as_of);
    assert_eq!(draft.generation_digest, stored.generation_digest);
    assert_eq!(
        (missing.code, missing.reason()),
        (5, ErrorReason::EventNotFound)
    );
    assert_eq!(
        (paged.code, paged.reason()),
        (3, ErrorReason::InvalidRequest)
    );
    let violation = &paged.field_violations[0];
    assert_eq!(
        (violation.field.as_str(), violation.reason.as_str()),
        ("page_token", "FOREIGN_PAGE_TOKEN")
    );
}

#[tokio::test]
async fn a_batch_is_tested_at_its_limit_and_one_past_it() {
    let (_dir, running) = served(2).await;
    let mut client = running.similar_events().await;
    for (count, rule) in [(0, "REQUIRED"), (101, "TOO_MANY")] {
        let requests = vec![find(); count];
        let request = pb::BatchFindSimilarEventsRequest { requests };
        let refused = described(client.batch_find_similar_events(request).await);
        assert_eq!(refused.code, Code::InvalidArgument);
        let violation = &refused.violations[0];
        assert_eq!(
            (violation.field.as_str(), violation.reason.as_str()),
            ("requests", rule)
        );
    }
    let requests = vec![find(); 100];
    let request = pb::BatchFindSimilarEventsRequest { requests };
    let mut stream = client
        .batch_find_similar_events(request)
        .await
        .unwrap()
        .into_inner();
    let mut answers = 0;
    while stream.message().await.unwrap().is_some() {
        answers += 1;
    }
    assert_eq!(answers, 100);
}
