//! An index that goes on: it takes up what became known, commits it with the position that it ends at, and
//! publishes generations that share their files.
//!
//! ```text
//! .live/meta.json, …        tantivy's files; the payload of its commit says up to which position of which store
//! .live/base-000012-0.blocks  the search structure of most segments, as it was built at that position
//! ```
//!
//! **Law.** What is committed is the state of the store at the position that the commit states: all revisions
//! of every event and nothing else. A crash leaves the last commit, and what came after it is taken up again.
//!
//! Start reading at [`LiveIndex::replace`], then [`LiveIndex::publish`].

mod base;
mod candidate;
mod payload;
mod trust;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sosie_similarity::{Axis, CodePath, Digest, Event, EventId, Timestamp};
use tantivy::directory::Directory;
use tantivy::merge_policy::NoMergePolicy;
use tantivy::schema::Schema;
use tantivy::{Index, IndexWriter, Term};

use crate::blocks::{BLOCKS_FILE, DELTA_FILE};
use crate::builder::vocabulary_digest;
use crate::error::IndexError;
use crate::generation::{
    GenerationStore, GuardEntry, ManifestParts, Published, Stage, StoreError, StorePosition,
};
use crate::profiles::ProfileSet;
use crate::schema::{Fields, record_json};
use crate::segments::Segments;
use base::{Base, Folding, build_structure};
use payload::Payload;
use trust::LastPublished;

/// Memory of tantivy's one writer thread, in bytes: far more than what comes in between two commits needs.
const WRITER_MEMORY_BYTES: usize = 128 << 20;

/// How the names of files begin that tantivy writes before it renames them.
const UNFINISHED_PREFIX: &str = ".tmp";

/// A revision of an event, as the index holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Revised {
    /// The event, with the known time of the revision.
    pub event: Event,
    /// From when on something else was known in its place; `None` for what is known now.
    pub superseded: Option<Timestamp>,
}

/// What a store of record says of itself at a position.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveFacts {
    /// Events that are known now.
    pub event_count: u64,
    /// Revisions of events, earlier ones and those of withdrawn events included.
    pub document_count: u64,
    /// Sum of the SHA-256 of the record of each revision, mod 2^256.
    pub content_digest: Digest,
    /// Events that are known now and have no value, per axis.
    pub missing_by_axis: BTreeMap<Axis, u64>,
    /// Now.
    pub created_time: Timestamp,
    /// The rules by which records were admitted, the oldest first.
    pub guards: Vec<GuardEntry>,
}

/// Why the live index could not go on. It is of no more use then: open it again.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Publishing failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is there was made from another store, by another version, or is damaged: it has to be made anew.
    #[error("live index: {0}: it has to be made anew")]
    Stale(&'static str),
    /// A file of the index is not as it was written.
    #[error("live index: `{file}` is damaged")]
    Damaged {
        /// Which.
        file: String,
    },
    /// The index does not hold what the store says.
    #[error("live index: {found} documents, the store has {expected} revisions")]
    Disagrees {
        /// Documents found.
        found: u64,
        /// Revisions of the store.
        expected: u64,
    },
}

impl From<tantivy::TantivyError> for LiveError {
    fn from(error: tantivy::TantivyError) -> Self {
        LiveError::Index(error.into())
    }
}

impl From<std::io::Error> for LiveError {
    fn from(error: std::io::Error) -> Self {
        LiveError::Index(error.into())
    }
}

/// The index of a store of record, open for writing by one.
pub struct LiveIndex {
    dir: PathBuf,
    fields: Fields,
    index: Index,
    writer: IndexWriter,
    committed: Payload,
    base: Option<Base>,
    folding: Option<Folding>,
    /// The last generation that was published from here, and the base that it has.
    published: Option<LastPublished>,
}

