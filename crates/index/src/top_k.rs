//! The best rows so far, in the total order of SPEC.

use std::cmp::Ordering;
use std::collections::HashSet;

use sosie_similarity::Score;

use crate::blocks::NO_SERIES;

/// A hit, before its record is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scored {
    pub(crate) slot: usize,
    pub(crate) score: Score,
    /// Place in the order start ↓, id ↑: what decides between equal scores.
    pub(crate) tie: u32,
    pub(crate) series: u32,
}

impl Scored {
    /// Whether both are members of one series.
    pub(crate) fn shares_series(&self, other: &Scored) -> bool {
        self.series != NO_SERIES && self.series == other.series
    }

    /// Score ↓, coverage ↓, start ↓, id ↑: `Less` is better. For rows of one part.
    pub(crate) fn rank(&self, other: &Scored) -> Ordering {
        self.rank_by_score(other).then(self.tie.cmp(&other.tie))
    }

    /// Score ↓, coverage ↓.
    pub(crate) fn rank_by_score(&self, other: &Scored) -> Ordering {
        (other.score.score.total_cmp(&self.score.score))
            .then(other.score.coverage.total_cmp(&self.score.coverage))
    }
}

/// Keeps the best `limit` rows, or of each series its best row and of these the best.
pub(crate) struct TopK {
    limit: usize,
    collapse: bool,
    /// No row below it is asked for.
    floor: Option<f64>,
    best: Vec<Scored>,
    /// Series of which the best row was met: room that is used again.
    seen: HashSet<u32>,
    threshold: Option<f64>,
}

impl TopK {
    pub(crate) fn new(limit: usize, collapse: bool) -> Self {
        TopK {
            limit,
            collapse,
            floor: None,
            best: Vec::new(),
            seen: HashSet::new(),
            threshold: None,
        }
    }

    /// Keeps every row that scores `floor` or more.
    pub(crate) fn from_floor(floor: f64, collapse: bool) -> Self {
        TopK {
            floor: Some(floor),
            threshold: Some(floor),
            ..TopK::new(usize::MAX, collapse)
        }
    }

    /// A row that scores less is none of the best; one that scores the same may be. Never falls.
    #[inline(always)]
    pub(crate) fn threshold(&self) -> Option<f64> {
        self.threshold
    }

    pub(crate) fn push(&mut self, scored: Scored) {
        let too_low = |threshold| scored.score.score < threshold;
        if self.threshold.is_some_and(too_low) {
            return;
        }
        self.best.push(scored);
        // Rarely enough that sorting costs little per row, often enough that the threshold keeps up: the
        // longer the list, the less it moves.
        if self.best.len() > self.limit.saturating_add(self.limit / 8) {
            self.tighten();
        }
    }

    /// Best first.
    pub(crate) fn into_sorted(mut self) -> Vec<Scored> {
        self.tighten();
        self.best
    }

    fn tighten(&mut self) {
        // Stable sorts take what is sorted already as it is.
        self.best.sort_by(Scored::rank);
        if self.collapse {
            self.seen.clear();
            self.best
                .retain(|scored| scored.series == NO_SERIES || self.seen.insert(scored.series));
        }
        self.best.truncate(self.limit);
        let last = self.best.last().filter(|_| self.best.len() == self.limit);
        self.threshold = last.map(|last| last.score.score).or(self.floor);
    }
}
