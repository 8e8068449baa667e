//! What it takes to move each hit of a list.

use super::leaving::Leaving;
use super::path::{Found, Path};
use super::ranking::Ranking;
use super::reach::{Flip, Reach, Smallest, smallest};
use super::watch::Watch;
use crate::code::EventId;

/// How two neighbours of a list come to change places.
#[derive(Clone, Debug, PartialEq)]
pub struct Swap {
    /// The neighbour.
    pub with: EventId,
    /// Axis by axis in profile order, raised and lowered. The flip is one of the two against each other, both
    /// being hits; others may have come between them.
    pub reaches: Vec<Reach>,
}

/// What a change does to a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It comes before the hit that was before it.
    SwapsWithPrevious,
    /// It falls behind the hit that was after it.
    SwapsWithNext,
    /// It is no longer among the first.
    Leaves,
}

/// What it takes to move one hit.
#[derive(Clone, Debug, PartialEq)]
pub struct HitSensitivity {
    /// Which.
    pub event_id: EventId,
    /// Against the hit before it; the first has none.
    pub previous: Option<Swap>,
    /// Against the hit after it, for the last the first outside, if that is known.
    pub next: Option<Swap>,
    /// Against everything.
    pub leaving: Leaving,
}

impl Swap {
    /// The smallest change of one weight that does it.
    pub fn smallest(&self) -> Option<Smallest> {
        smallest(&self.reaches)
    }
}

impl HitSensitivity {
    /// The smallest change of one weight that moves the hit, and what it does; of equal ones a swap. It is surely
    /// the smallest if [`Smallest::is_sure`], and as far as candidates may come in, by [`Leaving::proof`].
    pub fn smallest(&self) -> Option<(Cause, Smallest)> {
        let swap = |swap: &Option<Swap>| swap.as_ref().and_then(Swap::smallest);
        let causes = [
            (Cause::SwapsWithPrevious, swap(&self.previous)),
            (Cause::SwapsWithNext, swap(&self.next)),
            (Cause::Leaves, self.leaving.smallest()),
        ];
        let found = causes
            .into_iter()
            .filter_map(|(cause, smallest)| Some((cause, smallest?)));
        found.min_by(|(_, a), (_, b)| a.relative_change.total_cmp(&b.relative_change))
    }
}

impl Ranking {
    /// What it takes to move each hit, best first, as far as the rows tell.
    pub fn sensitivity(&self) -> Vec<HitSensitivity> {
        let mut previous = None;
        let hits = self.hits().enumerate().map(|(at, row)| {
            let next = self.swap(at);
            let back = next.clone().map(|swap| Swap {
                with: row.event_id.clone(),
                ..swap
            });
            HitSensitivity {
                event_id: row.event_id.clone(),
                previous: std::mem::replace(&mut previous, back),
                next,
                leaving: self.leaving(at),
            }
        });
        hits.collect()
    }

    /// How the hit at `at`, counted from 0, and the one after it come to change places; `None` if there is none
    /// after it.
    ///
    /// # Panics
    /// If there is no such hit.
    pub fn swap(&self, at: usize) -> Option<Swap> {
        let hit = &self.entries[self.list[at]];
        let other = self.list.get(at + 1).copied().or(self.next)?;
        let other = &self.entries[other];
        Some(Swap {
            with: other.row.event_id.clone(),
            reaches: self.reaches(&Watch::swap(hit, other)),
        })
    }

    /// Every way of one weight until what is watched has happened.
    pub(super) fn reaches(&self, watch: &Watch) -> Vec<Reach> {
        let reach = |path: Path| path.reach(path.first(watch));
        Path::all(&self.terms).map(reach).collect()
    }
}

impl Path<'_> {
    fn reach(&self, found: Found) -> Reach {
        Reach {
            axis: self.line.terms.axes[self.line.at],
            direction: self.direction,
            declared: self.line.declared(),
            clear_to: self.weight(found.clear),
            last: self.last(),
            flip: found.at.map(|at| Flip {
                weight: self.weight(at),
                just_short: self.weight(at - 1),
            }),
        }
    }
}
