//! The file: header, meta, then section after section.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use bytemuck::{Pod, cast_slice};

use super::row::{Row, Rows};
use crate::blocks::layout::{
    BLOCK_ROWS, BLOCK_WORDS, BlockMut, ByteColumn, LANES, MASKS, NODE_WORDS, NodeMut, WideColumn,
};
use crate::blocks::summary::{RowSummary, Summary};
use crate::blocks::survey::{Source, Survey};
use crate::blocks::{BLOCKS_VERSION, MAGIC, Meta, NO_SERIES, SegmentMeta};
use crate::error::IndexError;

/// Steps of a coordinate in a block.
const STEPS: f32 = 65_535.0;

/// The blocks, with the rows that each holds: blocks of a group, and nodes of its blocks, follow each other.
struct Grid<'a> {
    rows: &'a Rows,
    survey: &'a Survey,
    /// First row and number of rows of each block; an empty one fills a node.
    blocks: Vec<(usize, usize)>,
    /// The group of each node.
    node_groups: Vec<u16>,
}

/// Writes the file of sorted rows.
pub(super) fn write(
    path: &Path,
    segments: &[Source],
    (survey, rows): (&Survey, &Rows),
) -> Result<(), IndexError> {
    let grid = Grid::new(survey, rows);
    let segments = segments.iter().map(|segment| SegmentMeta {
        id: segment.reader.segment_id().uuid_string(),
        documents: segment.reader.max_doc(),
    });
    let mut file = BufWriter::with_capacity(1 << 20, File::create_new(path)?);
    grid.write_header(&mut file, segments.collect())?;
    let summaries = grid.write_blocks(&mut file)?;
    let nodes = write_nodes(&mut file, &summaries)?;
    write_nodes(&mut file, &nodes)?;
    write_section(&mut file, &grid.node_groups)?;
    grid.write_columns(&mut file)?;
    grid.write_series(&mut file)?;
    file.flush()?;
    Ok(())
}

impl<'a> Grid<'a> {
    fn new(survey: &'a Survey, rows: &'a Rows) -> Self {
        let (mut blocks, mut node_groups) = (Vec::new(), Vec::new());
        let mut first = 0;
        for (group, rows) in rows.rows.chunk_by(|a, b| a.group == b.group).enumerate() {
            for at in (0..rows.len()).step_by(BLOCK_ROWS) {
                blocks.push((first + at, BLOCK_ROWS.min(rows.len() - at)));
            }
            first += rows.len();
            blocks.resize(blocks.len().next_multiple_of(LANES), (first, 0));
            node_groups.resize(blocks.len() / LANES, group as u16);
        }
        Grid {
            rows,
            survey,
            blocks,
            node_groups,
        }
    }

    fn write_header(
        &self,
        file: &mut impl Write,
        segments: Vec<SegmentMeta>,
    ) -> Result<(), IndexError> {
        let [participants, footprint, duration] = self.rows.codes.clone();
        let with_series = |row: &&Row| row.series != NO_SERIES;
        let meta = Meta {
            segments,
            rows: self.rows.rows.len() as u64,
            blocks: self.blocks.len() as u64,
            nodes: self.node_groups.len() as u64,
            series: self.survey.series.0 as u64,
            series_rows: self.rows.rows.iter().filter(with_series).count() as u64,
            groups: self
                .rows
                .groups
                .iter()
                .map(|group| group.to_meta())
                .collect(),
            participants,
            footprint,
            duration,
            natures: self.survey.natures.0.to_meta(),
            sectors: self.survey.sectors.0.to_meta(),
            sources: self
                .survey
                .sources
                .0
                .iter()
                .map(|code| code.as_str().to_owned())
                .collect(),
            ends: self.survey.times[0],
            knowns: self.survey.times[1],
            tie_starts: self.rows.tie_starts.clone(),
        };
        let json = serde_json::to_vec(&meta).expect("the meta is plain JSON");
        write_section(file, &[MAGIC, BLOCKS_VERSION, json.len() as u64])?;
        Ok(write_section(file, &json)?)
    }

    fn write_blocks(&self, file: &mut impl Write) -> io::Result<Vec<Summary>> {
        let mut summaries = Vec::with_capacity(self.blocks.len());
        for &(first, count) in &self.blocks {
            let rows = &self.rows.rows[first..first + count];
            let mut words = [0; BLOCK_WORDS];
            let mut block = BlockMut(&mut words);
            let mut summary = Summary::EMPTY;
            block.set_live(count);
            if let Some(row) = rows.first() {
                block.set_group(row.group.into());
                self.write_places(&mut block, rows);
            }
            for (lane, row) in rows.iter().enumerate() {
                self.write_row(&mut block, lane, row);
                summary.add(&self.summary(row));
            }
            summaries.push(summary);
            file.write_all(cast_slice(&words))?;
        }
        Ok(summaries)
    }

    fn write_row(&self, block: &mut BlockMut, lane: usize, row: &Row) {
        block.bytes(ByteColumn::Participants)[lane] = row.participants;
        block.bytes(ByteColumn::Footprint)[lane] = row.footprint;
        block.bytes(ByteColumn::Duration)[lane] = row.duration;
        block.bytes(ByteColumn::Calendar)[lane] = row.shares[0] << 4 | row.shares[1];
        block.bytes(ByteColumn::Day)[lane] = row.day;
        let dictionaries = [&self.survey.natures.0, &self.survey.sectors.0];
        let columns = [WideColumn::Nature, WideColumn::Sector];
        for ((column, paths), number) in columns.into_iter().zip(dictionaries).zip(row.paths) {
            if number != u32::MAX {
                block.wides(column)[lane] = paths.class(number as usize);
            }
        }
    }

