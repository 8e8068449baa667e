//! Reindex jobs: what is served is made anew, while what comes goes on being served.
//!
//! **Law.** A job imports what its sources hold into the store of record, makes an index of the store anew, and lets it
//! take the place of the one before only after it was read back and agrees with the store.
//!
//! Start reading at [`JobSource`], then [`Importer`].

mod id;
mod importer;
mod source;
mod stop;

pub use id::JobId;
pub use importer::{ImportBatch, Importer};
pub use source::{IMPORT_BATCH_RECORDS, ImportError, ImportedCounts, JobSource, Sources};
pub use stop::Stop;
