//! The conditions that differ from row to row, on codes; where codes can't tell, on the exact values.

mod codes;
mod place;
mod time;

use sosie_similarity::{Code, CodePath, Facts, Filter, Timestamp};

use super::GroupSays;
use crate::blocks::Blocks;
use crate::blocks::layout::{BLOCK_ROWS, Node, WideColumn};
use crate::blocks::paths::Paths;
use crate::error::IndexError;
use crate::exact_values::exact_values;
use crate::snapshot::Part;
use place::Places;
use time::Span;

/// What a condition says of a set of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All pass.
    All,
    /// None passes.
    None,
    /// They have to be looked at.
    Some,
}

/// A summary: a lane of a node.
pub(super) type Lane<'a> = (Node<'a>, usize);

/// Something that a filter asks of every row.
trait Condition {
    /// What a summary says of its rows.
    fn of_lane(&self, lane: Lane) -> Verdict;

    /// What the codes say of the rows of a block.
    fn of_rows(&self, blocks: &Blocks, at: usize) -> Sure;
}

/// Rows of a block: those that pass for sure, and those of which the codes can't tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sure {
    pass: u64,
    maybe: u64,
}

impl Sure {
    /// From what is said of each row.
    #[inline(always)]
    fn of_rows(said: impl Fn(usize) -> u8) -> Self {
        let said: [u8; BLOCK_ROWS] = std::array::from_fn(said);
        Sure {
            pass: bits(&said, 0),
            maybe: bits(&said, 1),
        }
    }
}

