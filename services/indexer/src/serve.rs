//! The write process as a service: events come in, and what is answered is on disk.
//!
//! **Law.** Nothing is acknowledged before it is durable, answers have the order of what they answer, and every
//! queue is bounded: who sends faster than the disk takes, or takes no answers, waits, and alone.
//!
//! Start reading at [`IndexerServer`], then `stream`, then `intake`.

mod acts;
mod config;
mod desk;
mod feed;
mod file_source;
mod follower;
mod generations;
mod guarding;
mod holding;
mod intake;
mod jobs;
mod live_dirs;
mod postgres;
mod profiles;
mod records;
mod server;
mod snapshots;
mod spool;
mod start_error;
mod status;
mod stream;
mod take_up;

pub use config::ServeConfig;
pub use feed::{Feed, NoFeed, SwitchError, SwitchOrder};
pub use file_source::add_file_sources;
pub use follower::Follower;
pub use jobs::{
    BookError, CANARIES_MAX, CANARY_HITS_MAX, Canaries, CanariesError, IMPORT_BATCH_RECORDS,
    ImportBatch, ImportError, ImportedCounts, Importer, JobId, JobSource, Sources, Stop,
};
pub use postgres::{
    ConnectionProblem, InvalidPostgres, InvalidTableName, LoadSummary, PostgresConfig,
    PostgresError, PostgresForm, PostgresSource, ServerError, TableProblem, TlsError,
};
pub use profiles::ProfilesError;
pub use server::{IndexerServer, Stores};
pub use start_error::StartError;
