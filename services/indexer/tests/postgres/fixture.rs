//! An indexer that reads a database, and events in few words.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sosie_indexer::GuardConfig;
use sosie_indexer::serve::{
    IndexerServer, NoFeed, PostgresForm, PostgresSource, ServeConfig, Stores,
};
use sosie_store::{Content, Position, Store};
use tempfile::TempDir;

/// An indexer whose store is in a directory.
pub(crate) struct Indexer {
    pub(crate) store: Arc<Store>,
    pub(crate) source: PostgresSource,
    _server: IndexerServer,
}

impl Indexer {
    /// Reads what `form` names; keys are those of the configuration file.
    pub(crate) async fn open(dir: &Path, url: &str, form: &str) -> Indexer {
        let stores = Stores::open(&config(dir)).unwrap();
        let store = stores.store.clone();
        let bound = IndexerServer::bind(config(dir), stores, Arc::new(NoFeed));
        let server = bound.await.unwrap();
        let form = form_of(url, form);
        let source = server.postgres(form.check().unwrap());
        Indexer {
            store,
            source,
            _server: server,
        }
    }

    /// The revisions of all events: the JSON of each, or the reason of its deletion.
    pub(crate) fn histories(&self) -> BTreeMap<String, Vec<String>> {
        let view = self.store.view().unwrap();
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for entry in view.changes(Position::START).unwrap() {
            let entry = entry.unwrap();
            let said = match entry.content {
                Content::Record(json) => String::from_utf8(json).unwrap(),
                Content::Erased => "erased".to_owned(),
                Content::Tombstone(reason) => reason.name().to_owned(),
            };
            found
                .entry(entry.event_id.to_string())
                .or_default()
                .push(said);
        }
        found
    }

    /// How many revisions each event has.
    pub(crate) fn counts(&self) -> Vec<(String, usize)> {
        let histories = self.histories().into_iter();
        histories.map(|(id, all)| (id, all.len())).collect()
    }

    /// What the store has as the position of the source.
    pub(crate) fn position(&self) -> Option<serde_json::Value> {
        let view = self.store.view().unwrap();
        let bytes = view.source_position("postgres/city").unwrap()?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }
}

pub(crate) fn form_of(url: &str, form: &str) -> PostgresForm {
    toml::from_str(&format!("name = \"city\"\nurl = \"{url}\"\n{form}")).unwrap()
}

pub(crate) fn config(dir: &Path) -> ServeConfig {
    ServeConfig {
        listen_addr: "127.0.0.1:0".parse().unwrap(),
        store_dir: dir.join("store"),
        store_cache_bytes: 16 << 20,
        generations_dir: dir.join("generations"),
        snapshots_dir: dir.join("snapshots"),
        callers: None,
        profiles_dir: None,
        audit: None,
        guard: guard(dir),
        keep: NonZeroUsize::new(5).unwrap(),
        receipts: None,
        in_flight_max: NonZeroUsize::new(16).unwrap(),
        take_over: false,
        canaries: None,
        deadline: Duration::from_secs(30),
        drain_max: Duration::from_secs(30),
        reflection: false,
    }
}

/// The guard whose policy and vocabulary of sources are in the directory, if they are.
fn guard(dir: &Path) -> Option<GuardConfig> {
    let policy = dir.join("guard.toml");
    policy.exists().then(|| GuardConfig {
        policy,
        vocabularies: vec![dir.join("source.toml")],
    })
}

pub(crate) fn dir() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// An event with so many participants.
pub(crate) fn event(id: &str, participants: u64) -> String {
    format!(
        r#"{{"event_id":"{id}","state":"HELD","start_time":"2024-06-21T18:00:00Z","end_time":"2024-06-21T20:00:00Z",
            "time_zone":"Europe/Paris","time_precision":"EXACT","participants":{{"best":{participants}}},"source_id":"city"}}"#
    )
}

/// SQL that tells the outbox of an event.
pub(crate) fn upsert(id: &str, participants: u64) -> String {
    let event = event(id, participants);
    format!(
        "insert into sosie.outbox (event_id, operation, payload) values ('{id}', 'upsert', '{event}')"
    )
}

/// SQL that tells the outbox of a deletion.
pub(crate) fn delete(id: &str, reason: &str) -> String {
    format!(
        "insert into sosie.outbox (event_id, operation, reason) values ('{id}', 'delete', '{reason}')"
    )
}

/// The participants of a record.
pub(crate) fn participants(record: &str) -> u64 {
    let record: serde_json::Value = serde_json::from_str(record).unwrap();
    record["participants"]["best"].as_u64().unwrap()
}
