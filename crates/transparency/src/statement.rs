//! The statement of one comparison under the four headings of the law.
//!
//! French law (code des relations entre le public et l'administration, articles L311-3-1 and R311-3-1-2) says what a
//! person may ask of a decision that an algorithm had a part in. A statement answers it for one comparison, of fixed
//! phrases and of numbers that are there already; it computes nothing and composes nothing.

mod check;
mod phrase;
mod render;
mod sections;
mod words;

use sosie_similarity::{Digest, Explanation, ProfileId, Search, Timestamp};

use crate::language::Language;
use crate::source::SourceFacts;

pub use check::InvalidStatement;
pub use phrase::Phrase;

/// What pins the answer that a statement is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// `gen-000001`.
    pub generation_id: String,
    /// SHA-256 of its manifest.
    pub generation_digest: Digest,
    /// The profile applied.
    pub profile: ProfileId,
    /// SHA-256 of its canonical form.
    pub profile_digest: Digest,
    /// The version of the code that answered, as semver.
    pub engine_version: String,
    /// SHA-256 of the request as applied.
    pub request_digest: Digest,
    /// The `as_of` applied.
    pub as_of: Timestamp,
}

/// One comparison, with all that says how it came about.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What pins the answer.
    pub receipt: &'a Receipt,
    /// The search: probe, profile, weights and floor as applied.
    pub search: &'a Search,
    /// What became of the event in it, with its ledger.
    pub explanation: &'a Explanation,
    /// The data sets of the generation.
    pub sources: &'a [SourceFacts],
}

/// One of the four headings of article R311-3-1-2, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatutoryHeading {
    /// 1°: degree and manner of contribution to the decision.
    Contribution,
    /// 2°: the data processed and their sources.
    Data,
    /// 3°: the parameters and their weighting, as applied.
    Parameters,
    /// 4°: the operations carried out.
    Operations,
}

impl StatutoryHeading {
    /// All headings, in the order of the law.
    pub const ALL: [StatutoryHeading; 4] = [
        StatutoryHeading::Contribution,
        StatutoryHeading::Data,
        StatutoryHeading::Parameters,
        StatutoryHeading::Operations,
    ];

    /// Its title; in French, the words of the law.
    pub fn title(self, language: Language) -> &'static str {
        let (fr, en) = match self {
            StatutoryHeading::Contribution => (
                "Le degré et le mode de contribution du traitement algorithmique à la prise de décision",
                "The degree and manner in which the processing contributes to the decision",
            ),
            StatutoryHeading::Data => (
                "Les données traitées et leurs sources",
                "The data processed and their sources",
            ),
            StatutoryHeading::Parameters => (
                "Les paramètres de traitement et, le cas échéant, leur pondération, appliqués à la situation de l'intéressé",
                "The parameters and their weighting, as applied to this case",
            ),
            StatutoryHeading::Operations => (
                "Les opérations effectuées par le traitement",
                "The operations carried out",
            ),
        };
        language.pick(fr, en)
    }
}

/// One line: a phrase with its places filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Which phrase.
    pub phrase: Phrase,
    /// The line, exact numbers between backticks.
    pub text: String,
    /// Its exact numbers, in the order in which they stand in `text`.
    pub figures: Vec<f64>,
}

/// The lines under one heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Which heading.
    pub heading: StatutoryHeading,
    /// In a fixed order.
    pub lines: Vec<Line>,
}

/// What is said of one comparison, in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    language: Language,
    event_id: String,
    sections: Vec<Section>,
}

impl Statement {
    /// Words a comparison, after checking that its parts are of one and the same search.
    ///
    /// # Errors
    /// [`InvalidStatement`].
    pub fn new(language: Language, case: &Case) -> Result<Self, InvalidStatement> {
        check::check(case)?;
        let sections = StatutoryHeading::ALL.map(|heading| Section {
            heading,
            lines: sections::lines(heading, language, case),
        });
        Ok(Statement {
            language,
            event_id: case.explanation.event.id().to_string(),
            sections: sections.into(),
        })
    }

    /// Its language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The four sections, in the order of the law.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// As plain text.
    pub fn to_text(&self) -> String {
        render::text(self)
    }

    /// As Markdown.
    pub fn to_markdown(&self) -> String {
        render::markdown(self)
    }
}
