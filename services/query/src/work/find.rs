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
    mut asked: Find,
) -> Result<Prepared, CallError> {
    let (now, page) = (asked.now(call.clock), asked.page.page());
    let has_token = asked.page.token.is_some();
    if let (Some(token), None) = (asked.page.token, asked.query.profile.revision)
        && let Some(profile) = begun_under(call, engine, (&asked.query, token), now)
    {
        asked.query.profile = profile;
    }
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
    Ok(Prepared {
        search,
        request_digest,
        page,
        include_footprints: asked.include_footprints,
    })
}

/// A list goes on under the revision that it began under, although its name may mean another one by now: that with which
/// the request has the digest of the token.
fn begun_under(
    call: &Call,
    engine: &dyn Engine,
    (query, token): (&Query, PageToken),
    now: Timestamp,
) -> Option<ProfileRef> {
    let revisions = call.profiles.of(&query.profile).rev();
    let mut named = revisions.map(|revision| ProfileRef {
        revision: Some(revision.profile().id().revision),
        ..query.profile.clone()
    });
    named.find(|profile| {
        let profile = profile.clone();
        let query = Query {
            profile,
            ..query.clone()
        };
        let search = call.search(engine, query, now);
        search.is_ok_and(|search| search.digest() == token.request_digest)
    })
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
