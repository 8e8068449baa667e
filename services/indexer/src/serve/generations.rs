//! `IndexService`: which generations there are, and the choice of one.

use std::sync::PoisonError;

use sosie_index::{
    Activation, ActivationReason, Choice, Current, GenerationId, GenerationSummary, Manifest,
    NamedUntil, OpenError, VerifiedGeneration, list_generations, read_activations,
};
use sosie_proto::{from_pb, pb, to_pb};
use sosie_similarity::{Digest, Invalid};

use super::acts;
use super::desk::Desk;
use super::status::CallError;

/// `ListGenerations`.
pub(super) fn list(
    desk: &Desk,
    request: pb::ListGenerationsRequest,
) -> Result<pb::ListGenerationsResponse, CallError> {
    let pb::ListGenerationsRequest {} = request;
    let generations = told(desk)?;
    let named = generations.iter();
    let named = named.filter(|told| told.kept_for_receipts_until_time.is_some());
    let generations_count = named.count() as i32;
    let receipt_keeping = desk.receipts.as_ref().map(|rule| pb::ReceiptKeeping {
        days: rule.days.cast_signed(),
        generations_max: rule.generations_max.cast_signed(),
        generations_count,
    });
    Ok(pb::ListGenerationsResponse {
        generations,
        receipt_keeping,
    })
}

/// `ActivateGeneration`.
pub(super) fn activate(
    desk: &Desk,
    request: pb::ActivateGenerationRequest,
) -> Result<pb::ActivateGenerationResponse, CallError> {
    let asked = from_pb::activate_generation(request)?;
    let generation = id("generation_id", &asked.generation_id)?;
    let expected = asked.expected_active.as_deref();
    let expected = expected.map(|name| id("expected_active_generation_id", name));
    let choice = Choice {
        time: sosie_rpc::now(),
        reason: reason(asked.reason),
        expected: expected.transpose()?,
    };
    // Reading every file takes seconds: nobody waits for the lock meanwhile.
    let named = Current::of(&desk.generations_dir, generation)?;
    let checked = VerifiedGeneration::open(&desk.generations_dir, &named)?;
    let store = desk.generations.lock();
    let mut store = store.unwrap_or_else(PoisonError::into_inner);
    let made = store.activate(&checked, choice)?;
    // Before anybody else can publish or choose, so that the log has the order of what was done.
    acts::activated(desk.audit.as_ref(), &named);
    drop(store);
    tracing::info!(generation = %made.generation, reason = made.reason.name(), "generation chosen");
    let mut all = told(desk)?.into_iter();
    let generation = all.find(|told| told.generation_id == asked.generation_id);
    // It can be pruned right away, by a publication that comes in between.
    let missing = CallError::Open(OpenError::NotFound {
        generation: made.generation,
    });
    Ok(pb::ActivateGenerationResponse {
        generation: Some(generation.ok_or(missing)?),
    })
}

fn told(desk: &Desk) -> Result<Vec<pb::Generation>, CallError> {
    let found = list_generations(&desk.generations_dir)?;
    // A damaged journal is told, and keeps nobody from seeing which generations there are.
    let activations = read_activations(&desk.generations_dir).unwrap_or_else(|error| {
        tracing::error!(%error, "generations are listed without the choices made by hand");
        Vec::new()
    });
    let receipts = desk.receipts.as_ref();
    let named = receipts.map(|rule| rule.named(sosie_rpc::now()));
    let named = named.transpose().unwrap_or_else(|error| {
        tracing::error!(%error, "generations are listed without what receipts name");
        None
    });
    let named = named.unwrap_or_default();
    let told = found.iter();
    let told = told.map(|found| generation(found, &activations, &named));
    Ok(told.collect())
}

fn generation(
    found: &GenerationSummary,
    activations: &[Activation],
    named: &NamedUntil,
) -> pb::Generation {
    let mut latest = activations.iter().rev();
    let last = latest.find(|made| made.generation == found.generation);
    let manifest = found.manifest.as_ref().ok().zip(found.manifest_digest);
    let until = named.get(&found.generation);
    pb::Generation {
        generation_id: found.generation.to_string(),
        is_active: found.is_current,
        manifest: manifest.map(|(manifest, digest)| self::manifest(manifest, digest)),
        last_activation: last.map(activation),
        kept_for_receipts_until_time: until.map(|until| to_pb::instant(*until)),
    }
}

fn manifest(manifest: &Manifest, digest: Digest) -> pb::GenerationManifest {
    pb::GenerationManifest {
        digest: digest.to_string(),
        created_time: Some(to_pb::instant(manifest.created_time)),
        event_count: manifest.event_count.cast_signed(),
        content_digest: manifest.content_digest.to_string(),
        size_bytes: manifest.size_bytes().cast_signed(),
    }
}

fn activation(made: &Activation) -> pb::GenerationActivation {
    let reason = match made.reason {
        ActivationReason::WrongData => pb::ActivationReason::WrongData,
        ActivationReason::WrongAnswers => pb::ActivationReason::WrongAnswers,
        ActivationReason::TooSlow => pb::ActivationReason::TooSlow,
        ActivationReason::Mended => pb::ActivationReason::Mended,
        ActivationReason::Exercise => pb::ActivationReason::Exercise,
    };
    let previous = made.previous.map(|previous| previous.to_string());
    pb::GenerationActivation {
        activated_time: Some(to_pb::instant(made.time)),
        reason: reason.into(),
        previous_generation_id: previous.unwrap_or_default(),
    }
}

fn reason(reason: pb::ActivationReason) -> ActivationReason {
    match reason {
        pb::ActivationReason::WrongData => ActivationReason::WrongData,
        pb::ActivationReason::WrongAnswers => ActivationReason::WrongAnswers,
        pb::ActivationReason::TooSlow => ActivationReason::TooSlow,
        pb::ActivationReason::Mended => ActivationReason::Mended,
        pb::ActivationReason::Exercise => ActivationReason::Exercise,
        pb::ActivationReason::Unspecified => unreachable!("refused before"),
    }
}

fn id(field: &str, name: &str) -> Result<GenerationId, CallError> {
    let id = GenerationId::parse(name);
    Ok(id.map_err(|rule| Invalid::new(field, rule))?)
}
