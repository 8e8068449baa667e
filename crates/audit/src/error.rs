//! Why a log can't be opened or written to.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::fault::Fault;
use crate::head::HeadError;

/// A log could not be opened for writing. No record that was told to be durable was touched; what else may have changed, each
/// says. The directory and its `LOCK` may have been made.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another writer has it open. Nothing else was changed.
    #[error("{0} is in use")]
    InUse(PathBuf),
    /// How far the log goes can't be told. Nothing was changed.
    #[error("{dir}: {cause}")]
    Head {
        /// The directory of the log.
        dir: PathBuf,
        /// What is wrong.
        cause: HeadError,
    },
    /// It is not as its writer left it. Nothing was changed, nor is anything written after a fault, which that would bury: keep the directory,
    /// and begin a new log in another.
    #[error("{dir} is not as it was left: {fault}")]
    Damaged {
        /// The directory of the log.
        dir: PathBuf,
        /// What was found first.
        fault: Fault,
    },
    /// The record of its opening could not be written. HEAD says OPEN, and what was past it was removed.
    #[error("{dir}: {cause}")]
    Append {
        /// The directory of the log.
        dir: PathBuf,
        /// Why.
        cause: AppendError,
    },
    /// The file system refused. HEAD may say OPEN already, and what was past it, and segments that retention had removed from
    /// the log, may have been removed.
    #[error("{path}: {cause}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

/// Records were not written, or it is not known whether they were ([`AppendError::Broken`]). What they are of must not be
/// acknowledged.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// There is no room for them. No record is lost, and the log goes on when there is; the segment may have been sealed.
    #[error("no space for the audit log")]
    NoSpace,
    /// The file system refused. No record is lost; the segment may have been sealed.
    #[error("audit log: {0}")]
    Io(Arc<io::Error>),
    /// What is on disk can't be told, since of an earlier failure or this one: the records may be there or not. Nothing
    /// is written before the log is opened anew.
    #[error("the audit log must be opened anew after a failure")]
    Broken,
    /// As many records wait as may: told by a [`Log`](crate::Log), never by a writer. The log is as before.
    #[error("too many records wait for the audit log")]
    Busy,
    /// The log was closed, or its thread has ended: told by a [`Log`](crate::Log), never by a writer.
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

/// Segments could not be removed from the front.
#[derive(Debug, thiserror::Error)]
pub enum TrimError {
    /// A segment does not end as it was left: it is no one's to remove before that was looked into. Nothing was removed.
    #[error("{0}")]
    Damaged(Fault),
    /// The file system refused. If it refused to read a seal, nothing was removed; if to remove a file, the log begins
    /// later already and says so, and the files that are left are removed when it is opened next.
    #[error("audit log: {0}")]
    Io(#[from] io::Error),
    /// That they are removed could not be recorded. They are all there, unless it says [`AppendError::Broken`]: then the next
    /// opening tells.
    #[error(transparent)]
    Append(#[from] AppendError),
}
