//! Follows the outbox: from the position in the store, batch by batch, with a new connection after each failure.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::backoff::Backoff;
use super::entry;
use super::error::PostgresError;
use super::outbox::{Outbox, OutboxRow};
use super::position::OutboxPosition;
use super::session::Session;
use super::write::{Checked, Counts};
use super::{PostgresSource, Shared};
use crate::gate::Gate;

/// Least time between two lines that tell how it goes.
const TOLD_INTERVAL: Duration = Duration::from_secs(60);

impl PostgresSource {
    /// Loads the table if that was not done, and follows the outbox, until it is dropped. What fails is told and tried
    /// again.
    pub async fn run(self) {
        let mut backoff = Backoff::new();
        loop {
            let Err(error) = self.follow(&mut backoff).await else {
                return;
            };
            let wait = backoff.next();
            let source = self.name();
            let wait_ms = wait.as_millis() as u64;
            tracing::warn!(%error, source, wait_ms, "the database could not be read; trying again");
            tokio::time::sleep(wait).await;
        }
    }

    /// Loads the table if that was not done, and reads the outbox until no row of it can be read yet; how many it read.
    ///
    /// # Errors
    /// Those of the database and of the store. What was read before is in the store.
    pub async fn catch_up(&self) -> Result<u64, PostgresError> {
        let Some((session, outbox)) = self.open().await? else {
            return Ok(0);
        };
        let mut counts = Counts::default();
        loop {
            let step = self.shared.step(&session, &outbox).await?;
            if step.read == 0 {
                return Ok(counts.read);
            }
            counts.add(step);
        }
    }

    /// Connects, and loads the table if that was not done; none if there is no outbox to read then.
    async fn open(&self) -> Result<Option<(Session, Outbox)>, PostgresError> {
        let shared = &*self.shared;
        let session = Session::open(&shared.config).await?;
        if shared.needs_load(&session)? {
            self.load_in(&session).await?;
        }
        let Some(table) = &shared.config.outbox else {
            return Ok(None);
        };
        let outbox = Outbox::new(table, shared.config.batch_rows);
        let position = shared.position_in(&session)?;
        outbox.check(&session, &position).await?;
        Ok(Some((session, outbox)))
    }

    /// Follows until something fails; ends well if there is no outbox to follow.
    async fn follow(&self, backoff: &mut Backoff) -> Result<(), PostgresError> {
        let shared = &*self.shared;
        let Some((session, outbox)) = self.open().await? else {
            return Ok(());
        };
        session.listen().await?;
        let source = self.name();
        tracing::info!(source, "following the outbox");
        let mut told = Told::new();
        loop {
            let counts = shared.step(&session, &outbox).await?;
            *backoff = Backoff::new();
            told.add(counts);
            if told.is_due() {
                let position = shared.position_in(&session)?;
                told.tell(source, outbox.lag_s(&session, &position).await?);
            }
            if counts.read == 0 {
                // Told of news or not, it is looked at: what waits for a transaction to end is told of by nobody.
                let _ = timeout(shared.config.poll_interval, session.news.notified()).await;
            }
        }
    }
}

impl Shared {
    /// Whether the table is to be loaded before the outbox is followed: where there is no position that holds here.
    fn needs_load(&self, session: &Session) -> Result<bool, PostgresError> {
        let holds = match self.position()? {
            Some(position) => session.is_of_this_cluster(&self.config, &position)?,
            None => false,
        };
        Ok(self.config.table.is_some() && !holds)
    }

    /// The position from which this cluster is read on.
    fn position_in(&self, session: &Session) -> Result<OutboxPosition, PostgresError> {
        if let Some(position) = self.position()?
            && session.is_of_this_cluster(&self.config, &position)?
        {
            return Ok(position);
        }
        Ok(OutboxPosition::start(&session.system_identifier))
    }

    /// Reads the next batch and writes it with the position after it.
    async fn step(&self, session: &Session, outbox: &Outbox) -> Result<Counts, PostgresError> {
        let _turn = self.turn.lock().await;
        let mut position = self.position_in(session)?;
        let rows = outbox.next(session, &position).await?;
        let Some(last) = rows.last() else {
            return Ok(Counts::default());
        };
        (position.xid, position.seq) = (last.xid, last.seq);
        let checked = tokio::task::spawn_blocking({
            let gate = self.gate.clone();
            move || check(&rows, gate)
        });
        let checked = checked.await?;
        self.write(checked, Some(&position)).await
    }
}

fn check(rows: &[OutboxRow], gate: Option<Arc<Gate>>) -> Checked {
    let mut checked = Checked::of(rows.len() as u64, gate);
    for row in rows {
        checked.push(row.seq.unsigned_abs(), entry::write(row));
        if let Some(Ok(again)) = row.again.as_deref().map(entry::write) {
            // Told when it was read first.
            let _ = checked.add(again);
        }
    }
    checked
}

/// What is told from time to time: counts and lag.
struct Told {
    since: Instant,
    counts: Counts,
}

impl Told {
    fn new() -> Self {
        Told {
            since: Instant::now(),
            counts: Counts::default(),
        }
    }

    fn add(&mut self, counts: Counts) {
        self.counts.add(counts);
    }

    fn is_due(&self) -> bool {
        self.since.elapsed() >= TOLD_INTERVAL
    }

    fn tell(&mut self, source: &str, lag_s: f64) {
        let Counts {
            read,
            accepted,
            unchanged,
            refused,
            corrected: _,
        } = self.counts;
        if read > 0 || lag_s > 0.0 {
            tracing::info!(
                source,
                read,
                accepted,
                unchanged,
                refused,
                lag_s,
                "read the outbox"
            );
        }
        *self = Told::new();
    }
}