    /// Coordinates as steps within the box of the block: nearest, so at most half a step off.
    fn write_places(&self, block: &mut BlockMut, rows: &[Row]) {
        for (axis, column) in [WideColumn::X, WideColumn::Y, WideColumn::Z]
            .into_iter()
            .enumerate()
        {
            let km = || rows.iter().map(move |row| row.place_km[axis]);
            let (low, high) = km().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), km| {
                (low.min(km), high.max(km))
            });
            if low > high {
                continue;
            }
            let step = (high - low) / STEPS;
            block.frame()[axis] = low;
            block.frame()[3 + axis] = step;
            for (lane, km) in km().enumerate() {
                let steps = if step > 0.0 { (km - low) / step } else { 0.0 };
                block.wides(column)[lane] = steps.round() as u16;
            }
        }
    }

    fn summary(&self, row: &Row) -> RowSummary {
        let dictionaries = [&self.survey.natures.0, &self.survey.sectors.0];
        let mut masks = [0; MASKS];
        for (axis, (paths, number)) in dictionaries.into_iter().zip(row.paths).enumerate() {
            if number != u32::MAX {
                for (way, bucket) in paths.buckets(number as usize).into_iter().enumerate() {
                    masks[2 * axis + way] = 1 << bucket;
                }
            }
        }
        let [weekend, summer] = row.shares;
        RowSummary {
            place_km: (!row.place_km[0].is_nan()).then_some(row.place_km),
            codes: [
                row.participants,
                row.footprint,
                row.duration,
                weekend,
                summer,
                row.day,
            ],
            masks,
            times: row.times,
        }
    }

    fn write_columns(&self, file: &mut impl Write) -> io::Result<()> {
        let rows = self.rows;
        self.write_column(file, 0, |at| rows.rows[at].document)?;
        self.write_column(file, 0, |at| rows.ties[at])?;
        self.write_column(file, 0, |at| rows.rows[at].times[0])?;
        self.write_column(file, 0, |at| rows.rows[at].times[1])?;
        self.write_column(file, NO_SERIES, |at| rows.rows[at].series)?;
        self.write_column(file, 0, |at| rows.rows[at].source)?;
        self.write_column(file, 0, |at| rows.rows[at].month_weekday)
    }

    fn write_column<T: Pod>(
        &self,
        file: &mut impl Write,
        empty: T,
        of: impl Fn(usize) -> T,
    ) -> io::Result<()> {
        let mut column = Vec::with_capacity(self.blocks.len() * BLOCK_ROWS);
        for (block, &(first, count)) in self.blocks.iter().enumerate() {
            column.extend((first..first + count).map(&of));
            column.resize((block + 1) * BLOCK_ROWS, empty);
        }
        write_section(file, &column)
    }

    /// The slots of each series, series after series.
    fn write_series(&self, file: &mut impl Write) -> io::Result<()> {
        let mut firsts = vec![0u32; self.survey.series.0 + 1];
        let members = || {
            let slots = self
                .blocks
                .iter()
                .enumerate()
                .flat_map(|(block, &(first, count))| {
                    (0..count).map(move |lane| (block * BLOCK_ROWS + lane, first + lane))
                });
            slots
                .map(|(slot, row)| (slot as u32, self.rows.rows[row].series))
                .filter(|(_, series)| *series != NO_SERIES)
        };
        for (_, series) in members() {
            firsts[series as usize + 1] += 1;
        }
        for at in 1..firsts.len() {
            firsts[at] += firsts[at - 1];
        }
        let mut next = firsts.clone();
        let mut slots = vec![0u32; firsts.last().map_or(0, |last| *last as usize)];
        for (slot, series) in members() {
            let place = &mut next[series as usize];
            slots[*place as usize] = slot;
            *place += 1;
        }
        write_section(file, &firsts)?;
        write_section(file, &slots)
    }
}

/// Writes nodes over `lanes`, 16 each; gives the summary of each node.
fn write_nodes(file: &mut impl Write, lanes: &[Summary]) -> io::Result<Vec<Summary>> {
    let mut nodes = Vec::with_capacity(lanes.len().div_ceil(LANES));
    for lanes in lanes.chunks(LANES) {
        let mut words = [0; NODE_WORDS];
        let mut node = NodeMut(&mut words);
        let mut whole = Summary::EMPTY;
        node.set_count(lanes.len());
        for (lane, summary) in lanes.iter().enumerate() {
            summary.write(&mut node, lane);
            whole.merge(summary);
        }
        nodes.push(whole);
        file.write_all(cast_slice(&words))?;
    }
    Ok(nodes)
}

/// Writes numbers, filled up to whole words.
fn write_section<T: Pod>(file: &mut impl Write, numbers: &[T]) -> io::Result<()> {
    let bytes: &[u8] = cast_slice(numbers);
    file.write_all(bytes)?;
    let filling = bytes.len().next_multiple_of(8) - bytes.len();
    file.write_all(&[0; 8][..filling])
}
