//! The full load: one snapshot of a table or view, and the position of the outbox that fits it.

use std::pin::pin;
use std::time::Duration;

use sosie_similarity::limits::INGEST_BYTES_MAX;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use tokio_stream::{Stream, StreamExt};

use super::error::PostgresError;
use super::position::OutboxPosition;
use super::session::{Session, in_time, in_time_of};
use super::table::{RawRow, Table};
use super::write::{Checked, Counts};
use super::{PostgresSource, Shared};
use crate::serve::jobs::{ImportBatch, ImportError, Importer, JobSource, Stop};

/// How often a load looks whether its job is to stop.
const STOP_LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// Longest time until the next row: a view may have to sort all of them first.
const ROW_MAX: Duration = Duration::from_secs(1_800);

/// Takes the snapshot. Nothing is locked, and nothing can be written.
const BEGIN: &str = "begin isolation level repeatable read, read only";
/// The oldest transaction that the snapshot does not see whole.
const OLDEST: &str = "select pg_snapshot_xmin(pg_current_snapshot())::text";

/// What a full load came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadSummary {
    /// Rows that were read.
    pub read: u64,
    /// Events that are new, or were changed.
    pub accepted: u64,
    /// Events that the store had so already.
    pub unchanged: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Values that the mapping mended or left out.
    pub corrected: u64,
}

/// Where rows go.
enum Sink<'a> {
    /// Into the store, by the way of all callers.
    Store,
    /// Into the store, on behalf of a job.
    Job(&'a mut Importer),
}

impl PostgresSource {
    /// Loads the table whole; the outbox is not followed meanwhile, and is then from the load's snapshot on. Adds and
    /// corrects events and deletes none. Dropped early, what was written stays and the position is the one before.
    ///
    /// # Errors
    /// Those of the database and of the store, and more refused rows than allowed.
    pub async fn load(&self) -> Result<LoadSummary, PostgresError> {
        let session = Session::open(&self.shared.config).await?;
        self.load_in(&session).await
    }

    /// Loads over a connection that is there.
    pub(super) async fn load_in(&self, session: &Session) -> Result<LoadSummary, PostgresError> {
        let source = self.name();
        tracing::info!(source, "loading the table");
        let summary = self.shared.load(session, Sink::Store).await?;
        let LoadSummary {
            read,
            accepted,
            unchanged,
            refused,
            corrected,
        } = summary;
        tracing::info!(
            source,
            read,
            accepted,
            unchanged,
            refused,
            corrected,
            "loaded the table"
        );
        Ok(summary)
    }

    async fn import(&self, into: &mut Importer) -> Result<(), PostgresError> {
        let session = Session::open(&self.shared.config).await?;
        self.shared.load(&session, Sink::Job(into)).await?;
        Ok(())
    }
}

/// A job loads the table from its beginning whenever it begins or goes on: a snapshot ends with its connection.
impl JobSource for PostgresSource {
    fn import(&self, into: &mut Importer) -> Result<(), ImportError> {
        let stop = into.stop().clone();
        let work = async {
            tokio::select! {
                imported = PostgresSource::import(self, into) => Ok(imported?),
                () = told_to_stop(&stop) => Err(ImportError::Stopped),
            }
        };
        self.shared.runtime.block_on(work)
    }
}

async fn told_to_stop(stop: &Stop) {
    while !stop.is_set() {
        tokio::time::sleep(STOP_LOOK_INTERVAL).await;
    }
}

impl Shared {
    async fn load(
        &self,
        session: &Session,
        mut sink: Sink<'_>,
    ) -> Result<LoadSummary, PostgresError> {
        let table = self.config.table.as_ref().ok_or(PostgresError::NoTable)?;
        let _turn = self.turn.lock().await;
        in_time(session.client.batch_execute(BEGIN)).await?;
        let position = snapshot_position(session).await?;
        let table = Table::prepare(session, table, self.config.mapping.as_ref()).await?;
        let nothing: [&(dyn ToSql + Sync); 0] = [];
        let asked = session.client.query_raw(&table.statement, nothing);
        // Asked for a row after the last one, it says so again.
        let mut rows = pin!(in_time_of(ROW_MAX, asked).await?.fuse());
        let mut counts = Counts::default();
        loop {
            let batch = next_batch(&table, &mut rows, self.config.batch_rows).await?;
            if batch.is_empty() {
                break;
            }
            let (form, first, gate) = (table.form(), counts.read + 1, self.gate.clone());
            let checked = tokio::task::spawn_blocking(move || form.check(batch, first, gate));
            counts.add(self.put(&mut sink, checked.await?).await?);
        }
        self.check_rejects(counts)?;
        self.write(Checked::default(), Some(&position)).await?;
        in_time(session.client.batch_execute("commit")).await?;
        Ok(counts.into())
    }

    async fn put(&self, sink: &mut Sink<'_>, checked: Checked) -> Result<Counts, PostgresError> {
        let into = match sink {
            Sink::Store => return self.write(checked, None).await,
            Sink::Job(into) => into,
        };
        let mut counts = self.begun(&checked);
        // Those that are to wait are among the writes.
        let unwritten = checked.read - checked.writes.len() as u64;
        let batch = ImportBatch {
            writes: checked.writes,
            refused: unwritten,
            position: Vec::new(),
        };
        // Blocks the job's own thread, and no other.
        counts.count(into.write(batch)?);
        Ok(counts)
    }

    fn check_rejects(&self, counts: Counts) -> Result<(), PostgresError> {
        let limit = self.config.max_rejects;
        if limit.allows(counts.refused, counts.read) {
            return Ok(());
        }
        Err(PostgresError::TooManyRejects {
            refused: counts.refused,
            read: counts.read,
            limit,
        })
    }
}

/// What the snapshot has seen whole need not be read from the outbox. All else is, and what of it the snapshot has seen
/// is said again.
async fn snapshot_position(session: &Session) -> Result<OutboxPosition, PostgresError> {
    let row = in_time(session.client.query_one(OLDEST, &[])).await?;
    let oldest: String = row.try_get(0)?;
    let oldest = oldest.parse().map_err(|_| PostgresError::Answer)?;
    Ok(OutboxPosition::before_transaction(
        &session.system_identifier,
        oldest,
    ))
}

/// The next rows, at most a batch and some bytes of them.
async fn next_batch(
    table: &Table,
    rows: &mut (impl Stream<Item = Result<Row, tokio_postgres::Error>> + Unpin),
    rows_max: usize,
) -> Result<Vec<RawRow>, PostgresError> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < rows_max && bytes < INGEST_BYTES_MAX {
        let Some(row) = in_time_of(ROW_MAX, async { rows.try_next().await }).await? else {
            break;
        };
        let (row, row_bytes) = table.raw(&row)?;
        bytes += row_bytes;
        batch.push(row);
    }
    Ok(batch)
}

impl From<Counts> for LoadSummary {
    fn from(counts: Counts) -> Self {
        let Counts {
            read,
            accepted,
            unchanged,
            refused,
            corrected,
        } = counts;
        LoadSummary {
            read,
            accepted,
            unchanged,
            refused,
            corrected,
        }
    }
}
