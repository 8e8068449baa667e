//! The file: header and meta first, then rows in their order, each into all sections at once.

mod block;
mod section;
mod series;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::row::{Row, Rows};
use crate::blocks::group::Group;
use crate::blocks::layout::{BLOCK_ROWS, LANES, NODE_WORDS, NodeMut};
use crate::blocks::sections::{Counts, HEADER_WORDS, Section, Sections, whole_lines};
use crate::blocks::summary::Summary;
use crate::blocks::survey::Survey;
use crate::blocks::{BLOCKS_VERSION, Covered, MAGIC, Meta, NO_SERIES};
use crate::error::IndexError;
use crate::segments::Segments;
use block::BlockMaker;
use section::SectionWriter;
use series::Members;

/// Writes the file.
pub(super) fn write(
    path: &Path,
    (segments, survey): (&Segments, &Survey),
    rows: Rows,
    sort_memory_bytes: usize,
) -> Result<(), IndexError> {
    let counts = counts(survey, &rows);
    let (ties, tie_starts) = rows.ties.sorted()?;
    let [participants, footprint, duration] = rows.codes;
    let groups = rows.groups.into_iter();
    let sources = survey.sources.0.iter();
    let meta = Meta {
        segments: segments.covered().map(Covered::to_meta).collect(),
        rows: rows.count,
        blocks: counts.blocks as u64,
        nodes: counts.nodes as u64,
        series: counts.series as u64,
        series_rows: counts.series_rows as u64,
        groups: groups.map(|(_, group)| group.to_meta()).collect(),
        participants,
        footprint,
        duration,
        natures: survey.natures.0.to_meta(),
        sectors: survey.sectors.0.to_meta(),
        sources: sources.map(|code| code.as_str().to_owned()).collect(),
        ends: survey.times[0],
        knowns: survey.times[1],
        tie_starts,
    };
    let sections = write_head(path, &meta, counts)?;
    let members = Members::new(path.parent().unwrap_or(Path::new(".")), sort_memory_bytes);
    let mut writer = RowWriter::open(path, &sections, survey, members)?;
    let mut rows = rows.rows.sorted()?;
    while let Some(row) = rows.next_row()? {
        writer.push(&row, ties.place(&row))?;
    }
    Ok(writer.finish()?)
}

/// The blocks of a group fill whole nodes.
fn counts(survey: &Survey, rows: &Rows) -> Counts {
    let nodes_of = |group: &Group| (group.rows as usize).div_ceil(BLOCK_ROWS).div_ceil(LANES);
    let nodes = rows.groups.values().map(nodes_of).sum();
    Counts {
        blocks: nodes * LANES,
        nodes,
        series: survey.series.0,
        series_rows: rows.series_rows as usize,
    }
}

/// Writes header and meta to a new file, and makes it as long as it will be.
fn write_head(path: &Path, meta: &Meta, counts: Counts) -> io::Result<Sections> {
    let mut json = serde_json::to_vec(meta).expect("the meta is plain JSON");
    json.resize(whole_lines(json.len()), b' ');
    let sections = Sections::new(json.len(), counts);
    let header: [u64; HEADER_WORDS] = [MAGIC, BLOCKS_VERSION, json.len() as u64];
    let mut file = File::create_new(path)?;
    file.write_all(bytemuck::cast_slice(&header))?;
    file.write_all(&json)?;
    file.set_len(sections.words() as u64 * 8)?;
    Ok(sections)
}

/// Takes rows in their order.
struct RowWriter<'a> {
    maker: BlockMaker<'a>,
    blocks: SectionWriter,
    nodes: NodeWriter,
    tops: NodeWriter,
    node_groups: SectionWriter,
    columns: ColumnWriter,
    members: Members,
    series_count: usize,
    series: [SectionWriter; 2],
    /// Rows of the block that is being filled.
    rows: Vec<Row>,
    /// The last row's group: [`GroupKey::place`](crate::blocks::group::GroupKey::place).
    group: Option<u16>,
    /// Groups before that one.
    group_number: usize,
    /// Slots of the blocks that are written.
    slots: u32,
}

impl<'a> RowWriter<'a> {
    fn open(
        path: &Path,
        sections: &Sections,
        survey: &'a Survey,
        members: Members,
    ) -> io::Result<Self> {
        let open = |section| SectionWriter::open(path, sections, section);
        Ok(RowWriter {
            maker: BlockMaker {
                paths: [&survey.natures.0, &survey.sectors.0],
            },
            blocks: open(Section::Blocks)?,
            nodes: NodeWriter::new(open(Section::Nodes)?),
            tops: NodeWriter::new(open(Section::Tops)?),
            node_groups: open(Section::NodeGroups)?,
            columns: ColumnWriter {
                documents: open(Section::Documents)?,
                ties: open(Section::Ties)?,
                ends: open(Section::Ends)?,
                knowns: open(Section::Knowns)?,
                series: open(Section::Series)?,
                sources: open(Section::Sources)?,
                calendars: open(Section::Calendars)?,
            },
            members,
            series_count: survey.series.0,
            series: [open(Section::SeriesFirsts)?, open(Section::SeriesSlots)?],
            rows: Vec::with_capacity(BLOCK_ROWS),
            group: None,
            group_number: 0,
            slots: 0,
        })
    }

