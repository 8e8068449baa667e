//! The search over blocks: seeds from the most promising ones, then sweeps what is left in the order of memory.
//!
//! **Law.** Its answer is that of a scan of every row: what is skipped has a bound below the threshold, and
//! the threshold is the exact score of a row that is at least as good as the last one asked for.
//!
//! Start reading at [`best`], then [`Sweep::block`].

use std::collections::{BinaryHeap, VecDeque};

use sosie_similarity::{Counts, Footprint, Measure, Scorer, Search};

use crate::blocks::layout::{BLOCK_ROWS, ByteColumn, LANES, WideColumn};
use crate::blocks::{Blocks, NO_SERIES};
use crate::cancel::Cancel;
use crate::error::SearchError;
use crate::exact_values::exact_values;
use crate::kernel::{Kernel, Rest};
use crate::plan::Plan;
use crate::row_filter::RowFilter;
use crate::snapshot::Part;
use crate::top_k::{Scored, TopK};

/// Blocks that are scored before the sweep: after them the threshold has nearly risen to where it ends.
const SEED_BLOCKS: usize = 64;
/// Nodes whose blocks are ranked to choose these from.
const SEED_NODES: usize = 24;
/// Blocks whose rows are settled together, best first, so that few are scored that others better.
const SEEDS_TOGETHER: usize = 8;

/// Blocks that are asked for while others are scored: enough that their words have come when their turn has.
const DUE_BLOCKS: usize = 12;
/// As much, of nodes.
const NODES_AHEAD: usize = 6;

/// By how much a bound, as a score of 32 bits, may lie below what it should be by rounding.
const ROUNDING: f64 = 1e-6;

/// How rows are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// Blocks that can hold no hit are skipped.
    Pruned,
    /// Every block is scored: what pruning is measured against.
    Scan,
}

/// A search made ready for the blocks of a generation: its plan, and the rows that may be scored.
pub(crate) struct Prepared<'a> {
    pub(crate) search: &'a Search,
    pub(crate) scorer: Scorer<'a>,
    pub(crate) plan: Plan,
    pub(crate) rows: RowFilter,
}

/// The best rows of a search, best first, and what finding them cost.
pub(crate) fn best(
    part: &Part,
    prepared: &Prepared,
    top: TopK,
    path: Path,
    cancel: &Cancel,
) -> Result<(Vec<Scored>, Counts), SearchError> {
    let Prepared {
        search,
        scorer,
        plan,
        rows,
    } = prepared;
    let mut sweep = Sweep {
        part,
        blocks: part.blocks(),
        scorer,
        geometries: needs_geometries(search),
        days: needs_days(search),
        kernel: Kernel::detected(),
        plan,
        rows,
        top,
        leasts: vec![0; plan.groups.len()],
        found: BinaryHeap::new(),
        counts: Counts {
            candidates: rows.candidates,
            ..Counts::default()
        },
        scored: vec![0; part.blocks().block_count().div_ceil(64)],
        cancel,
    };
    sweep.raise_leasts();
    match path {
        Path::Pruned => sweep.pruned()?,
        Path::Scan => sweep.scan()?,
    }
    let with_rows = part.blocks().groups.iter();
    let blocks: usize = with_rows
        .map(|group| (group.rows as usize).div_ceil(BLOCK_ROWS))
        .sum();
    sweep.counts.blocks_skipped = blocks - sweep.counts.blocks_scored;
    Ok((sweep.top.into_sorted(), sweep.counts))
}

/// Whether exact scores depend on the geometries of candidates.
fn needs_geometries(search: &Search) -> bool {
    let probe = search.probe().values();
    let overlaps = |measure: &Measure| matches!(measure, Measure::FootprintOverlap { .. });
    let mut measures = search.profile().axes().iter();
    probe.footprint.is_some() && measures.any(|rule| overlaps(&rule.measure))
}

/// Whether exact scores depend on the days of the year of candidates.
fn needs_days(search: &Search) -> bool {
    let mut measures = search.profile().axes().iter();
    measures.any(|rule| rule.measure == Measure::CyclicSeason)
}

/// A block to score, the sum that none of its rows passes, and what is in it for the axes that are looked at last.
#[derive(Clone, Copy)]
struct Due {
    block: usize,
    sum: u16,
    rest: Rest,
}

/// A row that may be among the best: the bits of the score that it does not pass, which for scores have the order of
/// numbers, and its slot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    score_bits: u32,
    slot: u32,
}

struct Sweep<'a> {
    part: &'a Part,
    blocks: &'a Blocks,
    scorer: &'a Scorer<'a>,
    geometries: bool,
    days: bool,
    kernel: Kernel,
    plan: &'a Plan,
    rows: &'a RowFilter,
    top: TopK,
    /// By group: the fewest points of a row that may be among the best. More than there are where no row may.
    leasts: Vec<u16>,
    /// Rows that are not scored yet.
    found: BinaryHeap<Found>,
    counts: Counts,
    /// A bit per block that was looked at already.
    scored: Vec<u64>,
    cancel: &'a Cancel,
}

