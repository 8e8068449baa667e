//! The hits of a search, page by page.

use sosie_proto::from_pb::{self, Find};
use sosie_proto::to_pb::{self, FindAnswer};
use sosie_proto::{PagedList, pb};
use sosie_similarity::{Invalid, Rule};

use super::{Call, NextPage, check_token, pin_of, search_receipt};
use crate::engine::Engine;
use crate::status::CallError;

/// `FindSimilarEvents`.
pub(crate) fn find(
    call: &Call,
    request: pb::FindSimilarEventsRequest,
) -> Result<pb::FindSimilarEventsResponse, CallError> {
    let asked = from_pb::find(request)?;
    let engine = call.engine_of_page(asked.page.token)?;
    answer(call, &*engine, asked)
}

/// An entry of `BatchFindSimilarEvents`, on the engine of the whole batch.
pub(crate) fn batched_find(
    call: &Call,
    engine: &dyn Engine,
    request: pb::FindSimilarEventsRequest,
) -> Result<pb::FindSimilarEventsResponse, CallError> {
    answer(call, engine, from_pb::batched_find(request)?)
}

fn answer(
    call: &Call,
    engine: &dyn Engine,
    asked: Find,
) -> Result<pb::FindSimilarEventsResponse, CallError> {
    let (now, page) = (asked.now(call.clock), asked.page.page());
    let has_token = asked.page.token.is_some();
    let search = call.search(engine, asked.query, now).map_err(|error| {
        let is_not_found = matches!(
            error,
            CallError::EventNotFound(_) | CallError::ProfileNotFound(_)
        );
        // What the token was made for was found: another request names this.
        if has_token && is_not_found {
            Invalid::new("page_token", Rule::ForeignPageToken).into()
        } else {
            error
        }
    })?;
    let request_digest = search.digest();
    check_token(asked.page.token, request_digest)?;
    let answer = engine.search(&search, page, &call.cancel)?;
    let next = NextPage {
        list: PagedList::Hits {
            as_of: search.as_of(),
        },
        generation: pin_of(engine.generation()),
        request_digest,
        page,
    };
    Ok(to_pb::find_response(FindAnswer {
        answer: &answer,
        next: next.token(answer.has_more).as_ref(),
        receipt: &search_receipt(engine, &search, request_digest),
        include_footprints: asked.include_footprints,
    }))
}
