//! What the hits needed: outcome counts summarised by code.
//!
//! **Law.** What is not known exactly is not made up. A count of which only "fewer than k" is known is any number from 0 up to,
//! not including, k: the statistics of all counts lie between those with 0 in its place and those with k.

use std::collections::BTreeMap;

use crate::code::Code;
use crate::search::Hit;

/// How much of an outcome is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OutcomeCount {
    /// The count, at least 0.
    Exact(f64),
    /// That it is below this, and at least 0.
    FewerThan(u32),
}

impl OutcomeCount {
    /// The least that it can be.
    fn at_least(self) -> f64 {
        match self {
            OutcomeCount::Exact(count) => count,
            OutcomeCount::FewerThan(_) => 0.0,
        }
    }

    /// What it is at most; of what is not exact, it is less.
    fn at_most(self) -> f64 {
        match self {
            OutcomeCount::Exact(count) => count,
            OutcomeCount::FewerThan(bound) => f64::from(bound),
        }
    }
}

/// How one outcome is spread over the hits that state it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutcomeSummary {
    /// Hits that state it, exactly or not.
    pub hit_count: usize,
    /// Those of them that state only that it is fewer than a number.
    pub fewer_than_count: usize,
    /// The statistics of the least that the counts can be; those of the counts themselves if all are exact.
    pub at_least: Quantiles,
    /// The statistics of the most that they can be; the same if all are exact.
    pub at_most: Quantiles,
}

/// Statistics of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles {
    /// Smallest.
    pub min: f64,
    /// First quartile.
    pub p25: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub p75: f64,
    /// Largest.
    pub max: f64,
}

/// Summaries by outcome code, over the hits that state it.
pub fn summarise(hits: &[Hit]) -> BTreeMap<&Code, OutcomeSummary> {
    let mut counts: BTreeMap<&Code, Vec<OutcomeCount>> = BTreeMap::new();
    for hit in hits {
        let parts = hit.event.parts();
        for (code, count) in &parts.outcomes {
            let count = OutcomeCount::Exact(*count);
            counts.entry(code).or_default().push(count);
        }
        for (code, bound) in &parts.outcomes_fewer_than {
            let count = OutcomeCount::FewerThan(*bound);
            counts.entry(code).or_default().push(count);
        }
    }
    counts
        .into_iter()
        .map(|(code, counts)| (code, OutcomeSummary::of(&counts)))
        .collect()
}

impl OutcomeSummary {
    /// Of one count at least.
    fn of(counts: &[OutcomeCount]) -> Self {
        let is_exact = |count: &&OutcomeCount| matches!(count, OutcomeCount::Exact(_));
        let of = |end: fn(OutcomeCount) -> f64| Quantiles::of(counts.iter().copied().map(end));
        OutcomeSummary {
            hit_count: counts.len(),
            fewer_than_count: counts.len() - counts.iter().filter(is_exact).count(),
            at_least: of(OutcomeCount::at_least),
            at_most: of(OutcomeCount::at_most),
        }
    }
}

impl Quantiles {
    fn of(counts: impl Iterator<Item = f64>) -> Self {
        let mut counts: Vec<f64> = counts.collect();
        counts.sort_by(f64::total_cmp);
        Quantiles {
            min: counts[0],
            p25: quantile(&counts, 0.25),
            median: quantile(&counts, 0.5),
            p75: quantile(&counts, 0.75),
            max: counts[counts.len() - 1],
        }
    }
}

/// Quantile of sorted values by linear interpolation (Hyndman and Fan 1996, type 7).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * (place - place.floor())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use OutcomeCount::{Exact, FewerThan};

    fn all(of: Quantiles) -> [f64; 5] {
        [of.min, of.p25, of.median, of.p75, of.max]
    }

    #[test]
    fn quartiles_are_interpolated() {
        let of = |counts: &[f64]| {
            let counts: Vec<_> = counts.iter().copied().map(Exact).collect();
            let summary = OutcomeSummary::of(&counts);
            assert_eq!(summary.at_least, summary.at_most);
            all(summary.at_most)
        };
        assert_eq!(of(&[4.0, 1.0, 2.0, 3.0]), [1.0, 1.75, 2.5, 3.25, 4.0]);
        assert_eq!(of(&[7.0]), [7.0; 5]);
    }

    #[test]
    fn what_is_fewer_than_five_is_between_0_and_5() {
        let summary = OutcomeSummary::of(&[Exact(12.0), FewerThan(5), FewerThan(5), Exact(20.0)]);
        assert_eq!((summary.hit_count, summary.fewer_than_count), (4, 2));
        assert_eq!(all(summary.at_least), [0.0, 0.0, 6.0, 14.0, 20.0]);
        assert_eq!(all(summary.at_most), [5.0, 5.0, 8.5, 14.0, 20.0]);
        let none_exact = OutcomeSummary::of(&[FewerThan(5)]);
        assert_eq!(all(none_exact.at_least), [0.0; 5]);
        assert_eq!(all(none_exact.at_most), [5.0; 5]);
    }

    proptest! {
        /// If this breaks, a summary says something of counts that nobody has told.
        #[test]
        fn the_statistics_of_the_true_counts_lie_between(
            counts in proptest::collection::vec((0.0..20.0_f64, any::<bool>()), 1..30),
        ) {
            let told: Vec<_> = counts
                .iter()
                .map(|(count, is_told)| match (*is_told, *count < 5.0) {
                    (false, true) => FewerThan(5),
                    (true, _) | (false, false) => Exact(*count),
                })
                .collect();
            let truth = all(Quantiles::of(counts.iter().map(|(count, _)| *count)));
            let summary = OutcomeSummary::of(&told);
            let ends = all(summary.at_least).into_iter().zip(all(summary.at_most));
            for (truth, (least, most)) in truth.into_iter().zip(ends) {
                prop_assert!(least <= truth && truth <= most, "{least} {truth} {most}");
            }
        }
    }
}
