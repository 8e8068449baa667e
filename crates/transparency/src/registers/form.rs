//! A written field list as its TOML file has it.

use serde::Deserialize;

/// The standard that a list of fields is of.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// The name of the register here.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Which version the fields are of.
    pub version: String,
    /// ISO 639-1 code of the language that it wants.
    pub language: String,
    /// Where its owner publishes it.
    pub source_url: String,
    /// What was read to write the list.
    pub read_from: String,
    /// What could not be verified, in words.
    pub unverified: Vec<String>,
}

/// One field of a standard.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// lower_snake, once in the list.
    pub id: String,
    /// What the standard calls it.
    pub label: String,
    /// The part of the standard that it is in.
    pub section: String,
    /// Its number there, where it has one.
    pub number: Option<String>,
    /// Whether the standard requires it.
    #[serde(default)]
    pub required: bool,
    /// What its values look like.
    #[serde(default)]
    pub form: Form,
    /// Most characters of a text, of each item, or of a link.
    pub length_max: Option<usize>,
    /// Most characters of the title of a link.
    pub title_length_max: Option<usize>,
    /// Most items.
    pub items_max: Option<usize>,
    /// The closed list of values; empty: none.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// Whether a titled link may go without the link.
    #[serde(default)]
    pub link_optional: bool,
    /// Whether the register gives it out itself.
    #[serde(default)]
    pub assigned_by_register: bool,
    /// Where the field was read.
    #[serde(default)]
    pub evidence: Evidence,
}

/// What values of a field look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A text.
    #[default]
    Text,
    /// Several texts.
    List,
    /// Titled links.
    Links,
    /// A URL that begins with `https://`.
    Url,
    /// Year and month: `2026-01`.
    Month,
    /// A day: `2026-01-31`.
    Date,
}

/// Where a field was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// In what the owner of the standard publishes.
    #[default]
    Standard,
    /// In somebody else's copy.
    Secondary,
    /// Nowhere for this list: from knowledge of published records.
    Recalled,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListForm {
    pub(super) standard: Standard,
    pub(super) field: Vec<Field>,
}
