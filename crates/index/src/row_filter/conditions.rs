//! The conditions that differ from row to row, on codes; where codes can't tell, on the exact values.

mod place;
mod time;

use sosie_similarity::{ClosedRange, CodePath, Facts, Filter, Timestamp};

use super::GroupSays;
use crate::blocks::codes::NumberCodes;
use crate::blocks::layout::{BLOCK_ROWS, Block, ByteColumn, CodeRange, Node, WideColumn};
use crate::blocks::paths::Paths;
use crate::error::IndexError;
use crate::snapshot::Part;
use place::Places;
use time::{Ends, Span};

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

/// Rows of a block: those that pass for sure, and those of which the codes can't tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sure {
    pub(super) pass: u64,
    pub(super) maybe: u64,
}

impl Sure {
    /// From what is said of each row: 0 fails, 1 passes, 2 can't be told.
    #[inline(always)]
    fn of_rows(said: impl Fn(usize) -> u8) -> Self {
        let mut sure = Sure { pass: 0, maybe: 0 };
        for row in 0..BLOCK_ROWS {
            let said = said(row);
            sure.pass |= u64::from(said & 1) << row;
            sure.maybe |= u64::from(said >> 1) << row;
        }
        sure
    }
}

const FAILS: u8 = 0;
const PASSES: u8 = 1;
const UNSURE: u8 = 2;

/// What each code of a byte column says, and the column's place in blocks and nodes.
struct Codes {
    column: ByteColumn,
    range: CodeRange,
    says: [u8; 256],
}

/// What each class of paths says.
struct Classes {
    column: WideColumn,
    /// Where a summary's buckets are, and the buckets in which any path passes.
    masks: [(usize, u64); 2],
    says: Vec<u8>,
}

/// All conditions of a filter that differ from row to row.
pub(super) struct Conditions<'a> {
    part: &'a Part,
    filter: &'a Filter,
    as_of: Option<Timestamp>,
    nothing_passes: bool,
    codes: Vec<Codes>,
    classes: Vec<Classes>,
    sources: Option<Vec<u8>>,
    ends: Vec<Ends>,
    span: Option<Span>,
    places: Option<Places>,
}

impl<'a> Conditions<'a> {
    pub(super) fn new(part: &'a Part, filter: &'a Filter, as_of: Option<Timestamp>) -> Self {
        let blocks = part.blocks();
        let ranges = [
            (
                ByteColumn::Participants,
                CodeRange::Participants,
                &blocks.participants,
                filter.participants,
            ),
            (
                ByteColumn::Footprint,
                CodeRange::Footprint,
                &blocks.footprint,
                filter.footprint_area_m2,
            ),
            (
                ByteColumn::Duration,
                CodeRange::Duration,
                &blocks.duration,
                filter.duration_s,
            ),
        ];
        let codes = ranges
            .into_iter()
            .filter_map(|(column, range, codes, asked)| {
                let says = codes_say(codes, asked?);
                Some(Codes {
                    column,
                    range,
                    says,
                })
            });
        let paths = [
            (
                WideColumn::Nature,
                0,
                &blocks.natures,
                &filter.nature_prefixes,
            ),
            (
                WideColumn::Sector,
                2,
                &blocks.sectors,
                &filter.sector_prefixes,
            ),
        ];
        let classes = paths
            .into_iter()
            .filter(|(.., prefixes)| !prefixes.is_empty());
        let classes = classes
            .map(|(column, mask, paths, prefixes)| Classes::new(column, mask, paths, prefixes));
        let (ends, in_time) = time::ends(blocks, as_of);
        Conditions {
            part,
            filter,
            as_of,
            nothing_passes: !in_time,
            codes: codes.collect(),
            classes: classes.collect(),
            sources: sources_say(&blocks.sources, filter),
            ends,
            span: filter.time.map(|time| Span::new(part, time)),
            places: Places::new(filter),
        }
    }

