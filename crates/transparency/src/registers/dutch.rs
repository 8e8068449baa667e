//! The Dutch register of algorithms, in Dutch: the register takes no other language.

use sosie_similarity::Axis;

use super::fitted::fitted;
use super::{Rule, optional, text};
use crate::declared::{Answer, Declared, Phase};
use crate::number::exact;
use crate::record::{AxisPart, RecordParts, SourcePart};

/// What the register allows for `source_data`.
const SOURCE_DATA_CHARS_MAX: usize = 2_500;
/// What the register allows for `methods_and_models`.
const METHODS_CHARS_MAX: usize = 5_000;

const SHORT: &str = "Dit algoritme zoekt bij een gepland evenement de eerdere evenementen die er het meest op lijken en legt uit waarom. Het ondersteunt medewerkers: het ordent eerdere evenementen en beslist niets.";

pub(super) const RULES: &[(&str, Rule)] = &[
    (
        "name",
        Rule::State(|parts| text(&parts.algorithm.name), "algorithm.name"),
    ),
    ("description_short", Rule::State(|_| text(SHORT), "engine")),
    (
        "organization",
        Rule::Common(|d| optional(d.organisation()), "owner.organisation"),
    ),
    ("status", Rule::Common(status, "algorithm.phase")),
    (
        "begin_date",
        Rule::Common(|d| optional(d.in_use_since()), "algorithm.in_use_since"),
    ),
    (
        "contact_email",
        Rule::Common(|d| optional(d.email().or(d.website())), "contact.email"),
    ),
    (
        "website",
        Rule::Common(|d| optional(d.website()), "contact.website"),
    ),
    ("source_data", Rule::State(source_data, "source")),
    ("methods_and_models", Rule::State(methods, "profile")),
    (
        "publiccode",
        Rule::Common(|d| optional(d.code_url()), "code.url"),
    ),
    ("lang", Rule::State(|_| text("nld"), "engine")),
    ("standard_version", Rule::State(|_| text("1.0"), "engine")),
    (
        "source_id",
        Rule::State(|parts| text(&parts.profile.id), "profile"),
    ),
];

fn status(declared: &Declared) -> Option<Answer> {
    text(match declared.phase()? {
        Phase::Development => "In ontwikkeling",
        // The standard counts what is both developed and used as used.
        Phase::Pilot | Phase::Production => "In gebruik",
        Phase::Retired => "Buiten gebruik",
    })
}

fn source_data(parts: &RecordParts) -> Option<Answer> {
    if parts.sources.is_empty() {
        return None;
    }
    let lines: Vec<String> = parts.sources.iter().map(source).collect();
    let left_out = |count| format!("En {count} andere bronnen.");
    text(fitted(&lines, SOURCE_DATA_CHARS_MAX, left_out))
}

fn source(source: &SourcePart) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or("niet opgegeven".to_owned());
    format!(
        "{}: {}, eigenaar {}, licentie {}, {} evenementen.",
        source.source_id,
        or(&source.name),
        or(&source.owner),
        or(&source.licence),
        source.rows
    )
}

fn methods(parts: &RecordParts) -> Option<Answer> {
    let axes = parts.profile.axes.iter().filter(|axis| axis.weight > 0.0);
    let first = "Het algoritme is een stelsel van vaste regels en is niet zelflerend. Per as wordt een gelijkenis s van 0 tot 1 berekend; de score is het gewogen gemiddelde. Geordend wordt op score, dekking, begin en kenmerk.";
    let floor = exact(parts.profile.min_coverage);
    let last = format!(
        "Minimale dekking: {floor}. Profiel {}, versie {}.",
        parts.profile.id, parts.engine.version
    );
    let lines: Vec<String> = [first.to_owned(), last]
        .into_iter()
        .chain(axes.map(axis_line))
        .collect();
    let left_out = |count| format!("En {count} andere assen.");
    text(fitted(&lines, METHODS_CHARS_MAX, left_out))
}

fn axis_line(part: &AxisPart) -> String {
    let axis = Axis::from_name(&part.axis);
    let name = axis.map_or(part.axis.clone(), |axis| axis_words(axis).to_owned());
    let missing = match part.missing_similarity {
        Some(similarity) => format!("telt een ontbrekende waarde als {}", exact(similarity)),
        None => "telt een ontbrekende waarde niet mee".to_owned(),
    };
    format!(
        "As {name}: gewicht {}, {}; hier {missing}.",
        exact(part.weight),
        part.formula.plain
    )
}

fn axis_words(axis: Axis) -> &'static str {
    match axis {
        Axis::Location => "locatie",
        Axis::Participants => "aantal deelnemers",
        Axis::Nature => "aard",
        Axis::Sector => "sector",
        Axis::DayKind => "doordeweeks of weekend",
        Axis::Season => "winter of zomer",
        Axis::Footprint => "oppervlakte",
        Axis::Duration => "duur",
    }
}
