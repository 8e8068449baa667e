//! What is refused as a whole: tables of other columns, other clusters, and transactions that there never were.

use sosie_indexer::serve::PostgresError;
use sosie_similarity::Timestamp;
use sosie_store::{Batch, SourcePosition};

use crate::cluster::Cluster;
use crate::fixture::{Indexer, dir, upsert};

const COLUMNS: &str =
    "event_id text, state text, start_time timestamptz, end_time timestamptz, time_zone text,
    time_precision text, source_id text";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_other_columns_is_refused_by_their_names_before_a_row_is_read() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client().await;
    let missing = COLUMNS.replace("state text, ", "");
    let cases = [
        (
            format!("{COLUMNS}, organiser text"),
            "table: column `organiser` is no field of an event",
        ),
        (
            missing,
            "table: column `state`, which every event needs, is not there",
        ),
        (
            COLUMNS.replace("start_time timestamptz", "start_time timestamp"),
            "table: column `start_time` has to be a timestamp with time zone, or an RFC 3339 time as a text",
        ),
        (
            format!("{COLUMNS}, \"participants.best\" numeric"),
            "table: column `participants.best` has to be smallint, integer or bigint",
        ),
        (
            format!("{COLUMNS}, footprint text"),
            "table: column `footprint` has to be json or jsonb",
        ),
        (
            format!("{COLUMNS}, \"location.latitude\" float8"),
            "table: column `location.longitude`, which every event needs, is not there",
        ),
        (
            format!(
                "{COLUMNS}, location jsonb, \"location.latitude\" float8, \"location.longitude\" float8"
            ),
            "table: column `location` is there twice, by itself and in its group",
        ),
        (
            format!("{COLUMNS}, \"outcomes.Not a code\" int"),
            "table: column `outcomes.Not a code` is no field of an event",
        ),
    ];
    for (at, (columns, told)) in cases.iter().enumerate() {
        // A view that fails when a row of it is read.
        let sql = format!("create table t{at} ({columns}); insert into t{at} default values");
        client.batch_execute(&sql).await.unwrap();
        let dir = dir();
        let form = format!("table = \"t{at}\"");
        let indexer = Indexer::open(dir.path(), &cluster.url(), &form).await;
        let error = indexer.source.catch_up().await.unwrap_err();
        assert_eq!(error.to_string(), *told);
        assert!(indexer.position().is_none() && indexer.counts().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_refused_rows_fail_a_load_and_the_outbox_is_not_followed() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let sql = format!(
        "create table t ({COLUMNS}); insert into t default values; {}",
        upsert("a", 1)
    );
    cluster.client().await.batch_execute(&sql).await.unwrap();
    let dir = dir();
    let form = "table = \"t\"\noutbox = \"sosie.outbox\"";
    let indexer = Indexer::open(dir.path(), &cluster.url(), form).await;
    let error = indexer.source.catch_up().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 of 1 rows were refused, more than the limit of 10%"
    );
    assert!(indexer.position().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_of_another_cluster_is_void_only_where_this_one_is_configured() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client().await;
    client.batch_execute(&upsert("a", 1)).await.unwrap();
    let outbox = "outbox = \"sosie.outbox\"";
    let stored = dir();
    let indexer = Indexer::open(stored.path(), &cluster.url(), outbox).await;
    put_position(&indexer, r#"{"system_identifier":"1","xid":99,"seq":1}"#);
    let error = indexer.source.catch_up().await.unwrap_err();
    let PostgresError::OtherCluster { stored: of, found } = error else {
        panic!("{error}");
    };
    assert_eq!(of, "1");
    drop(indexer);
    let form = format!("{outbox}\nsystem_identifier = \"{found}\"");
    let indexer = Indexer::open(stored.path(), &cluster.url(), &form).await;
    assert_eq!(indexer.source.catch_up().await.unwrap(), 1);
    let other = dir();
    let form = format!("{outbox}\nsystem_identifier = \"1\"");
    let indexer = Indexer::open(other.path(), &cluster.url(), &form).await;
    let error = indexer.source.catch_up().await.unwrap_err();
    assert!(
        matches!(error, PostgresError::NotConfigured { .. }),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_that_the_cluster_has_not_begun_are_no_place_to_go_on_from() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client().await;
    let found = client.query_one(
        "select system_identifier::text from pg_control_system()",
        &[],
    );
    let found: String = found.await.unwrap().get(0);
    let outbox = "outbox = \"sosie.outbox\"";
    let (one, another) = (dir(), dir());
    let indexer = Indexer::open(one.path(), &cluster.url(), outbox).await;
    put_position(
        &indexer,
        &format!(r#"{{"system_identifier":"{found}","xid":99999999,"seq":1}}"#),
    );
    let error = indexer.source.catch_up().await.unwrap_err();
    assert!(matches!(error, PostgresError::SetBack), "{error}");
    let restored = "insert into sosie.outbox (event_id, operation, reason, xid) values ('a', 'delete', 'TEST', '99999999')";
    client.batch_execute(restored).await.unwrap();
    let indexer = Indexer::open(another.path(), &cluster.url(), outbox).await;
    let error = indexer.source.catch_up().await.unwrap_err();
    assert!(matches!(error, PostgresError::ForeignRows), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_only_read_is_enough_and_one_that_may_not_is_told() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client().await;
    client
        .batch_execute("create role reader login; create role stranger login")
        .await
        .unwrap();
    client
        .batch_execute(
            "grant usage on schema sosie to reader; grant select on sosie.outbox to reader",
        )
        .await
        .unwrap();
    client.batch_execute(&upsert("a", 1)).await.unwrap();
    let outbox = "outbox = \"sosie.outbox\"";
    let (one, another) = (dir(), dir());
    let url = cluster
        .url()
        .replace("user=sosie", "user=reader password=hunter2");
    let indexer = Indexer::open(one.path(), &url, outbox).await;
    assert_eq!(indexer.source.catch_up().await.unwrap(), 1);
    let url = cluster
        .url()
        .replace("user=sosie", "user=stranger password=hunter2");
    let indexer = Indexer::open(another.path(), &url, outbox).await;
    let told = indexer.source.catch_up().await.unwrap_err().to_string();
    assert!(
        told.contains("42501") && !told.contains("hunter2"),
        "{told}"
    );
}

fn put_position(indexer: &Indexer, position: &str) {
    let batch = Batch {
        writes: vec![],
        source_position: Some(SourcePosition {
            source: "postgres/city".to_owned(),
            position: position.as_bytes().to_vec(),
        }),
    };
    let now = Timestamp::from_micros(1_800_000_000_000_000).unwrap();
    indexer.store.apply(&[batch], now).unwrap();
}
