//! Where each section of the file is: computed from counts, in words.

use std::ops::Range;

use super::layout::{BLOCK_ROWS, BLOCK_WORDS, LANES, LINE_WORDS, NODE_WORDS};

/// Words before the meta: what it is, its version, the bytes of the meta.
pub(super) const HEADER_WORDS: usize = 3;

/// Bytes of a meta, blanks at its end included, after which blocks and nodes lie on whole lines of the cache where the file
/// lies on pages of its own, as large ones do: a register is then loaded from one line, and a column is one line to ask for.
pub(super) fn whole_lines(meta_bytes: usize) -> usize {
    let before = HEADER_WORDS * 8;
    (before + meta_bytes).next_multiple_of(LINE_WORDS * 8) - before
}

/// A section, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Blocks,
    Nodes,
    Tops,
    NodeGroups,
    Documents,
    Ties,
    Ends,
    Knowns,
    Series,
    Sources,
    Calendars,
    SeriesFirsts,
    SeriesSlots,
}

impl Section {
    pub(super) const ALL: [Section; 13] = [
        Section::Blocks,
        Section::Nodes,
        Section::Tops,
        Section::NodeGroups,
        Section::Documents,
        Section::Ties,
        Section::Ends,
        Section::Knowns,
        Section::Series,
        Section::Sources,
        Section::Calendars,
        Section::SeriesFirsts,
        Section::SeriesSlots,
    ];
}

/// What the sizes of the sections follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) blocks: usize,
    pub(super) nodes: usize,
    /// Distinct series.
    pub(super) series: usize,
    /// Rows that have one.
    pub(super) series_rows: usize,
}

/// The first word of every section, and one past the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sections {
    pub(super) counts: Counts,
    firsts: [usize; Section::ALL.len() + 1],
}

impl Sections {
    pub(super) fn new(meta_bytes: usize, counts: Counts) -> Self {
        let mut firsts = [HEADER_WORDS + meta_bytes.div_ceil(8); Section::ALL.len() + 1];
        for section in Section::ALL {
            let at = section as usize;
            firsts[at + 1] = firsts[at].saturating_add(words(section, counts));
        }
        Sections { counts, firsts }
    }

    #[inline(always)]
    pub(super) fn range(&self, section: Section) -> Range<usize> {
        self.firsts[section as usize]..self.firsts[section as usize + 1]
    }

    /// Words of the whole file.
    pub(super) fn words(&self) -> usize {
        self.firsts[Section::ALL.len()]
    }
}

fn words(section: Section, counts: Counts) -> usize {
    let slots = counts.blocks.saturating_mul(BLOCK_ROWS);
    let of_bytes = |items: usize, bytes: usize| items.saturating_mul(bytes).div_ceil(8);
    match section {
        Section::Blocks => counts.blocks.saturating_mul(BLOCK_WORDS),
        Section::Nodes => counts.nodes.saturating_mul(NODE_WORDS),
        Section::Tops => counts.nodes.div_ceil(LANES).saturating_mul(NODE_WORDS),
        Section::NodeGroups | Section::Sources => {
            let items = if section == Section::Sources {
                slots
            } else {
                counts.nodes
            };
            of_bytes(items, 2)
        }
        Section::Documents | Section::Ties | Section::Ends | Section::Knowns | Section::Series => {
            of_bytes(slots, 4)
        }
        Section::Calendars => of_bytes(slots, 1),
        Section::SeriesFirsts => of_bytes(counts.series.saturating_add(1), 4),
        Section::SeriesSlots => of_bytes(counts.series_rows, 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_nodes_and_tops_lie_on_whole_lines_whatever_the_meta() {
        let counts = Counts {
            blocks: 32,
            nodes: 2,
            series: 5,
            series_rows: 7,
        };
        for json_bytes in 0..200 {
            let meta_bytes = whole_lines(json_bytes);
            assert!((json_bytes..json_bytes + LINE_WORDS * 8).contains(&meta_bytes));
            let sections = Sections::new(meta_bytes, counts);
            for section in [Section::Blocks, Section::Nodes, Section::Tops] {
                assert_eq!(
                    sections.range(section).start % LINE_WORDS,
                    0,
                    "{json_bytes}"
                );
            }
        }
    }
}
