//! Rows of the outbox: those of transactions that are over and before every one that is not.

use std::pin::pin;

use sosie_similarity::limits::{INGEST_BYTES_MAX, RECORD_BYTES_MAX};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use tokio_stream::StreamExt;

use super::error::PostgresError;
use super::name::TableName;
use super::position::OutboxPosition;
use super::session::{Session, in_time};

/// A row, unchecked.
#[derive(Debug)]
pub(super) struct OutboxRow {
    pub(super) xid: u64,
    pub(super) seq: i64,
    pub(super) event_id: Option<String>,
    pub(super) operation: Option<String>,
    pub(super) reason: Option<String>,
    /// JSON, unless it is too long to be held.
    pub(super) payload: Option<String>,
    pub(super) is_too_long: bool,
    /// The row that was written after this one, of the same event, and read before it.
    pub(super) again: Option<Box<OutboxRow>>,
}

/// An outbox, with what it is asked.
pub(super) struct Outbox {
    next: String,
    one: String,
    foreign: String,
    oldest: String,
}

impl Outbox {
    pub(super) fn new(table: &TableName, batch_rows: usize) -> Self {
        // `xid8` is sent as text: its numbers are compared by the server.
        let after = "(xid, seq) > ($1::text::xid8, $2::bigint)";
        // Ids and names are cut where they are too long already, so that no row is larger than a record may be.
        let columns = format!(
            "xid::text, seq, left(event_id, 256), left(operation, 32), left(reason, 32), \
             case when octet_length(payload::text) <= {RECORD_BYTES_MAX} then payload::text end, \
             coalesce(octet_length(payload::text) > {RECORD_BYTES_MAX}, false)"
        );
        // Of one event, `seq` has the order in which it was changed. A transaction that took its xid early and changed
        // the event late is read before one that came between: what it says then holds, and is said again.
        let later = format!(
            "(select max(later.seq) from {table} later \
             where later.event_id = told.event_id and later.seq > told.seq and later.xid < told.xid)"
        );
        // In `order by`, a name alone would be the text that is selected, of which "1000" comes before "999".
        // What runs now, and all that began after it, has an xid of at least the snapshot's xmin: below it nothing
        // can be added any more, and everything that was committed is seen.
        Outbox {
            next: format!(
                "select {columns}, {later} from {table} told where {after} \
                 and xid < pg_snapshot_xmin(pg_current_snapshot()) order by told.xid, told.seq limit {batch_rows}"
            ),
            one: format!("select {columns}, null::bigint from {table} where seq = $1"),
            foreign: format!(
                "select $1::text::xid8 >= pg_snapshot_xmax(pg_current_snapshot()), \
                 exists (select from {table} where xid >= pg_snapshot_xmax(pg_current_snapshot()))"
            ),
            oldest: format!(
                "select extract(epoch from clock_timestamp() - written_time)::double precision \
                 from {table} told where {after} order by told.xid, told.seq limit 1"
            ),
        }
    }

    /// Checks that the cluster has begun the transactions that were read, and those of all rows.
    pub(super) async fn check(
        &self,
        session: &Session,
        position: &OutboxPosition,
    ) -> Result<(), PostgresError> {
        let xid = position.xid.to_string();
        let row = in_time(session.client.query_one(&self.foreign, &[&xid])).await?;
        let (is_set_back, is_foreign): (bool, bool) = (row.try_get(0)?, row.try_get(1)?);
        match (is_set_back, is_foreign) {
            (true, _) => Err(PostgresError::SetBack),
            (false, true) => Err(PostgresError::ForeignRows),
            (false, false) => Ok(()),
        }
    }

    /// The next rows, at most a batch and some bytes of them.
    pub(super) async fn next(
        &self,
        session: &Session,
        position: &OutboxPosition,
    ) -> Result<Vec<OutboxRow>, PostgresError> {
        let xid = position.xid.to_string();
        let asked: [&(dyn ToSql + Sync); 2] = [&xid, &position.seq];
        let found = in_time(session.client.query_raw(&self.next, asked)).await?;
        let mut found = pin!(found);
        let (mut rows, mut bytes) = (Vec::new(), 0);
        // The rest of a batch of large rows is asked for again: what is held is bounded by bytes, too.
        while bytes < INGEST_BYTES_MAX
            && let Some(row) = in_time(async { found.try_next().await }).await?
        {
            let (row, later) = OutboxRow::read(&row)?;
            bytes += row.payload.as_ref().map_or(0, String::len);
            rows.push((row, later));
        }
        let mut whole = Vec::with_capacity(rows.len());
        for (mut row, later) in rows {
            if let Some(later) = later {
                row.again = self.one(session, later).await?.map(Box::new);
            }
            whole.push(row);
        }
        Ok(whole)
    }

    async fn one(&self, session: &Session, seq: i64) -> Result<Option<OutboxRow>, PostgresError> {
        let found = in_time(session.client.query_opt(&self.one, &[&seq])).await?;
        let row = found.map(|row| OutboxRow::read(&row)).transpose()?;
        Ok(row.map(|(row, _)| row))
    }

    /// For how many seconds the oldest row that is not read has been waiting.
    pub(super) async fn lag_s(
        &self,
        session: &Session,
        position: &OutboxPosition,
    ) -> Result<f64, PostgresError> {
        let xid = position.xid.to_string();
        let asked: [&(dyn ToSql + Sync); 2] = [&xid, &position.seq];
        let oldest = in_time(session.client.query_opt(&self.oldest, &asked)).await?;
        Ok(match oldest {
            Some(row) => row.try_get::<_, f64>(0)?.max(0.0),
            None => 0.0,
        })
    }
}

impl OutboxRow {
    /// A row, and the number of the one that holds after it although it was read before.
    fn read(row: &Row) -> Result<(Self, Option<i64>), PostgresError> {
        let xid: String = row.try_get(0)?;
        let read = OutboxRow {
            xid: xid.parse().map_err(|_| PostgresError::Answer)?,
            seq: row.try_get(1)?,
            event_id: row.try_get(2)?,
            operation: row.try_get(3)?,
            reason: row.try_get(4)?,
            payload: row.try_get(5)?,
            is_too_long: row.try_get(6)?,
            again: None,
        };
        Ok((read, row.try_get(7)?))
    }
}
