//! What Sosie cannot know of who runs it, as a configuration file declares it.

mod check;
mod evaluation;
mod form;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sosie_similarity::ProfileId;

use crate::language::Language;
use crate::registers::Register;

pub(crate) use check::{is_date, is_https_url, is_month};
pub use evaluation::{Evaluation, EvaluationFigure};
pub use form::InvalidDeclared;

/// Declarations of the organisation that runs Sosie: all optional, what is there is valid.
///
/// `deploy/declaration.toml` shows every key. No key is for a natural person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    name: Option<String>,
    purpose: DeclaredText,
    phase: Option<Phase>,
    in_use_since: Option<String>,
    organisation: Option<String>,
    department: Option<String>,
    email: Option<String>,
    website: Option<String>,
    code_url: Option<String>,
    legal_basis: DeclaredText,
    evaluations: Vec<Evaluation>,
    registers: BTreeMap<Register, BTreeMap<String, Answer>>,
}

/// A text that may be declared in each language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredText {
    /// In French.
    pub fr: Option<String>,
    /// In English.
    pub en: Option<String>,
}

impl DeclaredText {
    /// The text in `language`, if it is declared.
    pub fn get(&self, language: Language) -> Option<&str> {
        language.pick(self.fr.as_deref(), self.en.as_deref())
    }
}

/// Where the algorithm stands in its life at this organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nobody relies on it yet.
    Development,
    /// Some do, on trial.
    Pilot,
    /// In use.
    Production,
    /// No longer in use.
    Retired,
}

/// What is stated for one field of a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// A text, a date, a URL or one of a closed list.
    Text(String),
    /// Several of them.
    Texts(Vec<String>),
    /// Titled links.
    Links(Vec<Link>),
}

/// A title, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// For people.
    pub title: String,
    /// A URL; some fields go without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Declared {
    /// Reads a TOML text.
    ///
    /// # Errors
    /// [`InvalidDeclared`], with the key.
    pub fn from_toml(text: &str) -> Result<Self, InvalidDeclared> {
        form::read(text)
    }

    /// `algorithm.name`: what the organisation calls it, at most 100 characters.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// `algorithm.purpose`: why it is run.
    pub fn purpose(&self) -> &DeclaredText {
        &self.purpose
    }

    /// `algorithm.phase`.
    pub fn phase(&self) -> Option<Phase> {
        self.phase
    }

    /// `algorithm.in_use_since`: year and month, `2026-01`.
    pub fn in_use_since(&self) -> Option<&str> {
        self.in_use_since.as_deref()
    }

    /// `owner.organisation`: the administration that answers for it, at most 100 characters.
    pub fn organisation(&self) -> Option<&str> {
        self.organisation.as_deref()
    }

    /// `owner.department`: the service within it, at most 200 characters.
    pub fn department(&self) -> Option<&str> {
        self.department.as_deref()
    }

    /// `contact.email`: the address of a function.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// `contact.website`: a public page, `https://`.
    pub fn website(&self) -> Option<&str> {
        self.website.as_deref()
    }

    /// `code.url`: where the source code can be read, `https://`.
    pub fn code_url(&self) -> Option<&str> {
        self.code_url.as_deref()
    }

    /// `legal.basis`: on which basis it is used.
    pub fn legal_basis(&self) -> &DeclaredText {
        &self.legal_basis
    }

    /// `[[evaluation]]`: what was measured of a revision of a profile, if anything was.
    pub fn evaluation(&self, profile: &ProfileId) -> Option<&Evaluation> {
        let profile = profile.to_string();
        let mut evaluations = self.evaluations.iter();
        evaluations.find(|evaluation| evaluation.profile == profile)
    }

    /// `registers.<register>.<field>`: what is stated for a field that only the organisation can fill.
    pub fn answer(&self, register: Register, field: &str) -> Option<&Answer> {
        self.registers.get(&register)?.get(field)
    }
}
