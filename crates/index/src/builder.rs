//! Builds the tantivy index of one generation in a directory of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use sosie_similarity::{Axis, CodePath, Digest, Digester, Event, EventId};
use tantivy::{Index, IndexWriter, Term};

use crate::columns::Columns;
use crate::content::ContentDigest;
use crate::error::IndexError;
use crate::schema::{Fields, missing_by_axis, record_json};

/// Memory of tantivy's writer threads together, in bytes; it flushes a segment when one has used its part.
const WRITER_MEMORY_BYTES: usize = 256 << 20;

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

/// Writes events into a new index. A later event of the same id replaces the earlier one.
pub struct IndexBuilder {
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
        let index = Index::create_in_dir(dir, fields.schema.clone())?;
        let writer = index.writer(WRITER_MEMORY_BYTES)?;
        let (records, content) = (HashMap::new(), ContentDigest::default());
        Ok(IndexBuilder {
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
            .add_document(self.fields.document(event, &record))?;
        Ok(if earlier.is_some() {
            Upsert::Replaced
        } else {
            Upsert::New
        })
    }

    /// Commits, waits for merges and reads back what is there.
    ///
    /// # Errors
    /// Those of the file system, and [`IndexError::Malformed`] if what is there is not what was added.
    pub fn finish(mut self) -> Result<Built, IndexError> {
        self.writer.commit()?;
        self.writer.garbage_collect_files().wait()?;
        self.writer.wait_merging_threads()?;
        let searcher = crate::snapshot::searcher_of(&self.index)?;
        let columns = Columns::load(&searcher, |address| {
            crate::snapshot::footprint_of(&searcher, &self.fields, address)
        })?;
        if columns.len() != self.records.len() {
            return Err(IndexError::Malformed("event_id"));
        }
        let [natures, sectors] = columns.vocabularies().map(vocabulary_digest);
        Ok(Built {
            event_count: columns.len() as u64,
            series_count: columns.series_count() as u64,
            content_digest: self.content.digest(),
            schema_digest: self.fields.digest(),
            nature_digest: natures,
            sector_digest: sectors,
            missing_by_axis: missing_by_axis(
                (0..columns.len()).map(|row| columns.candidate(row).values),
            ),
        })
    }
}

fn vocabulary_digest(paths: &[CodePath]) -> Digest {
    let sorted: BTreeSet<_> = paths.iter().map(CodePath::as_str).collect();
    let mut digester = Digester::new("vocabulary/1");
    digester.list(sorted.into_iter(), |digester, path| {
        digester.text(path);
    });
    digester.finish()
}
