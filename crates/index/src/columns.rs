//! The exact values of a generation, as tantivy's columns hold them: for the few rows that a search has to
//! score to the last bit, and for the one pass in which the blocks are built.

mod segment;

use std::ops::Range;
use std::sync::Arc;

use sosie_similarity::{CodePath, EventId};
use tantivy::index::SegmentId;
use tantivy::{DocAddress, DocId, Searcher, SegmentOrdinal, SegmentReader};

use crate::blocks::Blocks;
use crate::blocks::paths::Paths;
use crate::error::IndexError;

pub(crate) use segment::{SegmentColumns, Texts, Times};

/// A document, counted over all segments.
pub(crate) type Document = u32;

/// The columns of all segments of a structure.
pub(crate) struct Columns {
    segments: Vec<Segment>,
}

struct Segment {
    /// Its number among those of the searcher.
    ordinal: SegmentOrdinal,
    documents: Range<Document>,
    id: SegmentId,
    columns: SegmentColumns,
    numbers: Arc<PathNumbers>,
}

/// By a segment's number of a path: its number among all.
struct PathNumbers {
    natures: Vec<Option<u32>>,
    sectors: Vec<Option<u32>>,
}

impl Columns {
    /// Opens the columns of every segment that a structure is built over; `before` are those of the same structure over
    /// the same columns.
    pub(crate) fn open(
        searcher: &Searcher,
        blocks: &Blocks,
        before: Option<&Columns>,
    ) -> Result<Self, IndexError> {
        let readers = searcher.segment_readers();
        let mut first: Document = 0;
        let mut segments = Vec::new();
        for covered in &blocks.segments {
            let at = readers
                .iter()
                .position(|reader| reader.segment_id() == covered.id);
            // tantivy forgets a segment when its last document is deleted.
            if let Some(at) = at {
                let columns = SegmentColumns::open(&readers[at])?;
                segments.push(Segment {
                    ordinal: at as SegmentOrdinal,
                    documents: first..first + covered.documents,
                    id: covered.id,
                    numbers: match before.and_then(|before| before.numbers(covered.id)) {
                        Some(numbers) => numbers,
                        None => Arc::new(PathNumbers::new(&columns, blocks)?),
                    },
                    columns,
                });
            }
            let after = first.checked_add(covered.documents);
            first = after.ok_or(IndexError::TooManyEvents)?;
        }
        Ok(Columns { segments })
    }

    /// The segments, in the order in which their documents are counted.
    pub(crate) fn readers<'a>(
        &'a self,
        searcher: &'a Searcher,
    ) -> impl Iterator<Item = &'a SegmentReader> {
        let segments = self.segments.iter();
        segments.map(|segment| searcher.segment_reader(segment.ordinal))
    }

    /// Where tantivy has a document; `None` if its segment is gone.
    pub(crate) fn find(&self, document: Document) -> Option<DocAddress> {
        let segment = self.segments.get(self.segment_of(document))?;
        let within = segment.documents.contains(&document);
        within.then(|| DocAddress::new(segment.ordinal, document - segment.documents.start))
    }

    /// Where tantivy has a live document.
    pub(crate) fn address(&self, document: Document) -> DocAddress {
        self.find(document)
            .expect("the segment of a live document is there")
    }

    /// The number of a document of the segment at a place among [`Columns::readers`].
    pub(crate) fn document(&self, at: usize, doc: DocId) -> Document {
        self.segments[at].documents.start + doc
    }

    /// The nature of a document; `paths` are those that [`Columns::open`] was given.
    pub(crate) fn nature<'a>(&self, document: Document, paths: &'a Paths) -> Option<&'a CodePath> {
        let segment = &self.segments[self.segment_of(document)];
        segment.path(
            document,
            (&segment.columns.nature, &segment.numbers.natures),
            paths,
        )
    }

    /// The sector of a document; `paths` are those that [`Columns::open`] was given.
    pub(crate) fn sector<'a>(&self, document: Document, paths: &'a Paths) -> Option<&'a CodePath> {
        let segment = &self.segments[self.segment_of(document)];
        segment.path(
            document,
            (&segment.columns.sector, &segment.numbers.sectors),
            paths,
        )
    }

    /// Start, end and known time of a document.
    pub(crate) fn times(&self, document: Document) -> Result<Times, IndexError> {
        let (columns, doc) = self.locate(document);
        columns.times(doc)
    }

    /// The id of a document. Unpacks a block of a dictionary: for a few documents only.
    pub(crate) fn event_id(&self, document: Document) -> Result<EventId, IndexError> {
        let (columns, doc) = self.locate(document);
        columns.event_id(doc)
    }

    /// The series of a document that has one. As dear as an id.
    pub(crate) fn series_id(&self, document: Document) -> Result<String, IndexError> {
        let (columns, doc) = self.locate(document);
        let text = columns.series_id.text(doc);
        text.ok_or(IndexError::Malformed("series_id"))
    }

    fn numbers(&self, id: SegmentId) -> Option<Arc<PathNumbers>> {
        let segment = self.segments.iter().find(|segment| segment.id == id)?;
        Some(segment.numbers.clone())
    }

    fn segment_of(&self, document: Document) -> usize {
        let after = self
            .segments
            .partition_point(|segment| segment.documents.start <= document);
        after.saturating_sub(1)
    }

    /// The columns of the segment of a document, and its number there.
    pub(crate) fn locate(&self, document: Document) -> (&SegmentColumns, DocId) {
        let segment = &self.segments[self.segment_of(document)];
        (&segment.columns, document - segment.documents.start)
    }
}

impl Segment {
    fn path<'a>(
        &self,
        document: Document,
        (texts, numbers): (&Texts, &[Option<u32>]),
        paths: &'a Paths,
    ) -> Option<&'a CodePath> {
        let number = numbers[texts.number(document - self.documents.start)?]?;
        Some(&paths.all()[number as usize])
    }
}

/// tantivy joins the codes of a facet by a zero byte.
pub(crate) fn path_of(text: &str) -> Option<CodePath> {
    CodePath::new(&text.replace('\0', "/")).ok()
}

impl PathNumbers {
    fn new(columns: &SegmentColumns, blocks: &Blocks) -> Result<Self, IndexError> {
        Ok(PathNumbers {
            natures: numbers(&columns.nature, &blocks.natures)?,
            sectors: numbers(&columns.sector, &blocks.sectors)?,
        })
    }
}

fn numbers(texts: &Texts, paths: &Paths) -> Result<Vec<Option<u32>>, IndexError> {
    let mut numbers = Vec::with_capacity(texts.len());
    texts.for_each(|_, text| {
        let number = path_of(text).and_then(|path| paths.find(&path));
        numbers.push(number.map(|number| number as u32));
    })?;
    Ok(numbers)
}
