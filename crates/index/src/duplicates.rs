//! Records of one id: the last one of a run stays, those before it go.
//!
//! While events are added nobody knows which ids were there before. Once all are written, their ranks tell which
//! ids several documents have; these documents are sorted by id and by their place in the run.

use std::collections::HashMap;
use std::path::Path;

use bytemuck::{Pod, Zeroable};
use sosie_similarity::Digest;
use tantivy::index::SegmentId;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::Value;
use tantivy::{BitSet, DocId, Score, SegmentReader, TantivyDocument, TantivyError};

use crate::content::ContentDigest;
use crate::error::IndexError;
use crate::external_sort::{SortRow, Sorter};
use crate::schema::Fields;
use crate::segments::{IdRanks, Segments, Source};

/// A document whose id another document has too.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Double {
    /// Its place in the run.
    sequence: u64,
    id_rank: u32,
    segment: u32,
    doc: DocId,
    unused: u32,
}

impl SortRow for Double {
    type Key = (u32, u64);

    fn key(&self) -> Self::Key {
        (self.id_rank, self.sequence)
    }
}

/// Documents that others replace, as what tantivy is told to delete. A bit for each document of a segment with any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replaced(HashMap<SegmentId, BitSet>);

impl Replaced {
    /// Finds them. `tell` is called with the place in the run of every record that took the place of an
    /// earlier one; `dir` takes the files of a sort.
    pub(crate) fn find(
        segments: &Segments,
        ids: &IdRanks,
        dir: &Path,
        mut tell: impl FnMut(u64),
    ) -> Result<Self, IndexError> {
        let shared = SharedIds::find(segments, ids)?;
        if shared.count == 0 {
            return Ok(Replaced::default());
        }
        let mut doubles = Sorter::new(dir, crate::external_sort::SORT_MEMORY_BYTES);
        let mut replaced = Vec::new();
        for (segment, source) in (0..).zip(segments.iter()) {
            let source = source?;
            shared.read(&source, ids, segment, &mut doubles)?;
            let max_doc = source.reader.max_doc();
            replaced.push((source.reader.segment_id(), BitSet::with_max_value(max_doc)));
        }
        let mut doubles = doubles.sorted()?;
        let mut before: Option<Double> = None;
        while let Some(double) = doubles.next_row()? {
            if let Some(before) = before.filter(|before| before.id_rank == double.id_rank) {
                replaced[before.segment as usize].1.insert(before.doc);
                tell(double.sequence);
            }
            before = Some(double);
        }
        Ok(Replaced(
            replaced
                .into_iter()
                .filter(|(_, documents)| documents.len() > 0)
                .collect(),
        ))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes their records out of the digest of all.
    pub(crate) fn remove_from(
        &self,
        content: &mut ContentDigest,
        segments: &Segments,
        fields: &Fields,
    ) -> Result<(), IndexError> {
        for source in segments.iter() {
            let reader = source?.reader;
            let Some(documents) = self.0.get(&reader.segment_id()) else {
                continue;
            };
            // In the order of documents: each block of records is unpacked once.
            let records = reader.get_store_reader(1)?;
            for doc in (0..reader.max_doc()).filter(|doc| documents.contains(*doc)) {
                let document: TantivyDocument = records.get(doc)?;
                let record = document.get_first(fields.record);
                let record = record.and_then(|record| record.as_bytes());
                content.remove(Digest::of(record.ok_or(IndexError::Malformed("record"))?));
            }
        }
        Ok(())
    }
}

/// The ids that several documents have: two bits an id.
struct SharedIds {
    ids: BitSet,
    count: usize,
}

impl SharedIds {
    fn find(segments: &Segments, ids: &IdRanks) -> Result<Self, IndexError> {
        let mut seen = BitSet::with_max_value(ids.count);
        let mut shared = BitSet::with_max_value(ids.count);
        for source in segments.iter() {
            let source = source?;
            for (_, rank) in ranks(&source, ids) {
                if seen.contains(rank) {
                    shared.insert(rank);
                } else {
                    seen.insert(rank);
                }
            }
        }
        Ok(SharedIds {
            count: shared.len(),
            ids: shared,
        })
    }

    fn read(
        &self,
        source: &Source,
        ids: &IdRanks,
        segment: u32,
        doubles: &mut Sorter<Double>,
    ) -> Result<(), IndexError> {
        let sequences = source.reader.fast_fields().u64("sequence")?;
        for (doc, id_rank) in ranks(source, ids).filter(|(_, rank)| self.ids.contains(*rank)) {
            let sequence = sequences.first(doc);
            doubles.push(Double {
                sequence: sequence.ok_or(IndexError::Malformed("sequence"))?,
                id_rank,
                segment,
                doc,
                unused: 0,
            })?;
        }
        Ok(())
    }
}

fn ranks(source: &Source, ids: &IdRanks) -> impl Iterator<Item = (DocId, u32)> {
    let (texts, ids) = (&source.columns.event_id, ids.of_segment(source));
    let docs = source.reader.doc_ids_alive();
    docs.filter_map(|doc| Some((doc, ids[texts.number(doc)?])))
}

impl Query for Replaced {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Replaced {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.0.get(&reader.segment_id()) {
            Some(documents) => {
                let documents = BitSetDocSet::from(documents.clone());
                Box::new(ConstScorer::new(documents, boost))
            }
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(
            "documents to delete have no score".to_owned(),
        ))
    }
}
