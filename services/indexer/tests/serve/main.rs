//! The write process over real gRPC, with a store and generations in a directory of the test.

#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails there, fixture or not"
)]

mod acts;
mod audit;
mod batches;
mod config;
mod file_source;
mod fixture;
mod flow;
mod follower;
mod generations;
mod guard;
mod health;
mod jobs;
mod killed_jobs;
mod process;
mod profiles;
mod quarantine;
mod refusals;
mod snapshots;
mod spool;
mod streams;
