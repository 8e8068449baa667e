//! Limits of the transport that nobody has had to change; each with what it stands against.

use std::time::Duration;

/// Connections at a time: each costs a file and the memory of its streams. More wait in the backlog.
pub(crate) const CONNECTIONS_MAX: usize = 1_024;
/// Calls of one connection at a time: tonic's own default is no limit.
pub(crate) const STREAMS_MAX: u32 = 128;
/// Streams that a connection may make us reset (RUSTSEC-2024-0003): tonic's own default is no limit.
pub(crate) const LOCAL_ERROR_RESETS_MAX: usize = 1_024;
/// Streams that a client may reset before we take them up (CVE-2023-44487).
pub(crate) const PENDING_ACCEPT_RESETS_MAX: usize = 20;
/// Bytes of the headers of one call: ours have a few hundred.
pub(crate) const HEADER_LIST_BYTES_MAX: u32 = 8 << 10;
/// How often a silent client is asked whether it is still there.
pub(crate) const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
/// How long it may take to answer that.
pub(crate) const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// The pause after a connection could not be accepted, for want of files say: no busy loop.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// What a client that is refused for load is told to wait: a few calls' time.
pub(crate) const OVERLOADED_RETRY: Duration = Duration::from_millis(200);
/// What a client is told to wait whose call could not be recorded: a disk is full, say.
pub(crate) const AUDIT_RETRY: Duration = Duration::from_secs(1);
