//! What differs between two profiles, and what it does.

use std::collections::BTreeSet;
use std::sync::Arc;

use sosie_proto::from_pb;
use sosie_proto::{pb, request_digest, to_pb};
use sosie_similarity::{Axis, EventId, Page, ProfileRef, Query};
use sosie_transparency::{Difference, ListChange, Persistence, ProfileDiff};

use super::super::{Call, receipt};
use super::spoken;
use crate::engine::Engine;
use crate::status::CallError;

/// `DiffProfiles`.
pub(crate) fn diff_profiles(
    call: &Call,
    request: pb::DiffProfilesRequest,
) -> Result<pb::DiffProfilesResponse, CallError> {
    let digest = request_digest::diff_profiles(&request);
    let asked = from_pb::diff_profiles(request)?;
    let before = call.profile(&asked.before, "before")?;
    let after = call.profile(&asked.after, "after")?;
    let difference = ProfileDiff::new(before, after);
    let engine = call.engine()?;
    let mut list_changes = Vec::new();
    for query in asked.queries {
        let list = |profile: &ProfileRef| list(call, &engine, (&query, profile), asked.depth);
        let lists = (list(&asked.before)?, list(&asked.after)?);
        let change = ListChange::new(&lists.0, &lists.1, Persistence::PAGE);
        let change = change.map_err(|error| CallError::Record(error.into()))?;
        list_changes.push(told(&change));
    }
    let axes: BTreeSet<Axis> = difference.differences().iter().flat_map(axes_of).collect();
    Ok(pb::DiffProfilesResponse {
        axes: axes
            .into_iter()
            .map(|axis| to_pb::axis(axis).into())
            .collect(),
        document: difference.to_markdown(spoken(asked.language)),
        list_changes,
        receipt: Some(to_pb::receipt(&receipt(&*engine, digest, Some(call.clock)))),
    })
}

/// The ids of the first hits under a profile.
fn list(
    call: &Call,
    engine: &Arc<dyn Engine>,
    (query, profile): (&Query, &ProfileRef),
    depth: usize,
) -> Result<Vec<EventId>, CallError> {
    let query = Query {
        profile: profile.clone(),
        ..query.clone()
    };
    let search = call.search(&**engine, query, call.clock)?;
    let page = Page {
        offset: 0,
        limit: depth,
    };
    let answer = engine.search(&search, page, &call.cancel)?;
    let ids = answer.hits.iter();
    Ok(ids.map(|hit| hit.event.parts().event_id.clone()).collect())
}

fn told(change: &ListChange) -> pb::ListChange {
    let texts = |ids: &[EventId]| ids.iter().map(|id| id.as_str().to_owned()).collect();
    pb::ListChange {
        entered_event_ids: texts(&change.entered),
        left_event_ids: texts(&change.left),
        rank_biased_overlap: change.rbo,
    }
}

/// The axes whose rules a difference is about.
fn axes_of(difference: &Difference) -> Vec<Axis> {
    match difference {
        Difference::AxisOrder { .. } | Difference::MinCoverage { .. } => Vec::new(),
        Difference::Weight { axis, .. }
        | Difference::Measure { axis, .. }
        | Difference::Parameter { axis, .. }
        | Difference::Policy { axis, .. } => vec![*axis],
    }
}
