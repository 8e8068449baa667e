//! What both processes serve with: connections, the layers of a call, health, reflection, logs.
//!
//! Knows the contract's reasons to refuse and nothing of what a call asks for.
//!
//! **Law.** Everything is bounded: connections, streams, calls in flight, their time, and the time to end.
//!
//! Start reading at [`Listener`], then `layers`, then [`Ticket`].

mod acts;
mod audit_config;
mod callers;
mod clock;
mod configured;
mod health;
mod incoming;
mod layers;
mod limits;
mod listener;
mod logging;
pub mod phase;
mod phase_log;
mod retention;
mod ticket;
mod transport;

pub use acts::JobEnd;
pub use audit_config::{AuditConfig, AuditError};
pub use callers::{Caller, Callers, CallersError, CallersProblem, Role};
pub use clock::now;
pub use configured::{ConfigError, Configured, FileProblem, Origin, Setting, configured};
pub use layers::{Answered, Audit, CALLER_HEADER, ProfileChanged, StreamTally, Streamed};
pub use listener::{Listener, ServeError, Settings};
pub use logging::{LogFormat, log_to_stderr, told_once, told_to_end};
pub use phase_log::PhaseLog;
pub use ticket::Ticket;
pub use transport::Services;
