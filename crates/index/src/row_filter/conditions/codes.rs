//! Ranges of numbers, on the codes of numbers.

use std::ops::RangeInclusive;

use sosie_similarity::{ClosedRange, Filter};

use super::{Condition, Lane, Sure, Verdict, bits};
use crate::blocks::Blocks;
use crate::blocks::codes::NumberCodes;
use crate::blocks::layout::{BLOCK_ROWS, ByteColumn, CodeRange};

/// A range of numbers, and the place of its column in blocks and nodes. Codes have the order of their numbers, so those
/// that pass follow one another, and those that may pass lie around them.
pub(super) struct Codes {
    column: ByteColumn,
    range: CodeRange,
    /// Codes of which every number passes; `None` if there is none.
    pass: Option<RangeInclusive<u8>>,
    /// Codes of which a number may pass.
    possible: Option<RangeInclusive<u8>>,
}

/// The ranges of numbers that a filter asks for.
pub(super) fn asked(blocks: &Blocks, filter: &Filter) -> impl Iterator<Item = Codes> {
    let ranges = [
        (
            ByteColumn::Participants,
            CodeRange::Participants,
            (&blocks.participants, filter.participants),
        ),
        (
            ByteColumn::Footprint,
            CodeRange::Footprint,
            (&blocks.footprint, filter.footprint_area_m2),
        ),
        (
            ByteColumn::Duration,
            CodeRange::Duration,
            (&blocks.duration, filter.duration_s),
        ),
    ];
    ranges
        .into_iter()
        .filter_map(|(column, range, (codes, asked))| {
            Some(Codes::new(column, range, codes, asked?))
        })
}

impl Codes {
    fn new(column: ByteColumn, range: CodeRange, codes: &NumberCodes, asked: ClosedRange) -> Self {
        // A range is whole, so what holds for both ends of a code holds in between.
        let passes = |min, max| asked.contains(min) && asked.contains(max);
        Codes {
            column,
            range,
            pass: span(codes, passes),
            possible: span(codes, |min, max| asked.overlaps(min, max)),
        }
    }
}

/// The first and the last code of which something holds. A row without a number has the code 0, which is none of them.
fn span(codes: &NumberCodes, holds: impl Fn(f64, f64) -> bool) -> Option<RangeInclusive<u8>> {
    let mut held = codes.extents().filter(|(_, (min, max))| holds(*min, *max));
    let (first, _) = held.next()?;
    Some(first..=held.last().map_or(first, |(last, _)| last))
}

impl Condition for Codes {
    fn of_lane(&self, (node, lane): Lane) -> Verdict {
        let (low, high) = node.codes(self.range);
        let (low, high) = (low[lane], high[lane].max(low[lane]));
        let holds = |codes: &RangeInclusive<u8>| codes.contains(&low) && codes.contains(&high);
        let meets = |codes: &RangeInclusive<u8>| low <= *codes.end() && high >= *codes.start();
        if !self.possible.as_ref().is_some_and(meets) {
            Verdict::None
        } else if self.pass.as_ref().is_some_and(holds) {
            Verdict::All
        } else {
            Verdict::Some
        }
    }

    fn of_rows(&self, blocks: &Blocks, at: usize) -> Sure {
        let codes = blocks.block(at).bytes(self.column);
        let pass = rows_within(codes, self.pass.as_ref());
        Sure {
            pass,
            maybe: rows_within(codes, self.possible.as_ref()) & !pass,
        }
    }
}

/// The rows of a block whose code is in a range: one comparison a row, which the compiler makes of many rows at once.
fn rows_within(codes: &[u8; BLOCK_ROWS], range: Option<&RangeInclusive<u8>>) -> u64 {
    let Some(range) = range else { return 0 };
    let (first, length) = (*range.start(), range.end() - range.start());
    let within: [u8; BLOCK_ROWS] =
        std::array::from_fn(|row| u8::from(codes[row].wrapping_sub(first) <= length));
    bits(&within, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_range_are_those_whose_code_is_in_it() {
        let codes: [u8; BLOCK_ROWS] = std::array::from_fn(|row| (row * 4 + 1) as u8);
        for range in [0..=0, 1..=1, 0..=255, 200..=255, 5..=9, 6..=8] {
            let found = rows_within(&codes, Some(&range));
            for (row, code) in codes.iter().enumerate() {
                assert_eq!(
                    found >> row & 1 == 1,
                    range.contains(code),
                    "{range:?} {code}"
                );
            }
        }
        assert_eq!(rows_within(&codes, None), 0);
    }
}
