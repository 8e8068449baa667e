//! The record of the algorithm: purpose, data, rules, operations and limits, made from what is running.

mod build;
mod check;
mod limits;
mod markdown;
mod operations;
mod parts;

use sosie_similarity::{Axis, Code, Digest, Profile, ProfileChange, ProfileState, Timestamp};

use crate::declared::Declared;
use crate::language::Language;
use crate::source::SourceFacts;

pub(crate) use build::rfc3339;
pub(crate) use check::is_lower_snake;
pub(crate) use parts::one_line;
pub use parts::{
    AlgorithmPart, AxisPart, EnginePart, GenerationPart, GuardPart, Limit, OperationPart,
    ProfileChangePart, ProfilePart, RecordParts, SourcePart, VocabularyPart,
};

/// Everything that a record is made from.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// What the organisation declares.
    pub declared: Declared,
    /// The profile that is described.
    pub profile: &'a Profile,
    /// Where it stands in its life.
    pub profile_state: ProfileState,
    /// The changes of its state, the oldest first.
    pub profile_history: &'a [ProfileChange],
    /// All data sets of the generation: their rows add up to its events.
    pub sources: Vec<SourceFacts>,
    /// The generation that is served.
    pub generation: GenerationFacts,
    /// The version of the code that runs, as semver.
    pub engine_version: String,
    /// Every limit that a client can meet: those of [`Limit::of_the_domain`], and the transport's.
    pub limits: Vec<Limit>,
}

/// The generation that is served, as its manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerationFacts {
    /// `gen-000001`.
    pub id: String,
    /// SHA-256 of its manifest.
    pub digest: Digest,
    /// Digest of its records, whatever their order.
    pub content_digest: Digest,
    /// Stored events, in every state.
    pub event_count: u64,
    /// When it was built.
    pub created_time: Timestamp,
    /// The rules by which its records were admitted, the oldest first.
    pub guards: Vec<GuardPart>,
}

/// Why facts can't be those of one running state.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidFacts {
    /// A text that must be there.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// Two data sets of one id.
    #[error("source `{0}` is told twice")]
    SourceTwice(Code),
    /// The data sets are not those of the generation.
    #[error("the sources have {rows} rows, the generation {events} events")]
    RowsDoNotAddUp {
        /// Rows of all data sets.
        rows: u64,
        /// Events of the generation.
        events: u64,
    },
    /// A limit that is told twice, or whose name is not lower_snake.
    #[error("limit `{0}` is told twice or has no lower_snake name")]
    LimitName(String),
    /// A number that is not finite.
    #[error("`{0}` is not a finite number")]
    NotFinite(String),
}

/// What the algorithm says of itself, made from [`Facts`] and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct AlgorithmRecord {
    parts: RecordParts,
    declared: Declared,
}

impl AlgorithmRecord {
    /// Checks that the facts belong together, and words them.
    ///
    /// # Errors
    /// [`InvalidFacts`].
    pub fn new(facts: Facts) -> Result<Self, InvalidFacts> {
        check::check(&facts)?;
        Ok(AlgorithmRecord {
            parts: build::parts(&facts),
            declared: facts.declared,
        })
    }

    /// All that it says.
    pub fn parts(&self) -> &RecordParts {
        &self.parts
    }

    /// What the organisation declared.
    pub fn declared(&self) -> &Declared {
        &self.declared
    }

    /// As JSON: keys are lower_snake and in a stable order, numbers read back to the same bits.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.parts).expect("texts and finite numbers are JSON")
    }

    /// As Markdown for people, with a table for whatever is a list.
    pub fn to_markdown(&self, language: Language) -> String {
        markdown::markdown(&self.parts, language)
    }
}

impl Facts<'_> {
    /// Share of all events without a value on `axis`, in [0, 1]; 0 without events.
    pub fn missing_share(&self, axis: Axis) -> f64 {
        if self.generation.event_count == 0 {
            return 0.0;
        }
        let sources = self.sources.iter();
        let missing: u64 = sources
            .map(|source| source.figures.missing_rows(axis))
            .sum();
        missing as f64 / self.generation.event_count as f64
    }
}
