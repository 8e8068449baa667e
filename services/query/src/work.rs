//! The work behind each method, one plain function each: blocking, and knowing nothing of gRPC.
//!
//! **Law.** What is told comes from the request, the generation and the clock of the call; the clock is told
//! as `as_of` where it counted.

mod events;
mod explain;
mod facets;
mod find;
mod profiles;
mod replay;
mod transparency;

use std::sync::Arc;

use sosie_index::{Cancel, ProfileSet};
use sosie_proto::to_pb::ServiceLimits;
use sosie_proto::{GenerationPin, PageToken, PagedList, Receipt, from_pb};
use sosie_similarity::{
    Digest, Invalid, Page, Probe, ProbeRef, Profile, ProfileRef, Query, Resolved, Rule, Search,
    Timestamp,
};

use crate::archive::Archive;
use crate::engine::Engine;
use crate::pins::ReceiptPins;
use crate::serving::{Serving, pin_of};
use crate::status::CallError;

pub(crate) use events::{get_event, list_events};
pub(crate) use explain::explain;
pub(crate) use facets::count_facets;
pub(crate) use find::{batched_find, find};
pub(crate) use profiles::{get_profile, list_profiles};
pub(crate) use replay::replay;
pub(crate) use transparency::{
    Desk as TransparencyDesk, algorithm_record, diff_profiles, measure_sensitivity, statement,
};

/// Told in every receipt: the same version gives the same bytes.
const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a call works with.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) serving: Arc<Serving>,
    /// Generations that are not loaded; absent where engines come from elsewhere.
    pub(crate) archive: Option<Arc<Archive>>,
    /// Told of every engine that is taken; absent where no generation is kept for its receipts.
    pub(crate) pins: Option<Arc<ReceiptPins>>,
    pub(crate) transparency: Arc<TransparencyDesk>,
    pub(crate) profiles: Arc<ProfileSet>,
    pub(crate) limits: ServiceLimits,
    /// When it was received, in whole microseconds.
    pub(crate) clock: Timestamp,
    /// Set when nobody waits for its answer any more.
    pub(crate) cancel: Cancel,
}

impl Call {
    /// The engine that new lists begin on.
    pub(crate) fn engine(&self) -> Result<Arc<dyn Engine>, CallError> {
        let current = self.serving.current().ok_or(CallError::NotServing)?;
        Ok(self.taken(current))
    }

    /// An engine that this call may give a receipt of.
    fn taken(&self, engine: Arc<dyn Engine>) -> Arc<dyn Engine> {
        if let Some(pins) = &self.pins {
            pins.taken(engine.generation().id);
        }
        engine
    }

    /// The engine that a list goes on with.
    fn engine_of_page(&self, token: Option<PageToken>) -> Result<Arc<dyn Engine>, CallError> {
        let Some(token) = token else {
            return self.engine();
        };
        let pinned = self.serving.pinned(token.generation);
        match pinned {
            Some(pinned) => Ok(self.taken(pinned)),
            None if self.serving.current().is_none() => Err(CallError::NotServing),
            None => Err(CallError::GenerationExpired),
        }
    }

    /// The profile that `field` of the request names.
    fn profile(&self, named: &ProfileRef, field: &'static str) -> Result<&Arc<Profile>, CallError> {
        let found = self.profiles.find(named);
        found.ok_or(CallError::ProfileNotFound(field))
    }

    /// The search that `query` asks for, names looked up, `now` where it leaves out `as_of`.
    fn search(
        &self,
        engine: &dyn Engine,
        query: Query,
        now: Timestamp,
    ) -> Result<Search, CallError> {
        let profile = self.profile(&query.profile, "query.profile")?.clone();
        let probe = match &query.probe {
            ProbeRef::Draft(draft) => Probe::Draft(draft.clone()),
            ProbeRef::Stored(event_id) => {
                let stored = engine.event(event_id, Some(query.as_of.unwrap_or(now)))?;
                let missing = CallError::EventNotFound("query.probe.event_id");
                Probe::Stored(Box::new(stored.ok_or(missing)?))
            }
        };
        let found = Resolved {
            profile,
            probe,
            now,
        };
        Ok(from_pb::resolve(query, found)?)
    }
}

/// Refuses the token of another request.
fn check_token(token: Option<PageToken>, request_digest: Digest) -> Result<(), CallError> {
    if token.is_some_and(|token| token.request_digest != request_digest) {
        return Err(Invalid::new("page_token", Rule::ForeignPageToken).into());
    }
    Ok(())
}

/// Where a list goes on after `page`, if it does.
struct NextPage {
    list: PagedList,
    generation: GenerationPin,
    request_digest: Digest,
    page: Page,
}

impl NextPage {
    fn token(self, has_more: bool) -> Option<PageToken> {
        let offset = self.page.offset.saturating_add(self.page.limit) as u64;
        has_more.then_some(PageToken {
            list: self.list,
            generation: self.generation,
            request_digest: self.request_digest,
            offset,
        })
    }
}

/// The receipt of an answer that needed no profile.
fn receipt(engine: &dyn Engine, request_digest: Digest, as_of: Option<Timestamp>) -> Receipt {
    let facts = engine.generation();
    Receipt {
        generation_id: facts.id.to_string(),
        generation_digest: facts.digest,
        profile: None,
        vocabularies: engine.vocabularies(),
        engine_version: ENGINE_VERSION.to_owned(),
        request_digest,
        as_of,
    }
}

/// The receipt of a search.
fn search_receipt(engine: &dyn Engine, search: &Search, request_digest: Digest) -> Receipt {
    let profile = search.profile();
    Receipt {
        profile: Some((profile.id().clone(), profile.digest())),
        ..receipt(engine, request_digest, Some(search.as_of()))
    }
}
