//! Where things are in a block of rows and in a node of summaries, both plain words.
//!
//! Everything that one step of a search touches lies side by side: a block is 16 cache lines, a node 11 pairs.

use bytemuck::{cast_mut, cast_ref};
use prefetch_index::prefetch_index;

/// Rows of a block: as many as a word has bits, so that a set of rows is one word.
pub(crate) const BLOCK_ROWS: usize = 64;
/// Words of a block: 1 KiB.
pub(crate) const BLOCK_WORDS: usize = 128;
/// Lanes of a node: what it summarises, side by side.
pub(crate) const LANES: usize = 16;
/// Words of a node.
pub(crate) const NODE_WORDS: usize = 176;

const _: () = assert!(
    cfg!(target_endian = "little"),
    "the file is little-endian, and read as it lies"
);

/// The axes whose values a block holds as one byte per row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteColumn {
    /// Code of the count; 0 if there is none.
    Participants = 0,
    /// Code of the area; 0 if there is none.
    Footprint = 1,
    /// Code of the duration; 0 if there is none.
    Duration = 2,
    /// Weekend share in the high four bits, summer share in the low four.
    Calendar = 3,
    /// Half of the day of the year.
    Day = 4,
}

impl ByteColumn {
    /// Those that nearly every search reads.
    pub(crate) const OFTEN: [ByteColumn; 4] = [
        ByteColumn::Participants,
        ByteColumn::Footprint,
        ByteColumn::Duration,
        ByteColumn::Calendar,
    ];
}

/// The axes whose values a block holds as two bytes per row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WideColumn {
    /// Class of the path; 0 if there is none.
    Nature = 0,
    /// Class of the path; 0 if there is none.
    Sector = 1,
    /// Steps from the origin of the block.
    X = 2,
    /// Steps from the origin of the block.
    Y = 3,
    /// Steps from the origin of the block.
    Z = 4,
}

/// Words of a cache line.
pub(super) const LINE_WORDS: usize = 8;

const BYTE_WORDS: usize = BLOCK_ROWS / 8;
const WIDE_AT: usize = 5 * BYTE_WORDS;
const WIDE_WORDS: usize = BLOCK_ROWS / 4;
const LIVE_AT: usize = WIDE_AT + 5 * WIDE_WORDS;
const FRAME_AT: usize = LIVE_AT + 1;
const GROUP_AT: usize = FRAME_AT + 3;

/// A block: up to 64 rows of one group, coded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a>(&'a [u64; BLOCK_WORDS]);

impl<'a> Block<'a> {
    pub(crate) fn new(words: &'a [u64; BLOCK_WORDS]) -> Self {
        Block(words)
    }

    #[inline(always)]
    pub(crate) fn bytes(self, column: ByteColumn) -> &'a [u8; BLOCK_ROWS] {
        cast_ref(part::<BYTE_WORDS>(self.0, column as usize * BYTE_WORDS))
    }

    #[inline(always)]
    pub(crate) fn wides(self, column: WideColumn) -> &'a [u16; BLOCK_ROWS] {
        let at = WIDE_AT + column as usize * WIDE_WORDS;
        cast_ref(part::<WIDE_WORDS>(self.0, at))
    }

    /// The lanes that hold a row.
    #[inline(always)]
    pub(crate) fn live(self) -> u64 {
        self.0[LIVE_AT]
    }

    /// x, y, z of step 0 in km, then km per step.
    #[inline(always)]
    pub(crate) fn frame(self) -> &'a [f32; 6] {
        cast_ref(part::<3>(self.0, FRAME_AT))
    }

    /// Asks for a column of bytes.
    #[inline(always)]
    pub(crate) fn prefetch_bytes(self, column: ByteColumn) {
        prefetch_index(self.0, column as usize * BYTE_WORDS);
    }

    /// Asks for what places are counted from.
    #[inline(always)]
    pub(crate) fn prefetch_frame(self) {
        prefetch_index(self.0, FRAME_AT);
    }

    /// Asks for a column of two bytes a row.
    #[inline(always)]
    pub(crate) fn prefetch_wides(self, column: WideColumn) {
        let at = WIDE_AT + column as usize * WIDE_WORDS;
        prefetch_index(self.0, at);
        prefetch_index(self.0, at + LINE_WORDS);
    }

    /// The number of the group that all rows are of.
    #[inline(always)]
    pub(crate) fn group(self) -> usize {
        self.0[GROUP_AT] as usize
    }
}

/// A block being written.
pub(crate) struct BlockMut<'a>(pub(crate) &'a mut [u64; BLOCK_WORDS]);

impl BlockMut<'_> {
    pub(crate) fn bytes(&mut self, column: ByteColumn) -> &mut [u8; BLOCK_ROWS] {
        cast_mut(part_mut::<BYTE_WORDS>(self.0, column as usize * BYTE_WORDS))
    }

    pub(crate) fn wides(&mut self, column: WideColumn) -> &mut [u16; BLOCK_ROWS] {
        let at = WIDE_AT + column as usize * WIDE_WORDS;
        cast_mut(part_mut::<WIDE_WORDS>(self.0, at))
    }

    pub(crate) fn set_live(&mut self, rows: usize) {
        self.0[LIVE_AT] = if rows == BLOCK_ROWS {
            u64::MAX
        } else {
            (1 << rows) - 1
        };
    }

    pub(crate) fn frame(&mut self) -> &mut [f32; 6] {
        cast_mut(part_mut::<3>(self.0, FRAME_AT))
    }

    pub(crate) fn set_group(&mut self, group: usize) {
        self.0[GROUP_AT] = group as u64;
    }
}

