//! Page sizes and page tokens.

use sosie_proto::pb;

use crate::parts::{draft, query_of};
use crate::town::{Town, assert_invalid, find_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_has_one_to_a_thousand_entries() {
    let town = Town::new().await;
    for size in [0, -1, 1_001, i32::MIN, i32::MAX] {
        let page_size = Some(size);
        let find = pb::FindSimilarEventsRequest {
            page_size,
            ..find_of(query_of(draft()))
        };
        let refused = town.find(find.clone()).await.unwrap_err();
        assert_invalid(&refused, "page_size", "OUT_OF_RANGE");
        assert_eq!(
            town.batched(find).await.field_violations[0].field,
            "page_size"
        );
        let list = pb::ListEventsRequest {
            page_size,
            ..Default::default()
        };
        assert_invalid(
            &town.list(list).await.unwrap_err(),
            "page_size",
            "OUT_OF_RANGE",
        );
    }
    for size in [1, 1_000] {
        let page_size = Some(size);
        let find = pb::FindSimilarEventsRequest {
            page_size,
            ..find_of(query_of(draft()))
        };
        assert!(!town.find(find).await.unwrap().hits.is_empty());
        let list = pb::ListEventsRequest {
            page_size,
            ..Default::default()
        };
        assert!(!town.list(list).await.unwrap().events.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_token_holds_for_its_list_and_its_request_only() {
    let town = Town::new().await;
    let find = |query, page_token: &str| {
        let (page_size, page_token) = (Some(5), page_token.to_owned());
        pb::FindSimilarEventsRequest {
            page_size,
            page_token,
            ..find_of(query)
        }
    };
    let list = |page_token: &str| {
        let (page_size, page_token) = (Some(5), page_token.to_owned());
        pb::ListEventsRequest {
            page_size,
            page_token,
            ..Default::default()
        }
    };
    let hits = town
        .find(find(query_of(draft()), ""))
        .await
        .unwrap()
        .next_page_token;
    let events = town.list(list("")).await.unwrap().next_page_token;
    let flipped = if hits.ends_with('A') { "B" } else { "A" };
    let damaged = format!("{}{flipped}", &hits[..hits.len() - 1]);
    for token in [
        "canary-731942",
        "Zm9yZWlnbg",
        &damaged,
        &hits[..hits.len() - 4],
        &events,
    ] {
        let refused = town.find(find(query_of(draft()), token)).await.unwrap_err();
        assert_invalid(&refused, "page_token", "FOREIGN_PAGE_TOKEN");
        if token != events {
            let refused = town.list(list(token)).await.unwrap_err();
            assert_invalid(&refused, "page_token", "FOREIGN_PAGE_TOKEN");
        }
    }
    let refused = town.list(list(&hits)).await.unwrap_err();
    assert_invalid(&refused, "page_token", "FOREIGN_PAGE_TOKEN");
    let batched = town.batched(find(query_of(draft()), &hits)).await;
    assert_eq!(batched.field_violations[0].reason, "FOREIGN_PAGE_TOKEN");
    // Any change of the question, but page size and footprints, which may change from page to page.
    let other = pb::SimilarityQuery {
        min_coverage: Some(0.1),
        ..query_of(draft())
    };
    let refused = town.find(find(other, &hits)).await.unwrap_err();
    assert_invalid(&refused, "page_token", "FOREIGN_PAGE_TOKEN");
    let filter = Some(pb::Filter {
        states: vec![1, 2, 3, 4],
        ..Default::default()
    });
    let other = pb::ListEventsRequest {
        filter,
        ..list(&events)
    };
    let refused = town.list(other).await.unwrap_err();
    assert_invalid(&refused, "page_token", "FOREIGN_PAGE_TOKEN");
    let same = pb::FindSimilarEventsRequest {
        page_size: Some(9),
        include_footprints: true,
        ..find(query_of(draft()), &hits)
    };
    assert_eq!(town.find(same).await.unwrap().hits[0].rank, 6);
}
