//! Why a log can't be opened or written to.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::fault::Fault;
use crate::head::HeadError;

/// A log could not be opened for writing. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another writer has it open.
    #[error("{0} is in use")]
    InUse(PathBuf),
    /// How far the log goes can't be told.
    #[error("{dir}: {cause}")]
    Head {
        /// The directory of the log.
        dir: PathBuf,
        /// What is wrong.
        cause: HeadError,
    },
    /// It is not as its writer left it. Nothing is written after a fault, which that would bury: keep the directory,
    /// and begin a new log in another.
    #[error("{dir} is not as it was left: {fault}")]
    Damaged {
        /// The directory of the log.
        dir: PathBuf,
        /// What was found first.
        fault: Fault,
    },
    /// Its first record could not be written.
    #[error("{dir}: {cause}")]
    Append {
        /// The directory of the log.
        dir: PathBuf,
        /// Why.
        cause: AppendError,
    },
    /// The file system refused.
    #[error("{path}: {cause}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

/// Records were not written. What they are of must not be acknowledged.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// There is no room for them. The log is as before, and goes on when there is.
    #[error("no space for the audit log")]
    NoSpace,
    /// The file system refused. The log is as before.
    #[error("audit log: {0}")]
    Io(Arc<io::Error>),
    /// What is on disk can't be told, since of an earlier failure or this one: the records may be there or not. Nothing
    /// is written before the log is opened anew.
    #[error("the audit log must be opened anew after a failure")]
    Broken,
    /// As many records wait as may. The log is as before.
    #[error("too many records wait for the audit log")]
    Busy,
    /// The log was closed, or its thread has ended.
    #[error("the audit log is closed")]
    Closed,
}

impl From<io::Error> for AppendError {
    fn from(cause: io::Error) -> Self {
        let no_space = [
            io::ErrorKind::StorageFull,
            io::ErrorKind::QuotaExceeded,
            io::ErrorKind::FileTooLarge,
        ];
        if no_space.contains(&cause.kind()) {
            return AppendError::NoSpace;
        }
        AppendError::Io(Arc::new(cause))
    }
}

/// Segments could not be removed from the front. All are still there.
#[derive(Debug, thiserror::Error)]
pub enum TrimError {
    /// A segment does not end as it was left: it is no one's to remove before that was looked into.
    #[error("{0}")]
    Damaged(Fault),
    /// The file system refused.
    #[error("audit log: {0}")]
    Io(#[from] io::Error),
    /// That they are removed could not be recorded.
    #[error(transparent)]
    Append(#[from] AppendError),
}
