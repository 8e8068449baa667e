//! How a process keeps its audit log.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sosie_audit::{Key, KeyError, Log, OpenError, Options, key_beside};

use crate::layers::Audit;

/// Where the audit log of a process is, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditConfig {
    /// Its directory; made if it is not there. No other process may write there.
    pub dir: PathBuf,
    /// The key that signs it; made if it is not there, with its public half beside it.
    pub key: PathBuf,
    /// Whether calls that change nothing are recorded too.
    pub reads: bool,
    /// After how many days records are removed, in whole segments; all stay without.
    pub days: Option<NonZeroU32>,
}

/// Why the audit log can't be kept.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The key can't be used.
    #[error("audit key: {0}")]
    Key(#[from] KeyError),
    /// The log can't be opened.
    #[error("audit log: {0}")]
    Open(#[from] OpenError),
}

/// A segment is some hundred thousand records; what a kill may lose of reads is half a second of them.
fn options() -> Options {
    let number = |n| std::num::NonZeroUsize::new(n).expect("not 0");
    Options {
        segment_bytes_max: 64 << 20,
        segment_age_max: Duration::from_secs(24 * 3_600),
        checkpoint_records: 1_000,
        checkpoint_age_max: Duration::from_secs(60),
        buffered_age_max: Duration::from_millis(500),
        buffered_records_max: number(4_096),
        queue_records_max: number(16_384),
    }
}

impl AuditConfig {
    /// As flags tell it: no log without a directory, and the key beside it unless it is elsewhere.
    pub fn told(dir: Option<PathBuf>, key: Option<PathBuf>, reads: bool) -> Option<Self> {
        let dir = dir?;
        let key = key.unwrap_or_else(|| key_beside(&dir));
        Some(AuditConfig {
            dir,
            key,
            reads,
            days: None,
        })
    }

    /// The same log, of which records are removed after so many days.
    #[must_use]
    pub fn keeping(self, days: Option<NonZeroU32>) -> Self {
        AuditConfig { days, ..self }
    }

    /// Opens the log. It is closed when the last user of it is gone.
    ///
    /// # Errors
    /// [`AuditError`], also while another process has it open.
    pub fn open(&self) -> Result<Audit, AuditError> {
        let key = Key::load_or_create(&self.key)?;
        let log = Log::open(&self.dir, key, options(), Arc::new(crate::now))?;
        Ok(Audit {
            log,
            reads: self.reads,
            days: self.days,
        })
    }
}
