//! The reader that most outboxes have: the numbers after the last one that was seen. It loses rows.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Storm;
use crate::cluster::connect;

/// Reads so until all is written and nothing comes any more; the numbers that it saw.
pub(super) async fn naive_reader(storm: Arc<Storm>) -> HashSet<i64> {
    let (mut seen, mut last, mut client) = (HashSet::new(), 0_i64, None);
    loop {
        let is_over = storm.is_over.load(Ordering::SeqCst);
        if client.is_none() {
            client = connect(&storm.url).await;
        }
        let next = "select seq from sosie.outbox where seq > $1 order by seq limit 1000";
        let rows = match &client {
            Some(open) => open.query(next, &[&last]).await,
            None => Ok(Vec::new()),
        };
        let Ok(rows) = rows else {
            client = None;
            continue;
        };
        seen.extend(rows.iter().map(|row| row.get::<_, i64>(0)));
        last = rows.last().map_or(last, |row| row.get(0));
        if rows.is_empty() && is_over && client.is_some() {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
