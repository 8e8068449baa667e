//! Why a mapping is not used: the file, the key and the reason.

use std::io;
use std::path::PathBuf;

use sosie_similarity::Rule;

use crate::source::SourceError;

/// Why a mapping is not used. Found when it is loaded, before any row is read.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// The file can't be read.
    #[error("{}: could not be read: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not TOML of the documented form; the source names the key.
    #[error("{}: {source}", path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// A key with a value that can't be.
    #[error("{}: {source}", path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// Which key and why.
        source: KeyError,
    },
}

/// A key of a mapping with a value that can't be.
#[derive(Debug, thiserror::Error)]
#[error("`{key}` {problem}")]
pub struct KeyError {
    /// Full path of the key, such as `fields.nature.levels[0].rename.run-walk`.
    pub key: String,
    /// What is wrong with it.
    pub problem: KeyProblem,
}

impl KeyError {
    pub(super) fn new(key: impl Into<String>, problem: impl Into<KeyProblem>) -> Self {
        KeyError {
            key: key.into(),
            problem: problem.into(),
        }
    }
}

/// What is wrong with a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyProblem {
    /// A rule of the event form.
    #[error("{0}")]
    Rule(Rule),
    /// A table that needs one of these keys, and has none or several.
    #[error("needs exactly one of {0}")]
    OneOf(&'static str),
    /// A table without a key that it needs.
    #[error("needs {0}")]
    Needs(&'static str),
    /// Not one of the values that there are.
    #[error("is not one of {0}")]
    NotOneOf(&'static str),
    /// No format of dates or times: it can't read what it writes.
    #[error("is not a format that reads a date or a time back")]
    TimeFormat,
    /// Two entries of a table that are written alike once normalised.
    #[error("is the same as another entry but for case, accents and punctuation")]
    SameEntry,
    /// More levels than a path can have.
    #[error("has more levels than a path can have")]
    TooManyLevels,
    /// A column that is both used and ignored.
    #[error("is used by a field, and can't be ignored too")]
    UsedAndIgnored,
    /// An ignored column without a reason.
    #[error("needs a reason")]
    NoReason,
    /// A delimiter or a decimal sign that is no ASCII sign, or the same sign for both.
    #[error("is not a sign that can be used here")]
    Sign,
    /// A range whose start is after its end.
    #[error("ends before it begins")]
    EmptyRange,
    /// The sector map can't be read.
    #[error("names a sector map that can't be used: {0}")]
    Map(Box<SourceError>),
    /// A property that not every polygon of the sector map has as text or number.
    #[error("is not a property of every polygon of the sector map")]
    NoSuchProperty,
}

impl From<Rule> for KeyProblem {
    fn from(rule: Rule) -> Self {
        KeyProblem::Rule(rule)
    }
}