/// Bit `at` of every byte, as a word.
fn bits(bytes: &[u8; BLOCK_ROWS], at: u32) -> u64 {
    let words: [u64; 8] = bytemuck::cast(*bytes);
    words.iter().rev().fold(0, |set, word| {
        let lowest = (word >> at) & 0x0101_0101_0101_0101;
        // Moves the lowest bit of each byte into the highest byte, each to a place of its own.
        set << 8 | lowest.wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

const FAILS: u8 = 0;
const PASSES: u8 = 1;
const UNSURE: u8 = 2;

/// What each class of paths says.
struct Classes {
    column: WideColumn,
    /// Where a summary's buckets are, and the buckets in which any path passes.
    masks: [(usize, u64); 2],
    says: Vec<u8>,
}

/// What each number of a source says.
struct Sources(Vec<u8>);

/// All conditions of a filter that differ from row to row.
pub(super) struct Conditions<'a> {
    part: &'a Part,
    filter: &'a Filter,
    as_of: Option<Timestamp>,
    nothing_passes: bool,
    /// The cheapest first.
    each: Vec<Box<dyn Condition>>,
}

impl<'a> Conditions<'a> {
    pub(super) fn new(part: &'a Part, filter: &'a Filter, as_of: Option<Timestamp>) -> Self {
        let blocks = part.blocks();
        let mut each: Vec<Box<dyn Condition>> = Vec::new();
        let (ends, in_time) = time::ends(blocks, as_of);
        for end in ends {
            each.push(Box::new(end));
        }
        for codes in codes::asked(blocks, filter) {
            each.push(Box::new(codes));
        }
        add_classes(blocks, filter, &mut each);
        if let Some(places) = Places::new(filter) {
            each.push(Box::new(places));
        }
        if let Some(time) = filter.time {
            each.push(Box::new(Span::new(part, time)));
        }
        if let Some(sources) = Sources::new(&blocks.sources, filter) {
            each.push(Box::new(sources));
        }
        Conditions {
            part,
            filter,
            as_of,
            nothing_passes: !in_time,
            each,
        }
    }

    /// Of all rows at once.
    pub(super) fn all(&self) -> Verdict {
        match (self.nothing_passes, self.each.is_empty()) {
            (true, _) => Verdict::None,
            (false, true) => Verdict::All,
            (false, false) => Verdict::Some,
        }
    }

    /// Of the rows of a summary.
    pub(super) fn of_lane(&self, lane: Lane) -> Verdict {
        let mut all = Verdict::All;
        for condition in &self.each {
            match condition.of_lane(lane) {
                Verdict::None => return Verdict::None,
                Verdict::Some => all = Verdict::Some,
                Verdict::All => {}
            }
        }
        all
    }

    /// The rows of a block that pass, by looking at each; `lane` is its summary.
    pub(super) fn rows(&self, at: usize, lane: Lane, group: GroupSays) -> Result<u64, IndexError> {
        let blocks = self.part.blocks();
        let live = self.part.live(at);
        let (mut pass, mut possible) = (live, live);
        for condition in &self.each {
            if condition.of_lane(lane) == Verdict::All {
                continue;
            }
            let sure = condition.of_rows(blocks, at);
            pass &= sure.pass;
            possible &= sure.pass | sure.maybe;
            if possible == 0 {
                return Ok(0);
            }
        }
        if group == GroupSays::Exact {
            pass = 0;
        }
        let mut unsure = possible & !pass;
        while unsure != 0 {
            let row = unsure.trailing_zeros() as usize;
            unsure &= unsure - 1;
            if self.passes_exactly(at * BLOCK_ROWS + row)? {
                pass |= 1 << row;
            }
        }
        Ok(pass)
    }

    fn passes_exactly(&self, slot: usize) -> Result<bool, IndexError> {
        let event;
        let blocks = self.part.blocks();
        let document = blocks.documents()[slot];
        let values = exact_values(self.part, slot, None, false)?;
        let times = self.part.columns().times(document)?;
        if !times.admits(self.as_of) {
            return Ok(false);
        }
        // Only a source beyond the numbers of two bytes needs the record.
        let number = blocks.source_numbers()[slot];
        let source_id = match blocks.sources.get(usize::from(number)) {
            Some(source_id) if number < u16::MAX => source_id,
            Some(_) | None => {
                event = self.part.event_of(document)?;
                &event.parts().source_id
            }
        };
        Ok(self.filter.passes_facts(&Facts {
            start: times.start,
            end: times.end,
            source_id,
            values,
        }))
    }
}

fn add_classes(blocks: &Blocks, filter: &Filter, each: &mut Vec<Box<dyn Condition>>) {
    let paths = [
        (
            WideColumn::Nature,
            0,
            (&blocks.natures, &filter.nature_prefixes),
        ),
        (
            WideColumn::Sector,
            2,
            (&blocks.sectors, &filter.sector_prefixes),
        ),
    ];
    for (column, mask, (paths, prefixes)) in paths {
        if !prefixes.is_empty() {
            each.push(Box::new(Classes::new(column, mask, paths, prefixes)));
        }
    }
}

impl Sources {
    fn new(sources: &[Code], filter: &Filter) -> Option<Self> {
        if filter.source_ids.is_empty() {
            return None;
        }
        let mut says = vec![FAILS; usize::from(u16::MAX) + 1];
        for (says, source) in says.iter_mut().zip(sources) {
            *says = u8::from(filter.source_ids.contains(source));
        }
        // Stands for all numbers from there on.
        if sources.len() > usize::from(u16::MAX) {
            says[usize::from(u16::MAX)] = UNSURE;
        }
        Some(Sources(says))
    }
}

impl Condition for Sources {
    /// No summary knows of sources.
    fn of_lane(&self, _: Lane) -> Verdict {
        Verdict::Some
    }

    fn of_rows(&self, blocks: &Blocks, at: usize) -> Sure {
        let numbers = &blocks.source_numbers()[at * BLOCK_ROWS..][..BLOCK_ROWS];
        Sure::of_rows(|row| self.0[usize::from(numbers[row])])
    }
}

impl Classes {
    fn new(column: WideColumn, mask: usize, paths: &Paths, prefixes: &[CodePath]) -> Self {
        let mut passing = vec![false; paths.all().len()];
        for prefix in prefixes {
            passing[paths.under(prefix)].fill(true);
        }
        let mut says = vec![FAILS; paths.class_count()];
        let mut seen = vec![false; paths.class_count()];
        let mut masks = [(mask, 0), (mask + 1, 0)];
        for (number, passes) in passing.into_iter().enumerate() {
            let class = usize::from(paths.class(number));
            let own = if passes { PASSES } else { FAILS };
            says[class] = match seen[class] {
                true if says[class] != own => UNSURE,
                true | false => own,
            };
            seen[class] = true;
            if passes {
                for ((_, buckets), bucket) in masks.iter_mut().zip(paths.buckets(number)) {
                    *buckets |= 1 << bucket;
                }
            }
        }
        Classes {
            column,
            masks,
            says,
        }
    }
}

impl Condition for Classes {
    fn of_lane(&self, (node, lane): Lane) -> Verdict {
        let mut masks = self.masks.iter();
        if masks.all(|(at, buckets)| node.masks(*at)[lane] & buckets != 0) {
            Verdict::Some
        } else {
            Verdict::None
        }
    }

    fn of_rows(&self, blocks: &Blocks, at: usize) -> Sure {
        let classes = blocks.block(at).wides(self.column);
        Sure::of_rows(|row| self.says[usize::from(classes[row])])
    }
}
