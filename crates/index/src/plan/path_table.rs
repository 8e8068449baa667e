//! What each class of paths can add to a score at most, and each bucket of the masks of summaries.

use sosie_similarity::{Axis, AxisValues, CodePath, Extent, Measure};

use super::code_table::rounded_up;
use crate::blocks::paths::Paths;

/// Ways in which summaries sort paths into buckets.
const WAYS: usize = 2;

/// By class and, for summaries, by bucket.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PathTable {
    /// One number per class, the first for rows without a path.
    pub(crate) by_class: Vec<f32>,
    levels: [Vec<Level>; WAYS],
}

/// Buckets whose best path adds this much or more.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Level {
    most: f32,
    buckets: u64,
}

impl PathTable {
    /// Of an axis that plays no part.
    pub(crate) fn empty(paths: &Paths) -> Self {
        PathTable {
            by_class: vec![0.0; paths.class_count()],
            levels: [Vec::new(), Vec::new()],
        }
    }

    /// Of a probe's path under a measure with a weight.
    pub(crate) fn new(
        paths: &Paths,
        probe: Option<&CodePath>,
        part: (Axis, &Measure, f64),
    ) -> Self {
        let mut table = PathTable::empty(paths);
        let Some(probe) = probe else { return table };
        let (axis, measure, weight) = part;
        let values = AxisValues {
            nature: Some(probe),
            sector: Some(probe),
            ..AxisValues::default()
        };
        let related = match measure {
            // A path that shares no code has affinity 0.
            Measure::PathAffinity => paths.sharing(probe, 1),
            Measure::Equal => paths.under(probe),
            Measure::GeoDecay { .. }
            | Measure::LogRatio { .. }
            | Measure::ShareOverlap
            | Measure::CyclicSeason
            | Measure::FootprintOverlap { .. }
            | Measure::Table(_) => 0..paths.all().len(),
        };
        let mut best = [[0f32; 64]; WAYS];
        for number in related {
            let extent = Extent::Path(&paths.all()[number]);
            let most = rounded_up(weight * measure.bound(axis, &values, extent));
            let by_class = &mut table.by_class[usize::from(paths.class(number))];
            *by_class = by_class.max(most);
            for (best, bucket) in best.iter_mut().zip(paths.buckets(number)) {
                let best = &mut best[usize::from(bucket)];
                *best = best.max(most);
            }
        }
        table.levels = best.map(|best| levels(&best));
        table
    }

    /// Whether it adds nothing, whatever the path.
    pub(crate) fn is_zero(&self) -> bool {
        self.levels.iter().all(Vec::is_empty)
    }

    /// The most that paths of buckets `masks` add: no more than either way of sorting them says.
    #[inline(always)]
    pub(crate) fn most<const N: usize>(&self, masks: [&[u64; N]; WAYS]) -> [f32; N] {
        // As the bits of the numbers, which for numbers of at least 0 have the same order.
        let mut most = [[0u32; N]; WAYS];
        for ((most, levels), masks) in most.iter_mut().zip(&self.levels).zip(masks) {
            for level in levels {
                let bits = level.most.to_bits();
                for (most, mask) in most.iter_mut().zip(masks) {
                    let hit = u32::from(mask & level.buckets != 0);
                    *most = (*most).max(bits & hit.wrapping_neg());
                }
            }
        }
        let mut least = [0f32; N];
        for (at, least) in least.iter_mut().enumerate() {
            *least = f32::from_bits(most[0][at].min(most[1][at]));
        }
        least
    }
}

/// One level for each number above 0 that a bucket adds, the least first.
fn levels(best: &[f32; 64]) -> Vec<Level> {
    let mut values: Vec<f32> = best.iter().copied().filter(|most| *most > 0.0).collect();
    values.sort_unstable_by(f32::total_cmp);
    values.dedup();
    let buckets = |least: f32| {
        let reached = best.iter().enumerate().filter(|(_, most)| **most >= least);
        reached.fold(0, |buckets, (at, _)| buckets | 1 << at)
    };
    values
        .into_iter()
        .map(|most| Level {
            most,
            buckets: buckets(most),
        })
        .collect()
}
