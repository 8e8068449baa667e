//! The search structure of a generation: every live event of all its segments as a row of a block.
//!
//! Rows that have the same state and lack the same values form a group. Within a group they lie in an order
//! that mixes the axes (a Z-order of quantile ranks), so that the 64 rows of a block are alike on all of them.
//! A node summarises 16 blocks, a top 16 nodes; a search skips what no row of a summary can better.
//!
//! ```text
//! "SOSIEBLK"  version  length of the meta  meta (JSON)  then one section after the other, 8-byte aligned:
//! blocks      64 rows each, coded: 16 bytes a row
//! nodes, tops summaries of 16 blocks, of 16 nodes
//! node_groups the group of each node
//! documents, ties, ends, knowns, series, sources, calendars: a number per row, for filters and order
//! series_firsts, series_rows: the rows of each series
//! ```
//!
//! The meta ends with blanks, so that blocks begin on a line of 64 bytes. Files from before it did are read as well.
//!
//! **Law.** A summary never undersells its rows, and a code never undersells its values: what a search skips
//! could not have been a hit.
//!
//! Start reading at [`layout`], then [`build`], then `crate::plan`.

pub(crate) mod build;
pub(crate) mod codes;
pub(crate) mod group;
pub(crate) mod layout;
mod mixed_order;
pub(crate) mod paths;
mod sections;
mod summary;
mod survey;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use bytemuck::{cast_slice, cast_slice_mut};
use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};
use sosie_similarity::{Code, CodePath};
use tantivy::index::SegmentId;

use crate::error::IndexError;
use crate::generation::Memory;
use codes::{LogExtents, NumberCodes, TimeCodes};
use group::{Group, GroupMeta};
use layout::{BLOCK_ROWS, BLOCK_WORDS, Block, NODE_WORDS, Node};
use paths::{Paths, PathsMeta};
use sections::{Section, Sections};

/// The file of a generation that holds the structure.
pub(crate) const BLOCKS_FILE: &str = "similarity.blocks";
/// The file of a generation that holds the structure of what came after that of [`BLOCKS_FILE`] was built.
pub(crate) const DELTA_FILE: &str = "delta.blocks";
/// Files that are read as words.
pub(crate) const STRUCTURE_FILES: [&str; 2] = [BLOCKS_FILE, DELTA_FILE];
/// The form of the file that this program writes, and the only one that it reads.
pub(crate) const BLOCKS_VERSION: u64 = 2;
/// Marks a row without a series.
pub(crate) const NO_SERIES: u32 = u32::MAX;
/// The start of every so many-th row in the order of ties is in the meta.
pub(crate) const TIES_PER_START: usize = 1_024;
const MAGIC: u64 = u64::from_le_bytes(*b"SOSIEBLK");

/// Everything that is not a number per row, block or node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Meta {
    /// The segments whose documents are counted, in that order.
    segments: Vec<SegmentMeta>,
    rows: u64,
    blocks: u64,
    nodes: u64,
    series: u64,
    series_rows: u64,
    groups: Vec<GroupMeta>,
    participants: NumberCodes,
    footprint: NumberCodes,
    duration: NumberCodes,
    natures: PathsMeta,
    sectors: PathsMeta,
    sources: Vec<String>,
    ends: Option<TimeCodes>,
    knowns: Option<TimeCodes>,
    tie_starts: Vec<i64>,
}

/// What a file holds of a [`Covered`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SegmentMeta {
    /// As tantivy writes it.
    id: String,
    documents: u32,
}

/// A segment that a structure is built over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Covered {
    pub(crate) id: SegmentId,
    /// Deleted ones included.
    pub(crate) documents: u32,
}

impl Covered {
    /// The file of its columns, as tantivy names it.
    pub(crate) fn columns_file(&self) -> String {
        format!("{}.fast", self.id.uuid_string())
    }
}

/// The structure in memory: the words of the file as they were verified, and its meta.
pub(crate) struct Blocks {
    words: Arc<Memory<u64>>,
    sections: Sections,
    /// The segments whose documents are counted, in that order.
    pub(crate) segments: Vec<Covered>,
    pub(crate) rows: usize,
    pub(crate) groups: Vec<Group>,
    pub(crate) participants: NumberCodes,
    pub(crate) footprint: NumberCodes,
    pub(crate) duration: NumberCodes,
    /// Of participants, area and duration.
    pub(crate) logs: [LogExtents; 3],
    pub(crate) natures: Paths,
    pub(crate) sectors: Paths,
    pub(crate) sources: Vec<Code>,
    /// Of end and known time; absent without rows.
    pub(crate) times: [Option<TimeCodes>; layout::TIMES],
    /// Start of every [`TIES_PER_START`]th row in the order of ties, latest first, µs since 1970.
    pub(crate) tie_starts: Vec<i64>,
}

