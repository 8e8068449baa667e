//! Counts of candidates.

use serde::Serialize;
use sosie_proto::pb;

use super::facet_name;
use super::receipt::ReceiptView;

/// [`pb::CountFacetsResponse`].
#[derive(Debug, Serialize)]
pub(crate) struct FacetsView {
    candidates: i64,
    #[serde(skip_serializing_if = "is_false")]
    is_candidates_withheld: bool,
    #[serde(skip_serializing_if = "is_zero")]
    smallest_count: i64,
    facets: Vec<FacetCountsView>,
    receipt: Option<ReceiptView>,
}

#[derive(Debug, Serialize)]
struct FacetCountsView {
    facet: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    depth: Option<i32>,
    counts: Vec<FacetCountView>,
    missing_count: i64,
    #[serde(skip_serializing_if = "is_false")]
    is_missing_withheld: bool,
    omitted_key_count: i64,
    #[serde(skip_serializing_if = "is_false")]
    has_unlisted_keys: bool,
}

#[derive(Debug, Serialize)]
struct FacetCountView {
    key: String,
    count: i64,
    #[serde(skip_serializing_if = "is_false")]
    is_withheld: bool,
}

/// What only a service that withholds counts tells is left out of the documents of one that does not.
fn is_false(told: &bool) -> bool {
    !told
}

fn is_zero(told: &i64) -> bool {
    *told == 0
}

impl From<&pb::CountFacetsResponse> for FacetsView {
    fn from(response: &pb::CountFacetsResponse) -> Self {
        FacetsView {
            candidates: response.candidates,
            is_candidates_withheld: response.is_candidates_withheld,
            smallest_count: response.smallest_count,
            facets: response.facets.iter().map(facet_counts).collect(),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
        }
    }
}

fn facet_counts(facet: &pb::FacetCounts) -> FacetCountsView {
    let counts = facet.counts.iter().map(|count| FacetCountView {
        key: count.key.clone(),
        count: count.count,
        is_withheld: count.is_withheld,
    });
    FacetCountsView {
        facet: facet_name(facet.facet()),
        depth: facet.depth,
        counts: counts.collect(),
        missing_count: facet.missing_count,
        is_missing_withheld: facet.is_missing_withheld,
        omitted_key_count: facet.omitted_key_count,
        has_unlisted_keys: facet.has_unlisted_keys,
    }
}
