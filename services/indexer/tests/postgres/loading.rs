//! Full loads: of columns that are fields, and through a mapping; and the outbox after them.

use sosie_indexer::serve::{ImportError, Importer, JobId, JobSource, Stop};
use sosie_similarity::Code;

use crate::cluster::Cluster;
use crate::fixture::{Indexer, delete, dir, participants, upsert};

const EVENTS: &str = r#"
create type state as enum ('PLANNED', 'HELD', 'CANCELLED', 'POSTPONED');
create table events (
    event_id text primary key, state state not null, nature varchar(80), start_time timestamptz not null,
    end_time timestamptz not null, time_zone text not null, time_precision text not null,
    "location.latitude" double precision, "location.longitude" numeric(9, 6), "participants.best" integer,
    "participants.low" bigint, footprint jsonb, "outcomes.officers" smallint, known_time timestamptz,
    source_id text not null);
insert into events values
  ('full', 'HELD', 'sport/football', '2024-06-21 20:00:00.25+02', '2024-06-21 23:00+02', 'Europe/Paris', 'EXACT',
   43.2965, 5.3698, 8000, 7000,
   '{"type": "LineString", "coordinates": [[5.37, 43.29], [5.38, 43.3]], "width_m": 12}', 24,
   '2024-06-22 08:00+02', 'city'),
  ('bare', 'PLANNED', null, '2024-06-21 20:00+02', '2024-06-21 23:00+02', 'Europe/Paris', 'EXACT',
   null, null, null, null, null, null, null, 'city'),
  ('half', 'HELD', null, '2024-06-21 20:00+02', '2024-06-21 23:00+02', 'Europe/Paris', 'EXACT',
   43.2, null, null, null, null, null, null, 'city');
"#;

