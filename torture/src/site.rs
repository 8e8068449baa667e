//! A directory with the store and the generations of one indexer, and what is in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sosie_index::{Current, Snapshot, VerifiedGeneration};
use sosie_proto::pb;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::write_result::Outcome;
use sosie_store::{Options, Position, Revision, Store, Summary};
use sosie_tests::{all_events, until_async};
use tempfile::TempDir;
use tonic::transport::Channel;

use crate::model::{event, input};
use crate::writers::Writer;

/// The event that is written to see whether the service takes any.
const PROBE: &str = "probe";

/// What a store holds.
pub(crate) struct Stored {
    /// Of each event all revisions.
    pub(crate) events: BTreeMap<String, Vec<Revision>>,
    /// What the store says of itself.
    pub(crate) summary: Summary,
}

/// A directory of one indexer.
pub(crate) struct Site {
    dir: PathBuf,
    probes: Probes,
}

/// Writes of the probe.
#[derive(Clone, Copy, Debug, Default)]
struct Probes {
    /// That were tried; each says its number.
    tried: i64,
    /// That were acknowledged.
    acknowledged: i64,
    /// The last one that was.
    last: i64,
}

impl Site {
    /// On this directory.
    pub(crate) fn new(dir: &Path) -> Site {
        Site {
            dir: dir.to_owned(),
            probes: Probes::default(),
        }
    }

    /// The directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where generations are published.
    pub(crate) fn generations(&self) -> PathBuf {
        self.dir.join("generations")
    }

    /// Writes an event; the position of the store with it.
    ///
    /// # Errors
    /// If it is not accepted.
    pub(crate) async fn probe(&mut self, client: &mut IngestServiceClient<Channel>) -> Result<u64> {
        loop {
            self.probes.tried += 1;
            let record = pb::IngestRecord {
                event: Some(input(PROBE, self.probes.tried)),
                if_revision: None,
            };
            let request = pb::BatchIngestEventsRequest {
                records: vec![record],
                validate_only: false,
            };
            let answer = client.batch_ingest_events(request).await?.into_inner();
            match answer.results.into_iter().next().and_then(|r| r.outcome) {
                Some(Outcome::Accepted(accepted)) => {
                    self.probes.acknowledged += 1;
                    self.probes.last = self.probes.tried;
                    return Ok(accepted.position.cast_unsigned());
                }
                // An earlier run has said the same.
                Some(Outcome::Unchanged(_)) => {}
                other => anyhow::bail!("the probe was answered {other:?}"),
            }
        }
    }

    /// Waits until a generation of this position is served.
    pub(crate) async fn until_published(&self, position: u64) {
        let what = format!("a generation of position {position}");
        until_async(&what, async || {
            (self.published().ok()?? >= position).then_some(())
        })
        .await;
    }

    /// The position of the generation that is served; `None` before the first.
    ///
    /// # Errors
    /// If it can't be read.
    pub(crate) fn published(&self) -> Result<Option<u64>> {
        let dir = self.generations();
        let Some(current) = Current::read(&dir)? else {
            return Ok(None);
        };
        let manifest = dir
            .join(current.generation.to_string())
            .join("MANIFEST.json");
        let manifest: serde_json::Value = serde_json::from_slice(&fs::read(manifest)?)?;
        Ok(manifest["store"]["position"].as_u64())
    }

    /// What the store says of itself. Nobody may be writing.
    ///
    /// # Errors
    /// If it can't be read.
    pub(crate) fn summary(&self) -> Result<Summary> {
        let copy = TempDir::new()?;
        Ok(self.copied(copy.path(), false)?.view()?.summary().clone())
    }

    /// A copy of the store, which itself is in use.
    fn copied(&self, to: &Path, verify: bool) -> Result<Store> {
        fs::copy(self.dir.join("store/store.redb"), to.join("store.redb"))?;
        let cache_bytes = 64 << 20;
        Ok(Store::open(
            to,
            Options {
                cache_bytes,
                verify,
            },
        )?)
    }

