//! The search over blocks: seeds from the most promising ones, then sweeps what is left in the order of memory.
//!
//! **Law.** Its answer is that of a scan of every row: what is skipped has a bound below the threshold, and
//! the threshold is the exact score of a row that is at least as good as the last one asked for.
//!
//! Start reading at [`best`], then [`Sweep::block`].

use std::collections::VecDeque;

use sosie_similarity::{AxisValues, Counts, Footprint, Measure, Scorer, Search};

use crate::blocks::layout::{BLOCK_ROWS, LANES};
use crate::blocks::{Blocks, NO_SERIES};
use crate::cancel::Cancel;
use crate::error::SearchError;
use crate::kernel::Kernel;
use crate::plan::Plan;
use crate::row_filter::RowFilter;
use crate::snapshot::Part;
use crate::top_k::{Scored, TopK};

/// Blocks that are scored before the sweep: after them the threshold has nearly risen to where it ends.
const SEED_BLOCKS: usize = 64;
/// Nodes whose blocks are ranked to choose these from.
const SEED_NODES: usize = 24;

/// Blocks that are asked for while others are scored: enough that their words have come when their turn has.
const DUE_BLOCKS: usize = 12;
/// As much, of seeds, whose words lie anywhere.
const SEEDS_AHEAD: usize = 6;
/// As much, of nodes.
const NODES_AHEAD: usize = 6;

/// By how much a bound, as a score of 32 bits, may lie below what it should be: what sums are allowed, and rounding.
const BOUND_MARGIN: f64 = 1e-5;

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
    let Prepared { search, plan, rows } = prepared;
    let mut sweep = Sweep {
        part,
        blocks: part.blocks(),
        scorer: search.scorer(),
        geometries: needs_geometries(search),
        kernel: Kernel::detected(),
        plan,
        rows,
        top,
        counts: Counts {
            candidates: rows.candidates,
            ..Counts::default()
        },
        scored: vec![0; part.blocks().block_count().div_ceil(64)],
        cancel,
    };
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

/// A block to score, and the score that none of its rows passes.
#[derive(Clone, Copy)]
struct Due {
    block: usize,
    score: f32,
}

struct Sweep<'a> {
    part: &'a Part,
    blocks: &'a Blocks,
    scorer: Scorer<'a>,
    geometries: bool,
    kernel: Kernel,
    plan: &'a Plan,
    rows: &'a RowFilter,
    top: TopK,
    counts: Counts,
    /// A bit per block that was scored already.
    scored: Vec<u64>,
    cancel: &'a Cancel,
}

