//! The lists of several parts as one, in the total order of SPEC.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, VecDeque};

use super::Part;
use crate::blocks::NO_SERIES;
use crate::columns::Document;
use crate::error::IndexError;
use crate::top_k::Scored;

/// A row, and the part that it is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) part: usize,
    pub(super) scored: Scored,
}

/// Merges lists that are sorted, one per part; with `collapse`, of each series the best row only.
pub(super) fn merge(
    parts: &[Part],
    lists: Vec<Vec<Scored>>,
    collapse: bool,
) -> Result<Vec<Placed>, IndexError> {
    let mut lists: Vec<VecDeque<Scored>> = lists.into_iter().map(Into::into).collect();
    let (mut merged, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some(part) = best_head(parts, &lists)? {
        let scored = lists[part].pop_front().expect("the best head is there");
        // A list by itself is collapsed already.
        let placed = Placed { part, scored };
        let series_id = if collapse && parts.len() > 1 {
            placed.series_id(parts)?
        } else {
            None
        };
        if series_id.is_none_or(|series_id| seen.insert(series_id)) {
            merged.push(placed);
        }
    }
    Ok(merged)
}

/// The list whose first row comes before those of the others.
fn best_head(parts: &[Part], lists: &[VecDeque<Scored>]) -> Result<Option<usize>, IndexError> {
    let mut best: Option<Placed> = None;
    for (part, list) in lists.iter().enumerate() {
        let Some(&scored) = list.front() else {
            continue;
        };
        let head = Placed { part, scored };
        let is_better = match &best {
            None => true,
            Some(best) => head.rank(best, parts)?.is_lt(),
        };
        if is_better {
            best = Some(head);
        }
    }
    Ok(best.map(|best| best.part))
}

impl Placed {
    /// `Less` is better.
    pub(super) fn rank(&self, other: &Placed, parts: &[Part]) -> Result<Ordering, IndexError> {
        if self.part == other.part {
            return Ok(self.scored.rank(&other.scored));
        }
        let by_score = self.scored.rank_by_score(&other.scored);
        if by_score.is_ne() {
            return Ok(by_score);
        }
        let (own, slot) = (&parts[self.part], self.scored.slot);
        start_and_id((own, slot), (&parts[other.part], other.scored.slot))
    }

    /// Whether both are members of one series.
    pub(super) fn shares_series(&self, other: &Placed, parts: &[Part]) -> Result<bool, IndexError> {
        if self.part == other.part {
            return Ok(self.scored.shares_series(&other.scored));
        }
        Ok(self.series_id(parts)?.is_some() && self.series_id(parts)? == other.series_id(parts)?)
    }

    /// The series that it is a member of.
    pub(super) fn series_id(&self, parts: &[Part]) -> Result<Option<String>, IndexError> {
        if self.scored.series == NO_SERIES {
            return Ok(None);
        }
        parts[self.part]
            .columns()
            .series_id(self.document(parts))
            .map(Some)
    }

    /// Its document.
    pub(super) fn document(&self, parts: &[Part]) -> Document {
        parts[self.part].blocks().documents()[self.scored.slot]
    }
}

/// Start ↓, id ↑, of rows of different parts: places in that order hold within one part only.
pub(super) fn start_and_id(
    (part, slot): (&Part, usize),
    (other_part, other): (&Part, usize),
) -> Result<Ordering, IndexError> {
    let key = |part: &Part, slot: usize| {
        let document = part.blocks().documents()[slot];
        let start = part.columns().times(document)?.start;
        Ok::<_, IndexError>((Reverse(start), part.columns().event_id(document)?))
    };
    Ok(key(part, slot)?.cmp(&key(other_part, other)?))
}
