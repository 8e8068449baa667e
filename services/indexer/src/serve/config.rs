//! What the service is told at start, and what it is built with.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use sosie_index::ReceiptRule;
use sosie_rpc::AuditConfig;

use crate::gate::GuardConfig;

/// Everything that the service is told at start. Defaults are those of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeConfig {
    /// Where to listen; port 0 lets the system choose.
    pub listen_addr: SocketAddr,
    /// The directory of the store of record; made if it is not there.
    pub store_dir: PathBuf,
    /// Memory for pages of the store, in bytes.
    pub store_cache_bytes: usize,
    /// The directory in which generations are published; made if it is not there.
    pub generations_dir: PathBuf,
    /// The directory in which snapshots are made; made if it is not there.
    pub snapshots_dir: PathBuf,
    /// The personal-data guard; none without.
    pub guard: Option<GuardConfig>,
    /// The audit log; none is kept without.
    pub audit: Option<AuditConfig>,
    /// Who may call what, as deploy/callers.toml; without it everybody may everything but change the state of profiles.
    pub callers: Option<PathBuf>,
    /// Profiles besides those that Sosie brings along, which can be activated: every `*.toml` of this directory.
    pub profiles_dir: Option<PathBuf>,
    /// Generations that stay after a publication: the newest two, and others further and further back.
    pub keep: NonZeroUsize,
    /// How generations stay that receipts name, besides those; none without.
    pub receipts: Option<ReceiptRule>,
    /// Whether the first generation made from the store takes the place of one that was not.
    pub take_over: bool,
    /// Canary queries that a new index has to answer as expected before it is served; none without.
    pub canaries: Option<PathBuf>,
    /// Calls and streams past this many are refused at once, not queued.
    pub in_flight_max: NonZeroUsize,
    /// Longest time that a call may take, whatever its client allows; a stream has none.
    pub deadline: Duration,
    /// Longest time between the request to shut down and the end of the last connection.
    pub drain_max: Duration,
    /// Whether clients can ask for the contract by reflection.
    pub reflection: bool,
}

/// Messages of all callers that are checked or written at a time. A stream alone never gets there, and a message is
/// at most [`INGEST_BYTES_MAX`](sosie_similarity::limits::INGEST_BYTES_MAX) long: it bounds memory.
pub(super) const MESSAGES_IN_WORK_MAX: usize = 64;
/// Writes of one transaction, after which no further message joins it: some tens of milliseconds of work, so that
/// nobody waits long for others, and many enough to share one durable write.
pub(super) const GROUP_WRITES_MAX: usize = 8_000;
/// What a client is told to wait if the store can't be written: time for an operator or a rotation to make space.
pub(super) const STORE_RETRY: Duration = Duration::from_secs(5);
/// What a client is told to wait whose stream ends with the service: another is up in seconds.
pub(super) const ENDING_RETRY: Duration = Duration::from_secs(1);
