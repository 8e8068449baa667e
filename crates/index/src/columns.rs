//! The exact values of a generation, as tantivy's columns hold them: for the few rows that a search has to
//! score to the last bit, and for the one pass in which the blocks are built.

mod segment;

use sosie_similarity::{CodePath, EventId};
use tantivy::{DocAddress, DocId, Searcher};

use crate::blocks::paths::Paths;
use crate::error::IndexError;

pub(crate) use segment::{SegmentColumns, Texts, Times};

/// A document, counted over all segments.
pub(crate) type Document = u32;

/// The columns of all segments.
pub(crate) struct Columns {
    segments: Vec<Segment>,
}

struct Segment {
    /// Documents of the segments before.
    first: Document,
    columns: SegmentColumns,
    /// By the segment's number of a nature: its number among all.
    natures: Vec<Option<u32>>,
    sectors: Vec<Option<u32>>,
}

impl Columns {
    /// Opens the columns of every segment; `natures` and `sectors` are those of all.
    pub(crate) fn open(
        searcher: &Searcher,
        natures: &Paths,
        sectors: &Paths,
    ) -> Result<Self, IndexError> {
        let mut first: Document = 0;
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let columns = SegmentColumns::open(reader)?;
            segments.push(Segment {
                first,
                natures: numbers(&columns.nature, natures)?,
                sectors: numbers(&columns.sector, sectors)?,
                columns,
            });
            first = first
                .checked_add(reader.max_doc())
                .ok_or(IndexError::TooManyEvents)?;
        }
        Ok(Columns { segments })
    }

    /// Where tantivy has a document.
    pub(crate) fn address(&self, document: Document) -> DocAddress {
        let segment = self.segment_of(document);
        DocAddress::new(segment as u32, document - self.segments[segment].first)
    }

    /// The document at an address.
    pub(crate) fn document(&self, address: DocAddress) -> Document {
        self.segments[address.segment_ord as usize].first + address.doc_id
    }

    /// The nature of a document; `paths` are those that [`Columns::open`] was given.
    pub(crate) fn nature<'a>(&self, document: Document, paths: &'a Paths) -> Option<&'a CodePath> {
        let segment = &self.segments[self.segment_of(document)];
        segment.path(document, (&segment.columns.nature, &segment.natures), paths)
    }

    /// The sector of a document; `paths` are those that [`Columns::open`] was given.
    pub(crate) fn sector<'a>(&self, document: Document, paths: &'a Paths) -> Option<&'a CodePath> {
        let segment = &self.segments[self.segment_of(document)];
        segment.path(document, (&segment.columns.sector, &segment.sectors), paths)
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

    fn segment_of(&self, document: Document) -> usize {
        let after = self
            .segments
            .partition_point(|segment| segment.first <= document);
        after.saturating_sub(1)
    }

    /// The columns of the segment of a document, and its number there.
    pub(crate) fn locate(&self, document: Document) -> (&SegmentColumns, DocId) {
        let segment = &self.segments[self.segment_of(document)];
        (&segment.columns, document - segment.first)
    }
}

impl Segment {
    fn path<'a>(
        &self,
        document: Document,
        (texts, numbers): (&Texts, &[Option<u32>]),
        paths: &'a Paths,
    ) -> Option<&'a CodePath> {
        let number = numbers[texts.number(document - self.first)?]?;
        Some(&paths.all()[number as usize])
    }
}

/// tantivy joins the codes of a facet by a zero byte.
pub(crate) fn path_of(text: &str) -> Option<CodePath> {
    CodePath::new(&text.replace('\0', "/")).ok()
}

fn numbers(texts: &Texts, paths: &Paths) -> Result<Vec<Option<u32>>, IndexError> {
    let mut numbers = Vec::with_capacity(texts.len());
    texts.for_each(|_, text| {
        let number = path_of(text).and_then(|path| paths.find(&path));
        numbers.push(number.map(|number| number as u32));
    })?;
    Ok(numbers)
}
