//! What was measured of the quality of a profile, as the configuration file declares it.

use std::collections::BTreeSet;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use sosie_similarity::{ProfileId, ProfileRef};

use super::check::text;
use super::form::InvalidDeclared;
use crate::language::Bilingual;
use crate::record::is_lower_snake;

/// Most characters of a method: what the other texts may have.
const METHOD_CHARS_MAX: usize = 2_500;

/// What was measured of the quality of one revision of a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// Of which revision: `tranquillity@1`.
    pub profile: String,
    /// How it was measured.
    pub method: Bilingual,
    /// On how many probes.
    pub probes: u64,
    /// When, RFC 3339.
    pub measured_time: String,
    /// The figures: at least one.
    pub figures: Vec<EvaluationFigure>,
}

/// One figure of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationFigure {
    /// Its stable name, lower_snake, such as `ndcg_at_10`.
    pub name: String,
    /// The figure: finite.
    pub value: f64,
    /// The ends of its 95 % confidence interval, if it has one; the figure lies in it.
    pub interval_95: Option<(f64, f64)>,
}

/// Each is valid, and of a revision of its own.
pub(super) fn check(evaluations: &[Evaluation]) -> Result<(), InvalidDeclared> {
    let mut profiles = BTreeSet::new();
    for (at, evaluation) in evaluations.iter().enumerate() {
        let key = |name: &str| format!("evaluation[{at}].{name}");
        let profile = ProfileRef::parse(&evaluation.profile).ok();
        // As it is written everywhere: `tranquillity@01` would be found by no record.
        let id = profile.and_then(|profile| Some((profile.name, profile.revision?)));
        let id = id.map(|(name, revision)| ProfileId { name, revision }.to_string());
        if id.as_ref() != Some(&evaluation.profile) || !profiles.insert(&evaluation.profile) {
            return Err(InvalidDeclared::EvaluationProfile(key("profile")));
        }
        let Bilingual { fr, en } = &evaluation.method;
        for (name, method) in [("method.fr", fr), ("method.en", en)] {
            text(&key(name), Some(method.clone()), METHOD_CHARS_MAX)?;
        }
        if DateTime::parse_from_rfc3339(&evaluation.measured_time).is_err() {
            return Err(InvalidDeclared::Time(key("measured_time")));
        }
        check_figures(&key("figures"), &evaluation.figures)?;
    }
    Ok(())
}

fn check_figures(key: &str, figures: &[EvaluationFigure]) -> Result<(), InvalidDeclared> {
    let mut names = BTreeSet::new();
    for (at, figure) in figures.iter().enumerate() {
        let key = |name: &str| format!("{key}[{at}].{name}");
        if !is_lower_snake(&figure.name) || !names.insert(&figure.name) {
            return Err(InvalidDeclared::FigureName(key("name")));
        }
        let (low, high) = figure.interval_95.unwrap_or((figure.value, figure.value));
        for (name, number) in [
            ("value", figure.value),
            ("interval_95", low),
            ("interval_95", high),
        ] {
            if !number.is_finite() {
                return Err(InvalidDeclared::NotFinite(key(name)));
            }
        }
        if low > figure.value || figure.value > high {
            return Err(InvalidDeclared::Interval(key("interval_95")));
        }
    }
    if figures.is_empty() {
        return Err(InvalidDeclared::Empty(key.to_owned()));
    }
    Ok(())
}
