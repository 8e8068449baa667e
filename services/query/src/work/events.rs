//! Stored events: one by its id, many by a filter.

use sosie_index::ListQuery;
use sosie_proto::{PagedList, from_pb, pb, request_digest, to_pb};
use sosie_rpc::phase;

use super::{Call, NextPage, check_token, pin_of, receipt};
use crate::status::CallError;

/// `GetEvent`.
pub(crate) fn get_event(
    call: &Call,
    request: pb::GetEventRequest,
) -> Result<pb::GetEventResponse, CallError> {
    let event_id = from_pb::event_id(request)?;
    let engine = call.engine()?;
    let found = engine.event(&event_id, None)?;
    let event = found.ok_or(CallError::EventNotFound("event_id"))?;
    let receipt = receipt(&*engine, request_digest::get_event(&event_id), None);
    Ok(pb::GetEventResponse {
        event: Some(to_pb::event(&event, true)),
        receipt: Some(to_pb::receipt(&receipt)),
    })
}

/// `ListEvents`.
pub(crate) fn list_events(
    call: &Call,
    request: pb::ListEventsRequest,
) -> Result<pb::ListEventsResponse, CallError> {
    let prepare = phase::prepare().entered();
    let asked = from_pb::list_events(request)?;
    let engine = call.engine_of_page(asked.page.token)?;
    let request_digest = request_digest::list_events(&asked.filter, asked.as_of);
    check_token(asked.page.token, request_digest)?;
    let (page, as_of) = (asked.page.page(), asked.as_of);
    let query = ListQuery {
        filter: asked.filter,
        as_of,
    };
    drop(prepare);
    let answer = phase::search().in_scope(|| engine.list(&query, page, &call.cancel))?;
    let _compose = phase::compose().entered();
    let next = NextPage {
        list: PagedList::Events,
        generation: pin_of(engine.generation()),
        request_digest,
        page,
    };
    Ok(to_pb::list_response(
        &answer.events,
        next.token(answer.has_more).as_ref(),
        &receipt(&*engine, request_digest, as_of),
        asked.include_footprints,
    ))
}
