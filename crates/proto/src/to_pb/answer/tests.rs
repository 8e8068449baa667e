use super::*;
use crate::sample;
use crate::{GenerationPin, PagedList};
use sosie_similarity::{Digest, Page, reference};

fn answer() -> Answer {
    let events = ["b", "a"].map(sample::event);
    let page = Page {
        offset: 0,
        limit: 10,
    };
    reference::search(
        &events,
        &sample::search(|query| query.collapse_series = false),
        page,
    )
}

#[test]
fn a_page_of_hits_has_ranks_ledgers_counts_and_summaries() {
    let (answer, receipt) = (answer(), sample::receipt());
    let told = find_response(FindAnswer {
        answer: &answer,
        next: None,
        receipt: &receipt,
        include_footprints: false,
    });
    let ids: Vec<_> = told
        .hits
        .iter()
        .map(|hit| &hit.event.as_ref().unwrap().event_id)
        .collect();
    assert_eq!(ids, ["a", "b"]);
    let ranks: Vec<_> = told.hits.iter().map(|hit| hit.rank).collect();
    assert_eq!(ranks, [1, 2]);
    let first = &told.hits[0];
    assert_eq!((first.ledger.len(), first.series_member_count), (8, 1));
    assert_eq!(
        (first.score, first.coverage),
        (answer.hits[0].score.score, 1.0)
    );
    assert_eq!(first.event.as_ref().unwrap().footprint, None);
    let counts = told.counts.unwrap();
    assert_eq!((counts.candidates, counts.rows_scored), (2, 2));
    let [incidents, officers] = told.outcome_summaries.as_slice() else {
        panic!("two outcomes have counts");
    };
    // Two hits know only that they had fewer than 5.
    assert_eq!(
        (incidents.hit_count, incidents.fewer_than_hit_count),
        (2, 2)
    );
    let least = incidents.at_least.unwrap();
    assert_eq!((least.median, incidents.median), (0.0, 5.0));
    assert_eq!(
        (officers.fewer_than_hit_count, officers.at_least),
        (0, None)
    );
    assert_eq!(
        (officers.code.as_str(), officers.hit_count),
        ("officers", 2)
    );
    assert_eq!(
        (officers.min, officers.median, officers.max),
        (12.0, 12.0, 12.0)
    );
    assert_eq!(told.next_page_token, "");
}

#[test]
fn the_next_token_is_told_and_reads_back() {
    let receipt = sample::receipt();
    let token = PageToken {
        list: PagedList::Events,
        generation: GenerationPin::new(1, receipt.generation_digest),
        request_digest: receipt.request_digest,
        offset: 1,
    };
    let told = list_response(&[sample::event("a")], Some(&token), &receipt, true);
    assert_eq!(PageToken::decode(&told.next_page_token), Ok(token));
    assert!(told.events[0].footprint.is_some());
}

#[test]
fn a_receipt_is_told_in_hexadecimal_and_without_a_profile_where_none_was_needed() {
    let mut of = sample::receipt();
    let told = receipt(&of);
    assert_eq!(told.generation_id, "gen-000001");
    assert_eq!(told.generation_digest, Digest::of(b"manifest").to_string());
    assert_eq!(told.profile, "tranquillity@1");
    assert_eq!(told.profile_digest.len(), 64);
    assert_eq!(told.engine_version, "0.1.0");
    assert_eq!(told.as_of, Some(sample::time(sample::START_S)));
    of.profile = None;
    of.as_of = None;
    let told = receipt(&of);
    assert_eq!(
        (told.profile.as_str(), told.profile_digest.as_str()),
        ("", "")
    );
    assert_eq!(told.as_of, None);
}
