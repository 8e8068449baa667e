//! Facts put into words.

use chrono::SecondsFormat;
use sosie_similarity::{AxisRule, MissingPolicy, ProfileChange, Timestamp};

use super::operations::operations;
use super::{
    AlgorithmPart, AxisPart, EnginePart, Facts, GenerationPart, ProfileChangePart, ProfilePart,
    RecordParts, SourcePart,
};
use crate::declared::{Declared, DeclaredText};
use crate::language::Bilingual;
use crate::source::SourceFacts;
use crate::wording::{axis_value_words, axis_words, measure_wording, policy_words};

/// Name and version of the form of a record.
const SCHEMA: &str = "sosie.algorithm_record/1";
/// What it is called if nothing else is declared.
const NAME: &str = "Sosie";

pub(super) fn parts(facts: &Facts) -> RecordParts {
    let declared = &facts.declared;
    let sources: Vec<SourcePart> = (facts.sources.iter())
        .map(|source| source_part(facts, source))
        .collect();
    let mut missing = missing_declarations(declared);
    missing.extend(sources.iter().flat_map(missing_of_source));
    let evaluation = declared.evaluation(facts.profile.id());
    if evaluation.is_none() {
        missing.push("evaluation".to_owned());
    }
    RecordParts {
        schema: SCHEMA.to_owned(),
        algorithm: algorithm_part(declared),
        engine: EnginePart {
            version: facts.engine_version.clone(),
            code_url: declared.code_url().map(str::to_owned),
        },
        profile: profile_part(facts),
        generation: generation_part(facts),
        sources,
        operations: operations(facts.profile),
        limits: facts.limits.clone(),
        evaluation: evaluation.cloned(),
        missing,
    }
}

fn algorithm_part(declared: &Declared) -> AlgorithmPart {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let basis = declared.legal_basis();
    AlgorithmPart {
        name: declared.name().unwrap_or(NAME).to_owned(),
        purpose: purpose(declared.purpose()),
        role: Bilingual::new(
            "aide à la décision : il ordonne des événements passés, il ne décide de rien",
            "decision support: it orders past events, it decides nothing",
        ),
        kind: Bilingual::new(
            "système de règles explicites ; rien n'y est appris des données",
            "system of explicit rules; nothing in it is learned from data",
        ),
        phase: declared.phase(),
        in_use_since: owned(declared.in_use_since()),
        organisation: owned(declared.organisation()),
        department: owned(declared.department()),
        contact_email: owned(declared.email()),
        website: owned(declared.website()),
        legal_basis_fr: basis.fr.clone(),
        legal_basis_en: basis.en.clone(),
    }
}

fn purpose(declared: &DeclaredText) -> Bilingual {
    let or = |text: &Option<String>, default: &str| text.clone().unwrap_or(default.to_owned());
    Bilingual {
        fr: or(
            &declared.fr,
            "Trouver, pour un événement public prévu, les événements passés qui lui ressemblent, dire pourquoi, et ce qu'ils ont demandé.",
        ),
        en: or(
            &declared.en,
            "Find, for a planned public event, the past events that resemble it, say why, and what they needed.",
        ),
    }
}

fn profile_part(facts: &Facts) -> ProfilePart {
    let profile = facts.profile;
    let weights: f64 = profile.axes().iter().map(|rule| rule.weight).sum();
    let axes = profile.axes().iter();
    ProfilePart {
        id: profile.id().to_string(),
        digest: profile.digest().to_string(),
        state: facts.profile_state.name().to_owned(),
        history: facts.profile_history.iter().map(change_part).collect(),
        min_coverage: profile.min_coverage(),
        axes: axes
            .map(|rule| axis_part(rule, weights, facts.missing_share(rule.axis)))
            .collect(),
    }
}

fn change_part(change: &ProfileChange) -> ProfileChangePart {
    let to = change.reason.state();
    ProfileChangePart {
        time: rfc3339(change.time),
        author: change.author.to_string(),
        from: to.before().unwrap_or(to).name().to_owned(),
        to: to.name().to_owned(),
        reason: change.reason.name().to_owned(),
    }
}

fn axis_part(rule: &AxisRule, weights: f64, missing_share: f64) -> AxisPart {
    AxisPart {
        axis: rule.axis.name().to_owned(),
        label: axis_words(rule.axis),
        value: axis_value_words(rule.axis),
        measure: rule.measure.name().to_owned(),
        formula: measure_wording(&rule.measure),
        weight: rule.weight,
        weight_share: rule.weight / weights,
        missing_policy: rule.missing.name().to_owned(),
        missing_similarity: match rule.missing {
            MissingPolicy::Zero => Some(0.0),
            MissingPolicy::Neutral(similarity) => Some(similarity),
            MissingPolicy::Renormalise => None,
        },
        missing_words: policy_words(rule.missing),
        missing_share,
    }
}

fn generation_part(facts: &Facts) -> GenerationPart {
    let generation = &facts.generation;
    GenerationPart {
        id: generation.id.clone(),
        digest: generation.digest.to_string(),
        content_digest: generation.content_digest.to_string(),
        event_count: generation.event_count,
        created_time: rfc3339(generation.created_time),
        guards: generation.guards.clone(),
    }
}

fn source_part(facts: &Facts, source: &SourceFacts) -> SourcePart {
    let stated = |text: &String| (!text.trim().is_empty()).then(|| text.clone());
    let (declaration, figures) = (&source.declaration, &source.figures);
    let axes = facts.profile.axes().iter();
    SourcePart {
        source_id: declaration.source_id.to_string(),
        name: stated(&declaration.name),
        owner: stated(&declaration.owner),
        licence: stated(&declaration.licence),
        collection_method: stated(&declaration.collection_method),
        period_first: figures.period().map(|period| rfc3339(period.first)),
        period_end: figures.period().map(|period| rfc3339(period.end)),
        rows: figures.rows(),
        refused_rows: source.refused_rows,
        missing_shares: axes
            .map(|rule| {
                (
                    rule.axis.name().to_owned(),
                    figures.missing_share(rule.axis),
                )
            })
            .collect(),
        last_update: figures.last_known_time().map(rfc3339),
    }
}

/// Keys of the declarations that are absent; a name and a purpose have defaults.
fn missing_declarations(declared: &Declared) -> Vec<String> {
    let basis = declared.legal_basis();
    let keys = [
        ("algorithm.phase", declared.phase().is_some()),
        ("algorithm.in_use_since", declared.in_use_since().is_some()),
        ("owner.organisation", declared.organisation().is_some()),
        ("owner.department", declared.department().is_some()),
        ("contact.email", declared.email().is_some()),
        ("contact.website", declared.website().is_some()),
        ("code.url", declared.code_url().is_some()),
        ("legal.basis.fr", basis.fr.is_some()),
        ("legal.basis.en", basis.en.is_some()),
    ];
    let absent = keys.into_iter().filter(|(_, stated)| !stated);
    absent.map(|(key, _)| key.to_owned()).collect()
}

fn missing_of_source(source: &SourcePart) -> Vec<String> {
    let keys = [
        ("name", source.name.is_some()),
        ("owner", source.owner.is_some()),
        ("licence", source.licence.is_some()),
        ("collection_method", source.collection_method.is_some()),
        ("refused_rows", source.refused_rows.is_some()),
    ];
    let absent = keys.into_iter().filter(|(_, stated)| !stated);
    absent
        .map(|(key, _)| format!("source.{}.{key}", source.source_id))
        .collect()
}

/// UTC, with as many decimals as there are.
pub(crate) fn rfc3339(time: Timestamp) -> String {
    time.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
