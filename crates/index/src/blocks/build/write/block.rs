//! Rows of one group as a block, and what a node says of it.

use crate::blocks::layout::{BLOCK_WORDS, BlockMut, ByteColumn, MASKS, WideColumn};
use crate::blocks::paths::Paths;
use crate::blocks::summary::{RowSummary, Summary};

use super::super::row::Row;

/// Steps of a coordinate in a block.
const STEPS: f32 = 65_535.0;

/// Makes blocks of rows.
pub(super) struct BlockMaker<'a> {
    /// Natures and sectors.
    pub(super) paths: [&'a Paths; 2],
}

impl BlockMaker<'_> {
    /// Of 64 rows at most, in the group of a number; none at all fill a node.
    pub(super) fn block(&self, rows: &[Row], group: usize) -> ([u64; BLOCK_WORDS], Summary) {
        let mut words = [0; BLOCK_WORDS];
        let mut block = BlockMut(&mut words);
        let mut summary = Summary::EMPTY;
        block.set_live(rows.len());
        if !rows.is_empty() {
            block.set_group(group);
            write_places(&mut block, rows);
        }
        for (lane, row) in rows.iter().enumerate() {
            self.write_row(&mut block, lane, row);
            summary.add(&self.summary(row));
        }
        (words, summary)
    }

    fn write_row(&self, block: &mut BlockMut, lane: usize, row: &Row) {
        block.bytes(ByteColumn::Participants)[lane] = row.participants;
        block.bytes(ByteColumn::Footprint)[lane] = row.footprint;
        block.bytes(ByteColumn::Duration)[lane] = row.duration;
        block.bytes(ByteColumn::Calendar)[lane] = row.shares[0] << 4 | row.shares[1];
        block.bytes(ByteColumn::Day)[lane] = row.day;
        let columns = [WideColumn::Nature, WideColumn::Sector];
        for ((column, paths), number) in columns.into_iter().zip(self.paths).zip(row.paths) {
            if number != u32::MAX {
                block.wides(column)[lane] = paths.class(number as usize);
            }
        }
    }

    fn summary(&self, row: &Row) -> RowSummary {
        let mut masks = [0; MASKS];
        for (axis, (paths, number)) in self.paths.into_iter().zip(row.paths).enumerate() {
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
}

/// Coordinates as steps within the box of the block: nearest, so at most half a step off.
fn write_places(block: &mut BlockMut, rows: &[Row]) {
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
