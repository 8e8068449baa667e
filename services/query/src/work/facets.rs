//! What the candidates under a filter are, counted.

use sosie_index::FacetQuery;
use sosie_proto::{from_pb, pb, request_digest, to_pb};
use sosie_rpc::phase;
use sosie_similarity::limits::FACET_KEYS_MAX;
use sosie_similarity::{Facet, SmallestCount};

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
    let as_of = asked.as_of.unwrap_or(call.clock);
    let digest = request_digest::count_facets(&asked.filter, as_of, &asked.facets);
    let smallest = call.limits.facet_smallest_count;
    let query = FacetQuery {
        filter: asked.filter,
        as_of,
        facets: counted(&asked.facets, smallest),
    };
    drop(prepare);
    let answer = phase::search().in_scope(|| engine.count_facets(&query, &call.cancel))?;
    let _compose = phase::compose().entered();
    let candidates = answer.candidates as u64;
    let told = asked.facets.iter().map(|facet| {
        let counted = smallest.counted_for(*facet);
        let at = query.facets.iter().position(|facet| *facet == counted);
        let counts = &answer.counts[at.expect("what is told is counted")];
        let told = counts.told(*facet, candidates, smallest);
        to_pb::facet_counts(*facet, &told, FACET_KEYS_MAX)
    });
    let told = told.collect();
    let receipt = receipt(&*engine, digest, Some(as_of));
    let candidates = smallest.told(candidates);
    Ok(to_pb::facets_response(candidates, told, smallest, &receipt))
}

/// What the facets are told from, each once.
fn counted(asked: &[Facet], smallest: SmallestCount) -> Vec<Facet> {
    let mut counted: Vec<Facet> = Vec::with_capacity(asked.len());
    for facet in asked {
        let facet = smallest.counted_for(*facet);
        if !counted.contains(&facet) {
            counted.push(facet);
        }
    }
    counted
}
