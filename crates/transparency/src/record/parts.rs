//! The record as a document.

use serde::{Deserialize, Serialize};

use crate::declared::{Evaluation, Phase};
use crate::language::Bilingual;
use crate::wording::Wording;

/// All that a record says. Reading one back checks its form only: who wrote it is for a signature to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordParts {
    /// Name and version of this form: `sosie.algorithm_record/1`.
    pub schema: String,
    /// What it is, and who answers for it.
    pub algorithm: AlgorithmPart,
    /// The code that runs.
    pub engine: EnginePart,
    /// The rules that are applied.
    pub profile: ProfilePart,
    /// The state of the data that is served.
    pub generation: GenerationPart,
    /// The data sets, in the order in which they were told.
    pub sources: Vec<SourcePart>,
    /// What is done, in order.
    pub operations: Vec<OperationPart>,
    /// Every limit that a client can meet.
    pub limits: Vec<Limit>,
    /// What was measured of its quality, if anything was.
    pub evaluation: Option<Evaluation>,
    /// What nobody stated, by the keys where it can be.
    pub missing: Vec<String>,
}

/// What the algorithm is, and who answers for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlgorithmPart {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub purpose: Bilingual,
    /// What part it has in decisions.
    pub role: Bilingual,
    /// What kind of algorithm it is.
    pub kind: Bilingual,
    /// Where it stands in its life.
    pub phase: Option<Phase>,
    /// First month of use: `2026-01`.
    pub in_use_since: Option<String>,
    /// The administration that answers for it.
    pub organisation: Option<String>,
    /// The service within it.
    pub department: Option<String>,
    /// The address of a function.
    pub contact_email: Option<String>,
    /// A public page.
    pub website: Option<String>,
    /// On which basis it is used, in French.
    pub legal_basis_fr: Option<String>,
    /// On which basis it is used, in English.
    pub legal_basis_en: Option<String>,
}

/// The code that runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnginePart {
    /// As semver.
    pub version: String,
    /// Where its source can be read.
    pub code_url: Option<String>,
}

/// The rules that are applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfilePart {
    /// Name and revision: `tranquillity@1`.
    pub id: String,
    /// SHA-256 of its canonical form, 64 hexadecimal digits.
    pub digest: String,
    /// `draft`, `active` or `retired`.
    pub state: String,
    /// The changes of its state, the oldest first; none of a profile that Sosie brings along.
    pub history: Vec<ProfileChangePart>,
    /// The least coverage of a hit, in [0, 1].
    pub min_coverage: f64,
    /// The axes, in the order in which scores are summed.
    pub axes: Vec<AxisPart>,
}

/// A change of the state of the profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileChangePart {
    /// When, in UTC.
    pub time: String,
    /// The account or office that asked for it.
    pub author: String,
    /// The state before.
    pub from: String,
    /// The state after.
    pub to: String,
    /// Why, UPPER_SNAKE.
    pub reason: String,
}

/// One axis of the profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AxisPart {
    /// Its stable name.
    pub axis: String,
    /// What people call it.
    pub label: Bilingual,
    /// What is compared, with its unit.
    pub value: Bilingual,
    /// The stable name of its measure.
    pub measure: String,
    /// The measure in words and formulas, with its parameters.
    pub formula: Wording,
    /// Its weight; 0 leaves it out.
    pub weight: f64,
    /// Its weight over the sum of all weights, in [0, 1].
    pub weight_share: f64,
    /// The stable name of its policy for missing values.
    pub missing_policy: String,
    /// What a missing value counts under that policy; absent if the axis is left out.
    pub missing_similarity: Option<f64>,
    /// The policy in words.
    pub missing_words: Bilingual,
    /// Share of all events without a value on it, in [0, 1].
    pub missing_share: f64,
}

/// The state of the data that is served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerationPart {
    /// `gen-000001`.
    pub id: String,
    /// SHA-256 of its manifest.
    pub digest: String,
    /// Digest of its records.
    pub content_digest: String,
    /// Stored events, in every state.
    pub event_count: u64,
    /// When it was built, RFC 3339.
    pub created_time: String,
    /// The rules of the personal-data guard by which its records were admitted, the oldest first; left out if there never was
    /// a guard, or it is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<GuardPart>,
}

/// The rules by which records were admitted from a position of the store on, up to the next ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardPart {
    /// Records after this position; 0 for a run over files.
    pub from_position: u64,
    /// SHA-256 of the policy; none without a guard.
    pub policy_digest: Option<String>,
    /// The vocabularies, one of each list at most.
    pub vocabularies: Vec<VocabularyPart>,
}

/// A vocabulary of the guard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyPart {
    /// Which codes it is of: `nature`, `sector`, `source` or `outcome`.
    pub list: String,
    /// What it is called.
    pub name: String,
    /// Its version, as it says.
    pub version: String,
    /// SHA-256 of its canonical form.
    pub digest: String,
}

/// One data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcePart {
    /// The code that its events carry.
    pub source_id: String,
    /// For people.
    pub name: Option<String>,
    /// Who answers for the data.
    pub owner: Option<String>,
    /// Under which licence it is used.
    pub licence: Option<String>,
    /// How the data came about.
    pub collection_method: Option<String>,
    /// Start of its earliest event, RFC 3339.
    pub period_first: Option<String>,
    /// End of its latest event, RFC 3339, exclusive.
    pub period_end: Option<String>,
    /// Events in use.
    pub rows: u64,
    /// Records refused; absent where nobody counted them.
    pub refused_rows: Option<u64>,
    /// Share of its events without a value, in [0, 1], for every axis in profile order.
    pub missing_shares: Vec<(String, f64)>,
    /// When its latest record became known, RFC 3339.
    pub last_update: Option<String>,
}

/// One step of what is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationPart {
    /// Its stable name, lower_snake.
    pub name: String,
    /// What is done.
    pub words: Bilingual,
    /// Its formula in LaTeX, where it has one.
    pub latex: Option<String>,
}

/// A limit that a client can meet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Its stable name, lower_snake, unit last.
    pub name: String,
    /// The largest value allowed, or the smallest if the name ends in `_min`.
    pub value: f64,
    /// What it limits.
    pub words: Bilingual,
}

/// A text in one line, and without the marks of code.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('`', "'")
}
