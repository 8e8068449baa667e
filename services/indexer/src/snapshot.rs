//! Snapshots: the store of record and the generation that is served, in a directory that another machine can start from.
//!
//! ```text
//! NAME/SNAPSHOT.json            size and SHA-256 of every other file, and what they hold
//! NAME/store/store.redb         the store of record
//! NAME/generations/CURRENT, …   the generation that was served, if one was
//! NAME/generations/PROFILES     which revisions of profiles were activated or retired, if any was
//! ```
//!
//! **Law.** A snapshot is there whole or not at all, and is used only if every byte of it is as it was written. Its
//! generation is never later than its store, so an indexer that starts from it catches up by itself.
//!
//! Start reading at [`create`], then [`restore`].

mod copy;
mod create;
mod form;
mod restore;

use std::io;
use std::path::{Path, PathBuf};

use sosie_index::{GenerationId, StoreId};
use sosie_similarity::{Code, Digest, Timestamp};

pub use create::{Stores, create};
pub use restore::{Target, restore, verify};

/// What a snapshot says of itself and of its files.
pub const SNAPSHOT_FILE: &str = "SNAPSHOT.json";
/// Its store, and the directory of its generation.
const STORE_DIR: &str = "store";
const GENERATIONS_DIR: &str = "generations";
/// How the names of snapshots begin that are being made; what a crash left of one is removed when it is made again.
const STAGE_PREFIX: &str = ".stage-";

/// A snapshot, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its name: that of its directory.
    pub snapshot_id: Code,
    /// SHA-256 of the bytes of SNAPSHOT.json: pins every byte of it.
    pub digest: Digest,
    /// When it was made.
    pub created_time: Timestamp,
    /// Which store it is of.
    pub store_id: StoreId,
    /// The position of the last change of the store in it.
    pub position: u64,
    /// Events in the store.
    pub event_count: u64,
    /// The generation in it; none if nothing was published yet.
    pub generation: Option<GenerationId>,
    /// Bytes of all its files, but for SNAPSHOT.json.
    pub size_bytes: u64,
}

/// Told with the bytes that were copied so far; whether to go on.
pub type Advance<'a> = &'a mut dyn FnMut(u64) -> bool;

/// No snapshot was made or used; nothing is left of the attempt.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// There is a snapshot of that name.
    #[error("snapshot `{0}` is there already")]
    Taken(Code),
    /// The caller ended it.
    #[error("the snapshot was cancelled")]
    Cancelled,
    /// The store of record could not be read or copied.
    #[error(transparent)]
    Store(#[from] sosie_store::StoreError),
    /// The generation that is served could not be read.
    #[error(transparent)]
    Generations(#[from] sosie_index::StoreError),
    /// A file of the snapshot, or of the generation that goes into it, is missing or not as it was written.
    #[error("{}: is missing, or not as it was written", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
    },
    /// SNAPSHOT.json is of another version or form.
    #[error("{}: {what}", path.display())]
    Form {
        /// Which.
        path: PathBuf,
        /// What is not right.
        what: String,
    },
    /// A snapshot is only restored to where nothing is.
    #[error("{}: is not empty: a snapshot is restored to where no store and no generation is", path.display())]
    NotEmpty {
        /// Which.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl SnapshotError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> SnapshotError {
        let path = path.to_owned();
        |source| SnapshotError::Io { path, source }
    }
}
