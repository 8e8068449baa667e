use sosie_proto::pb::{self, ErrorReason};
use tonic::Code;

use crate::fixture::{described, find, find_stored, hit_ids, served, time};

#[tokio::test]
async fn pages_of_hits_never_overlap_or_skip_and_keep_their_as_of() {
    let (_dir, running) = served(12).await;
    let mut client = running.similar_events().await;
    let whole = client
        .find_similar_events(find())
        .await
        .unwrap()
        .into_inner();
    let (mut request, mut ids, mut receipts) = (find(), vec![], vec![]);
    for size in [3, 1, 4, 2] {
        request.page_size = Some(size);
        let page = client
            .find_similar_events(request.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(page.hits.len(), size as usize);
        assert_eq!(page.hits[0].rank, ids.len() as i64 + 1);
        ids.extend(hit_ids(&page).into_iter().map(str::to_owned));
        request.page_token = page.next_page_token;
        receipts.push(page.receipt);
    }
    assert_eq!(ids, hit_ids(&whole));
    assert!(request.page_token.is_empty());
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
}

#[tokio::test]
async fn pages_of_events_never_overlap_or_skip() {
    let (_dir, running) = served(7).await;
    let mut client = running.events().await;
    let mut request = pb::ListEventsRequest {
        page_size: Some(3),
        ..pb::ListEventsRequest::default()
    };
    let mut ids = vec![];
    loop {
        let page = client
            .list_events(request.clone())
            .await
            .unwrap()
            .into_inner();
        ids.extend(page.events.into_iter().map(|event| event.event_id));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(
        ids,
        ["e-06", "e-05", "e-04", "e-03", "e-02", "e-01", "e-00"]
    );
}

#[tokio::test]
async fn a_token_goes_with_its_request_and_no_other() {
    let (_dir, running) = served(12).await;
    let mut client = running.similar_events().await;
    let mut first = find();
    first.page_size = Some(2);
    let page = client
        .find_similar_events(first.clone())
        .await
        .unwrap()
        .into_inner();
    let token = page.next_page_token;
    let changed = |change: fn(&mut pb::SimilarityQuery)| {
        let mut request = first.clone();
        request.page_token = token.clone();
        change(request.query.as_mut().unwrap());
        request
    };
    // What says the same in other words is the same request.
    let spelled_out = changed(|query| query.profile = "tranquillity@1".to_owned());
    assert!(client.find_similar_events(spelled_out).await.is_ok());
    let mut applied = changed(|_| {});
    applied.query.as_mut().unwrap().as_of = page.receipt.unwrap().as_of;
    assert!(client.find_similar_events(applied).await.is_ok());
    let mut another_probe = find_stored("e-01");
    another_probe.page_token = token.clone();
    let mut unknown_probe = find_stored("e-99");
    unknown_probe.page_token = token.clone();
    for foreign in [
        changed(|query| query.collapse_series = Some(false)),
        changed(|query| query.as_of = Some(time(1_700_000_000))),
        changed(|query| query.min_coverage = Some(0.5)),
        another_probe,
        // Looked up on the way to the request that the token is compared with, and not found.
        changed(|query| query.profile = "no-such-profile".to_owned()),
        changed(|query| query.profile = "tranquillity@999".to_owned()),
        unknown_probe,
    ] {
        refused_as_foreign(described(client.find_similar_events(foreign).await));
    }
    let mut events = running.events().await;
    let foreign = pb::ListEventsRequest {
        page_token: token,
        ..pb::ListEventsRequest::default()
    };
    refused_as_foreign(described(events.list_events(foreign).await));
}

#[tokio::test]
async fn a_token_of_a_list_goes_with_its_filter() {
    let (_dir, running) = served(5).await;
    let mut client = running.events().await;
    let mut request = pb::ListEventsRequest {
        page_size: Some(2),
        ..pb::ListEventsRequest::default()
    };
    let page = client
        .list_events(request.clone())
        .await
        .unwrap()
        .into_inner();
    request.page_token = page.next_page_token;
    request.as_of = Some(time(1_700_000_000));
    refused_as_foreign(described(client.list_events(request).await));
}

fn refused_as_foreign(refused: sosie_proto::error::Described) {
    assert_eq!(refused.code, Code::InvalidArgument);
    assert_eq!(refused.reason, Some(ErrorReason::InvalidRequest));
    let violation = &refused.violations[0];
    let told = (violation.field.as_str(), violation.reason.as_str());
    assert_eq!(told, ("page_token", "FOREIGN_PAGE_TOKEN"));
}
