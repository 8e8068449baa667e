//! Counts so small that they may be of somebody: which are not told.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use sosie_similarity::Code;

/// Which counts are small, and where they are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallCounts {
    /// Counts above 0 and below it are small. 0 is told: nothing happened, to nobody.
    pub k: NonZeroU32,
    /// Whether small outcome counts are stored as "fewer than k".
    pub outcomes: bool,
    /// Whether small facet counts are kept back.
    pub facets: bool,
}

impl Default for SmallCounts {
    /// 5, and everything is told.
    fn default() -> Self {
        SmallCounts {
            k: NonZeroU32::new(5).expect("not 0"),
            outcomes: false,
            facets: false,
        }
    }
}

/// The outcomes of an event as they may be stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CoarseOutcomes {
    /// Counts as they were stated: 0, or `k` and more.
    pub counts: BTreeMap<Code, f64>,
    /// Codes whose count is above 0 and below `k`; nothing more is kept of it.
    pub fewer_than_k: BTreeSet<Code>,
}

impl SmallCounts {
    /// Whether `count` is above 0 and below `k`.
    pub fn is_small(self, count: f64) -> bool {
        count > 0.0 && count < f64::from(self.k.get())
    }

    /// Parts the outcomes of an event into those that are stored as stated and those of which only "fewer than k" is. All are as
    /// stated where the policy does not say `outcomes = true`.
    pub fn coarsen(self, outcomes: BTreeMap<Code, f64>) -> CoarseOutcomes {
        let mut coarse = CoarseOutcomes::default();
        for (code, count) in outcomes {
            if self.outcomes && self.is_small(count) {
                coarse.fewer_than_k.insert(code);
            } else {
                coarse.counts.insert(code, count);
            }
        }
        coarse
    }

    /// Whether a facet with that many events may be told; all may where the policy does not say `facets = true`.
    pub fn tells_facet(self, events: u64) -> bool {
        !self.facets || events == 0 || events >= u64::from(self.k.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_between_0_and_k_are_coarsened_and_no_others() {
        let policy = SmallCounts {
            outcomes: true,
            ..SmallCounts::default()
        };
        let outcomes = [("a", 0.0), ("b", 0.5), ("c", 4.0), ("d", 5.0), ("e", 120.0)];
        let code = |text: &str| Code::new(text).unwrap();
        let outcomes = outcomes.map(|(text, count)| (code(text), count));
        let coarse = policy.coarsen(outcomes.clone().into());
        assert_eq!(coarse.fewer_than_k, [code("b"), code("c")].into());
        assert_eq!(
            coarse.counts.into_values().collect::<Vec<_>>(),
            [0.0, 5.0, 120.0]
        );
        let told = SmallCounts::default().coarsen(outcomes.into());
        assert_eq!((told.counts.len(), told.fewer_than_k.len()), (5, 0));
    }

    #[test]
    fn no_facet_below_k_is_told_where_the_policy_says_so() {
        let policy = SmallCounts {
            facets: true,
            ..SmallCounts::default()
        };
        let told: Vec<u64> = (0..8)
            .filter(|events| policy.tells_facet(*events))
            .collect();
        assert_eq!(told, [0, 5, 6, 7]);
        assert!(SmallCounts::default().tells_facet(1));
    }
}