impl LiveIndex {
    /// Opens the live index in `dir`, made if it is not there, of the store and at the position of its last
    /// commit.
    ///
    /// # Errors
    /// [`LiveError::Stale`], if it has to be made anew; else those of the file system.
    pub fn open(dir: &Path, store: StorePosition) -> Result<Self, LiveError> {
        let fields = Fields::new();
        fs::create_dir_all(dir)?;
        let index = if dir.join("meta.json").exists() {
            let index = Index::open_in_dir(dir).map_err(|_| LiveError::Stale("not readable"))?;
            check_schema(&index.schema(), &fields)?;
            index
        } else {
            fields.create_index(dir)?
        };
        let writer: IndexWriter = index.writer_with_num_threads(1, WRITER_MEMORY_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        // A killed writer may have left files by names that the next one takes.
        writer.garbage_collect_files().wait()?;
        remove_unfinished(dir)?;
        let committed = Payload::of(&index, store)?;
        let base = committed.base.as_deref();
        let mut base = base.map(|file| Base::open(dir, file)).transpose()?;
        let published = trust::check((dir, &index), store.store_id, &mut base)?;
        base::remove_others(dir, base.as_ref().map(|base| base.file.as_str()))?;
        Ok(LiveIndex {
            dir: dir.to_owned(),
            fields,
            index,
            writer,
            committed,
            base,
            folding: None,
            published,
        })
    }

    /// Everything up to this position of this store is committed.
    pub fn store(&self) -> StorePosition {
        self.committed.store
    }

    /// Makes `revisions` all that there is of an event. Seen by no search before it is committed and published.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn replace(&mut self, event_id: &EventId, revisions: &[Revised]) -> Result<(), LiveError> {
        let id = Term::from_field_text(self.fields.event_id, event_id.as_str());
        self.writer.delete_term(id);
        self.add(revisions)
    }