impl Blocks {
    /// Takes the words of a file apart.
    ///
    /// # Errors
    /// [`IndexError::BlocksVersion`] for another version, else [`IndexError::Malformed`].
    pub(crate) fn open(words: Arc<Memory<u64>>) -> Result<Self, IndexError> {
        let malformed = || IndexError::Malformed(BLOCKS_FILE);
        let meta_bytes = check_header(words.first_chunk().ok_or_else(malformed)?)?;
        let bytes: &[u8] = cast_slice(&words[sections::HEADER_WORDS..]);
        let json = bytes.get(..meta_bytes).ok_or_else(malformed)?;
        let meta: Meta = serde_json::from_slice(json).map_err(|_| malformed())?;
        Self::assemble(words, meta_bytes, meta).ok_or_else(malformed)
    }

    fn assemble(words: Arc<Memory<u64>>, meta_bytes: usize, meta: Meta) -> Option<Self> {
        let count = |number: u64| usize::try_from(number).ok();
        let sections = Sections::new(
            meta_bytes,
            sections::Counts {
                blocks: count(meta.blocks)?,
                nodes: count(meta.nodes)?,
                series: count(meta.series)?,
                series_rows: count(meta.series_rows)?,
            },
        );
        let codes = [&meta.participants, &meta.footprint, &meta.duration];
        let times = [meta.ends, meta.knowns];
        let sound = sections.words() == words.len()
            && codes.iter().all(|codes| codes.is_sound())
            && times.iter().flatten().all(TimeCodes::is_sound);
        let logs = codes.map(LogExtents::new);
        let groups: Option<Vec<_>> = meta.groups.into_iter().map(Group::from_meta).collect();
        let sources: Option<Vec<_>> = meta
            .sources
            .iter()
            .map(|text| Code::new(text).ok())
            .collect();
        sound.then_some(Blocks {
            words,
            sections,
            segments: covered(&meta.segments)?,
            rows: count(meta.rows)?,
            groups: groups?,
            logs,
            participants: meta.participants,
            footprint: meta.footprint,
            duration: meta.duration,
            natures: Paths::from_meta(meta.natures)?,
            sectors: Paths::from_meta(meta.sectors)?,
            sources: sources?,
            times,
            tie_starts: meta.tie_starts,
        })
    }

    /// What a file says of itself, without its blocks.
    ///
    /// # Errors
    /// As [`Blocks::open`], and those of the file system.
    pub(crate) fn built_over(path: &Path) -> Result<BuiltOver, IndexError> {
        let malformed = || IndexError::Malformed(BLOCKS_FILE);
        let mut file = File::open(path)?;
        let mut header = [0u64; sections::HEADER_WORDS];
        file.read_exact(cast_slice_mut(&mut header))?;
        let meta_bytes = check_header(&header)?;
        let mut json = Vec::new();
        file.take(meta_bytes as u64).read_to_end(&mut json)?;
        let meta: Meta = serde_json::from_slice(&json).map_err(|_| malformed())?;
        let paths = |meta| Paths::from_meta(meta).map(|paths| paths.all().to_vec());
        Ok(BuiltOver {
            segments: covered(&meta.segments).ok_or_else(malformed)?,
            rows: meta.rows,
            paths: [
                paths(meta.natures).ok_or_else(malformed)?,
                paths(meta.sectors).ok_or_else(malformed)?,
            ],
        })
    }

    /// The words of the file.
    pub(crate) fn words(&self) -> &Arc<Memory<u64>> {
        &self.words
    }

    pub(crate) fn block_count(&self) -> usize {
        self.sections.counts.blocks
    }

    pub(crate) fn node_count(&self) -> usize {
        self.sections.counts.nodes
    }

