//! Builds the tantivy index of one generation in a directory of its own.

mod writers;

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sosie_similarity::{Axis, CodePath, Digest, Digester, Event, Timestamp};
use tantivy::Index;

use crate::blocks::{BLOCKS_FILE, build::build};
use crate::content::ContentDigest;
use crate::duplicates::Replaced;
use crate::error::IndexError;
use crate::external_sort::SORT_MEMORY_BYTES;
use crate::generation::ManifestParts;
use crate::schema::{Fields, record_json};
use crate::segments::{IdRanks, Segments};
use writers::Writers;

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
            guards: Vec::new(),
            missing_by_axis: self.missing_by_axis.clone(),
            created_time,
        }
    }
}

/// Writes events into a new index. Of the events of one id the last one stays.
pub struct IndexBuilder {
    dir: PathBuf,
    fields: Fields,
    index: Index,
    writers: Writers,
    /// Of everything that was added, also of what later events replace.
    content: Mutex<ContentDigest>,
    /// One past the last place in the run that [`IndexBuilder::upsert`] gave.
    sequence: u64,
}

impl IndexBuilder {
    /// Makes an empty index in `dir`, which must be there and empty.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn create(dir: &Path) -> Result<Self, IndexError> {
        let fields = Fields::new();
        let index = fields.create_index(dir)?;
        Ok(IndexBuilder {
            dir: dir.to_owned(),
            fields,
            writers: Writers::open(index.clone())?,
            index,
            content: Mutex::default(),
            sequence: 0,
        })
    }

    /// How many threads may add at once without waiting for each other.
    pub fn threads(&self) -> usize {
        self.writers.threads()
    }

    /// Adds an event after all that were added this way.
    ///
    /// # Errors
    /// Those of the file system; the builder is then of no more use.
    pub fn upsert(&mut self, event: &Event) -> Result<(), IndexError> {
        self.sequence += 1;
        self.add([(self.sequence - 1, event)])
    }

    /// Adds events, each with its place in the run: of several events of one id the one with the highest place
    /// stays. Threads may add at the same time and in any order, but no two events at one place.
    ///
    /// # Errors
    /// Those of the file system; the builder is then of no more use.
    pub fn add<E: Borrow<Event>>(
        &self,
        events: impl IntoIterator<Item = (u64, E)>,
    ) -> Result<(), IndexError> {
        let mut content = ContentDigest::default();
        let mut writer = self.writers.take()?;
        for (sequence, event) in events {
            let event = event.borrow();
            let record = record_json(event);
            content.add(Digest::of(&record));
            let mut document = self.fields.document(event, &record);
            document.add_u64(self.fields.sequence, sequence);
            writer.add(document)?;
        }
        self.writers.give_back(writer)?;
        let mut all = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        all.add(content.digest());
        Ok(())
    }

    /// Ends the segments that are being written: later events go to new ones. One index of many segments
    /// answers as one of few, which tests of it rely on.
    ///
    /// # Errors
    /// Those of the file system; the builder is then of no more use.
    pub fn cut(&mut self) -> Result<(), IndexError> {
        self.writers.commit()
    }

    /// Commits, and removes what was replaced: [`IndexBuilder::write`] and [`WrittenIndex::commit`], for
    /// whoever has nothing to tell in between.
    ///
    /// # Errors
    /// As these.
    pub fn commit(self) -> Result<CommittedIndex, IndexError> {
        self.write()?.commit(|_| ())
    }

    /// Commits and builds the search structure: [`IndexBuilder::commit`] and [`CommittedIndex::finish`].
    ///
    /// # Errors
    /// As these.
    pub fn finish(self) -> Result<Built, IndexError> {
        self.commit()?.finish()
    }

    /// Writes everything that was added.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(mut self) -> Result<WrittenIndex, IndexError> {
        self.writers.commit()?;
        Ok(WrittenIndex(self))
    }
}

/// An index that is written whole, and in which several events may have one id.
pub struct WrittenIndex(IndexBuilder);

impl WrittenIndex {
    /// Removes every event that a later one of its id replaces. `replaced` is called with the place in the
    /// run of each event that took the place of another.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn commit(self, replaced: impl FnMut(u64)) -> Result<CommittedIndex, IndexError> {
        let IndexBuilder {
            dir,
            fields,
            index,
            writers,
            content,
            ..
        } = self.0;
        let mut writer = writers.into_inner();
        let mut content = content.into_inner().unwrap_or_else(PoisonError::into_inner);
        let segments = Segments::of(&index)?;
        let ids = IdRanks::of(&segments)?;
        let replaced = Replaced::find(&segments, &ids, &dir, replaced)?;
        if !replaced.is_empty() {
            replaced.remove_from(&mut content, &segments, &fields)?;
            writer.delete_query(Box::new(replaced))?;
            writer.commit()?;
        }
        writer.garbage_collect_files().wait()?;
        writer.wait_merging_threads()?;
        Ok(CommittedIndex {
            dir,
            index,
            ids,
            schema_digest: fields.digest(),
            content_digest: content.digest(),
        })
    }
}

/// An index that is written, and lacks its search structure.
pub struct CommittedIndex {
    dir: PathBuf,
    index: Index,
    ids: IdRanks,
    schema_digest: Digest,
    content_digest: Digest,
}

impl CommittedIndex {
    /// Reads back what is there and writes the search structure beside it.
    ///
    /// # Errors
    /// Those of the file system, and [`IndexError::Malformed`] if what is there is not what was added.
    pub fn finish(self) -> Result<Built, IndexError> {
        let segments = Segments::of(&self.index)?;
        let path = self.dir.join(BLOCKS_FILE);
        let built = build(&segments, self.ids, &path, SORT_MEMORY_BYTES)?;
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