/// The columns of codes that a node summarises by a smallest and a largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeRange {
    Participants = 0,
    Footprint = 1,
    Duration = 2,
    Weekend = 3,
    Summer = 4,
    Day = 5,
}

impl CodeRange {
    pub(crate) const COUNT: usize = 6;
}

/// The sets of buckets that a node keeps of paths: two ways to sort natures, and two for sectors.
pub(crate) const MASKS: usize = 4;
/// The instants that a node summarises by a first and a last: end and known time.
pub(crate) const TIMES: usize = 2;

const BOX_WORDS: usize = LANES / 2;
const CODES_AT: usize = 6 * BOX_WORDS;
const CODE_WORDS: usize = LANES / 8;
const MASKS_AT: usize = CODES_AT + 2 * CodeRange::COUNT * CODE_WORDS;
const TIMES_AT: usize = MASKS_AT + MASKS * LANES;
const TIME_WORDS: usize = LANES / 2;
const COUNT_AT: usize = TIMES_AT + 2 * TIMES * TIME_WORDS;

/// Summaries of up to 16 blocks, or of up to 16 nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'a>(&'a [u64; NODE_WORDS]);

impl<'a> Node<'a> {
    pub(crate) fn new(words: &'a [u64; NODE_WORDS]) -> Self {
        Node(words)
    }

    /// Asks for all that bounds are made of.
    #[inline(always)]
    pub(crate) fn prefetch(self) {
        for line in (0..TIMES_AT).step_by(LINE_WORDS) {
            prefetch_index(self.0, line);
        }
        prefetch_index(self.0, COUNT_AT);
    }

    /// Lanes in use: the first ones.
    #[inline(always)]
    pub(crate) fn count(self) -> usize {
        (self.0[COUNT_AT] as usize).min(LANES)
    }

    /// Whether a lane summarises no row: then its ranges are turned inside out.
    #[inline(always)]
    pub(crate) fn is_empty(self, lane: usize) -> bool {
        let (low, high) = self.codes(CodeRange::Weekend);
        low[lane] > high[lane]
    }

    /// Smallest (0–2) and largest (3–5) x, y, z in km.
    #[inline(always)]
    pub(crate) fn corner(self, at: usize) -> &'a [f32; LANES] {
        cast_ref(part::<BOX_WORDS>(self.0, at * BOX_WORDS))
    }

    #[inline(always)]
    pub(crate) fn codes(self, range: CodeRange) -> (&'a [u8; LANES], &'a [u8; LANES]) {
        let (ends, _) = self.code_ends(range).as_chunks();
        (&ends[0], &ends[1])
    }

    /// The smallest code of each lane, then the largest of each.
    #[inline(always)]
    pub(crate) fn code_ends(self, range: CodeRange) -> &'a [u8; 2 * LANES] {
        let at = CODES_AT + 2 * range as usize * CODE_WORDS;
        cast_ref(part::<{ 2 * CODE_WORDS }>(self.0, at))
    }

    #[inline(always)]
    pub(crate) fn masks(self, at: usize) -> &'a [u64; LANES] {
        part::<LANES>(self.0, MASKS_AT + at * LANES)
    }

    pub(crate) fn times(self, at: usize) -> (&'a [u32; LANES], &'a [u32; LANES]) {
        let at = TIMES_AT + 2 * at * TIME_WORDS;
        let (first, last) = (
            part::<TIME_WORDS>(self.0, at),
            part::<TIME_WORDS>(self.0, at + TIME_WORDS),
        );
        (cast_ref(first), cast_ref(last))
    }
}

/// A node being written.
pub(crate) struct NodeMut<'a>(pub(crate) &'a mut [u64; NODE_WORDS]);

impl NodeMut<'_> {
    pub(crate) fn set_count(&mut self, lanes: usize) {
        self.0[COUNT_AT] = lanes as u64;
    }

    pub(crate) fn set_corner(&mut self, at: usize, lane: usize, km: f32) {
        let lanes: &mut [f32; LANES] = cast_mut(part_mut::<BOX_WORDS>(self.0, at * BOX_WORDS));
        lanes[lane] = km;
    }

    pub(crate) fn set_codes(&mut self, range: usize, lane: usize, (low, high): (u8, u8)) {
        for (end, code) in [low, high].into_iter().enumerate() {
            let at = CODES_AT + (2 * range + end) * CODE_WORDS;
            let lanes: &mut [u8; LANES] = cast_mut(part_mut::<CODE_WORDS>(self.0, at));
            lanes[lane] = code;
        }
    }

    pub(crate) fn set_mask(&mut self, at: usize, lane: usize, mask: u64) {
        self.0[MASKS_AT + at * LANES + lane] = mask;
    }

    pub(crate) fn set_times(&mut self, at: usize, lane: usize, (first, last): (u32, u32)) {
        for (end, time) in [first, last].into_iter().enumerate() {
            let at = TIMES_AT + (2 * at + end) * TIME_WORDS;
            let lanes: &mut [u32; LANES] = cast_mut(part_mut::<TIME_WORDS>(self.0, at));
            lanes[lane] = time;
        }
    }
}

#[inline(always)]
fn part<const N: usize>(words: &[u64], at: usize) -> &[u64; N] {
    words[at..]
        .first_chunk()
        .expect("every part lies within its block or node")
}

fn part_mut<const N: usize>(words: &mut [u64], at: usize) -> &mut [u64; N] {
    words[at..]
        .first_chunk_mut()
        .expect("every part lies within its block or node")
}
