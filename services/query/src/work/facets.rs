//! What the candidates under a filter are, counted.

use sosie_index::FacetQuery;
use sosie_proto::{from_pb, pb, request_digest, to_pb};
use sosie_rpc::phase;
use sosie_similarity::limits::FACET_KEYS_MAX;

use super::{Call, receipt};
use crate::status::CallError;

/// `CountFacets`.
pub(crate) fn count_facets(
    call: &Call,
    request: pb::CountFacetsRequest,
) -> Result<pb::CountFacetsResponse, CallError> {
    let prepare = phase::prepare().entered();
    let asked = from_pb::count_facets(request)?;
    let engine = call.engine()?;
    let query = FacetQuery {
        filter: asked.filter,
        as_of: asked.as_of.unwrap_or(call.clock),
        facets: asked.facets,
    };
    drop(prepare);
    let answer = phase::search().in_scope(|| engine.count_facets(&query, &call.cancel))?;
    let _compose = phase::compose().entered();
    let counted = query.facets.iter().zip(&answer.counts);
    let counts = counted.map(|(facet, counts)| to_pb::facet_counts(*facet, counts, FACET_KEYS_MAX));
    let digest = request_digest::count_facets(&query.filter, query.as_of, &query.facets);
    let receipt = receipt(&*engine, digest, Some(query.as_of));
    Ok(to_pb::facets_response(
        answer.candidates,
        counts.collect(),
        &receipt,
    ))
}
