//! Why a stored event is a hit, or is none.

use sosie_proto::{from_pb, pb, request_digest, to_pb};
use sosie_rpc::phase;

use super::{Call, search_receipt};
use crate::status::CallError;

/// `ExplainEvent`.
pub(crate) fn explain(
    call: &Call,
    request: pb::ExplainEventRequest,
) -> Result<pb::ExplainEventResponse, CallError> {
    let prepare = phase::prepare().entered();
    let asked = from_pb::explain(request)?;
    let engine = call.engine()?;
    let search = call.search(&*engine, asked.query, call.clock)?;
    drop(prepare);
    let explained =
        phase::search().in_scope(|| engine.explain(&search, &asked.event_id, &call.cancel))?;
    let explanation = explained.ok_or(CallError::EventNotFound("event_id"))?;
    let _compose = phase::compose().entered();
    let digest = request_digest::explain_event(&search, &asked.event_id);
    let receipt = search_receipt(&*engine, &search, digest);
    Ok(to_pb::explain_response(&explanation, &receipt))
}
