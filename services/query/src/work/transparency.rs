//! What the algorithm says of itself: its record, statements, and what a change of profile does.

mod diff;
mod sensitivity;

use std::sync::{Arc, Mutex, PoisonError};

use sosie_proto::from_pb;
use sosie_proto::to_pb::ServiceLimits;
use sosie_proto::{Receipt, pb, request_digest, to_pb};
use sosie_similarity::{ProfileState, Revision, Search};
use sosie_transparency::{
    AlgorithmRecord, Bilingual, Case, Declared, Facts, Language, Limit, Register, RegisterRecord,
    Statement,
};

use super::{Call, ENGINE_VERSION, receipt, replay, search_receipt};
use crate::engine::{DataSets, Engine, GenerationFacts};
use crate::status::CallError;

pub(crate) use diff::diff_profiles;
pub(crate) use sensitivity::measure_sensitivity;

const JSON: &str = "application/json";

/// What is declared of this installation, and the data sets of the generation that were asked for last.
#[derive(Default)]
pub(crate) struct Desk {
    pub(crate) declared: Declared,
    last: Mutex<Option<(GenerationFacts, Arc<DataSets>)>>,
}

impl Desk {
    pub(crate) fn new(declared: Declared) -> Self {
        Desk {
            declared,
            last: Mutex::default(),
        }
    }

    /// The data sets of a generation, counted once.
    fn data_sets(&self, call: &Call, engine: &dyn Engine) -> Result<Arc<DataSets>, CallError> {
        let facts = engine.generation();
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, data_sets)) = last.as_ref().filter(|(of, _)| *of == facts) {
            return Ok(data_sets.clone());
        }
        drop(last);
        let data_sets = Arc::new(engine.data_sets(&call.cancel)?);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((facts, data_sets.clone()));
        Ok(data_sets)
    }
}

/// `GetAlgorithmRecord`.
pub(crate) fn algorithm_record(
    call: &Call,
    request: pb::GetAlgorithmRecordRequest,
) -> Result<pb::GetAlgorithmRecordResponse, CallError> {
    let digest = request_digest::algorithm_record(&request);
    let asked = from_pb::algorithm_record(request)?;
    let engine = call.engine()?;
    let profile = call.profile(&asked.profile, "profile")?;
    let revision = call.profiles.revision(profile.id());
    let data_sets = call.transparency.data_sets(call, &*engine)?;
    let facts = Facts {
        declared: call.transparency.declared.clone(),
        profile,
        profile_state: revision.map_or(ProfileState::Draft, Revision::state),
        profile_history: revision.map_or(&[], Revision::history),
        sources: data_sets.sources.clone(),
        generation: data_sets.generation.clone(),
        engine_version: ENGINE_VERSION.to_owned(),
        limits: limits(call.limits),
    };
    let record = AlgorithmRecord::new(facts).map_err(|error| CallError::Record(error.into()))?;
    let pinned = Receipt {
        profile: Some((profile.id().clone(), profile.digest())),
        ..receipt(&*engine, digest, None)
    };
    Ok(pb::GetAlgorithmRecordResponse {
        receipt: Some(to_pb::receipt(&pinned)),
        ..told(&record, asked.form, asked.language)
    })
}

/// Every limit that a client can meet.
fn limits(of: ServiceLimits) -> Vec<Limit> {
    let own = |name: &str, value, fr: &str, en: &str| Limit {
        name: name.to_owned(),
        value,
        words: Bilingual::new(fr, en),
    };
    let in_flight = of.requests_in_flight_max as f64;
    let deadline_ms = of.deadline_max.as_millis() as f64;
    let mut limits = Limit::of_the_domain();
    limits.extend([
        own(
            "requests_in_flight_max",
            in_flight,
            "appels à la fois",
            "calls at a time",
        ),
        own(
            "deadline_ms_max",
            deadline_ms,
            "ms par appel",
            "ms of a call",
        ),
        own(
            "facet_smallest_count",
            f64::from(of.facet_smallest_count.get()),
            "plus petit nombre d'événements dit d'une facette ; ce qui est en dessous, et ce qui le révélerait, est retenu",
            "the smallest count of a facet that is told; what is below, and what would give it away, is withheld",
        ),
    ]);
    limits
}

