//! The store of record of the indexer: what was stated of every event, when it became known, and in which order.
//!
//! Blocking and synchronous, one file, one process; knows nothing of the wire. The index can always be made from it.
//!
//! **Law.** What [`Store::apply`] has told is on disk, once, and stays: revisions of an event count 1, 2, 3…, changes
//! of the store have positions 1, 2, 3… without a gap, and neither is written twice. Only an erasure takes records away.
//!
//! Start reading at [`Store`], then [`Batch`], then [`View`], then [`Writer`].

mod apply;
mod change;
mod entry;
mod error;
mod file;
mod held;
mod store;
mod tables;
mod view;
mod writer;

pub use change::{Batch, Change, DeleteReason, Outcome, Put, Refusal, SourcePosition, Write};
pub use entry::{Content, Head, HeadKind, LogEntry, Position, Revision};
pub use error::{OpenError, StoreError, SubmitError};
pub use file::{FILE as STORE_FILE, FORMAT_VERSION};
pub use held::{HELD_MAX, Held, HeldFinding, Hold};
pub use sosie_index::StoreId;
pub use store::{Options, Store};
pub use tables::Summary;
pub use view::View;
pub use writer::{QueueFull, Writer, WriterOptions};