    /// As [`LiveIndex::replace`], of an event that the index can't hold yet: nothing is looked for.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn add(&mut self, revisions: &[Revised]) -> Result<(), LiveError> {
        for Revised { event, superseded } in revisions {
            let record = record_json(event);
            let mut document = self.fields.document(event, &record);
            if let Some(superseded) = superseded {
                document.add_i64(self.fields.superseded_time, superseded.as_micros());
            }
            self.writer.add_document(document)?;
        }
        Ok(())
    }

    /// As [`LiveIndex::replace`], of an event with records that were erased: when it is published, no file of the
    /// generation holds them. Segments are rewritten for that, all that have deleted documents.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn erase(&mut self, event_id: &EventId, left: &[Revised]) -> Result<(), LiveError> {
        self.committed.purge_due = true;
        self.replace(event_id, left)
    }

    /// Makes everything up to `position` durable.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn commit(&mut self, position: u64) -> Result<(), LiveError> {
        self.take_up_base()?;
        self.committed.store.position = position;
        self.committed.base = self.base.as_ref().map(|base| base.file.clone());
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&self.committed.to_json());
        prepared.commit()?;
        // tantivy renames meta.json and does not make the name durable.
        self.index.directory().sync_directory()?;
        let files = [
            self.base.as_ref().map(|base| base.file.as_str()),
            self.folding.as_ref().map(|folding| folding.file.as_str()),
        ];
        Ok(base::remove_others(&self.dir, files.into_iter().flatten())?)
    }

    /// Publishes what is committed as a generation. Files that the generation before has too are neither written nor
    /// read again.
    ///
    /// # Errors
    /// [`LiveError::Disagrees`], or those of the file system.
    pub fn publish(
        &mut self,
        store: &mut GenerationStore,
        facts: LiveFacts,
    ) -> Result<Published, LiveError> {
        let purge_due = self.committed.purge_due;
        let mut stage = store.stage()?;
        let parts = self.fill(&mut stage, facts)?;
        let published = store.publish(stage, parts)?;
        self.published = Some((
            published.manifest.clone(),
            self.base.as_ref().map(|base| base.file.clone()),
        ));
        self.fold_if_due()?;
        if purge_due {
            // Removes the files that held what was erased, and says that it is done.
            self.commit(self.committed.store.position)?;
        }
        Ok(published)
    }

    /// Fills a stage with the files of what is committed, and says what their manifest is to say.
    fn fill(&mut self, stage: &mut Stage, facts: LiveFacts) -> Result<ManifestParts, LiveError> {
        self.tidy()?;
        let (found, expected) = (
            Segments::of(&self.index)?.document_count(),
            facts.document_count,
        );
        if found != expected {
            return Err(LiveError::Disagrees { found, expected });
        }
        if self.base.is_none() {
            self.base = Some(self.first_base()?);
        }
        let delta = self.delta()?;
        let delta = if delta.document_count() > 0 {
            Some(build_structure(&delta, &stage.path().join(DELTA_FILE))?)
        } else {
            None
        };
        self.link(stage)?;
        let delta_paths = delta.map(|built| [built.natures, built.sectors]);
        Ok(self.parts(facts, delta_paths.unwrap_or_default()))
    }

    /// Links the files of the last commit into a stage.
    fn link(&self, stage: &mut Stage) -> Result<(), LiveError> {
        let before = self.published.as_ref();
        let metas = self.index.load_metas()?;
        for path in metas.list_segment_files() {
            let name = path.to_string_lossy().into_owned();
            if !self.dir.join(&name).exists() {
                // tantivy lists what a segment may have.
                continue;
            }
            match before.and_then(|(manifest, _)| manifest.file(&name)) {
                Some(entry) => stage.link_published(&self.dir, (&name, entry))?,
                None => stage.link(&self.dir, (&name, &name))?,
            }
        }
        fs::copy(self.dir.join("meta.json"), stage.path().join("meta.json"))?;
        let Some(base) = &self.base else {
            return Ok(());
        };
        let same = before.filter(|(_, published)| published.as_ref() == Some(&base.file));
        match same.and_then(|(manifest, _)| manifest.file(BLOCKS_FILE)) {
            Some(entry) => stage.link_published(&self.dir, (&base.file, entry))?,
            None => stage.link(&self.dir, (&base.file, BLOCKS_FILE))?,
        }
        Ok(())
    }

    fn parts(&self, facts: LiveFacts, delta: [Vec<CodePath>; 2]) -> ManifestParts {
        let base = self.base.as_ref().map(|base| &base.paths);
        let digest = |at: usize| {
            let base = base.map_or(&[][..], |paths| &paths[at]);
            vocabulary_digest(base.iter().chain(&delta[at]))
        };
        let profiles = ProfileSet::shipped();
        let profiles = profiles
            .iter()
            .map(|profile| (profile.id().clone(), profile.digest()));
        ManifestParts {
            event_count: facts.event_count,
            document_count: facts.document_count,
            store: Some(self.committed.store),
            content_digest: facts.content_digest,
            schema_digest: self.fields.digest(),
            nature_digest: digest(0),
            sector_digest: digest(1),
            profiles: profiles.collect(),
            // Data sets are declared to runs, not to a store.
            sources: Vec::new(),
            guards: facts.guards,
            missing_by_axis: facts.missing_by_axis,
            created_time: facts.created_time,
        }
    }

    /// The segments that came after the base.
    fn delta(&self) -> Result<Segments, IndexError> {
        let base = self.base.as_ref().map(|base| &base.segments);
        Segments::among(&self.index, |id| {
            base.is_none_or(|base| !base.contains(&id))
        })
    }
}

/// Removes what a killed writer left of files that it was to rename, which tantivy does not know of.
fn remove_unfinished(dir: &Path) -> Result<(), LiveError> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(UNFINISHED_PREFIX) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn check_schema(found: &Schema, fields: &Fields) -> Result<(), LiveError> {
    if *found == fields.schema {
        Ok(())
    } else {
        Err(LiveError::Stale("of another schema"))
    }
}
