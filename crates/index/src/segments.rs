//! The segments of an index that was just written, read one after the other: what is not open is not in memory.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use tantivy::index::SegmentId;
use tantivy::{Index, Segment, SegmentReader};

use crate::blocks::Covered;
use crate::columns::{SegmentColumns, Texts};
use crate::error::IndexError;

/// The segments in the order in which every reader has them.
pub(crate) struct Segments(Vec<Segment>);

/// An open segment and its columns.
pub(crate) struct Source {
    pub(crate) reader: SegmentReader,
    pub(crate) columns: SegmentColumns,
}

/// Numbers that hold over all segments for the texts of each: by segment, by the segment's number.
pub(crate) type Numbering = Vec<Vec<u32>>;

impl Segments {
    /// Those of the last commit.
    pub(crate) fn of(index: &Index) -> Result<Self, IndexError> {
        Ok(Segments(index.searchable_segments()?))
    }

    /// Those of them that are asked for.
    pub(crate) fn among(
        index: &Index,
        is_asked: impl Fn(SegmentId) -> bool,
    ) -> Result<Self, IndexError> {
        let mut segments = index.searchable_segments()?;
        segments.retain(|segment| is_asked(segment.id()));
        Ok(Segments(segments))
    }

    /// What a structure says of them.
    pub(crate) fn covered(&self) -> impl Iterator<Item = Covered> {
        self.0.iter().map(|segment| Covered {
            id: segment.id(),
            documents: segment.meta().max_doc(),
        })
    }

    /// Live documents.
    pub(crate) fn document_count(&self) -> u64 {
        self.0
            .iter()
            .map(|segment| u64::from(segment.meta().num_docs()))
            .sum()
    }

    /// Opens each when it is asked for.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Result<Source, IndexError>> {
        self.0.iter().map(|segment| {
            let reader = SegmentReader::open(segment)?;
            let columns = SegmentColumns::open(&reader)?;
            Ok(Source { reader, columns })
        })
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = SegmentId> {
        self.0.iter().map(Segment::id)
    }

    /// Calls `take` with every text of a column, in the order of bytes, and where segments have it: by segment,
    /// the segment's number.
    pub(crate) fn merge_texts(
        &self,
        of: impl Fn(&SegmentColumns) -> &Texts,
        mut take: impl FnMut(&[u8], &[(usize, usize)]),
    ) -> Result<(), IndexError> {
        let sources: Vec<_> = self.iter().collect::<Result<_, _>>()?;
        let mut streams = Vec::new();
        for source in &sources {
            let column = of(&source.columns).column();
            let stream = column.map(|column| column.dictionary().stream());
            streams.push((stream.transpose()?, 0));
        }
        let mut heads = BinaryHeap::new();
        let mut advance = |segment: usize, mut key: Vec<u8>| {
            let (stream, read) = &mut streams[segment];
            let stream = stream.as_mut()?;
            if !stream.advance() {
                return None;
            }
            key.clear();
            key.extend_from_slice(stream.key());
            *read += 1;
            Some(Reverse((key, segment, *read - 1)))
        };
        heads.extend((0..sources.len()).filter_map(|segment| advance(segment, Vec::new())));
        let mut found = Vec::new();
        while let Some(Reverse((key, segment, number))) = heads.pop() {
            found.push((segment, number));
            if heads.peek().is_none_or(|Reverse((next, ..))| *next != key) {
                take(&key, &found);
                found.clear();
            }
            heads.extend(advance(segment, key));
        }
        Ok(())
    }
}

/// The place of each event id among all, in the order of bytes. Four bytes an id: what remains in memory.
pub(crate) struct IdRanks {
    by_segment: HashMap<SegmentId, Vec<u32>>,
    pub(crate) count: u32,
}

impl IdRanks {
    /// Merges the sorted ids of all segments.
    pub(crate) fn of(segments: &Segments) -> Result<Self, IndexError> {
        let mut ranks: Numbering = Vec::new();
        for source in segments.iter() {
            ranks.push(vec![0; source?.columns.event_id.len()]);
        }
        let mut count: u64 = 0;
        segments.merge_texts(
            |columns| &columns.event_id,
            |_, found| {
                for (segment, number) in found {
                    ranks[*segment][*number] = count as u32;
                }
                count += 1;
            },
        )?;
        Ok(IdRanks {
            by_segment: segments.ids().zip(ranks).collect(),
            count: u32::try_from(count).map_err(|_| IndexError::TooManyEvents)?,
        })
    }

    /// Those of a segment, by its numbers of ids.
    pub(crate) fn of_segment(&self, source: &Source) -> &[u32] {
        let ranks = self.by_segment.get(&source.reader.segment_id());
        ranks.map_or(&[], Vec::as_slice)
    }
}
