//! Reindex jobs: what is served is made anew, while what comes goes on being served.
//!
//! **Law.** A job imports what its sources hold into the store of record, makes an index of the store anew, and lets it
//! take the place of the one before only after it was read back and agrees with the store.
//!
//! Start reading at `Runner::work`, then [`JobSource`], then [`Importer`].

mod book;
mod building;
pub(super) mod calls;
mod canary;
mod desk;
mod failure;
mod id;
mod importer;
mod job;
mod runner;
mod source;
mod stop;
mod validation;

pub use book::BookError;
pub use canary::{CANARIES_MAX, CANARY_HITS_MAX, Canaries, CanariesError};
pub use id::JobId;
pub use importer::{ImportBatch, Importer};
pub use source::{IMPORT_BATCH_RECORDS, ImportError, ImportedCounts, JobSource, Sources};
pub use stop::Stop;

pub(super) use book::Book;
pub(super) use desk::Jobs;
pub(super) use runner::Runner;
