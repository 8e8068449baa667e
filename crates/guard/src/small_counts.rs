//! Counts so small that they may be of somebody: which are stored only as "fewer than k".
//!
//! **Law.** What is stored is a function of the record and the policy, so that the same record is the same again; and nothing
//! becomes more exact.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use sosie_similarity::{Code, Event, OutcomeCount};

/// Which outcome counts are small, and what becomes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallCounts {
    /// Counts below it are small; at most [`OUTCOME_FEWER_THAN_MAX`](sosie_similarity::limits::OUTCOME_FEWER_THAN_MAX).
    pub k: NonZeroU32,
    /// Of which outcomes small counts are stored as "fewer than k".
    pub outcomes: CoarseOutcomes,
    /// Whether a count of 0 is stored as it is. If it is not, "fewer than k" does not tell that anything happened.
    pub tells_zero: bool,
}

/// Some of the outcomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CoarseOutcomes {
    /// None: all counts are stored as they are stated.
    #[default]
    None,
    /// Those of these codes.
    Listed(BTreeSet<Code>),
    /// All.
    All,
}

impl CoarseOutcomes {
    fn contains(&self, code: &Code) -> bool {
        match self {
            CoarseOutcomes::None => false,
            CoarseOutcomes::Listed(codes) => codes.contains(code),
            CoarseOutcomes::All => true,
        }
    }
}

impl Default for SmallCounts {
    /// 5, and everything is stored as it is stated.
    fn default() -> Self {
        SmallCounts {
            k: NonZeroU32::new(5).expect("not 0"),
            outcomes: CoarseOutcomes::None,
            tells_zero: false,
        }
    }
}

impl SmallCounts {
    /// What is stored in place of a count: that it is fewer than so many. None if it is stored as it is.
    pub fn bound(&self, code: &Code, count: OutcomeCount) -> Option<u32> {
        let k = self.k.get();
        let is_small = match count {
            OutcomeCount::Exact(0.0) if self.tells_zero => false,
            OutcomeCount::Exact(count) => count < f64::from(k),
            OutcomeCount::FewerThan(bound) => bound < k,
        };
        (is_small && self.outcomes.contains(code)).then_some(k)
    }

    /// Whether [`SmallCounts::coarsen`] changes anything.
    pub fn is_changing(&self, event: &Event) -> bool {
        let parts = event.parts();
        let exact = parts.outcomes.iter();
        let mut exact = exact.map(|(code, count)| (code, OutcomeCount::Exact(*count)));
        let bounds = parts.outcomes_fewer_than.iter();
        let mut bounds = bounds.map(|(code, bound)| (code, OutcomeCount::FewerThan(*bound)));
        let is_small = |(code, count): (&Code, OutcomeCount)| self.bound(code, count).is_some();
        exact.any(is_small) || bounds.any(is_small)
    }

    /// The event as it may be stored.
    #[must_use]
    pub fn coarsen(&self, event: Event) -> Event {
        event.with_fewer_than(|code, count| self.bound(code, count))
    }
}