const FORM: &str = "table = \"events\"\noutbox = \"sosie.outbox\"\nmax_rejects = \"1\"";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_fields_is_loaded_and_the_outbox_goes_on_from_its_snapshot() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client().await;
    client.batch_execute(EVENTS).await.unwrap();
    // Before the snapshot: the table has what it says.
    client.batch_execute(&upsert("old", 1)).await.unwrap();
    let dir = dir();
    let indexer = Indexer::open(dir.path(), &cluster.url(), FORM).await;
    assert_eq!(indexer.source.catch_up().await.unwrap(), 0);
    let histories = indexer.histories();
    assert_eq!(histories.keys().collect::<Vec<_>>(), ["bare", "full"]);
    let full: serde_json::Value = serde_json::from_str(&histories["full"][0]).unwrap();
    assert_eq!(full["start_time"], "2024-06-21T20:00:00.250+02:00");
    assert_eq!(full["location"]["longitude"], 5.3698);
    assert_eq!(
        full["participants"],
        serde_json::json!({"best": 8000, "low": 7000})
    );
    assert_eq!(full["outcomes"]["officers"], 24.0);
    assert_eq!(full["footprint"]["type"], "LineString");
    assert_eq!(full["known_time"], "2024-06-22T06:00:00Z");
    client
        .batch_execute(&format!(
            "{}; {}",
            upsert("bare", 7),
            delete("full", "DUPLICATE")
        ))
        .await
        .unwrap();
    assert_eq!(indexer.source.catch_up().await.unwrap(), 2);
    assert_eq!(participants(&indexer.histories()["bare"][1]), 7);
    // A second load says what is in the table, and what is there so already writes nothing.
    let summary = indexer.source.load().await.unwrap();
    assert_eq!((summary.read, summary.accepted, summary.refused), (3, 2, 1));
    let summary = indexer.source.load().await.unwrap();
    assert_eq!((summary.accepted, summary.unchanged), (0, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_runs_during_the_load_is_read_after_it() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let (client, running) = (cluster.client().await, cluster.client().await);
    client.batch_execute(EVENTS).await.unwrap();
    running
        .batch_execute(&format!("begin; {}", upsert("running", 1)))
        .await
        .unwrap();
    client.batch_execute(&upsert("bare", 3)).await.unwrap();
    let dir = dir();
    let indexer = Indexer::open(dir.path(), &cluster.url(), FORM).await;
    assert_eq!(indexer.source.catch_up().await.unwrap(), 0);
    running.batch_execute("commit").await.unwrap();
    // The one that was committed before the snapshot, and has a later number than the running one, is told again.
    assert_eq!(indexer.source.catch_up().await.unwrap(), 2);
    let counts =
        [("bare", 2), ("full", 1), ("running", 1)].map(|(id, count)| (id.to_owned(), count));
    assert_eq!(indexer.counts(), counts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_s_own_columns_are_read_through_a_mapping() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client().await;
    let table = r#"
        create table public.permits (no integer, "Kind" text, day date, ends timestamp, crowd numeric, note text);
        insert into public.permits values (17, 'Match', '2024-06-21', '2024-06-22 23:30:00', 1250.0, 'x');"#;
    client.batch_execute(table).await.unwrap();
    let dir = dir();
    let mapping = dir.path().join("permits.toml");
    let text = r#"
        format = "postgres"
        decimal = ","
        [source]
        source_id = "permits"
        name = "Permits"
        owner = "City"
        licence = "CC0-1.0"
        collection_method = "Declared"
        known_time = "ingest"
        [ignored]
        note = "free text"
        [fields]
        event_id = { template = "p-{no}" }
        state = { constant = "HELD" }
        time_zone = { constant = "Europe/Paris" }
        nature = { levels = [{ column = "Kind" }] }
        times = { start = "day", end = "ends", formats = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%.f"] }
        participants = { best = "crowd" }
    "#;
    std::fs::write(&mapping, text).unwrap();
    let form = format!(
        "table = \"public.permits\"\nmapping = \"{}\"",
        mapping.display()
    );
    let indexer = Indexer::open(dir.path(), &cluster.url(), &form).await;
    indexer.source.catch_up().await.unwrap();
    let record = &indexer.histories()["p-17"][0];
    assert_eq!(participants(record), 1_250, "{record}");
    assert!(record.contains(r#""nature":"match""#), "{record}");
    // A table without an outbox is loaded once.
    client
        .batch_execute("insert into public.permits select no + 1, \"Kind\", day, ends, crowd from public.permits")
        .await
        .unwrap();
    indexer.source.catch_up().await.unwrap();
    assert_eq!(indexer.counts().len(), 1);
    assert_eq!(indexer.source.load().await.unwrap().accepted, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_imports_the_table_and_the_outbox_goes_on_from_its_snapshot() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client().await;
    client.batch_execute(EVENTS).await.unwrap();
    client.batch_execute(&upsert("old", 1)).await.unwrap();
    let dir = dir();
    let indexer = Indexer::open(dir.path(), &cluster.url(), FORM).await;
    let (store, source) = (indexer.store.clone(), indexer.source.clone());
    let import = move |stop: Stop| {
        let name = Code::new("city").unwrap();
        let importer = Importer::into_store(store.clone(), (&name, JobId::random()), stop);
        let mut importer = importer.unwrap();
        let imported = source.import(&mut importer);
        (imported, importer.counts())
    };
    // A job has a thread of its own.
    let (import, (imported, counts)) = tokio::task::spawn_blocking(move || {
        let done = import(Stop::default());
        (import, done)
    })
    .await
    .unwrap();
    imported.unwrap();
    assert_eq!((counts.read, counts.accepted, counts.refused), (3, 2, 1));
    client.batch_execute(&upsert("new", 1)).await.unwrap();
    assert_eq!(indexer.source.catch_up().await.unwrap(), 1);
    let stop = Stop::default();
    stop.cancel();
    let stopped = tokio::task::spawn_blocking(move || import(stop).0);
    let stopped = stopped.await.unwrap();
    assert!(matches!(stopped, Err(ImportError::Stopped)), "{stopped:?}");
}

/// No source is known: every event has to wait. Each counts once, and an erasure ends the wait of what was told before it.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_to_wait_of_a_table_and_of_its_outbox_counts_as_refused_and_waits_in_order() {
    let Some(cluster) = Cluster::start().await else {
        return;
    };
    let client = cluster.client().await;
    client.batch_execute(EVENTS).await.unwrap();
    let dir = dir();
    let policy = "on_unknown_code = \"quarantine\"";
    std::fs::write(dir.path().join("guard.toml"), policy).unwrap();
    let sources = "list = \"source\"\nname = \"s\"\nversion = \"1\"\ncodes = [\"another\"]\n";
    std::fs::write(dir.path().join("source.toml"), sources).unwrap();
    let form = FORM.replace("max_rejects = \"1\"", "max_rejects = \"3\"");
    let indexer = Indexer::open(dir.path(), &cluster.url(), &form).await;
    let (store, source) = (indexer.store.clone(), indexer.source.clone());
    let imported = tokio::task::spawn_blocking(move || {
        let name = Code::new("city").unwrap();
        let importer = Importer::into_store(store, (&name, JobId::random()), Stop::default());
        let mut importer = importer.unwrap();
        source.import(&mut importer).unwrap();
        importer.counts()
    });
    let counts = imported.await.unwrap();
    assert_eq!((counts.read, counts.accepted, counts.refused), (3, 0, 3));
    let waiting = || indexer.store.view().unwrap().held_count().unwrap();
    assert_eq!(waiting(), 2);
    let told = [
        upsert("new", 1),
        upsert("new", 2),
        delete("new", "PERSONAL_DATA"),
        upsert("new", 3),
    ];
    client.batch_execute(&told.join(";")).await.unwrap();
    indexer.source.catch_up().await.unwrap();
    assert_eq!(waiting(), 3);
    assert!(indexer.counts().is_empty());
}
