//! The platform: transactions of random sizes and lengths, some given up, over connections that break.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use tokio_postgres::{Client, Error};

use super::Storm;
use crate::cluster::connect;
use crate::fixture::{delete, event, upsert};

/// The platform's own table; those of its events that many writers change.
pub(super) const PLATFORM_SQL: &str =
    "create table city_events (event_id text primary key, participants bigint);
    insert into city_events select 'hot-' || n, 0 from generate_series(0, 9) n;";

const MANY: &str = "insert into sosie.outbox (event_id, operation, payload)
    select id, 'upsert', payload::jsonb from unnest($1::text[], $2::text[]) as told (id, payload)";

/// Writes its share of the rows.
pub(super) async fn write(storm: Arc<Storm>, writer: u64, mut random: StdRng) {
    let share = storm.size.rows / storm.size.writers;
    let (mut number, mut client) = (0, None);
    while number < share {
        let Some(open) = reconnected(&mut client, &storm.url).await else {
            continue;
        };
        let rows = random.random_range(1..=storm.size.transaction_rows);
        let transaction = Transaction {
            writer,
            first: number,
            rows,
        };
        // What is given up or broken off is not written again: the numbers go on, as those of a platform would.
        number += rows;
        match transaction.run(open, &mut random).await {
            Ok(written) => {
                storm.written.fetch_add(written, Ordering::SeqCst);
            }
            Err(_) => {
                // Whether it was committed is not known.
                storm.written.fetch_add(rows, Ordering::SeqCst);
                client = None;
            }
        }
    }
}

/// Writes a row early and one late; those that others write meanwhile have higher numbers, and are committed before.
pub(super) async fn long_transaction(storm: Arc<Storm>) {
    let client = connect(&storm.url).await.unwrap();
    client
        .batch_execute(&format!("begin; {}", upsert("long-early", 1)))
        .await
        .unwrap();
    tokio::time::sleep(storm.size.long).await;
    client
        .batch_execute(&format!("{}; commit", upsert("long-late", 1)))
        .await
        .unwrap();
    storm.long_is_over.store(true, Ordering::SeqCst);
}

async fn reconnected<'a>(client: &'a mut Option<Client>, url: &str) -> Option<&'a Client> {
    if client.is_none() {
        *client = connect(url).await;
    }
    if client.is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    client.as_ref()
}

struct Transaction {
    writer: u64,
    first: u64,
    rows: u64,
}

impl Transaction {
    /// How many rows it wrote, 0 if it was given up.
    async fn run(&self, client: &Client, random: &mut StdRng) -> Result<u64, Error> {
        client
            .batch_execute("begin; select pg_current_xact_id()")
            .await?;
        pause(random).await;
        let ids: Vec<_> = (self.first..self.first + self.rows)
            .map(|n| format!("w{}-{n}", self.writer))
            .collect();
        let events: Vec<_> = ids.iter().map(|id| event(id, self.first)).collect();
        client.execute(MANY, &[&ids, &events]).await?;
        pause(random).await;
        let mut written = self.rows;
        if random.random_ratio(1, 20) {
            client.batch_execute(&delete(&ids[0], "WITHDRAWN")).await?;
            written += 1;
        }
        if random.random_ratio(1, 5) {
            self.change_hot(client, random).await?;
            written += 1;
        }
        if random.random_ratio(1, 10) {
            client.batch_execute("rollback").await?;
            return Ok(0);
        }
        client.batch_execute("commit").await?;
        Ok(written)
    }

    /// Changes an event that others change too: its own row first.
    async fn change_hot(&self, client: &Client, random: &mut StdRng) -> Result<(), Error> {
        let id = format!("hot-{}", random.random_range(0..10));
        let change = "update city_events set participants = participants + 1 where event_id = $1 returning participants";
        let participants: i64 = client.query_one(change, &[&id]).await?.get(0);
        pause(random).await;
        client
            .batch_execute(&upsert(&id, participants.unsigned_abs()))
            .await
    }
}

/// Most are short, some are not.
async fn pause(random: &mut StdRng) {
    let most_ms = if random.random_ratio(1, 20) { 100 } else { 5 };
    tokio::time::sleep(Duration::from_millis(random.random_range(0..most_ms))).await;
}