    #[inline(always)]
    pub(crate) fn block(&self, at: usize) -> Block<'_> {
        let words = &self.section(Section::Blocks)[at * BLOCK_WORDS..];
        Block::new(words.first_chunk().expect("a whole number of blocks"))
    }

    /// Summaries of the blocks from `16 × at` on.
    #[inline(always)]
    pub(crate) fn node(&self, at: usize) -> Node<'_> {
        let words = &self.section(Section::Nodes)[at * NODE_WORDS..];
        Node::new(words.first_chunk().expect("a whole number of nodes"))
    }

    /// Summaries of the nodes from `16 × at` on.
    #[inline(always)]
    pub(crate) fn top(&self, at: usize) -> Node<'_> {
        let words = &self.section(Section::Tops)[at * NODE_WORDS..];
        Node::new(words.first_chunk().expect("a whole number of nodes"))
    }

    /// The group of each node.
    #[inline(always)]
    pub(crate) fn node_groups(&self) -> &[u16] {
        &cast_slice(self.section(Section::NodeGroups))[..self.node_count()]
    }

    /// By slot: the document, counted over all segments.
    #[inline(always)]
    pub(crate) fn documents(&self) -> &[u32] {
        self.per_slot(Section::Documents)
    }

    /// By slot: the place in the order start ↓, id ↑.
    #[inline(always)]
    pub(crate) fn ties(&self) -> &[u32] {
        self.per_slot(Section::Ties)
    }

    /// By slot: codes of end (0) or known time (1).
    pub(crate) fn time_codes(&self, at: usize) -> &[u32] {
        self.per_slot(if at == 0 {
            Section::Ends
        } else {
            Section::Knowns
        })
    }

    /// By slot: the number of the series, or [`NO_SERIES`].
    #[inline(always)]
    pub(crate) fn series(&self) -> &[u32] {
        self.per_slot(Section::Series)
    }

    /// By slot: the number of the source, or 65,535 for all numbers from there on.
    pub(crate) fn source_numbers(&self) -> &[u16] {
        &cast_slice(self.section(Section::Sources))[..self.slot_count()]
    }

    /// By slot: month in the high four bits, weekday in the low four.
    #[inline(always)]
    pub(crate) fn calendars(&self) -> &[u8] {
        &cast_slice(self.section(Section::Calendars))[..self.slot_count()]
    }

    /// Asks for what is told of a row outside of its block: each is another place in memory.
    #[inline(always)]
    pub(crate) fn prefetch_row(&self, slot: usize) {
        prefetch_index(self.documents(), slot);
        prefetch_index(self.ties(), slot);
        prefetch_index(self.series(), slot);
        prefetch_index(self.calendars(), slot);
    }

    /// The slots of the members of a series.
    pub(crate) fn series_slots(&self, series: u32) -> &[u32] {
        let firsts: &[u32] = cast_slice(self.section(Section::SeriesFirsts));
        let slots: &[u32] = cast_slice(self.section(Section::SeriesSlots));
        let (first, after) = (firsts[series as usize], firsts[series as usize + 1]);
        &slots[first as usize..after as usize]
    }

    /// Places for rows: 64 in each block, of which the last ones of a group may be empty.
    pub(crate) fn slot_count(&self) -> usize {
        self.block_count() * BLOCK_ROWS
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.words.len() * 8
    }

    #[inline(always)]
    fn per_slot(&self, section: Section) -> &[u32] {
        &cast_slice(self.section(section))[..self.slot_count()]
    }

    #[inline(always)]
    fn section(&self, section: Section) -> &[u64] {
        &self.words[self.sections.range(section)]
    }
}

/// What a structure is built over.
pub(crate) struct BuiltOver {
    pub(crate) segments: Vec<Covered>,
    pub(crate) rows: u64,
    /// Natures and sectors.
    pub(crate) paths: [Vec<CodePath>; 2],
}

/// The length of the meta, in bytes.
fn check_header(header: &[u64; sections::HEADER_WORDS]) -> Result<usize, IndexError> {
    let [magic, version, meta_bytes] = *header;
    if magic != MAGIC {
        return Err(IndexError::Malformed(BLOCKS_FILE));
    }
    if version != BLOCKS_VERSION {
        return Err(IndexError::BlocksVersion { found: version });
    }
    usize::try_from(meta_bytes).map_err(|_| IndexError::Malformed(BLOCKS_FILE))
}

impl Covered {
    fn to_meta(self) -> SegmentMeta {
        SegmentMeta {
            id: self.id.uuid_string(),
            documents: self.documents,
        }
    }
}

fn covered(segments: &[SegmentMeta]) -> Option<Vec<Covered>> {
    let covered = segments.iter().map(|segment| {
        Some(Covered {
            id: SegmentId::from_uuid_string(&segment.id).ok()?,
            documents: segment.documents,
        })
    });
    covered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(words: Vec<u64>) -> String {
        Blocks::open(Arc::new(words.into()))
            .err()
            .expect("refused")
            .to_string()
    }

    #[test]
    fn a_file_of_another_version_is_refused_by_it() {
        let other = refused(vec![MAGIC, BLOCKS_VERSION + 1, 0]);
        assert_eq!(
            other,
            "search structure of version 3, this program reads version 2"
        );
    }

    #[test]
    fn what_is_no_search_structure_is_refused_by_the_name_of_its_file() {
        let expected = "column `similarity.blocks` holds what no event can have";
        let cases = [
            vec![],
            vec![0; 3],
            vec![MAGIC, BLOCKS_VERSION, 0],
            vec![MAGIC, BLOCKS_VERSION, u64::MAX],
            vec![MAGIC, BLOCKS_VERSION, 2, u64::from_le_bytes(*b"{}      ")],
        ];
        for words in cases {
            assert_eq!(refused(words), expected);
        }
    }
}
