//! Events become a generation: the one place where this service writes an index.

use std::collections::BTreeMap;

use sosie_index::{
    Built, GenerationStore, GuardEntry, IndexBuilder, KnownTimeRule, ManifestParts, ProfileSet,
    Published, SourceEntry, Stage,
};
use sosie_similarity::{Code, Digest, Timestamp};

use crate::declare::Declarations;
use crate::job::{ReindexError, ReindexJob};
use crate::progress::Phase;

/// Most data sets of a run; a city has a few dozen.
const SOURCES_MAX: usize = 1_000;

/// A generation being built. Dropped before it is published, it leaves nothing behind.
pub(crate) struct Publisher {
    // In this order: an index is closed before its directory goes, and that before the lock.
    builder: IndexBuilder,
    stage: Stage,
    store: GenerationStore,
}

impl Publisher {
    pub(crate) fn open(job: &ReindexJob) -> Result<Self, ReindexError> {
        let store = GenerationStore::open(&job.generations, job.keep)?;
        let store = store.keeping(job.receipts.clone());
        let stage = store.stage()?;
        let builder = IndexBuilder::create(stage.path())?;
        Ok(Publisher {
            builder,
            stage,
            store,
        })
    }

    /// What events are added to.
    pub(crate) fn builder(&self) -> &IndexBuilder {
        &self.builder
    }

    /// Publishes everything. `tell` is called with each phase as it begins, and `replaced` with the place in the
    /// run of each record that took the place of an earlier one.
    pub(crate) fn publish(
        self,
        tell: &mut dyn FnMut(Phase),
        replaced: impl FnMut(u64),
        (sources, guards, created_time): (Vec<SourceEntry>, Vec<GuardEntry>, Timestamp),
    ) -> Result<(Published, Built), ReindexError> {
        let Publisher {
            builder,
            stage,
            mut store,
        } = self;
        tell(Phase::Writing);
        let written = builder.write()?;
        tell(Phase::FindingReplaced);
        let committed = written.commit(replaced)?;
        tell(Phase::BuildingStructure);
        let built = committed.finish()?;
        tell(Phase::Publishing);
        let profiles = ProfileSet::shipped();
        let profiles = profiles
            .iter()
            .map(|profile| (profile.id().clone(), profile.digest()));
        let parts = ManifestParts {
            profiles: profiles.collect(),
            sources,
            guards,
            ..built.to_parts(created_time)
        };
        let published = store.publish(stage, parts)?;
        Ok((published, built))
    }
}

/// What was read of each data set.
#[derive(Debug, Default)]
pub(crate) struct SourceCounts(BTreeMap<Code, SourceCount>);

/// Records of a data set.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RecordCount {
    pub(crate) indexed: u64,
    pub(crate) refused: u64,
}

/// What was read of a data set.
#[derive(Debug, Default)]
struct SourceCount {
    records: RecordCount,
    input_sha256s: Vec<Digest>,
    /// Whether the input that is being read has records of it.
    is_in_input: bool,
}

impl SourceCounts {
    /// The input that is being read has records of a data set.
    pub(crate) fn add(
        &mut self,
        source_id: Code,
        records: RecordCount,
    ) -> Result<(), ReindexError> {
        let is_full = self.0.len() >= SOURCES_MAX;
        if is_full && !self.0.contains_key(&source_id) {
            return Err(ReindexError::TooManySources { max: SOURCES_MAX });
        }
        let count = self.0.entry(source_id).or_default();
        count.is_in_input = true;
        count.records.indexed += records.indexed;
        count.records.refused += records.refused;
        Ok(())
    }

    /// An input is read to its end: `digests` of it and of what it was read with.
    pub(crate) fn end_input(&mut self, digests: &[Digest]) {
        for count in self.0.values_mut().filter(|count| count.is_in_input) {
            count.is_in_input = false;
            count.input_sha256s.extend(digests.iter().copied());
        }
    }

    /// Data sets with events that nothing declares.
    pub(crate) fn undeclared(&self, declarations: &Declarations) -> Vec<String> {
        let with_events = self.0.iter().filter(|(_, count)| count.records.indexed > 0);
        with_events
            .filter(|(source_id, _)| declarations.find(source_id).is_none())
            .map(|(source_id, _)| source_id.to_string())
            .collect()
    }

    /// For the manifest. A data set that only refused records name is none.
    pub(crate) fn into_entries(self, declarations: &Declarations) -> Vec<SourceEntry> {
        let counts = self.0.into_iter().filter(|(source_id, count)| {
            count.records.indexed > 0 || declarations.find(source_id).is_some()
        });
        counts
            .map(|(source_id, count)| count.into_entry(source_id, declarations))
            .collect()
    }
}

impl SourceCount {
    fn into_entry(self, source_id: Code, declarations: &Declarations) -> SourceEntry {
        let declared = declarations.find(&source_id);
        let text = |of: fn(&crate::Declaration) -> &String| declared.map(of).cloned();
        SourceEntry {
            name: text(|declared| &declared.name).unwrap_or_default(),
            owner: text(|declared| &declared.owner).unwrap_or_default(),
            licence: text(|declared| &declared.licence).unwrap_or_default(),
            collection_method: text(|declared| &declared.collection_method).unwrap_or_default(),
            known_time: declared.map_or(KnownTimeRule::Ingest, |declared| declared.known_time),
            declared: declared.is_some(),
            read: self.records.indexed + self.records.refused,
            indexed: self.records.indexed,
            refused: self.records.refused,
            input_sha256s: self.input_sha256s,
            source_id,
        }
    }
}
