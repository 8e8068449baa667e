//! The write process as a service: events come in, and what is answered is on disk.
//!
//! **Law.** Nothing is acknowledged before it is durable, answers have the order of what they answer, and every
//! queue is bounded: who sends faster than the disk takes, or takes no answers, waits, and alone.
//!
//! Start reading at [`IndexerServer`], then `stream`, then `intake`.

mod config;
mod desk;
mod feed;
mod follower;
mod generations;
mod intake;
mod jobs;
mod records;
mod server;
mod status;
mod stream;

pub use config::ServeConfig;
pub use feed::{Feed, NoFeed};
pub use follower::Follower;
pub use jobs::{
    IMPORT_BATCH_RECORDS, ImportBatch, ImportError, ImportedCounts, Importer, JobId, JobSource,
    Sources, Stop,
};
pub use server::{IndexerServer, StartError, Stores};
