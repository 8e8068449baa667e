//! What the end-to-end tests stand on: events, publications, servers, random questions and comparisons.
//!
//! **Law.** Every random choice comes from a seed that the test prints, and every expected answer from the
//! plain search of `sosie-similarity` over the events that were published.
//!
//! Start reading at [`Running`], then [`Publisher`], then [`Asker`], then [`disagreement`].

mod agreement;
mod draw;
mod filters;
mod indexer_process;
mod log;
mod patience;
mod programs;
mod publisher;
mod questions;
mod raw;
mod running;
mod seeds;
mod synthetic;
mod wire;

pub use agreement::{difference, disagreement, ledgers_add_up};
pub use draw::Draw;
pub use filters::filter_around;
pub use indexer_process::IndexerProcess;
pub use log::{log_lines, record_log};
pub use patience::{PATIENCE, until, until_async};
pub use programs::{program, workspace};
pub use publisher::{Publisher, all_events, open_current};
pub use questions::{Asker, Question, all_hits};
pub use raw::raw_call;
pub use running::{Clients, Running, ServerProcess};
pub use seeds::seed;
pub use synthetic::{ndjson, synthetic_events};
pub use wire::{pb_draft, pb_filter, pb_query};
