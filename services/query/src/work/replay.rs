//! An answer again, from what its receipt pins.
//!
//! **Law.** What is told is what was told the first time, to the last byte, or why it can't be.

use std::sync::Arc;

use sosie_index::GenerationId;
use sosie_proto::Receipt;
use sosie_proto::from_pb::{self, Replay};
use sosie_proto::pb::replay_search_response::Result as Replayed;
use sosie_proto::pb::{self, ReplayObstacle};
use sosie_similarity::{ProfileId, ProfileRef, Query, Search};

use super::{Call, ENGINE_VERSION, find, pin_of};
use crate::archive::Absence;
use crate::engine::{Engine, GenerationFacts};
use crate::status::CallError;

/// `ReplaySearch`.
pub(crate) fn replay(
    call: &Call,
    request: pb::ReplaySearchRequest,
) -> Result<pb::ReplaySearchResponse, CallError> {
    let Replay { receipt, mut find } = from_pb::replay_search(request)?;
    let engine = match pinned_engine(call, &receipt)? {
        Ok(engine) => engine,
        Err(obstacles) => return Ok(told(Err(obstacles))),
    };
    let pin = pin_of(engine.generation());
    let is_of_page = find.page.token.is_none_or(|token| token.generation == pin);
    let is_same = match &receipt.profile {
        Some((id, _)) => pin_profile(&mut find.query.profile, id),
        None => false,
    };
    if !is_of_page || !is_same {
        return Ok(told(Err(vec![ReplayObstacle::RequestDiffers])));
    }
    answered(call, &*engine, find, &receipt).map(told)
}

fn told(
    replayed: Result<pb::FindSimilarEventsResponse, Vec<ReplayObstacle>>,
) -> pb::ReplaySearchResponse {
    let result = match replayed {
        Ok(response) => Replayed::Response(response),
        Err(obstacles) => Replayed::Refusal(pb::ReplayRefusal {
            obstacles: obstacles.into_iter().map(i32::from).collect(),
        }),
    };
    pb::ReplaySearchResponse {
        result: Some(result),
    }
}

/// The engine and the search that a receipt pins, for another question about the same list.
pub(super) fn pinned_search(
    call: &Call,
    receipt: &Receipt,
    mut query: Query,
) -> Result<(Arc<dyn Engine>, Search), CallError> {
    let refused = |obstacles| CallError::ReceiptNotReplayable(obstacles);
    let engine = pinned_engine(call, receipt)?.map_err(refused)?;
    let differs = || refused(vec![ReplayObstacle::RequestDiffers]);
    let (id, _) = receipt.profile.as_ref().ok_or_else(differs)?;
    if !pin_profile(&mut query.profile, id) {
        return Err(differs());
    }
    let now = receipt.as_of.unwrap_or(call.clock);
    let search = call.search(&*engine, query, now).map_err(|error| {
        if matches!(error, CallError::EventNotFound(_)) {
            refused(vec![ReplayObstacle::ProbeGone])
        } else {
            error
        }
    })?;
    if search.digest() != receipt.request_digest {
        return Err(differs());
    }
    Ok((engine, search))
}

/// The engine of a receipt, if all that the receipt pins besides the request is there.
fn pinned_engine(
    call: &Call,
    receipt: &Receipt,
) -> Result<Result<Arc<dyn Engine>, Vec<ReplayObstacle>>, CallError> {
    let mut obstacles = Vec::new();
    if receipt.engine_version != ENGINE_VERSION {
        obstacles.push(ReplayObstacle::EngineVersionDiffers);
    }
    let engine = engine(call, receipt)?;
    match &engine {
        Err(obstacle) => obstacles.push(*obstacle),
        Ok(engine) if engine.vocabularies() != receipt.vocabularies => {
            obstacles.push(ReplayObstacle::VocabularyDiffers);
        }
        Ok(_) => {}
    }
    obstacles.extend(profile_obstacle(call, receipt));
    Ok(match engine {
        Ok(engine) if obstacles.is_empty() => Ok(call.taken(engine)),
        _ => Err(obstacles),
    })
}

/// The generation that answered, loaded or opened.
fn engine(
    call: &Call,
    receipt: &Receipt,
) -> Result<Result<Arc<dyn Engine>, ReplayObstacle>, CallError> {
    let gone = Ok(Err(ReplayObstacle::GenerationGone));
    let Ok(id) = GenerationId::parse(&receipt.generation_id) else {
        return gone;
    };
    let digest = receipt.generation_digest;
    let facts = GenerationFacts { id, digest };
    if let Some(engine) = call.serving.loaded(facts) {
        return Ok(Ok(engine));
    }
    let Some(archive) = &call.archive else {
        return gone;
    };
    let opened = archive.open(facts)?;
    Ok(opened.map_err(|absence| match absence {
        Absence::Gone => ReplayObstacle::GenerationGone,
        Absence::Differs => ReplayObstacle::GenerationDiffers,
        Absence::Damaged => ReplayObstacle::GenerationDamaged,
    }))
}

fn profile_obstacle(call: &Call, receipt: &Receipt) -> Option<ReplayObstacle> {
    let (id, digest) = receipt.profile.as_ref()?;
    let named = ProfileRef {
        name: id.name.clone(),
        revision: Some(id.revision),
    };
    match call.profiles.find(&named) {
        None => Some(ReplayObstacle::ProfileGone),
        Some(profile) if profile.digest() != *digest => Some(ReplayObstacle::ProfileDiffers),
        Some(_) => None,
    }
}

/// Makes a name the revision that was applied; whether `named` means it.
fn pin_profile(named: &mut ProfileRef, id: &ProfileId) -> bool {
    let is_it = named.name == id.name && named.revision.is_none_or(|it| it == id.revision);
    named.revision = Some(id.revision);
    is_it
}

/// The answer of the time of the receipt.
fn answered(
    call: &Call,
    engine: &dyn Engine,
    asked: from_pb::Find,
    receipt: &Receipt,
) -> Result<Result<pb::FindSimilarEventsResponse, Vec<ReplayObstacle>>, CallError> {
    let then = Call {
        clock: receipt.as_of.unwrap_or(call.clock),
        ..call.clone()
    };
    let has_token = asked.page.token.is_some();
    let prepared = match find::prepared(&then, engine, asked) {
        Ok(prepared) => prepared,
        Err(CallError::EventNotFound(_)) => return Ok(Err(vec![ReplayObstacle::ProbeGone])),
        // What is wrong with a request that was answered is not wrong with that request.
        Err(CallError::Invalid(_)) if has_token => {
            return Ok(Err(vec![ReplayObstacle::RequestDiffers]));
        }
        Err(CallError::Invalid(invalid)) => return Err(invalid.under("request").into()),
        Err(other) => return Err(other),
    };
    if prepared.request_digest != receipt.request_digest {
        return Ok(Err(vec![ReplayObstacle::RequestDiffers]));
    }
    find::answer(&then, engine, prepared).map(Ok)
}
