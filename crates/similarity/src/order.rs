//! The total order of hits: score ↓, coverage ↓, start ↓, event id ↑ bytewise (SPEC section 3).

use std::cmp::Ordering;

use crate::code::EventId;
use crate::score::Score;
use crate::time::Timestamp;

/// What a hit is ranked by. `Less` is better, so a sort puts the best first.
#[derive(Clone, Copy, Debug)]
pub struct RankKey<'a> {
    /// Score and coverage; never NaN.
    pub score: Score,
    /// Start of the candidate.
    pub start: Timestamp,
    /// Its id, unique, which makes the order total.
    pub event_id: &'a EventId,
}

impl PartialEq for RankKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for RankKey<'_> {}

impl Ord for RankKey<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.score.score.total_cmp(&self.score.score))
            .then(other.score.coverage.total_cmp(&self.score.coverage))
            .then(other.start.cmp(&self.start))
            .then(self.event_id.cmp(other.event_id))
    }
}

impl PartialOrd for RankKey<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_coverage_then_the_later_start_then_the_lower_id() {
        let ids = ["a", "b"].map(|id| EventId::new(id).unwrap());
        let key = |score, coverage, start, id: usize| RankKey {
            score: Score { score, coverage },
            start: Timestamp::from_micros(start).unwrap(),
            event_id: &ids[id],
        };
        let best_first = [
            key(0.9, 0.1, 0, 1),
            key(0.5, 0.9, 0, 1),
            key(0.5, 0.5, 2, 1),
            key(0.5, 0.5, 1, 0),
            key(0.5, 0.5, 1, 1),
        ];
        assert!(best_first.is_sorted_by(|a, b| a < b));
    }
}
