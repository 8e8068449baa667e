//! The hits of a search, page by page.

use sosie_proto::from_pb::{self, Find};
use sosie_proto::to_pb::{self, FindAnswer};
use sosie_proto::{PageToken, PagedList, pb};
use sosie_rpc::phase;
use sosie_similarity::{Digest, Invalid, Page, ProfileRef, Query, Rule, Search, Timestamp};

use super::{Call, NextPage, check_token, pin_of, search_receipt};
use crate::engine::Engine;
use crate::status::CallError;

/// `FindSimilarEvents`.
pub(crate) fn find(
    call: &Call,
    request: pb::FindSimilarEventsRequest,
) -> Result<pb::FindSimilarEventsResponse, CallError> {
    let prepare = phase::prepare().entered();
    let asked = from_pb::find(request)?;
    let engine = call.engine_of_page(asked.page.token)?;
    let prepared = prepared(call, &*engine, asked)?;
    drop(prepare);
    answer(call, &*engine, prepared)
}

/// An entry of `BatchFindSimilarEvents`, on the engine of the whole batch.
pub(crate) fn batched_find(
    call: &Call,
    engine: &dyn Engine,
    request: pb::FindSimilarEventsRequest,
) -> Result<pb::FindSimilarEventsResponse, CallError> {
    let prepare = phase::prepare().entered();
    let prepared = prepared(call, engine, from_pb::batched_find(request)?)?;
    drop(prepare);
    answer(call, engine, prepared)
}

/// A page of a search, all names looked up.
pub(super) struct Prepared {
    search: Search,
    pub(super) request_digest: Digest,
    page: Page,
    include_footprints: bool,
}

pub(super) fn prepared(
    call: &Call,
    engine: &dyn Engine,
    asked: Find,
) -> Result<Prepared, CallError> {
    let (now, page) = (asked.now(call.clock), asked.page.page());
    let search = match asked.page.token {
        None => call.search(engine, asked.query, now)?,
        Some(token) => continued(call, engine, (asked.query, token), now)?,
    };
    let request_digest = search.digest();
    check_token(asked.page.token, request_digest)?;
    Ok(Prepared {
        search,
        request_digest,
        page,
        include_footprints: asked.include_footprints,
    })
}

/// The search of a list that goes on: as it is named or, if that means another revision by now, as it began.
fn continued(
    call: &Call,
    engine: &dyn Engine,
    (query, token): (Query, PageToken),
    now: Timestamp,
) -> Result<Search, CallError> {
    let named = call.search(engine, query.clone(), now);
    let is_named = |search: &Search| search.digest() == token.request_digest;
    if !named.as_ref().is_ok_and(is_named)
        && let Some(begun) = begun_under(call, engine, (&query, token), now)
    {
        return Ok(begun);
    }
    // What the token was made for was found: another request names what is not.
    named.map_err(|error| {
        let is_not_found = matches!(
            error,
            CallError::EventNotFound(_) | CallError::ProfileNotFound(_)
        );
        if is_not_found {
            Invalid::new("page_token", Rule::ForeignPageToken).into()
        } else {
            error
        }
    })
}

/// A list goes on under the revision that it began under, although its name may mean another one by now: that with which
/// the request has the digest of the token.
fn begun_under(
    call: &Call,
    engine: &dyn Engine,
    (query, token): (&Query, PageToken),
    now: Timestamp,
) -> Option<Search> {
    if query.profile.revision.is_some() {
        return None;
    }
    let revisions = call.profiles.of(&query.profile).rev();
    let mut searches = revisions.filter_map(|revision| {
        let revision = Some(revision.profile().id().revision);
        let profile = ProfileRef {
            revision,
            ..query.profile.clone()
        };
        let query = Query {
            profile,
            ..query.clone()
        };
        call.search(engine, query, now).ok()
    });
    searches.find(|search| search.digest() == token.request_digest)
}

pub(super) fn answer(
    call: &Call,
    engine: &dyn Engine,
    prepared: Prepared,
) -> Result<pb::FindSimilarEventsResponse, CallError> {
    let Prepared {
        search,
        request_digest,
        page,
        include_footprints,
    } = prepared;
    let answer = phase::search().in_scope(|| engine.search(&search, page, &call.cancel))?;
    let _compose = phase::compose().entered();
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
        include_footprints,
    }))
}
