//! What can go wrong with a store.

use std::path::PathBuf;
use std::sync::Arc;

use crate::file::FORMAT_VERSION;

/// A store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open, or this one has and still reads from it.
    #[error("{0} is in use")]
    InUse(PathBuf),
    /// The process that had it open has not closed it, and it was to be looked at only: opening it mends that.
    #[error("{0} was not closed")]
    NotClosed(PathBuf),
    /// It is of a version that this program does not read.
    #[error("store of version {found}, this program reads version {FORMAT_VERSION}")]
    Version {
        /// The version found.
        found: u64,
    },
    /// Its file is damaged, or is no store.
    #[error("{path} is damaged or is no store: {cause}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was noticed.
        cause: redb::Error,
    },
    /// A table of it lacks what every store has, or holds what none has.
    #[error("{path} is damaged: {what}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is not right.
        what: &'static str,
    },
    /// The file system refused.
    #[error("{path}: {cause}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
}

/// A store could not be read or written. Nothing of the call was made, or it was made whole and not told.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It was left after an earlier failure and could not be opened again.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed, be it for want of space.
    #[error("store: {0}")]
    Database(#[from] redb::Error),
    /// It holds what no store holds.
    #[error("store: {0}")]
    Malformed(&'static str),
    /// The file system refused.
    #[error("store: {0}")]
    Io(#[from] std::io::Error),
}

/// Lets `?` pass each of the database's own kinds of failure on as the one that holds them all.
macro_rules! from_database {
    ($($kind:ident),*) => {$(
        impl From<redb::$kind> for StoreError {
            fn from(error: redb::$kind) -> Self {
                StoreError::Database(error.into())
            }
        }
    )*};
}
from_database!(
    StorageError,
    TableError,
    TransactionError,
    CommitError,
    SetDurabilityError
);

/// A batch was not written, as far as its caller can know.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SubmitError {
    /// The store failed. The batch may be sent again: what was written is then unchanged.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The writer has ended.
    #[error("the writer has ended")]
    Closed,
}
