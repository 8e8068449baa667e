//! Generations: immutable, published states of the index, each a directory of write-once files.
//!
//! ```text
//! generations/.lock                    held by the one writer
//! generations/CURRENT                  `gen-000002 <SHA-256 of its MANIFEST.json>` and a line feed
//! generations/ACTIVATIONS              which generation was chosen by hand, when and why
//! generations/PROFILES                 which revisions of profiles were activated or retired, by whom and why
//! generations/gen-000002/MANIFEST.json size and SHA-256 of every other file, and where they came from
//! generations/gen-000002/…             tantivy's files
//! generations/.stage-1/                being written; removed when the next writer opens the store
//! ```
//!
//! **Law.** At every instant, a crash included, `CURRENT` is absent or names a generation that is
//! complete on the disk; and no byte of a generation is used before it was checked against the
//! manifest, nor the manifest before it was checked against `CURRENT`.
//!
//! Start reading at [`GenerationStore::publish`], then [`VerifiedGeneration::open`], then [`Manifest`].

mod activation;
mod current;
pub mod disk;
mod guards;
mod held;
mod listing;
mod manifest;
mod manifest_json;
mod memory;
mod open_error;
mod pins;
mod stage;
mod store;
mod verified;

use std::fmt;

use sosie_similarity::Rule;

pub use activation::{Activation, ActivationReason, Choice, JournalError, read_activations};
pub use current::Current;
pub(crate) use disk::sync_and_hash;
pub use guards::{GUARDS_MAX, GuardEntry, GuardRules, VocabularyEntry, guards_after};
pub use held::HeldFiles;
pub use listing::{GenerationSummary, list_generations};
pub use manifest::{
    FORMAT_VERSION, FileEntry, KnownTimeRule, Manifest, ManifestParts, SourceEntry, StoreId,
    StorePosition,
};
pub(crate) use memory::Memory;
pub use open_error::OpenError;
pub use pins::{NamedUntil, Pin, PinOwner, Pins, ReceiptRule};
pub use stage::Stage;
pub use store::{ActivateError, GenerationStore, HeldGeneration, Published, StoreError};
pub use verified::VerifiedGeneration;

/// The pointer to the generation that is served.
const CURRENT_FILE: &str = "CURRENT";
/// The file in which a generation says what it is.
pub const MANIFEST_FILE: &str = "MANIFEST.json";
/// Largest number of a generation: a publication per second for thirty thousand years.
const NUMBER_MAX: u64 = 999_999_999_999;

/// The number of a generation, from 1 up, never used twice; displayed as `gen-000001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GenerationId(u64);

impl GenerationId {
    /// Parses `gen-` and at least six digits, as [`Display`](fmt::Display) writes them.
    ///
    /// # Errors
    /// [`Rule::Malformed`].
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let digits = text.strip_prefix("gen-").ok_or(Rule::Malformed)?;
        let number = digits.parse().map_err(|_| Rule::Malformed)?;
        let id = GenerationId(number);
        // Written back, so that `gen-1`, `gen-+00001` and `gen-0000001` are no second names of it.
        let canonical = (1..=NUMBER_MAX).contains(&number) && id.to_string() == text;
        canonical.then_some(id).ok_or(Rule::Malformed)
    }

    /// The number, from 1 up.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The one after `last`; `None` past the largest number.
    fn after(last: Option<GenerationId>) -> Option<GenerationId> {
        let number = last.map_or(0, GenerationId::number) + 1;
        (number <= NUMBER_MAX).then_some(GenerationId(number))
    }
}

impl fmt::Display for GenerationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gen-{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_has_one_name() {
        for number in [1, 42, 999_999, 1_000_000, NUMBER_MAX] {
            let id = GenerationId(number);
            assert_eq!(GenerationId::parse(&id.to_string()), Ok(id));
        }
        assert_eq!(GenerationId(7).to_string(), "gen-000007");
        for other in [
            "",
            "gen-",
            "gen-000000",
            "gen-1",
            "gen-0000001",
            "gen-+00001",
            "gen-00000a",
            "GEN-000001",
            "gen-000001 ",
            "gen-1000000000000",
            "gen-99999999999999999999999",
        ] {
            assert_eq!(GenerationId::parse(other), Err(Rule::Malformed), "{other}");
        }
    }

    #[test]
    fn numbers_end_at_their_limit() {
        assert_eq!(GenerationId::after(None), Some(GenerationId(1)));
        let last = GenerationId(NUMBER_MAX - 1);
        assert_eq!(
            GenerationId::after(Some(last)),
            Some(GenerationId(NUMBER_MAX))
        );
        assert_eq!(GenerationId::after(Some(GenerationId(NUMBER_MAX))), None);
    }
}
