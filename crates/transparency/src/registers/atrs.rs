//! The UK Algorithmic Transparency Recording Standard, in English.

use super::{Rule, optional, text, texts};
use crate::declared::{Answer, Declared, Phase};
use crate::language::Language::English;
use crate::number::{exact, grouped, percent};
use crate::record::{RecordParts, SourcePart};

const SOURCES: &str = "source";

pub(super) const RULES: &[(&str, Rule)] = &[
    (
        "organisation",
        Rule::Common(|d| optional(d.organisation()), "owner.organisation"),
    ),
    ("phase", Rule::Common(phase, "algorithm.phase")),
    ("atrs_version", Rule::State(|_| text("3.0"), "engine")),
    (
        "name",
        Rule::State(|parts| text(&parts.algorithm.name), "algorithm.name"),
    ),
    (
        "description",
        Rule::State(description, "algorithm.purpose.en"),
    ),
    (
        "website",
        Rule::Common(|d| optional(d.website()), "contact.website"),
    ),
    (
        "contact_email",
        Rule::Common(|d| optional(d.email()), "contact.email"),
    ),
    (
        "organisation_or_department",
        Rule::Common(|d| optional(d.organisation()), "owner.organisation"),
    ),
    (
        "team",
        Rule::Common(|d| optional(d.department()), "owner.department"),
    ),
    ("detailed_description", Rule::State(operations, "profile")),
    (
        "scope",
        Rule::State(|parts| text(&parts.algorithm.role.en), "engine"),
    ),
    (
        "provided_information",
        Rule::State(|parts| operation(parts, "explain"), "engine"),
    ),
    (
        "system_architecture",
        Rule::State(|parts| text(&parts.algorithm.kind.en), "engine"),
    ),
    (
        "system_level_input",
        Rule::State(|parts| operation(parts, "read_probe"), "profile"),
    ),
    (
        "system_level_output",
        Rule::State(|parts| operation(parts, "order"), "engine"),
    ),
    (
        "model_name",
        Rule::State(|parts| text(&parts.profile.id), "profile"),
    ),
    ("model_version", Rule::State(version, "profile")),
    (
        "model_task",
        Rule::State(
            |parts| text(&parts.algorithm.purpose.en),
            "algorithm.purpose.en",
        ),
    ),
    ("model_input", Rule::State(input, "profile")),
    (
        "model_output",
        Rule::State(|parts| operation(parts, "score"), "engine"),
    ),
    ("model_architecture", Rule::State(measures, "profile")),
    ("model_performance", Rule::State(performance, "evaluation")),
    (
        "data_sources",
        Rule::State(|parts| texts(parts.sources.iter().map(source)), SOURCES),
    ),
    ("data_completeness", Rule::State(completeness, SOURCES)),
    (
        "data_processing_methods",
        Rule::State(
            |parts| operation(parts, "apply_missing_policies"),
            "profile",
        ),
    ),
];

fn phase(declared: &Declared) -> Option<Answer> {
    text(match declared.phase()? {
        Phase::Development => "pre-deployment",
        Phase::Pilot => "beta-pilot",
        Phase::Production => "production",
        Phase::Retired => "retired",
    })
}

fn description(parts: &RecordParts) -> Option<Answer> {
    let (purpose, role) = (&parts.algorithm.purpose.en, &parts.algorithm.role.en);
    text(format!("{purpose} {role}"))
}

fn operation(parts: &RecordParts, name: &str) -> Option<Answer> {
    let found = parts
        .operations
        .iter()
        .find(|operation| operation.name == name);
    found.and_then(|operation| text(&operation.words.en))
}

fn operations(parts: &RecordParts) -> Option<Answer> {
    let steps = parts.operations.iter().enumerate();
    let steps: Vec<String> = steps
        .map(|(at, operation)| format!("{}. {}", at + 1, operation.words.en))
        .collect();
    text(steps.join("\n"))
}

fn version(parts: &RecordParts) -> Option<Answer> {
    text(format!(
        "engine {}, profile {} with digest {}",
        parts.engine.version, parts.profile.id, parts.profile.digest
    ))
}

fn input(parts: &RecordParts) -> Option<Answer> {
    let axes = parts.profile.axes.iter().filter(|axis| axis.weight > 0.0);
    let axes: Vec<String> = axes
        .map(|axis| format!("{} ({})", axis.label.en, axis.value.en))
        .collect();
    text(axes.join("; "))
}

fn measures(parts: &RecordParts) -> Option<Answer> {
    let axes = parts.profile.axes.iter().filter(|axis| axis.weight > 0.0);
    let axes: Vec<String> = axes
        .map(|axis| {
            let (weight, words) = (exact(axis.weight), &axis.formula.words.en);
            format!("{} (weight {weight}): {words}", axis.label.en)
        })
        .collect();
    text(axes.join("\n"))
}

fn performance(parts: &RecordParts) -> Option<Answer> {
    let evaluation = parts.evaluation.as_ref()?;
    let figures: Vec<String> = (evaluation.figures.iter())
        .map(|figure| format!("{} {}", figure.name, exact(figure.value)))
        .collect();
    text(format!("{}: {}", evaluation.method.en, figures.join(", ")))
}

fn source(source: &SourcePart) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or("not stated".to_owned());
    format!(
        "{}: {}, owner {}, licence {}, collection {}, {} rows",
        source.source_id,
        or(&source.name),
        or(&source.owner),
        or(&source.licence),
        or(&source.collection_method),
        grouped(source.rows, English)
    )
}

fn completeness(parts: &RecordParts) -> Option<Answer> {
    let share = |(axis, share): &(String, f64)| format!("{axis} {}", percent(*share, English));
    texts(parts.sources.iter().map(|source| {
        let shares: Vec<String> = source.missing_shares.iter().map(share).collect();
        format!("{}: missing {}", source.source_id, shares.join(", "))
    }))
}
