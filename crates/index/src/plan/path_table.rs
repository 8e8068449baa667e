//! What each class of paths can add to a score at most, and each bucket of the masks of summaries.

use sosie_similarity::{Axis, AxisValues, CodePath, Extent, Measure};

use super::points::of_share;
use crate::blocks::paths::Paths;

/// Ways in which summaries sort paths into buckets.
const WAYS: usize = 2;

/// Classes whose points two registers hold.
const FEW: usize = 64;

/// Points by class and, for summaries, by bucket.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PathTable {
    /// Of the classes that may add anything, from `first_class` on: they follow each other.
    by_class: Vec<u16>,
    first_class: u16,
    /// The same, if these are few.
    few: Few,
    /// The most of all classes.
    pub(crate) peak: u16,
    levels: [Vec<Level>; WAYS],
}

/// Points of a few classes, filled up with zeros; they begin where a line of the cache does.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
struct Few([u16; FEW]);

impl Default for Few {
    fn default() -> Self {
        Few([0; FEW])
    }
}

/// Buckets whose best path adds this much or more.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Level {
    most: u16,
    buckets: u64,
}

impl PathTable {
    /// Of a probe's path under a measure with a share of the weights.
    pub(super) fn new(
        paths: &Paths,
        probe: Option<&CodePath>,
        part: (Axis, &Measure, f64),
    ) -> Self {
        let Some(probe) = probe else {
            return PathTable::default();
        };
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
        let mut table = PathTable {
            first_class: paths.class(related.start),
            ..PathTable::default()
        };
        let mut best = [[0; 64]; WAYS];
        for number in related {
            let extent = Extent::Path(&paths.all()[number]);
            let most = of_share(weight * measure.bound(axis, &values, extent));
            table.add(paths.class(number), most);
            for (best, bucket) in best.iter_mut().zip(paths.buckets(number)) {
                let best = &mut best[usize::from(bucket)];
                *best = most.max(*best);
            }
        }
        for (few, points) in table.few.0.iter_mut().zip(&table.by_class) {
            *few = *points;
        }
        table.levels = best.map(|best| levels(&best));
        table
    }

    /// Classes come in their order; more than one path may be of the same.
    fn add(&mut self, class: u16, most: u16) {
        let place = usize::from(class - self.first_class);
        self.by_class.resize(place + 1, 0);
        self.by_class[place] = most.max(self.by_class[place]);
        self.peak = most.max(self.peak);
    }

    /// Whether a class may add anything.
    #[inline(always)]
    pub(crate) fn knows(&self, class: u16) -> bool {
        usize::from(class.wrapping_sub(self.first_class)) < self.by_class.len()
    }

    /// The first class that may add anything, how many do, and their points, if these are few.
    #[inline(always)]
    pub(crate) fn few(&self) -> Option<(u16, u16, &[u16; FEW])> {
        let classes = self.by_class.len();
        (classes <= FEW).then_some((self.first_class, classes as u16, &self.few.0))
    }

    /// What a class adds.
    #[inline(always)]
    pub(crate) fn of_class(&self, class: u16) -> u16 {
        let place = usize::from(class.wrapping_sub(self.first_class));
        self.by_class.get(place).copied().unwrap_or(0)
    }

    /// Whether it adds nothing, whatever the path.
    pub(crate) fn is_zero(&self) -> bool {
        self.peak == 0
    }

    /// The most that paths of buckets `masks` add: no more than either way of sorting them says.
    #[inline(always)]
    pub(crate) fn most<const N: usize>(&self, masks: [&[u64; N]; WAYS]) -> [u16; N] {
        let mut most = [[0; N]; WAYS];
        for ((most, levels), masks) in most.iter_mut().zip(&self.levels).zip(masks) {
            for level in levels {
                for (most, mask) in most.iter_mut().zip(masks) {
                    let hit = u16::from(mask & level.buckets != 0);
                    *most = (*most).max(level.most & hit.wrapping_neg());
                }
            }
        }
        let [mut least, other] = most;
        for (least, other) in least.iter_mut().zip(other) {
            *least = other.min(*least);
        }
        least
    }
}

/// One level for each number above 0 that a bucket adds, the least first.
fn levels(best: &[u16; 64]) -> Vec<Level> {
    let mut values: Vec<u16> = best.iter().copied().filter(|most| *most > 0).collect();
    values.sort_unstable();
    values.dedup();
    let buckets = |least: u16| {
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