impl Sweep<'_> {
    fn scan(&mut self) -> Result<(), SearchError> {
        for at in 0..self.blocks.block_count() {
            if at % LANES == 0 {
                self.cancel.check()?;
            }
            self.block(at)?;
        }
        Ok(())
    }

    fn pruned(&mut self) -> Result<(), SearchError> {
        let bounds = self.node_bounds();
        self.seed(&bounds)?;
        let nodes: Vec<usize> = (0..bounds.len())
            .filter(|node| !self.is_below(bounds[*node]))
            .collect();
        let mut due = VecDeque::with_capacity(DUE_BLOCKS + LANES);
        for (at, node) in nodes.iter().enumerate() {
            self.cancel.check()?;
            if let Some(ahead) = nodes.get(at + NODES_AHEAD) {
                self.blocks.node(*ahead).prefetch();
            }
            if !self.is_below(bounds[*node]) {
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

    /// Scores the block that has been due longest, unless the threshold has risen past it.
    fn due_block(&mut self, due: &mut VecDeque<Due>) -> Result<(), SearchError> {
        match due.pop_front() {
            Some(due) if due.score >= self.least_score() => self.block(due.block),
            Some(_) | None => Ok(()),
        }
    }

    /// The bound that a lane must have, as a score: less than the threshold by more than computing it can be off.
    fn least_score(&self) -> f32 {
        let threshold = self.top.threshold();
        threshold.map_or(f32::NEG_INFINITY, |threshold| {
            (threshold - BOUND_MARGIN) as f32
        })
    }

    /// The score that no row of each node passes; below every threshold where no row is a hit.
    fn node_bounds(&self) -> Vec<f32> {
        let groups = self.blocks.node_groups();
        let mut bounds = Vec::with_capacity(groups.len());
        for (top, groups) in groups.chunks(LANES).enumerate() {
            let sums = self.kernel.lanes(self.plan, None, self.blocks.top(top));
            let bound = groups.iter().zip(sums).map(|(group, sum)| {
                let group = usize::from(*group);
                match &self.plan.groups[group] {
                    Some(plan) if self.rows.may_pass(group) => plan.score(sum),
                    Some(_) | None => f32::NEG_INFINITY,
                }
            });
            bounds.extend(bound);
        }
        bounds
    }

    /// Whether no row under this bound can be a hit.
    fn is_below(&self, bound: f32) -> bool {
        bound == f32::NEG_INFINITY || bound < self.least_score()
    }

    /// Scores the blocks with the highest bounds.
    fn seed(&mut self, nodes: &[f32]) -> Result<(), SearchError> {
        let mut best: Vec<(f32, usize)> = nodes
            .iter()
            .zip(0..)
            .map(|(bound, node)| (*bound, node))
            .filter(|(bound, _)| *bound > f32::NEG_INFINITY)
            .collect();
        if best.len() > SEED_NODES {
            best.select_nth_unstable_by(SEED_NODES, |a, b| b.0.total_cmp(&a.0));
            best.truncate(SEED_NODES);
        }
        best.iter()
            .for_each(|(_, node)| self.blocks.node(*node).prefetch());
        let mut due = VecDeque::with_capacity(best.len() * LANES);
        for (_, node) in best {
            self.add_lanes(node, |due_block| due.push_back(due_block));
        }
        let due = due.make_contiguous();
        due.sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
        for at in 0..due.len().min(SEED_BLOCKS) {
            if let Some(ahead) = due.get(at + SEEDS_AHEAD) {
                self.blocks.block(ahead.block).prefetch();
            }
            if due[at].score < self.least_score() {
                break;
            }
            self.block(due[at].block)?;
        }
        Ok(())
    }

    /// Adds the blocks of a node that are not scored yet and may hold a hit, and asks for their words.
    fn add_due(&self, node: usize, due: &mut VecDeque<Due>) {
        let least = self.least_score();
        self.add_lanes(node, |lane| {
            let scored = self.scored[lane.block / 64] >> (lane.block % 64) & 1 == 1;
            if lane.score >= least && !scored {
                self.blocks.block(lane.block).prefetch();
                due.push_back(lane);
            }
        });
    }

    /// The blocks of a node with any row that passes the filter.
    #[inline(always)]
    fn add_lanes(&self, node: usize, mut add: impl FnMut(Due)) {
        let group = usize::from(self.blocks.node_groups()[node]);
        let Some(plan) = &self.plan.groups[group] else {
            return;
        };
        let lanes = self.blocks.node(node);
        let sums = self.kernel.lanes(self.plan, Some(plan), lanes);
        for (lane, sum) in sums.iter().enumerate().take(lanes.count()) {
            let block = node * LANES + lane;
            if self.rows.word(block, group, u64::MAX) != 0 {
                let score = plan.score(*sum);
                add(Due { block, score });
            }
        }
    }

    /// Scores the rows of a block that may be among the best.
    fn block(&mut self, at: usize) -> Result<(), SearchError> {
        let block = self.blocks.block(at);
        let group = block.group();
        let live = self.rows.word(at, group, block.live()) & block.live();
        let Some(plan) = self.plan.groups[group].as_ref().filter(|_| live != 0) else {
            return Ok(());
        };
        self.scored[at / 64] |= 1 << (at % 64);
        self.counts.blocks_scored += 1;
        let least = plan.least(self.top.threshold());
        let mut sums = [0f32; BLOCK_ROWS];
        if !self.kernel.rows((self.plan, plan), block, least, &mut sums) {
            return Ok(());
        }
        let mut due: [(f32, u8); BLOCK_ROWS] = [(0.0, 0); BLOCK_ROWS];
        let mut count = 0;
        for (lane, sum) in (0..).zip(sums) {
            if sum >= least && live >> lane & 1 == 1 {
                due[count] = (sum, lane);
                count += 1;
            }
        }
        let due = &mut due[..count];
        due.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        for (sum, lane) in due {
            // Best first, so the threshold rises as early as it can.
            if *sum < plan.least(self.top.threshold()) {
                break;
            }
            self.row(at * BLOCK_ROWS + usize::from(*lane), plan.geometry)?;
        }
        Ok(())
    }

    /// Scores a row to the last bit.
    fn row(&mut self, slot: usize, geometry: bool) -> Result<(), SearchError> {
        let document = self.blocks.documents()[slot];
        if self.rows.excludes(document) {
            return Ok(());
        }
        self.counts.rows_scored += 1;
        let footprint: Option<Footprint> = if self.geometries && geometry {
            self.part.footprint_of(document)?
        } else {
            None
        };
        let paths = (&self.blocks.natures, &self.blocks.sectors);
        let values: AxisValues = self
            .part
            .columns()
            .values(document, paths, footprint.as_ref())?;
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