    fn push(&mut self, row: &Row, tie: u32) -> io::Result<()> {
        if self.group.is_some_and(|group| group != row.group) {
            self.end_group()?;
            self.group_number += 1;
        }
        self.group = Some(row.group);
        self.columns.write(row, tie)?;
        if row.series != NO_SERIES {
            let slot = self.slots + self.rows.len() as u32;
            self.members.push(row.series, slot)?;
        }
        self.rows.push(*row);
        if self.rows.len() == BLOCK_ROWS {
            self.end_block()?;
        }
        Ok(())
    }

    fn end_block(&mut self) -> io::Result<()> {
        let (block, summary) = self.maker.block(&self.rows, self.group_number);
        self.blocks.write(&block)?;
        for _ in self.rows.len()..BLOCK_ROWS {
            self.columns.write_empty()?;
        }
        self.rows.clear();
        self.slots += BLOCK_ROWS as u32;
        if let Some(node) = self.nodes.push(summary)? {
            self.node_groups.write(&[self.group_number as u16])?;
            self.tops.push(node)?;
        }
        Ok(())
    }

    /// Empty blocks fill its last node.
    fn end_group(&mut self) -> io::Result<()> {
        while !(self.rows.is_empty() && self.nodes.lanes.is_empty()) {
            self.end_block()?;
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.end_group()?;
        self.tops.end_node()?;
        let [firsts, slots] = self.series;
        self.members.write(self.series_count, firsts, slots)?;
        self.columns.finish()?;
        self.blocks.finish()?;
        self.nodes.section.finish()?;
        self.tops.section.finish()?;
        self.node_groups.finish()
    }
}

/// Takes summaries, 16 of which make a node.
struct NodeWriter {
    section: SectionWriter,
    lanes: Vec<Summary>,
}

impl NodeWriter {
    fn new(section: SectionWriter) -> Self {
        NodeWriter {
            section,
            lanes: Vec::with_capacity(LANES),
        }
    }

    /// The summary of the node, if this one fills it.
    fn push(&mut self, summary: Summary) -> io::Result<Option<Summary>> {
        self.lanes.push(summary);
        if self.lanes.len() == LANES {
            self.end_node()
        } else {
            Ok(None)
        }
    }

    fn end_node(&mut self) -> io::Result<Option<Summary>> {
        if self.lanes.is_empty() {
            return Ok(None);
        }
        let mut words = [0; NODE_WORDS];
        let mut node = NodeMut(&mut words);
        let mut whole = Summary::EMPTY;
        node.set_count(self.lanes.len());
        for (lane, summary) in self.lanes.drain(..).enumerate() {
            summary.write(&mut node, lane);
            whole.merge(&summary);
        }
        self.section.write(&words)?;
        Ok(Some(whole))
    }
}

/// The sections with a number for each slot.
struct ColumnWriter {
    documents: SectionWriter,
    ties: SectionWriter,
    ends: SectionWriter,
    knowns: SectionWriter,
    series: SectionWriter,
    sources: SectionWriter,
    calendars: SectionWriter,
}

impl ColumnWriter {
    fn write(&mut self, row: &Row, tie: u32) -> io::Result<()> {
        self.documents.write(&[row.document])?;
        self.ties.write(&[tie])?;
        self.ends.write(&[row.times[0]])?;
        self.knowns.write(&[row.times[1]])?;
        self.series.write(&[row.series])?;
        self.sources.write(&[row.source])?;
        self.calendars.write(&[row.month_weekday])
    }

    /// For a slot that no row has.
    fn write_empty(&mut self) -> io::Result<()> {
        self.documents.write(&[0u32])?;
        self.ties.write(&[0u32])?;
        self.ends.write(&[0u32])?;
        self.knowns.write(&[0u32])?;
        self.series.write(&[NO_SERIES])?;
        self.sources.write(&[0u16])?;
        self.calendars.write(&[0u8])
    }

    fn finish(self) -> io::Result<()> {
        let ColumnWriter {
            documents,
            ties,
            ends,
            knowns,
            series,
            sources,
            calendars,
        } = self;
        let all = [documents, ties, ends, knowns, series, sources, calendars];
        all.into_iter().try_for_each(SectionWriter::finish)
    }
}
