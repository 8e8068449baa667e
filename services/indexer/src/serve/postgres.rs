//! PostgreSQL as a source: a table or view is loaded whole, then changes follow from an outbox table, which the
//! platform writes to in the transactions of its own data (`deploy/postgres-outbox.sql`).
//!
//! **Law.** A row of the outbox is applied once, and only when no transaction can be running any more that has or
//! comes before its own: rows are read in the order of `(xid, seq)` up to the oldest running transaction, and the
//! position after them is in the same durable transaction of the store as what they say.
//!
//! Start reading at [`PostgresSource::run`], then `outbox`, then `load`.

mod backoff;
mod entry;
mod error;
mod follow;
mod form;
mod kind;
mod load;
mod name;
mod outbox;
mod position;
mod rejects;
mod session;
mod table;
mod tls;
mod write;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::intake::Intake;
use crate::gate::Gate;
pub use error::{ConnectionProblem, PostgresError, ServerError, TableProblem};
pub use form::{InvalidPostgres, PostgresConfig, PostgresForm};
pub use load::LoadSummary;
pub use name::InvalidTableName;
use rejects::RejectsLog;
pub use tls::TlsError;

/// One database that is read. Clones share it.
#[derive(Clone)]
pub struct PostgresSource {
    shared: Arc<Shared>,
}

struct Shared {
    config: PostgresConfig,
    intake: Intake,
    gate: Option<Arc<Gate>>,
    /// Where refused rows are told.
    rejects: RejectsLog,
    /// Held by a full load from its first row to its last, and by the follower for each batch: what a load read earlier
    /// must not be written over what the follower read later.
    turn: Mutex<()>,
    /// What jobs, which have threads of their own, read with.
    runtime: Handle,
}

impl PostgresSource {
    /// A database, read into the store by the runtime that this is called in; refused rows are told in a file of `rejects_dir`.
    pub(super) fn new(
        config: PostgresConfig,
        intake: Intake,
        rejects_dir: PathBuf,
        gate: Option<Arc<Gate>>,
    ) -> Self {
        let rejects = RejectsLog::new(&rejects_dir, &config.name);
        PostgresSource {
            shared: Arc::new(Shared {
                config,
                intake,
                gate,
                rejects,
                turn: Mutex::new(()),
                runtime: Handle::current(),
            }),
        }
    }

    /// Its name, under which the store keeps its position.
    pub fn name(&self) -> &str {
        &self.shared.config.name
    }
}