    /// What the store holds. Nobody may be writing.
    ///
    /// # Errors
    /// If it can't be read, or its log has a gap.
    pub(crate) fn stored(&self) -> Result<Stored> {
        let copy = TempDir::new()?;
        let view = self.copied(copy.path(), true)?.view()?;
        let summary = view.summary().clone();
        let mut events = BTreeMap::new();
        let mut revisions = 0;
        for history in view.histories(None)? {
            let history = history?;
            revisions += history.len() as u64;
            let event_id = history[0].entry.event_id.to_string();
            events.insert(event_id, history);
        }
        let mut next = Position::START.get();
        for change in view.changes(Position::START)? {
            next += 1;
            ensure!(change?.position.get() == next, "a gap in the log at {next}");
        }
        ensure!(
            revisions == next && summary.position.get() == next,
            "{revisions} revisions of events, {next} changes"
        );
        Ok(Stored { events, summary })
    }

    /// Compares what the callers know with what the store holds and what is served. Nobody may be writing, and what
    /// is served must be of the position of the store.
    ///
    /// # Errors
    /// The first thing that differs.
    pub(crate) fn check(&self, writers: &mut [Writer]) -> Result<Vec<crate::model::Settled>> {
        let stored = self.stored()?;
        let known = |id: &String| id == PROBE || writers.iter().any(|writer| writer.owns(id));
        let phantom = stored.events.keys().find(|id| !known(id));
        ensure!(phantom.is_none(), "a phantom in the store: {phantom:?}");
        let mut settled = Vec::new();
        for writer in writers.iter_mut() {
            let own = stored.events.iter().filter(|(id, _)| writer.owns(id));
            let own = own.map(|(id, found)| (id.clone(), found.clone())).collect();
            let found = writer.model.settle(&own);
            settled.push(found.map_err(|difference| anyhow::anyhow!("store: {difference}"))?);
        }
        self.check_served(writers, &stored)?;
        Ok(settled)
    }

    fn check_served(&self, writers: &[Writer], stored: &Stored) -> Result<()> {
        let dir = self.generations();
        let current = Current::read(&dir)?.context("no generation is served")?;
        let snapshot = Snapshot::open(VerifiedGeneration::open(&dir, &current)?)?;
        let (manifest, summary) = (snapshot.manifest(), &stored.summary);
        let position = manifest.store.map(|store| store.position);
        ensure!(
            position == Some(summary.position.get()),
            "{position:?} is served, the store is at {:?}",
            summary.position
        );
        ensure!(
            (manifest.event_count, manifest.document_count)
                == (summary.event_count, summary.record_count),
            "counts of the index and the store differ"
        );
        let read = snapshot.content_digest(&sosie_index::Cancel::default())?;
        ensure!(
            read == summary.content_digest && manifest.content_digest == read,
            "the records of the index are not those of the store"
        );
        let mut served: BTreeMap<_, _> = BTreeMap::new();
        for event in all_events(&snapshot) {
            let id = event.id().to_string();
            ensure!(
                served.insert(id, event).is_none(),
                "an event is served twice"
            );
        }
        let own = writers.iter().flat_map(|writer| writer.model.live());
        let mut expected: BTreeMap<_, _> = own.collect();
        if let Some(history) = stored.events.get(PROBE) {
            let (probes, found) = (self.probes, history.len() as i64);
            ensure!(
                (probes.acknowledged..=probes.tried).contains(&found),
                "probes were lost or doubled: {probes:?}, {found} found"
            );
            // Probes are sent one after the other, and the last one was acknowledged.
            expected.insert(PROBE, probes.last);
        }
        ensure!(
            served
                .keys()
                .map(String::as_str)
                .eq(expected.keys().copied()),
            "{} events are served, {} are known",
            served.len(),
            expected.len()
        );
        for (event_id, participants) in expected {
            let served = &served[event_id];
            let known = event(event_id, participants).with_known_time(served.parts().known_time);
            ensure!(*served == known, "{event_id}: another one is served");
        }
        Ok(())
    }
}
