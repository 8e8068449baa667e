//! The phases of a call, as spans: where its time goes.
//!
//! **Law.** A phase tells its name and its time, and nothing of the request. All are of the level TRACE and the
//! target `sosie::phase`, which the log leaves out unless it is asked for: then a phase costs one comparison.
//!
//! `decode` and `encode`, between bytes and messages, are in the codec of `sosie-proto`; `records`, a part of
//! `search`, is in `sosie-index`.

use tracing::{Span, trace_span};

/// From the headers of a call to those of its answer.
pub fn call() -> Span {
    trace_span!(target: "sosie::phase", "call")
}

/// For a turn, where searches take turns, and for a thread that may block.
pub fn wait() -> Span {
    trace_span!(target: "sosie::phase", "wait")
}

/// From the message to what the engine is asked: read, names looked up, digest taken.
pub fn prepare() -> Span {
    trace_span!(target: "sosie::phase", "prepare")
}

/// The engine.
pub fn search() -> Span {
    trace_span!(target: "sosie::phase", "search")
}

/// From what the engine found to the message.
pub fn compose() -> Span {
    trace_span!(target: "sosie::phase", "compose")
}
