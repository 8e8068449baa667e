//! The rules: axes, measures, operations.

use super::layout::{section, table};
use crate::language::Language;
use crate::number::{localised, percent};
use crate::record::{OperationPart, ProfilePart};
use crate::wording::parameter_text;

pub(super) fn axes(profile: &ProfilePart, language: Language) -> String {
    let rows: Vec<_> = (profile.axes.iter())
        .map(|axis| {
            vec![
                axis.label.get(language).to_owned(),
                axis.value.get(language).to_owned(),
                axis.measure.clone(),
                localised(axis.weight, language),
                percent(axis.weight_share, language),
                axis.missing_words.get(language).to_owned(),
                percent(axis.missing_share, language),
            ]
        })
        .collect();
    let columns = language.pick(
        [
            "Axe",
            "Valeur comparée",
            "Mesure",
            "Poids",
            "Part du poids",
            "Si la valeur du candidat manque",
            "Manquante",
        ],
        [
            "Axis",
            "Value compared",
            "Measure",
            "Weight",
            "Share of weight",
            "If the candidate's value is missing",
            "Missing",
        ],
    );
    let title = language.pick("Paramètres et pondération", "Parameters and weighting");
    section(
        &format!("{title} ({})", profile.id),
        &table(&columns, &rows),
    )
}

pub(super) fn formulas(profile: &ProfilePart, language: Language) -> String {
    let mut text = String::new();
    for axis in &profile.axes {
        let (label, formula) = (axis.label.get(language), &axis.formula);
        text += &format!(
            "- **{label}**: {}\n\n  $${}$$\n",
            formula.words.get(language),
            formula.latex
        );
        for parameter in &formula.parameters {
            let value = parameter_text(&parameter.value, language);
            text += &format!("  - {}: {value}\n", parameter.name);
        }
    }
    section(language.pick("Mesures", "Measures"), &text)
}

pub(super) fn operations(operations: &[OperationPart], language: Language) -> String {
    let mut text = String::new();
    for (at, operation) in operations.iter().enumerate() {
        text += &format!("{}. {}\n", at + 1, operation.words.get(language));
        if let Some(latex) = &operation.latex {
            text += &format!("\n   $${latex}$$\n");
        }
    }
    section(
        language.pick("Opérations, dans l'ordre", "Operations, in order"),
        &text,
    )
}
