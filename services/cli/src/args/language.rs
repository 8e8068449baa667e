//! The language of a document.

use clap::{Args, ValueEnum};
use sosie_proto::pb;

/// The language of a document.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct LanguageArgs {
    /// The language of the document
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value = "en")]
    language: LanguageArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LanguageArg {
    /// French.
    Fr,
    /// English.
    En,
}

impl LanguageArgs {
    /// As it is sent.
    pub(crate) fn language(self) -> pb::Language {
        match self.language {
            LanguageArg::Fr => pb::Language::French,
            LanguageArg::En => pb::Language::English,
        }
    }
}
