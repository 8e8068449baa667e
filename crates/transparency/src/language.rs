//! The languages in which Sosie explains itself.

use serde::{Deserialize, Serialize};

/// A language of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// French.
    French,
    /// English.
    English,
}

impl Language {
    /// All languages.
    pub const ALL: [Language; 2] = [Language::French, Language::English];

    /// Its ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Language::French => "fr",
            Language::English => "en",
        }
    }

    /// A colon as the language sets it: French puts a space before it.
    pub(crate) fn colon(self) -> &'static str {
        self.pick(" :", ":")
    }

    /// The one of two texts that is in this language: French first.
    pub(crate) fn pick<T>(self, french: T, english: T) -> T {
        match self {
            Language::French => french,
            Language::English => english,
        }
    }
}

/// A text in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

impl Bilingual {
    /// From both texts: French first.
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Bilingual {
            fr: fr.into(),
            en: en.into(),
        }
    }

    /// Made by one function, once for each language.
    pub(crate) fn of(text: impl Fn(Language) -> String) -> Self {
        Bilingual {
            fr: text(Language::French),
            en: text(Language::English),
        }
    }

    /// The text in `language`.
    pub fn get(&self, language: Language) -> &str {
        language.pick(&self.fr, &self.en)
    }
}