impl Sweep<'_> {
    fn scan(&mut self) -> Result<(), SearchError> {
        for node in 0..self.blocks.node_count() {
            self.cancel.check()?;
            let group = self.group_of(node);
            let Some(plan) = &self.plan.groups[group] else {
                continue;
            };
            let rest = Rest::of_any(self.plan, plan);
            for block in node * LANES..(node + 1) * LANES {
                let live = self.blocks.block(block).live();
                if self.rows.word(block, group, live) != 0 {
                    self.block(block, rest);
                    self.settle()?;
                }
            }
        }
        Ok(())
    }

    fn pruned(&mut self) -> Result<(), SearchError> {
        let bounds = self.node_bounds();
        self.seed(&bounds)?;
        let may_hold_hits = |(node, bound): &(usize, &u16)| **bound >= self.least_of(*node);
        let nodes = bounds.iter().enumerate().filter(may_hold_hits);
        let nodes: Vec<usize> = nodes.map(|(node, _)| node).collect();
        let mut due = VecDeque::with_capacity(DUE_BLOCKS + LANES);
        for (at, node) in nodes.iter().enumerate() {
            self.cancel.check()?;
            if let Some(ahead) = nodes.get(at + NODES_AHEAD) {
                self.blocks.node(*ahead).prefetch();
            }
            if bounds[*node] >= self.least_of(*node) {
                self.add_due(*node, &mut due);
            }
            while due.len() > DUE_BLOCKS {
                self.due_block(&mut due)?;
            }
        }
        while !due.is_empty() {
            self.due_block(&mut due)?;
        }
        Ok(())
    }

    /// Looks at the block that has been due longest, unless the threshold has risen past it.
    fn due_block(&mut self, due: &mut VecDeque<Due>) -> Result<(), SearchError> {
        match due.pop_front() {
            Some(due) if due.sum >= self.least_of(due.block / LANES) => {
                self.block(due.block, due.rest);
                self.settle()
            }
            Some(_) | None => Ok(()),
        }
    }

    fn group_of(&self, node: usize) -> usize {
        usize::from(self.blocks.node_groups()[node])
    }

    /// The fewest points of a row of a node that may be among the best.
    fn least_of(&self, node: usize) -> u16 {
        self.leasts[self.group_of(node)]
    }

    /// The sum that no row of each node passes.
    fn node_bounds(&self) -> Vec<u16> {
        let nodes = self.blocks.node_count();
        let tops = nodes.div_ceil(LANES);
        let mut bounds = Vec::with_capacity(tops * LANES);
        for top in (0..tops).map(|top| self.blocks.top(top)) {
            bounds.extend_from_slice(&self.kernel.lanes(self.plan, None, top).sums);
        }
        bounds.truncate(nodes);
        bounds
    }

    /// Scores what is best in the blocks with the highest bounds.
    fn seed(&mut self, bounds: &[u16]) -> Result<(), SearchError> {
        let mut seeds = Vec::with_capacity(SEED_NODES * LANES);
        for node in self.seed_nodes(bounds) {
            let group = self.group_of(node);
            let Some(plan) = &self.plan.groups[group] else {
                continue;
            };
            self.add_lanes(node, |due| seeds.push((plan.score(due.sum), due)));
        }
        keep_best(&mut seeds, SEED_BLOCKS);
        seeds.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        for (_, due) in &seeds {
            self.prefetch(due);
        }
        for seeds in seeds.chunks(SEEDS_TOGETHER) {
            for (_, due) in seeds {
                if due.sum >= self.least_of(due.block / LANES) {
                    self.block(due.block, due.rest);
                }
            }
            self.settle()?;
        }
        Ok(())
    }

    /// The nodes with the highest bounds; their words are asked for.
    fn seed_nodes(&self, bounds: &[u16]) -> Vec<usize> {
        let scored = bounds.iter().enumerate().filter_map(|(node, bound)| {
            let group = self.group_of(node);
            let plan = self.plan.groups[group].as_ref();
            let plan = plan.filter(|_| *bound >= self.leasts[group])?;
            Some((plan.score(*bound), node))
        });
        let mut best: Vec<(f32, usize)> = scored.collect();
        keep_best(&mut best, SEED_NODES);
        let nodes = best.into_iter().map(|(_, node)| node);
        nodes
            .inspect(|node| self.blocks.node(*node).prefetch())
            .collect()
    }

    /// Adds the blocks of a node that were not looked at yet and may hold a hit, and asks for their words.
    fn add_due(&self, node: usize, due: &mut VecDeque<Due>) {
        self.add_lanes(node, |lane| {
            let scored = self.scored[lane.block / 64] >> (lane.block % 64) & 1 == 1;
            if !scored {
                self.prefetch(&lane);
                due.push_back(lane);
            }
        });
    }

    /// The blocks of a node that may hold a hit, and hold a row that passes the filter.
    #[inline(always)]
    fn add_lanes(&self, node: usize, mut add: impl FnMut(Due)) {
        let group = self.group_of(node);
        let least = self.leasts[group];
        let plan = self.plan.groups[group].as_ref();
        let summary = self.blocks.node(node);
        let lanes = self.kernel.lanes(self.plan, plan, summary);
        for (lane, sum) in lanes.sums.into_iter().enumerate().take(summary.count()) {
            if sum < least || summary.is_empty(lane) {
                continue;
            }
            let block = node * LANES + lane;
            if self.rows.word(block, group, u64::MAX) != 0 {
                let rest = lanes.rest(lane);
                add(Due { block, sum, rest });
            }
        }
    }

    /// Asks for the words of a block that will be looked at.
    #[inline(always)]
    fn prefetch(&self, due: &Due) {
        let block = self.blocks.block(due.block);
        for column in ByteColumn::OFTEN {
            block.prefetch_bytes(column);
        }
        let Rest {
            nature,
            sector,
            place,
        } = due.rest;
        let wides = [
            (nature, WideColumn::Nature),
            (sector, WideColumn::Sector),
            (place, WideColumn::X),
            (place, WideColumn::Y),
            (place, WideColumn::Z),
        ];
        for (points, column) in wides {
            if Rest::is_looked_up(points) {
                block.prefetch_wides(column);
            }
        }
        if Rest::is_looked_up(place) {
            block.prefetch_frame();
        }
    }

    /// Finds the rows of a block that may be among the best.
    fn block(&mut self, at: usize, rest: Rest) {
        let group = self.group_of(at / LANES);
        let Some(plan) = &self.plan.groups[group] else {
            return;
        };
        self.scored[at / 64] |= 1 << (at % 64);
        self.counts.blocks_scored += 1;
        let (block, least) = (self.blocks.block(at), self.leasts[group]);
        let Some(rows) = self.kernel.rows((self.plan, plan), block, rest, least) else {
            return;
        };
        let mut lanes = rows.reaching & self.rows.word(at, group, u64::MAX) & block.live();
        while lanes != 0 {
            let lane = lanes.trailing_zeros() as usize;
            lanes &= lanes - 1;
            let slot = at * BLOCK_ROWS + lane;
            self.blocks.prefetch_row(slot);
            self.found.push(Found {
                score_bits: plan.score(rows.sums[lane]).to_bits(),
                slot: slot as u32,
            });
        }
    }

    /// Scores what was found, best first, so that the threshold rises as early as it can.
    fn settle(&mut self) -> Result<(), SearchError> {
        if self.found.is_empty() {
            return Ok(());
        }
        while let Some(found) = self.found.pop() {
            let least = self.top.threshold().map(|least| (least - ROUNDING) as f32);
            if least.is_some_and(|least| f32::from_bits(found.score_bits) < least) {
                self.found.clear();
                break;
            }
            self.row(found.slot as usize)?;
        }
        self.raise_leasts();
        Ok(())
    }

    /// Brings the fewest points up to the threshold.
    fn raise_leasts(&mut self) {
        let threshold = self.top.threshold();
        for (group, (least, plan)) in self.leasts.iter_mut().zip(&self.plan.groups).enumerate() {
            *least = match plan {
                Some(plan) if self.rows.may_pass(group) => plan.least(threshold),
                Some(_) | None => u16::MAX,
            };
        }
    }

    /// Scores a row to the last bit.
    fn row(&mut self, slot: usize) -> Result<(), SearchError> {
        let document = self.blocks.documents()[slot];
        if self.rows.excludes(document) {
            return Ok(());
        }
        self.counts.rows_scored += 1;
        let group = self.group_of(slot / BLOCK_ROWS / LANES);
        let geometry = self.blocks.groups[group].key.geometry;
        let footprint: Option<Footprint> = if self.geometries && geometry {
            self.part.footprint_of(document)?
        } else {
            None
        };
        let values = exact_values(self.part, slot, footprint.as_ref(), self.days)?;
        if let Ok(score) = self.scorer.score(&values) {
            self.top.push(Scored {
                slot,
                score,
                tie: self.blocks.ties()[slot],
                series: self.blocks.series()[slot],
            });
        }
        Ok(())
    }
}

/// Keeps those with the highest scores, in no order.
fn keep_best<T>(scored: &mut Vec<(f32, T)>, count: usize) {
    if scored.len() > count {
        scored.select_nth_unstable_by(count, |a, b| b.0.total_cmp(&a.0));
        scored.truncate(count);
    }
}

/// Members of the series of a row that are hits before collapse; 1 without a series.
pub(crate) fn member_count(blocks: &Blocks, prepared: &Prepared, series: u32) -> usize {
    let Prepared { plan, rows, .. } = prepared;
    if series == NO_SERIES {
        return 1;
    }
    let is_hit = |slot: &&u32| {
        let (at, lane) = (**slot as usize / BLOCK_ROWS, **slot as usize % BLOCK_ROWS);
        let group = blocks.block(at).group();
        let passes = rows.word(at, group, u64::MAX) >> lane & 1 == 1;
        let document = blocks.documents()[**slot as usize];
        passes && plan.groups[group].is_some() && !rows.excludes(document)
    };
    blocks.series_slots(series).iter().filter(is_hit).count()
}