    /// Of all rows at once.
    pub(super) fn all(&self) -> Verdict {
        let no_condition = self.codes.is_empty()
            && self.classes.is_empty()
            && self.sources.is_none()
            && self.ends.is_empty()
            && self.span.is_none()
            && self.places.is_none();
        match (self.nothing_passes, no_condition) {
            (true, _) => Verdict::None,
            (false, true) => Verdict::All,
            (false, false) => Verdict::Some,
        }
    }

    /// The rows of a block that pass; `(node, lane)` is its summary.
    pub(super) fn rows(
        &self,
        at: usize,
        lane: (Node, usize),
        group: GroupSays,
    ) -> Result<u64, IndexError> {
        let block = self.part.blocks().block(at);
        let live = self.part.alive().map_or(block.live(), |alive| alive[at]);
        let (mut pass, mut possible) = (live, live);
        let mut add = |sure: Sure| {
            pass &= sure.pass;
            possible &= sure.pass | sure.maybe;
            possible != 0
        };
        let all = self.checks(at, block, lane).all(&mut add);
        if !all {
            return Ok(0);
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

    /// What each condition says, one after the other, only as far as they are asked.
    fn checks<'b>(
        &'b self,
        at: usize,
        block: Block<'b>,
        lane: (Node<'b>, usize),
    ) -> impl Iterator<Item = Sure> + 'b {
        let blocks = self.part.blocks();
        let codes = self.codes.iter().map(move |codes| codes.rows(block, lane));
        let classes = self
            .classes
            .iter()
            .map(move |classes| classes.rows(block, lane));
        let ends = self
            .ends
            .iter()
            .map(move |ends| ends.rows(blocks, at, lane));
        let places = self
            .places
            .iter()
            .map(move |places| places.rows(block, lane));
        let span = self.span.iter().map(move |span| span.rows(blocks, at));
        let first = at * BLOCK_ROWS;
        let sources = self.sources.iter().map(move |says| {
            let numbers = &blocks.source_numbers()[first..first + BLOCK_ROWS];
            Sure::of_rows(|row| says[usize::from(numbers[row])])
        });
        (ends.chain(codes).chain(classes).chain(places)).chain(span.chain(sources))
    }

    fn passes_exactly(&self, slot: usize) -> Result<bool, IndexError> {
        let document = self.part.blocks().documents()[slot];
        let event;
        let blocks = self.part.blocks();
        let paths = (&blocks.natures, &blocks.sectors);
        let columns = self.part.columns();
        let values = columns.values(document, paths, None)?;
        let times = columns.times(document)?;
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

impl Codes {
    fn rows(&self, block: Block, (node, lane): (Node, usize)) -> Sure {
        let (low, high) = node.codes(self.range);
        let within = &self.says[usize::from(low[lane])..=usize::from(high[lane].max(low[lane]))];
        if within.iter().all(|says| *says == FAILS) {
            return Sure { pass: 0, maybe: 0 };
        }
        let codes = block.bytes(self.column);
        Sure::of_rows(|row| self.says[usize::from(codes[row])])
    }
}

/// A row without a number, of code 0, fails.
fn codes_say(codes: &NumberCodes, asked: ClosedRange) -> [u8; 256] {
    let mut says = [FAILS; 256];
    for (code, (min, max)) in codes.extents() {
        // A range is whole, so what holds for both ends holds in between.
        says[usize::from(code)] = match (asked.contains(min), asked.contains(max)) {
            (true, true) => PASSES,
            (false, false) if !asked.overlaps(min, max) => FAILS,
            (_, _) => UNSURE,
        };
    }
    says
}

fn sources_say(sources: &[sosie_similarity::Code], filter: &Filter) -> Option<Vec<u8>> {
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
    Some(says)
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

    fn rows(&self, block: Block, (node, lane): (Node, usize)) -> Sure {
        let possible = self
            .masks
            .iter()
            .all(|(at, buckets)| node.masks(*at)[lane] & buckets != 0);
        if !possible {
            return Sure { pass: 0, maybe: 0 };
        }
        let classes = block.wides(self.column);
        Sure::of_rows(|row| self.says[usize::from(classes[row])])
    }
}
