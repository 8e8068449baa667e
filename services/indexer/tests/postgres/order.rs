//! The order of the outbox: late commits are not skipped, and the last change of an event is the last one here.

use std::time::{Duration, Instant};

use crate::cluster::Cluster;
use crate::fixture::{Indexer, delete, dir, participants, upsert};

const OUTBOX: &str = "outbox = \"sosie.outbox\"";

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_commits_late_holds_later_ones_back_and_is_not_skipped() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let dir = dir();
    let indexer = Indexer::open(dir.path(), &cluster.url(), OUTBOX).await;
    let (late, early) = (cluster.client().await, cluster.client().await);
    early.batch_execute(&upsert("before", 1)).await.unwrap();
    late.batch_execute(&format!("begin; {}", upsert("late", 1)))
        .await
        .unwrap();
    early.batch_execute(&upsert("early", 1)).await.unwrap();
    assert_eq!(indexer.source.catch_up().await.unwrap(), 1);
    assert_eq!(indexer.counts(), [("before".to_owned(), 1)]);
    late.batch_execute("commit").await.unwrap();
    assert_eq!(indexer.source.catch_up().await.unwrap(), 2);
    assert_eq!(indexer.source.catch_up().await.unwrap(), 0);
    let all = ["before", "early", "late"].map(|id| (id.to_owned(), 1));
    assert_eq!(indexer.counts(), all);
}

/// Batches of one row: the order is that of numbers, in which 999 comes before 1000, and not that of their digits.
#[tokio::test(flavor = "multi_thread")]
async fn transactions_come_in_the_order_of_their_numbers() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client().await;
    let begun = "select pg_current_xact_id()::text::bigint";
    while client.query_one(begun, &[]).await.unwrap().get::<_, i64>(0) < 997 {}
    for id in ["a", "b", "c", "d"] {
        client.batch_execute(&upsert(id, 1)).await.unwrap();
    }
    let dir = dir();
    let form = format!("{OUTBOX}\nbatch_rows = 1");
    let indexer = Indexer::open(dir.path(), &cluster.url(), &form).await;
    assert_eq!(indexer.source.catch_up().await.unwrap(), 4);
    assert_eq!(indexer.counts().len(), 4);
}

/// The transaction that began first changed the event last.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_change_of_an_event_holds_whatever_order_its_transactions_have() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let dir = dir();
    let indexer = Indexer::open(dir.path(), &cluster.url(), OUTBOX).await;
    let (first, second) = (cluster.client().await, cluster.client().await);
    let begin = "begin; select pg_current_xact_id()";
    first.batch_execute(begin).await.unwrap();
    second.batch_execute(begin).await.unwrap();
    second
        .batch_execute(&format!(
            "{}; {}; commit",
            upsert("a", 1),
            delete("b", "PERSONAL_DATA")
        ))
        .await
        .unwrap();
    first
        .batch_execute(&format!("{}; {}; commit", upsert("a", 2), upsert("b", 2)))
        .await
        .unwrap();
    assert_eq!(indexer.source.catch_up().await.unwrap(), 4);
    let histories = indexer.histories();
    for id in ["a", "b"] {
        let last = histories[id].last().unwrap();
        assert_eq!(participants(last), 2, "{id}");
    }
    // What was told before the erasure is erased, and what was told after it is said again.
    assert_eq!(histories["b"][..2], ["erased", "PERSONAL_DATA"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_and_a_refused_row_pass_and_the_next_ones_are_read() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let dir = dir();
    let indexer = Indexer::open(dir.path(), &cluster.url(), OUTBOX).await;
    let client = cluster.client().await;
    let wrong = upsert("secret-name", 1).replace("HELD", "secret-state");
    let other = upsert("x", 1).replace("values ('x'", "values ('y'");
    for sql in [
        upsert("a", 1),
        wrong,
        other,
        delete("a", "WITHDRAWN"),
        delete("never", "TEST"),
        upsert("b", 1),
    ] {
        client.batch_execute(&sql).await.unwrap();
    }
    assert_eq!(indexer.source.catch_up().await.unwrap(), 6);
    assert_eq!(indexer.counts(), [("a".to_owned(), 2), ("b".to_owned(), 1)]);
    assert_eq!(indexer.histories()["a"][1], "WITHDRAWN");
    let rejects =
        std::fs::read_to_string(dir.path().join("generations/rejects-city.ndjson")).unwrap();
    let lines: Vec<serde_json::Value> = rejects
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told = lines.iter().map(|line| {
        (
            line["position"].as_u64().unwrap(),
            line["field"].as_str().unwrap(),
        )
    });
    assert_eq!(told.collect::<Vec<_>>(), [(2, "state"), (3, "event_id")]);
    assert!(!rejects.contains("secret"), "{rejects}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_is_read_as_its_primary_and_goes_on_when_it_takes_over() {
    let Some(mut primary) = Cluster::start().await else {
        return;
    };
    let Some(standby) = primary.standby().await else {
        return;
    };
    let dir = dir();
    let indexer = Indexer::open(dir.path(), &standby.url(), OUTBOX).await;
    let (late, early) = (primary.client().await, primary.client().await);
    late.batch_execute(&format!("begin; {}", upsert("late", 1)))
        .await
        .unwrap();
    early.batch_execute(&upsert("early", 1)).await.unwrap();
    replayed(&standby, 1).await;
    assert_eq!(indexer.source.catch_up().await.unwrap(), 0);
    late.batch_execute("commit").await.unwrap();
    replayed(&standby, 2).await;
    assert_eq!(indexer.source.catch_up().await.unwrap(), 2);
    primary.crash();
    standby.promote();
    standby
        .client()
        .await
        .batch_execute(&upsert("after", 1))
        .await
        .unwrap();
    assert_eq!(indexer.source.catch_up().await.unwrap(), 1);
    let all = ["after", "early", "late"].map(|id| (id.to_owned(), 1));
    assert_eq!(indexer.counts(), all);
}

/// Waits until a standby shows so many rows.
async fn replayed(standby: &Cluster, rows: i64) {
    let client = standby.client().await;
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = client
            .query_one("select count(*) from sosie.outbox", &[])
            .await;
        if found.unwrap().get::<_, i64>(0) == rows {
            return;
        }
        assert!(Instant::now() < deadline, "{rows} rows in vain");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
