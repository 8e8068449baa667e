//! Why the service did not start.

use std::io;

use sosie_rpc::{AuditError, CallersError, ServeError};

use super::jobs::{BookError, CanariesError};
use super::profiles::ProfilesError;
use crate::gate::GateError;

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store of record can't be opened.
    #[error(transparent)]
    Store(#[from] sosie_store::OpenError),
    /// The directory of generations can't be opened.
    #[error(transparent)]
    Generations(#[from] sosie_index::StoreError),
    /// The reindex jobs that are kept can't be read.
    #[error(transparent)]
    Jobs(#[from] BookError),
    /// The canaries can't be read.
    #[error("canaries: {0}")]
    Canaries(#[from] CanariesError),
    /// The personal-data guard has no rules to go by.
    #[error("guard: {0}")]
    Guard(#[from] GateError),
    /// The audit log can't be kept.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The file of callers is none.
    #[error(transparent)]
    Callers(#[from] CallersError),
    /// A profile is refused, or those that are kept can't be read; the error names the file.
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    /// The thread that writes can't be started.
    #[error("starting the writer failed: {0}")]
    Writer(io::Error),
    /// A thread that watches a directory can't be started.
    #[error("starting to watch a directory failed: {0}")]
    Watch(io::Error),
    /// The address can't be listened at.
    #[error(transparent)]
    Serve(#[from] ServeError),
}
