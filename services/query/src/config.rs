//! What the service is told at start, and what it is built with.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use sosie_rpc::AuditConfig;
use sosie_similarity::SmallestCount;
use sosie_transparency::Declared;

/// Everything the query service is told at start. Defaults are those of the command line.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where to listen; port 0 lets the system choose.
    pub listen_addr: SocketAddr,
    /// The directory that the indexer publishes to; it need not be there yet.
    pub generations_dir: PathBuf,
    /// Profiles besides those that Sosie brings along: every `*.toml` of this directory.
    pub profiles_dir: Option<PathBuf>,
    /// What the organisation declares of the algorithm, for its record.
    pub declared: Declared,
    /// Where it is written down which generations gave receipts, so that the indexer keeps them; nowhere without.
    pub receipts_dir: Option<PathBuf>,
    /// The audit log; none is kept without.
    pub audit: Option<AuditConfig>,
    /// Who may call what, as deploy/callers.toml; without it everybody may call everything.
    pub callers: Option<PathBuf>,
    /// Calls past this many are refused at once, not queued.
    pub in_flight_max: NonZeroUsize,
    /// Searches of `FindSimilarEvents` and of batches that are done at once; the others in flight wait in their order. Without
    /// a number, four for each core.
    pub searches_at_once: Option<NonZeroUsize>,
    /// Longest time that a call may take, whatever its client allows.
    pub deadline: Duration,
    /// Longest time between the request to shut down and the end of the last connection.
    pub drain_max: Duration,
    /// How often the pointer to the current generation is read.
    pub poll_interval: Duration,
    /// How long a generation stays in memory that another took the place of: page tokens of it still hold.
    pub keep_loaded: Duration,
    /// Most generations in memory, the current one included. Past the second they stay only while all together hold at
    /// most twice the bytes of the current one.
    pub generations_loaded_max: NonZeroUsize,
    /// Smallest count of a facet that is told, besides 0.
    pub smallest_count: SmallestCount,
    /// Whether clients can ask for the contract by reflection.
    pub reflection: bool,
}

/// What a client is told to wait that came before the first generation: loading takes seconds.
pub(crate) const NOT_SERVING_RETRY: Duration = Duration::from_secs(1);
