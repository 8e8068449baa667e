//! The seam towards what a job imports from: files, object stores, databases.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::AddAssign;
use std::sync::Arc;

use sosie_similarity::Code;
use sosie_store::{StoreError, SubmitError};

use super::importer::Importer;

/// Records of a batch that are worth a transaction, and few enough that nobody waits long for it.
pub const IMPORT_BATCH_RECORDS: usize = 1_000;

/// Something that a job can import from, declared by name in the configuration.
pub trait JobSource: Send + Sync {
    /// Writes every record of the source into the store, in batches, each with the position after it. It begins after
    /// [`Importer::position`], which is none when the job is new: a job that was killed goes on where it was. Blocks; runs on
    /// a thread of its own.
    ///
    /// # Errors
    /// [`ImportError`]. What was written stays: the store of record has it, and importing it again changes nothing.
    fn import(&self, into: &mut Importer) -> Result<(), ImportError>;
}

/// The sources of a service, by name.
pub type Sources = BTreeMap<Code, Arc<dyn JobSource>>;

/// Why a source was not imported to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The job is to stop: what every call of the importer answers then, to be passed on.
    #[error("the job was stopped")]
    Stopped,
    /// The source can't be reached or read.
    #[error("{0}")]
    Unreadable(Box<dyn Error + Send + Sync>),
    /// The source refused more of its records than it is declared to bear.
    #[error("{refused} of {read} records were refused")]
    TooManyRefused {
        /// Records refused.
        refused: u64,
        /// Records read.
        read: u64,
    },
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store can't be written, for good.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

/// What became of the records of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportedCounts {
    /// Records read: the sum of the others.
    pub read: u64,
    /// Written as a new revision.
    pub accepted: u64,
    /// Said what the store says already.
    pub unchanged: u64,
    /// Refused, by the source's checks or by the store.
    pub refused: u64,
}

impl AddAssign for ImportedCounts {
    fn add_assign(&mut self, more: Self) {
        self.read += more.read;
        self.accepted += more.accepted;
        self.unchanged += more.unchanged;
        self.refused += more.refused;
    }
}
