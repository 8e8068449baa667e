//! A search structure and the segments that it is built over.

use std::sync::Arc;

use sosie_similarity::{Event, Footprint};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocSet, Searcher, TERMINATED, TantivyDocument, Term};

use crate::blocks::Blocks;
use crate::blocks::layout::BLOCK_ROWS;
use crate::columns::{Columns, Document};
use crate::error::IndexError;
use crate::generation::Memory;
use crate::record::{self, KnownTime};
use crate::schema::Fields;

/// What of a generation one structure covers.
pub(crate) struct Part {
    fields: Fields,
    searcher: Searcher,
    blocks: Arc<Blocks>,
    columns: Columns,
    /// By block, the rows whose documents are there still; `None` if all are.
    alive: Option<Vec<u64>>,
    rows: u64,
}

impl Part {
    /// Opens the structure in `words` with its segments. What `before`, the same structure over the same columns, has
    /// made of them already is shared with it: most of what opening costs.
    ///
    /// # Errors
    /// [`IndexError`], if it is no structure of this version, or one of other segments.
    pub(super) fn open(
        searcher: &Searcher,
        words: Arc<Memory<u64>>,
        before: Option<&Part>,
    ) -> Result<Self, IndexError> {
        let blocks = match before {
            Some(before) => before.blocks.clone(),
            None => Arc::new(Blocks::open(words)?),
        };
        let columns = Columns::open(searcher, &blocks, before.map(Part::columns))?;
        let rows: u64 = columns
            .readers(searcher)
            .map(|reader| u64::from(reader.num_docs()))
            .sum();
        let alive = (rows != blocks.rows as u64).then(|| alive(searcher, &blocks, &columns));
        Ok(Part {
            fields: Fields::new(),
            searcher: searcher.clone(),
            blocks,
            columns,
            alive,
            rows,
        })
    }

    /// All documents of the generation, those of the other parts too.
    pub(super) fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(crate) fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The rows of a block whose documents are there still.
    pub(crate) fn live(&self, at: usize) -> u64 {
        self.alive
            .as_ref()
            .map_or_else(|| self.blocks.block(at).live(), |alive| alive[at])
    }

    /// By block, the rows whose documents are there still; `None` if all are.
    pub(crate) fn alive(&self) -> Option<&[u64]> {
        self.alive.as_deref()
    }

    /// Live documents.
    pub(super) fn row_count(&self) -> u64 {
        self.rows
    }

    /// The whole record of a document.
    pub(crate) fn event_of(&self, document: Document) -> Result<Event, IndexError> {
        let address = self.columns.address(document);
        let document: TantivyDocument = self.searcher.doc(address)?;
        let record = document
            .get_first(self.fields.record)
            .and_then(|value| value.as_bytes());
        let record = record.ok_or(IndexError::Malformed("record"))?;
        // Stored records state their known time, so what is passed for an absent one is never used.
        Ok(record::parse_event(record, KnownTime::EndTime)?)
    }

    /// The geometry of a document.
    pub(crate) fn footprint_of(&self, document: Document) -> Result<Option<Footprint>, IndexError> {
        Ok(self.event_of(document)?.parts().stated.footprint.clone())
    }

    /// The live documents that have `text` in a field of names.
    pub(crate) fn documents(&self, field: Field, text: &str) -> Result<Vec<Document>, IndexError> {
        let term = Term::from_field_text(field, text);
        let mut documents = Vec::new();
        for (at, reader) in self.columns.readers(&self.searcher).enumerate() {
            let index = reader.inverted_index(field)?;
            let postings = index.read_postings(&term, IndexRecordOption::Basic)?;
            let Some(mut postings) = postings else {
                continue;
            };
            while postings.doc() != TERMINATED {
                // A deleted document is in its postings still.
                if !reader.is_deleted(postings.doc()) {
                    documents.push(self.columns.document(at, postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(documents)
    }
}

/// Of each block the rows that are there still: a structure is older than the deletions in its segments.
fn alive(searcher: &Searcher, blocks: &Blocks, columns: &Columns) -> Vec<u64> {
    let is_alive = |document: Document| {
        columns.find(document).is_some_and(|address| {
            let reader = searcher.segment_reader(address.segment_ord);
            !reader.is_deleted(address.doc_id)
        })
    };
    let documents = blocks.documents().chunks(BLOCK_ROWS);
    let words = documents.enumerate().map(|(at, documents)| {
        let mut live = blocks.block(at).live();
        for (row, document) in documents.iter().enumerate() {
            if live >> row & 1 == 1 && !is_alive(*document) {
                live &= !(1 << row);
            }
        }
        live
    });
    words.collect()
}