/// The record in a form.
fn told(
    record: &AlgorithmRecord,
    form: pb::RecordForm,
    language: pb::Language,
) -> pb::GetAlgorithmRecordResponse {
    let document = |document, media_type: &str| pb::GetAlgorithmRecordResponse {
        document,
        media_type: media_type.to_owned(),
        ..Default::default()
    };
    match form {
        // A request has a form.
        pb::RecordForm::Unspecified | pb::RecordForm::Markdown => {
            document(record.to_markdown(spoken(language)), "text/markdown")
        }
        pb::RecordForm::Json => document(record.to_json(), JSON),
        pb::RecordForm::Etalab => registered(Register::Etalab, record),
        pb::RecordForm::Atrs => registered(Register::Atrs, record),
        pb::RecordForm::DutchRegister => registered(Register::Dutch, record),
    }
}

/// The language of a request, which has one wherever it counts.
fn spoken(language: pb::Language) -> Language {
    match language {
        pb::Language::French => Language::French,
        pb::Language::English | pb::Language::Unspecified => Language::English,
    }
}

/// The record as a register wants it.
fn registered(register: Register, record: &AlgorithmRecord) -> pb::GetAlgorithmRecordResponse {
    let mapped = RegisterRecord::new(register, record);
    let missing = mapped
        .missing()
        .map(|(field, configure_at)| pb::MissingRecordField {
            field: field.id.clone(),
            is_required: field.required,
            configure_at: configure_at.to_owned(),
        });
    pb::GetAlgorithmRecordResponse {
        document: mapped.to_json(),
        media_type: JSON.to_owned(),
        missing_fields: missing.collect(),
        receipt: None,
    }
}

/// `GetStatement`.
pub(crate) fn statement(
    call: &Call,
    request: pb::GetStatementRequest,
) -> Result<pb::GetStatementResponse, CallError> {
    let asked = from_pb::statement(request)?;
    let (engine, search) = match asked.receipt {
        None => {
            let engine = call.engine()?;
            let search = call.search(&*engine, asked.query, call.clock)?;
            (engine, search)
        }
        Some(receipt) => replay::pinned_search(call, &receipt, asked.query)?,
    };
    let explained = engine.explain(&search, &asked.event_id, &call.cancel)?;
    let explanation = explained.ok_or(CallError::EventNotFound("event_id"))?;
    let data_sets = call.transparency.data_sets(call, &*engine)?;
    let digest = request_digest::explain_event(&search, &asked.event_id);
    let pinned = search_receipt(&*engine, &search, digest);
    let case = Case {
        receipt: &stated(&pinned, &search),
        search: &search,
        explanation: &explanation,
        sources: &data_sets.sources,
    };
    let language = spoken(asked.language);
    let made = Statement::new(language, &case);
    let made = made.map_err(|error| CallError::Record(error.into()))?;
    let sections = made.sections().iter().map(|section| pb::StatementSection {
        heading: section.heading.title(language).to_owned(),
        lines: section.lines.iter().map(|line| line.text.clone()).collect(),
    });
    Ok(pb::GetStatementResponse {
        sections: sections.collect(),
        document: made.to_markdown(),
        receipt: Some(to_pb::receipt(&pinned)),
    })
}

/// A receipt as a statement tells it.
fn stated(receipt: &Receipt, search: &Search) -> sosie_transparency::Receipt {
    let profile = search.profile();
    sosie_transparency::Receipt {
        generation_id: receipt.generation_id.clone(),
        generation_digest: receipt.generation_digest,
        profile: profile.id().clone(),
        profile_digest: profile.digest(),
        engine_version: receipt.engine_version.clone(),
        request_digest: receipt.request_digest,
        as_of: search.as_of(),
    }
}
