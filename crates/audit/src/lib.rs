//! The audit log: who did what with the service, upon which state, and when; append-only, and every change of it shows.
//!
//! Blocking and synchronous, one directory, one writer; knows nothing of the wire. A record is one line of JSON that names
//! the hash of the line before. `HEAD`, which is signed and replaced with each commit, says how far the log goes.
//!
//! **Law.** What was told to be durable is on disk under a signed HEAD; what HEAD does not cover is not in the log. So
//! [`verify`] finds each change, removal, swap, copy and cut of what it covers, and says where. Who has the key, or sets
//! the whole directory back to an earlier state of it, shows only against an [`Anchor`] that is kept elsewhere.
//!
//! No personal data: the types have no free text. `docs/design/0008-audit-log.md` has the threats and the reasons.
//!
//! Start reading at [`Record`], then `line.rs`, [`Head`], [`Writer`], [`Log`], then [`verify`] and `scan.rs`.

mod dir;
mod error;
mod fault;
mod head;
mod hex;
mod key;
mod line;
mod log;
mod name;
mod outcome;
mod reader;
mod record;
mod scan;
mod verify;
mod writer;

pub use error::{AppendError, OpenError, TrimError};
pub use fault::{Fault, FaultKind, Place};
pub use head::{Anchor, Head, HeadError, HeadState, InvalidAnchor, Origin, Position};
pub use key::{Key, KeyError, PublicKey, Signature, key_beside};
pub use line::{FORMAT_VERSION, LINE_BYTES_MAX, LineError};
pub use log::{Durability, Log};
pub use name::{Call, InvalidName, NAME_CHARS_MAX, Name, Reason, Who};
pub use outcome::{Code, Outcome};
pub use reader::{Filter, ReadError, Reader};
pub use record::{
    Act, After, Body, Cause, Count, Entry, Kind, Mark, Pinned, Receipt, Record, Reindex, Trimmed,
};
pub use verify::{AnchorState, Check, Removal, Verified, verify};
pub use writer::{Clock, Options, Writer};
