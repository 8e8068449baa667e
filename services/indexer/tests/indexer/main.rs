//! The indexer from files to published generations.
#![allow(
    clippy::unwrap_used,
    reason = "a test that can't prepare its files has failed"
)]

mod bench;
mod command;
mod geojson;
mod guard;
mod mapping_columns;
mod mapping_paths;
mod mapping_refusals;
mod mapping_times;
mod mapping_values;
mod ndjson;
mod parquet;
mod parquet_columns;
mod parquet_damage;
mod real_files;
mod remote;
mod runs;
mod tables;
