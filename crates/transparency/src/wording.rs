//! Words for what a profile is made of: axes, measures, policies, units.
//!
//! No `_` arm: a measure, policy or axis without words in every language does not compile.

mod axis;
mod measure;

use serde::{Deserialize, Serialize};
use sosie_similarity::{DistanceUnit, MissingPolicy};

use crate::language::{Bilingual, Language};
use crate::number::{exact, localised};

pub(crate) use axis::axis_value_words;
pub use axis::axis_words;
pub use measure::measure_wording;

/// How a measure is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// The formula in words, with its parameters.
    pub words: Bilingual,
    /// The formula in LaTeX, parameters set in, without delimiters.
    pub latex: String,
    /// The formula in plain characters, for where LaTeX is not set.
    pub plain: String,
    /// What can be chosen, in a fixed order.
    pub parameters: Vec<Parameter>,
}

/// A parameter of a measure or policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name in the profile, such as `h_km`.
    pub name: String,
    /// Its value.
    pub value: ParameterValue,
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParameterValue {
    /// A finite number.
    Number(f64),
    /// One of a closed list.
    Name(String),
    /// The paths of a table, in the order of its rows.
    Paths(Vec<String>),
    /// The rows of a table: similarities in [0, 1].
    Rows(Vec<Vec<f64>>),
}

impl Parameter {
    pub(crate) fn number(name: &str, value: f64) -> Self {
        Parameter {
            name: name.to_owned(),
            value: ParameterValue::Number(value),
        }
    }
}

/// Most paths of a similarity table that is printed whole: a page is not wider. The JSON has every one.
const TABLE_PATHS_MAX: usize = 12;

/// The value of a parameter in a document; of a large table only how large it is.
pub(crate) fn parameter_text(value: &ParameterValue, language: Language) -> String {
    let long = |count: usize| {
        language.pick(
            format!("{count} valeurs, dans le JSON"),
            format!("{count} values, in the JSON"),
        )
    };
    match value {
        ParameterValue::Number(number) => localised(*number, language),
        ParameterValue::Name(name) => name.clone(),
        ParameterValue::Paths(paths) if paths.len() <= TABLE_PATHS_MAX => paths.join(", "),
        ParameterValue::Rows(rows) if rows.len() <= TABLE_PATHS_MAX => {
            let row = |row: &Vec<f64>| row.iter().map(|n| exact(*n)).collect::<Vec<_>>().join(" ");
            rows.iter().map(row).collect::<Vec<_>>().join("; ")
        }
        ParameterValue::Paths(paths) => long(paths.len()),
        ParameterValue::Rows(rows) => long(rows.len() * rows.len()),
    }
}

/// What an axis counts where the candidate's value is missing or cannot be compared.
pub fn policy_words(policy: MissingPolicy) -> Bilingual {
    Bilingual::of(|language| {
        match policy {
        MissingPolicy::Zero => language
            .pick(
                "l'axe reste dans les deux sommes avec une similarité de 0 : ce qui n'est pas connu n'est pas une ressemblance",
                "the axis stays in both sums with similarity 0: what is not known is no resemblance",
            )
            .to_owned(),
        MissingPolicy::Neutral(similarity) => {
            let similarity = localised(similarity, language);
            language.pick(
                format!("l'axe reste dans les deux sommes avec une similarité fixe de {similarity}"),
                format!("the axis stays in both sums with a fixed similarity of {similarity}"),
            )
        }
        MissingPolicy::Renormalise => language
            .pick(
                "l'axe est retiré des deux sommes, et le poids des autres axes augmente d'autant (règle de Gower)",
                "the axis is left out of both sums, and the weight of the others grows by as much (Gower's rule)",
            )
            .to_owned(),
    }
    })
}

/// What a distance counts.
pub(crate) fn unit_words(unit: DistanceUnit, language: Language) -> &'static str {
    match unit {
        DistanceUnit::Km => language.pick("km, à vol d'oiseau", "km on the great circle"),
        DistanceUnit::LogRatio => language.pick(
            "logarithme naturel du rapport",
            "natural logarithm of the ratio",
        ),
        DistanceUnit::Edges => {
            language.pick("pas dans l'arbre des codes", "steps in the tree of codes")
        }
        DistanceUnit::Share => language.pick("différence de parts", "difference of shares"),
        DistanceUnit::Days => language.pick(
            "jours, par le plus court chemin autour de l'année",
            "days, the shorter way round the year",
        ),
        DistanceUnit::Dissimilarity => {
            language.pick("1 moins la similarité", "1 less the similarity")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_has_words_in_both_languages() {
        let policies = [
            MissingPolicy::Zero,
            MissingPolicy::Neutral(0.25),
            MissingPolicy::Renormalise,
        ];
        for policy in policies {
            let words = policy_words(policy);
            assert!(!words.fr.is_empty() && !words.en.is_empty() && words.fr != words.en);
        }
        let neutral = policy_words(MissingPolicy::Neutral(0.25));
        assert!(neutral.fr.contains("0,25") && neutral.en.contains("0.25"));
    }
}
