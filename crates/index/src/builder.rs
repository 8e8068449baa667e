//! Builds the tantivy index of one generation in a directory of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use sosie_similarity::{Axis, CodePath, Digest, Digester, Event, EventId, Timestamp};
use tantivy::merge_policy::NoMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, Term};

use crate::blocks::{BLOCKS_FILE, build::build};
use crate::content::ContentDigest;
use crate::error::IndexError;
use crate::generation::ManifestParts;
use crate::schema::{Fields, record_json};

/// Memory of tantivy's writer threads together, in bytes; it flushes a segment when one has used its part: about
/// two million events. Nothing is merged: searches go over one structure of all segments, so that their number
/// costs little, while merging wrote most events twice.
const WRITER_MEMORY_BYTES: usize = 1 << 30;

/// Bytes of records that are compressed together, and have to be decompressed for any one of them.
const RECORD_BLOCK_BYTES: usize = 2 << 10;

/// Whether an id was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upsert {
    /// The first record of its id.
    New,
    /// It replaced an earlier record of its id.
    Replaced,
}

/// What an index holds: counts and vocabularies as read back from the disk, the content digest as of what was added.
#[derive(Clone, Debug, PartialEq)]
pub struct Built {
    /// Live events.
    pub event_count: u64,
    /// Distinct series.
    pub series_count: u64,
    /// Sum of the SHA-256 of every stored record, mod 2^256: equal sets of events have equal digests.
    pub content_digest: Digest,
    /// SHA-256 of the schema.
    pub schema_digest: Digest,
    /// SHA-256 of the nature paths in use, sorted.
    pub nature_digest: Digest,
    /// SHA-256 of the sector paths in use, sorted.
    pub sector_digest: Digest,
    /// Events without a value, by axis.
    pub missing_by_axis: BTreeMap<Axis, u64>,
}

impl Built {
    /// What a manifest says of it, as of now without profiles and sources.
    pub fn to_parts(&self, created_time: Timestamp) -> ManifestParts {
        ManifestParts {
            event_count: self.event_count,
            document_count: self.event_count,
            store: None,
            content_digest: self.content_digest,
            schema_digest: self.schema_digest,
            nature_digest: self.nature_digest,
            sector_digest: self.sector_digest,
            profiles: Vec::new(),
            sources: Vec::new(),
            missing_by_axis: self.missing_by_axis.clone(),
            created_time,
        }
    }
}

/// Writes events into a new index. A later event of the same id replaces the earlier one.
pub struct IndexBuilder {
    dir: PathBuf,
    fields: Fields,
    index: Index,
    writer: IndexWriter,
    records: HashMap<EventId, Digest>,
    content: ContentDigest,
}

impl IndexBuilder {
    /// Makes an empty index in `dir`, which must be there and empty.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn create(dir: &Path) -> Result<Self, IndexError> {
        let fields = Fields::new();
        let settings = IndexSettings {
            docstore_blocksize: RECORD_BLOCK_BYTES,
            ..IndexSettings::default()
        };
        let index = Index::builder()
            .schema(fields.schema.clone())
            .settings(settings);
        let index = index.create_in_dir(dir)?;
        let writer = index.writer(WRITER_MEMORY_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let (records, content) = (HashMap::new(), ContentDigest::default());
        Ok(IndexBuilder {
            dir: dir.to_owned(),
            fields,
            index,
            writer,
            records,
            content,
        })
    }

    /// Adds an event.
    ///
    /// # Errors
    /// Those of the file system; the builder is then of no more use.
    pub fn upsert(&mut self, event: &Event) -> Result<Upsert, IndexError> {
        let record = record_json(event);
        let digest = Digest::of(&record);
        let earlier = self.records.insert(event.id().clone(), digest);
        if let Some(earlier) = earlier {
            self.content.remove(earlier);
            self.writer.delete_term(Term::from_field_text(
                self.fields.event_id,
                event.id().as_str(),
            ));
        }
        self.content.add(digest);
        self.writer
            .add_document(self.fields.document(event, None, &record))?;
        Ok(if earlier.is_some() {
            Upsert::Replaced
        } else {
            Upsert::New
        })
    }

    /// Ends the segments that are being written: later events go to new ones. One index of many segments
    /// answers as one of few, which tests of it rely on.
    ///
    /// # Errors
    /// Those of the file system; the builder is then of no more use.
    pub fn cut(&mut self) -> Result<(), IndexError> {
        self.writer.commit()?;
        Ok(())
    }

    /// Commits and builds the search structure: [`IndexBuilder::commit`] and
    /// [`CommittedIndex::finish`].
    ///
    /// # Errors
    /// As these.
    pub fn finish(self) -> Result<Built, IndexError> {
        self.commit()?.finish()
    }

    /// Commits.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn commit(mut self) -> Result<CommittedIndex, IndexError> {
        self.writer.commit()?;
        self.writer.garbage_collect_files().wait()?;
        self.writer.wait_merging_threads()?;
        Ok(CommittedIndex {
            dir: self.dir,
            index: self.index,
            schema_digest: self.fields.digest(),
            event_count: self.records.len() as u64,
            content_digest: self.content.digest(),
        })
    }
}

/// An index that is written, and lacks its search structure.
pub struct CommittedIndex {
    dir: PathBuf,
    index: Index,
    schema_digest: Digest,
    event_count: u64,
    content_digest: Digest,
}

impl CommittedIndex {
    /// Reads back what is there and writes the search structure beside it.
    ///
    /// # Errors
    /// Those of the file system, and [`IndexError::Malformed`] if what is there is not what was added.
    pub fn finish(self) -> Result<Built, IndexError> {
        let searcher = crate::snapshot::searcher_of(&self.index)?;
        let segments: Vec<_> = searcher.segment_readers().iter().collect();
        let built = build(&segments, &self.dir.join(BLOCKS_FILE))?;
        if built.events != self.event_count {
            return Err(IndexError::Malformed("event_id"));
        }
        Ok(Built {
            event_count: built.events,
            series_count: built.series,
            content_digest: self.content_digest,
            schema_digest: self.schema_digest,
            nature_digest: vocabulary_digest(&built.natures),
            sector_digest: vocabulary_digest(&built.sectors),
            missing_by_axis: built.missing_by_axis,
        })
    }
}

/// SHA-256 of the paths in use, sorted.
pub(crate) fn vocabulary_digest<'a>(paths: impl IntoIterator<Item = &'a CodePath>) -> Digest {
    let sorted: BTreeSet<_> = paths.into_iter().map(CodePath::as_str).collect();
    let mut digester = Digester::new("vocabulary/1");
    digester.list(sorted.into_iter(), |digester, path| {
        digester.text(path);
    });
    digester.finish()
}
