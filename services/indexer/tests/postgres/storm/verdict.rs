//! What the outbox says against what the store has.

use std::collections::{BTreeMap, HashSet};

use tokio_postgres::Client;

use crate::fixture::{Indexer, participants};

/// Counts of what is right and wrong.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) rows: u64,
    revisions: u64,
    /// Rows without their revision.
    missed: u64,
    /// Revisions without their row.
    doubled: u64,
    /// Events of many writers.
    hot_rows: u64,
    /// Those of them whose last state is not the platform's.
    hot_wrong: u64,
    /// Rows that a reader by numbers alone lost.
    lost_by_numbers: u64,
}

impl Verdict {
    pub(super) async fn of(platform: &Client, indexer: &Indexer, naive: &HashSet<i64>) -> Verdict {
        let mut verdict = Verdict::default();
        let mut expected: BTreeMap<String, u64> = BTreeMap::new();
        for row in platform
            .query("select seq, event_id from sosie.outbox", &[])
            .await
            .unwrap()
        {
            verdict.rows += 1;
            verdict.lost_by_numbers += u64::from(!naive.contains(&row.get(0)));
            let id: String = row.get(1);
            match id.starts_with("hot-") {
                true => verdict.hot_rows += 1,
                false => *expected.entry(id).or_default() += 1,
            }
        }
        let mut histories = indexer.histories();
        for row in platform
            .query(
                "select event_id, participants from city_events where participants > 0",
                &[],
            )
            .await
            .unwrap()
        {
            let (id, last): (String, i64) = (row.get(0), row.get(1));
            let history = histories.remove(&id).unwrap_or_default();
            let found = history.last().map(|record| participants(record));
            verdict.hot_wrong += u64::from(found != Some(last.unsigned_abs()));
        }
        for (id, rows) in expected {
            let revisions = histories
                .remove(&id)
                .map_or(0, |history| history.len() as u64);
            verdict.revisions += revisions;
            verdict.missed += rows.saturating_sub(revisions);
            verdict.doubled += revisions.saturating_sub(rows);
        }
        verdict.doubled += histories
            .values()
            .map(|history| history.len() as u64)
            .sum::<u64>();
        verdict
    }

    pub(super) fn check(&self) {
        assert!(self.revisions > 0 && self.hot_rows > 0, "nothing was tried");
        assert_eq!((self.missed, self.doubled, self.hot_wrong), (0, 0, 0));
        // Else the storm is none, and a reader that loses rows would pass as well.
        assert!(
            self.lost_by_numbers > 0,
            "a reader by numbers alone lost nothing"
        );
    }
}
