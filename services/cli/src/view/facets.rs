//! Counts of candidates.

use serde::Serialize;
use sosie_proto::pb;

use super::facet_name;
use super::receipt::ReceiptView;

/// [`pb::CountFacetsResponse`].
#[derive(Debug, Serialize)]
pub(crate) struct FacetsView {
    candidates: i64,
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
    omitted_key_count: i64,
}

#[derive(Debug, Serialize)]
struct FacetCountView {
    key: String,
    count: i64,
}

impl From<&pb::CountFacetsResponse> for FacetsView {
    fn from(response: &pb::CountFacetsResponse) -> Self {
        FacetsView {
            candidates: response.candidates,
            facets: response.facets.iter().map(facet_counts).collect(),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
        }
    }
}

fn facet_counts(facet: &pb::FacetCounts) -> FacetCountsView {
    let counts = facet.counts.iter().map(|count| FacetCountView {
        key: count.key.clone(),
        count: count.count,
    });
    FacetCountsView {
        facet: facet_name(facet.facet()),
        depth: facet.depth,
        counts: counts.collect(),
        missing_count: facet.missing_count,
        omitted_key_count: facet.omitted_key_count,
    }
}
