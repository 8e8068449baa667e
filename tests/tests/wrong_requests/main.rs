//! Wrong requests, to every method: the documented code, reason and field path, and no value of the request.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod newer;
mod pages;
mod parts;
mod queries;
mod town;

use prost::Message;
use sosie_proto::pb::{self, ErrorReason};
use sosie_tests::log_lines;
use tonic::Code;

use parts::{draft, filters, query_of};
use queries::queries;
use town::{Town, assert_invalid, assert_no_canary, assert_told, code_of, find_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_query_is_refused_alike_by_every_method_that_takes_one() {
    let town = Town::new().await;
    let wrongs = queries();
    for wrong in &wrongs {
        let (reason, field, rule) = (wrong.reason, wrong.field.as_str(), wrong.rule);
        let find = find_of(wrong.query.clone());
        assert_told(
            &town.find(find.clone()).await.unwrap_err(),
            reason,
            field,
            rule,
        );
        let query = Some(wrong.query.clone());
        let explain = pb::ExplainEventRequest {
            query,
            event_id: "e00000".to_owned(),
        };
        assert_told(&town.explain(explain).await, reason, field, rule);
        let batched = town.batched(find).await;
        assert_eq!(Code::from(batched.code), code_of(reason), "{batched:?}");
        assert_eq!(batched.reason(), reason, "{batched:?}");
        let told: Vec<_> = batched
            .field_violations
            .iter()
            .map(|v| (&*v.field, &*v.reason))
            .collect();
        assert_eq!(told, [(field, rule)], "{batched:?}");
        assert_no_canary(&batched.encode_to_vec());
    }
    assert_invalid(
        &town.find(Default::default()).await.unwrap_err(),
        "query",
        "REQUIRED",
    );
    assert_invalid(&town.explain(Default::default()).await, "query", "REQUIRED");
    assert_no_canary(log_lines(0).join("\n").as_bytes());
    eprintln!("wrong requests: {} queries by 3 methods", wrongs.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_filter_is_refused_alike_by_facets_and_lists() {
    let town = Town::new().await;
    let wrongs = filters();
    for (filter, field, rule) in &wrongs {
        let (filter, field) = (Some(filter.clone()), format!("filter.{field}"));
        let count = pb::CountFacetsRequest {
            filter: filter.clone(),
            ..Default::default()
        };
        assert_invalid(&town.count(count).await, &field, rule);
        let list = pb::ListEventsRequest {
            filter,
            ..Default::default()
        };
        assert_invalid(&town.list(list).await.unwrap_err(), &field, rule);
    }
    let facet = |facet: pb::Facet, depth| pb::FacetRequest {
        facet: facet.into(),
        depth,
    };
    for (facets, field, rule) in [
        (
            vec![facet(pb::Facet::Unspecified, None)],
            "facets[0].facet",
            "REQUIRED",
        ),
        (
            vec![facet(pb::Facet::Nature, Some(0))],
            "facets[0].depth",
            "OUT_OF_RANGE",
        ),
        (
            vec![facet(pb::Facet::Nature, Some(7))],
            "facets[0].depth",
            "OUT_OF_RANGE",
        ),
        (
            vec![facet(pb::Facet::Month, Some(1))],
            "facets[0].depth",
            "MALFORMED",
        ),
        (
            vec![facet(pb::Facet::Month, None); 2],
            "facets[1]",
            "DUPLICATE",
        ),
    ] {
        let count = pb::CountFacetsRequest {
            facets,
            ..Default::default()
        };
        assert_invalid(&town.count(count).await, field, rule);
    }
    eprintln!("wrong requests: {} filters by 2 methods", wrongs.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_and_lengths_are_refused_by_the_methods_that_take_them() {
    let town = Town::new().await;
    let (no_event, no_profile) = (ErrorReason::EventNotFound, ErrorReason::ProfileNotFound);
    let invalid = ErrorReason::InvalidRequest;
    for (id, reason, rule) in [
        ("", invalid, "REQUIRED"),
        ("canary 731942", invalid, "MALFORMED"),
        ("canary-731942", no_event, "UNKNOWN_EVENT"),
    ] {
        let event_id = id.to_owned();
        let get = pb::GetEventRequest {
            event_id: event_id.clone(),
        };
        let refused = town
            .clients
            .events
            .clone()
            .get_event(get)
            .await
            .unwrap_err();
        assert_told(&refused, reason, "event_id", rule);
        let query = Some(query_of(draft()));
        let refused = town
            .explain(pb::ExplainEventRequest { query, event_id })
            .await;
        assert_told(&refused, reason, "event_id", rule);
    }
    for (profile, reason, rule) in [
        ("Canary 731942", invalid, "MALFORMED"),
        ("tranquillity@0", invalid, "MALFORMED"),
        ("tranquillity@731942", no_profile, "UNKNOWN_PROFILE"),
        ("canary-731942", no_profile, "UNKNOWN_PROFILE"),
    ] {
        let get = pb::GetProfileRequest {
            profile: profile.to_owned(),
        };
        let refused = town
            .clients
            .profiles
            .clone()
            .get_profile(get)
            .await
            .unwrap_err();
        assert_told(&refused, reason, "profile", rule);
    }
    for (count, rule) in [(0, "REQUIRED"), (101, "TOO_MANY")] {
        let requests = vec![find_of(query_of(draft())); count];
        let batch = pb::BatchFindSimilarEventsRequest { requests };
        let mut client = town.clients.similar_events.clone();
        let refused = client.batch_find_similar_events(batch).await.unwrap_err();
        assert_invalid(&refused, "requests", rule);
    }
    assert_no_canary(log_lines(0).join("\n").as_bytes());
}
