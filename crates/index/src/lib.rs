//! The domain of Sosie on disk: records, the tantivy index, generations, and exact search over columns.
//!
//! Blocking and synchronous; knows nothing of the wire.
//!
//! **Law.** A generation is immutable: what was verified when it was opened is what every answer is made
//! from, and every answer equals that of the plain search of `sosie-similarity` over the same events.
//!
//! Start reading at [`Snapshot`], then [`IndexBuilder`], then [`record`].

mod blocks;
mod builder;
mod cancel;
mod columns;
mod content;
mod duplicates;
mod error;
mod exact_values;
mod external_sort;
mod generation;
mod kernel;
mod live;
mod plan;
mod profiles;
pub mod record;
mod row_filter;
mod schema;
mod search;
mod segments;
mod serde_error;
mod snapshot;
mod top_k;

pub use builder::{Built, CommittedIndex, IndexBuilder, WrittenIndex};
pub use cancel::Cancel;
pub use content::ContentDigest;
pub use error::{IndexError, SearchError};
pub use generation::disk;
pub use generation::{
    ActivateError, Activation, ActivationReason, Choice, Current, FORMAT_VERSION, FileEntry,
    GUARDS_MAX, GenerationId, GenerationStore, GenerationSummary, GuardEntry, GuardRules,
    HeldFiles, HeldGeneration, JournalError, KnownTimeRule, MANIFEST_FILE, Manifest, ManifestParts,
    NamedUntil, OpenError, Pin, PinOwner, Pins, Published, ReceiptRule, SourceEntry, Stage,
    StoreError, StoreId, StorePosition, VerifiedGeneration, VocabularyEntry, guards_after,
    list_generations, read_activations,
};
pub use live::{LiveError, LiveFacts, LiveIndex, Revised};
pub use profiles::{
    KeptProfiles, KeptProfilesError, PROFILE_BYTES_MAX, PROFILES_FILE, ProfileError, ProfileSet,
    parse_profile, to_toml,
};
pub use search::Path;
pub use snapshot::{
    FacetAnswer, FacetQuery, ListAnswer, ListQuery, Ranked, Snapshot, SourceSummary,
};
