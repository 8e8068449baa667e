//! Why a generation is not used.

use std::io;
use std::path::PathBuf;

use sosie_similarity::Invalid;

use super::GenerationId;

/// Why a generation is refused, by the name of the generation and of the file; the one that is served
/// stays.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory of generations can't be listed.
    #[error("generations: `{}` could not be read", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `CURRENT` is there and can't be read.
    #[error("generations: `CURRENT` could not be read")]
    CurrentUnreadable {
        /// What the system said.
        source: io::Error,
    },
    /// `CURRENT` is not a generation, a space, 64 hex digits and a line feed.
    #[error("generations: `CURRENT` is not of the documented form")]
    CurrentMalformed,
    /// The generation was pruned since `CURRENT` was read, or is lost.
    #[error("generation {generation} is not there, though `CURRENT` named it")]
    NotFound {
        /// Which.
        generation: GenerationId,
    },
    /// The manifest is not the one that was published.
    #[error("generation {generation}: `MANIFEST.json` does not match `CURRENT`")]
    ManifestMismatch {
        /// Which.
        generation: GenerationId,
    },
    /// The manifest is of an older or newer form than this program reads.
    #[error("generation {generation}: `MANIFEST.json` has format version {found}, not {supported}")]
    FormatVersion {
        /// Which.
        generation: GenerationId,
        /// What the manifest says.
        found: u64,
        /// What this program reads.
        supported: u64,
    },
    /// The manifest is malformed; the source names its field.
    #[error("generation {generation}: `MANIFEST.json`: {source}")]
    ManifestInvalid {
        /// Which.
        generation: GenerationId,
        /// The field of the manifest and the rule that it breaks.
        source: Invalid,
    },
    /// The manifest names a file that is not there.
    #[error("generation {generation}: `{file}` is missing")]
    FileMissing {
        /// Which.
        generation: GenerationId,
        /// Its name.
        file: String,
    },
    /// A file is there that the manifest does not name, or that is no plain file.
    #[error("generation {generation}: `{file}` is not in its manifest")]
    FileExtra {
        /// Which.
        generation: GenerationId,
        /// Its name.
        file: String,
    },
    /// A file has another size or another SHA-256 than the manifest says.
    #[error("generation {generation}: `{file}` does not match its manifest")]
    FileMismatch {
        /// Which.
        generation: GenerationId,
        /// Its name.
        file: String,
    },
    /// A file can't be read.
    #[error("generation {generation}: `{file}` could not be read")]
    FileUnreadable {
        /// Which.
        generation: GenerationId,
        /// Its name.
        file: String,
        /// What the system said.
        source: io::Error,
    },
}
