//! The French inventory of algorithms, in French.

use super::{Rule, optional, text, texts};
use crate::language::Language::French;
use crate::number::grouped;
use crate::record::{RecordParts, SourcePart};

const SOURCES: &str = "source";

pub(super) const RULES: &[(&str, Rule)] = &[
    (
        "administration_concernee",
        Rule::Common(|d| optional(d.organisation()), "owner.organisation"),
    ),
    (
        "direction_service_porteur",
        Rule::Common(|d| optional(d.department()), "owner.department"),
    ),
    (
        "contact",
        Rule::Common(|d| optional(d.email().or(d.website())), "contact.email"),
    ),
    // Everything else here is made from the generation, so its day is that of the information.
    (
        "date_mise_a_jour",
        Rule::State(
            |parts| text(&parts.generation.created_time[..10]),
            "generation",
        ),
    ),
    (
        "nom_algorithme",
        Rule::State(|parts| text(&parts.algorithm.name), "algorithm.name"),
    ),
    (
        "finalite",
        Rule::State(
            |parts| text(parts.algorithm.purpose.get(French)),
            "algorithm.purpose.fr",
        ),
    ),
    (
        "niveau_automatisation",
        Rule::State(|parts| text(parts.algorithm.role.get(French)), "engine"),
    ),
    (
        "fondements_juridiques",
        Rule::Common(|d| optional(d.legal_basis().get(French)), "legal.basis.fr"),
    ),
    ("donnees_traitees", Rule::State(data, "profile")),
    (
        "source_donnees",
        Rule::State(|parts| texts(parts.sources.iter().map(source)), SOURCES),
    ),
    (
        "mode_collecte",
        Rule::State(|parts| texts(parts.sources.iter().map(collection)), SOURCES),
    ),
    (
        "type_algorithme",
        Rule::State(|parts| text(parts.algorithm.kind.get(French)), "engine"),
    ),
    ("operations", Rule::State(operations, "profile")),
    (
        "ressources_connexes_fonctionnement",
        Rule::Common(|d| optional(d.code_url()), "code.url"),
    ),
];

fn data(parts: &RecordParts) -> Option<crate::Answer> {
    let axes = parts.profile.axes.iter().filter(|axis| axis.weight > 0.0);
    let axes: Vec<String> = axes
        .map(|axis| format!("{} ({})", axis.label.fr, axis.value.fr))
        .collect();
    text(axes.join(" ; "))
}

fn source(source: &SourcePart) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or("non déclaré".to_owned());
    format!(
        "{} : {}, {}, licence {}, {} lignes",
        source.source_id,
        or(&source.name),
        or(&source.owner),
        or(&source.licence),
        grouped(source.rows, French)
    )
}

fn collection(source: &SourcePart) -> String {
    let method = source.collection_method.as_deref();
    format!("{} : {}", source.source_id, method.unwrap_or("non déclaré"))
}

fn operations(parts: &RecordParts) -> Option<crate::Answer> {
    let measures = parts.profile.axes.iter().filter(|axis| axis.weight > 0.0);
    let measures = measures.map(|axis| {
        let weight = crate::number::localised(axis.weight, French);
        format!(
            "{} (poids {weight}) : {}",
            axis.label.fr, axis.formula.words.fr
        )
    });
    let steps = parts
        .operations
        .iter()
        .map(|operation| operation.words.fr.clone());
    texts(steps.chain(measures))
}
