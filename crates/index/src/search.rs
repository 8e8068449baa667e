//! The search over blocks: seeds from the most promising ones, then sweeps what is left in the order of memory.
//!
//! **Law.** Its answer is that of a scan of every row: what is skipped has a bound below the threshold, and
//! the threshold is the exact score of a row that is at least as good as the last one asked for.
//!
//! Start reading at [`best`], then [`Sweep::block`].

use std::hint::black_box;

use sosie_similarity::{AxisValues, Counts, Footprint, Measure, Scorer, Search};

use crate::blocks::layout::{BLOCK_ROWS, LANES};
use crate::blocks::{Blocks, NO_SERIES};
use crate::cancel::Cancel;
use crate::error::SearchError;
use crate::kernel::Kernel;
use crate::plan::Plan;
use crate::row_filter::RowFilter;
use crate::snapshot::Snapshot;
use crate::top_k::{Scored, TopK};

/// Blocks that are scored before the sweep: after them the threshold has nearly risen to where it ends.
const SEED_BLOCKS: usize = 64;
/// Nodes whose blocks are ranked to choose these from.
const SEED_NODES: usize = 24;

/// How rows are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// Blocks that can hold no hit are skipped.
    Pruned,
    /// Every block is scored: what pruning is measured against.
    Scan,
}

/// The best rows of a search, best first, and what finding them cost.
pub(crate) fn best(
    snapshot: &Snapshot,
    search: &Search,
    (rows, top): (&RowFilter, TopK),
    path: Path,
    cancel: &Cancel,
) -> Result<(Vec<Scored>, Counts), SearchError> {
    let plan = Plan::new(search, snapshot.blocks());
    let mut sweep = Sweep {
        snapshot,
        blocks: snapshot.blocks(),
        scorer: search.scorer(),
        geometries: needs_geometries(search),
        kernel: Kernel::detected(),
        plan: &plan,
        rows,
        top,
        counts: Counts {
            candidates: rows.candidates,
            ..Counts::default()
        },
        scored: vec![0; snapshot.blocks().block_count().div_ceil(64)],
        cancel,
    };
    match path {
        Path::Pruned => sweep.pruned()?,
        Path::Scan => sweep.scan()?,
    }
    let with_rows = snapshot.blocks().groups.iter();
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

struct Sweep<'a> {
    snapshot: &'a Snapshot,
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
            if at % 1_024 == 0 {
                self.cancel.check()?;
            }
            self.block(at)?;
        }
        Ok(())
    }

    fn pruned(&mut self) -> Result<(), SearchError> {
        let nodes = self.node_bounds();
        self.seed(&nodes)?;
        let mut due = [0; LANES];
        for (node, bound) in nodes.into_iter().enumerate() {
            if self.is_below(bound) {
                continue;
            }
            self.cancel.check()?;
            let count = self.due_blocks(node, &mut due);
            self.prefetch(&due[..count]);
            for at in &due[..count] {
                self.block(*at)?;
            }
        }
        Ok(())
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

    /// Whether a bound, as a score, is below the threshold by more than computing it can be off.
    fn is_below(&self, bound: f32) -> bool {
        let threshold = self.top.threshold().unwrap_or(f64::NEG_INFINITY);
        bound == f32::NEG_INFINITY || f64::from(bound) < threshold - 1e-5
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
        let mut blocks: Vec<(f32, usize)> = Vec::with_capacity(best.len() * LANES);
        for (_, node) in best {
            let group = usize::from(self.blocks.node_groups()[node]);
            let Some(plan) = &self.plan.groups[group] else {
                continue;
            };
            let lanes = self.blocks.node(node);
            let sums = self.kernel.lanes(self.plan, Some(plan), lanes);
            let sums = sums.iter().take(lanes.count()).zip(node * LANES..);
            blocks.extend(sums.map(|(sum, at)| (plan.score(*sum), at)));
        }
        blocks.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        for (bound, at) in blocks.into_iter().take(SEED_BLOCKS) {
            if self.is_below(bound) {
                break;
            }
            self.block(at)?;
        }
        Ok(())
    }

    /// The blocks of a node that are not scored yet and may hold a hit; gives how many there are.
    fn due_blocks(&self, node: usize, due: &mut [usize; LANES]) -> usize {
        let group = usize::from(self.blocks.node_groups()[node]);
        let Some(plan) = &self.plan.groups[group] else {
            return 0;
        };
        let lanes = self.blocks.node(node);
        let sums = self.kernel.lanes(self.plan, Some(plan), lanes);
        let least = plan.least(self.top.threshold());
        let mut count = 0;
        for (lane, sum) in sums.iter().enumerate().take(lanes.count()) {
            let at = node * LANES + lane;
            let scored = self.scored[at / 64] >> (at % 64) & 1 == 1;
            let live = u64::MAX;
            if *sum >= least && !scored && self.rows.word(at, group, live) != 0 {
                due[count] = at;
                count += 1;
            }
        }
        count
    }

    /// Reads a word of each cache line of some blocks, so that their misses overlap.
    fn prefetch(&self, blocks: &[usize]) {
        let mut seen = 0;
        for at in blocks {
            seen ^= self.blocks.block(*at).touch();
        }
        black_box(seen);
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
        if !self.kernel.rows(self.plan, plan, block, least, &mut sums) {
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
            self.snapshot.footprint_of(document)?
        } else {
            None
        };
        let paths = (&self.blocks.natures, &self.blocks.sectors);
        let values: AxisValues =
            self.snapshot
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
pub(crate) fn member_count(
    blocks: &Blocks,
    plan: &Plan,
    rows: &RowFilter,
    series: u32,
) -> usize {
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
