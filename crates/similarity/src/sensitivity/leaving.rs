//! How a hit comes to leave the list, and what is known of candidates that no row stands for.
//!
//! Rows can only be missing, never too many: who is behind enough of them is behind them in the true list too. So
//! a flip found over some rows is one of the true list, and what is left to show is that none is nearer.

use super::line::Line;
use super::path::Path;
use super::ranking::Ranking;
use super::reach::{Direction, Reach, Smallest, smallest};
use super::row::Row;
use super::watch::{Entry, Watch};
use crate::axis::Axis;
use crate::limits::SENSITIVITY_SEARCHES_MAX;

/// More than the rounding of two scores, in [0, 1].
const SCORE_SLACK: f64 = 1e-12;

/// How sure it is that no candidate comes in earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// Only the rows were looked at: a candidate that is none of them may make the hit leave earlier.
    Rows,
    /// At the ends of the way searches found none. In between one could have come and gone again, since policies
    /// that renormalise, or a floor of coverage, let an order turn twice.
    Searched,
    /// None does, but for a candidate that comes within rounding of the hit and falls back.
    Proven,
}

/// How a hit comes to be no longer among the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaving {
    /// Axis by axis in profile order, raised and lowered. The flips are those of the true list, the first ones as
    /// far as the rows tell.
    pub reaches: Vec<Reach>,
    /// Of the smallest change, that there is no smaller one.
    pub proof: Proof,
    /// Searches that this took.
    pub searches: usize,
}

impl Leaving {
    /// The smallest change of one weight that does it.
    pub fn smallest(&self) -> Option<Smallest> {
        smallest(&self.reaches)
    }
}

/// What is known of one way of one weight from searches.
#[derive(Clone, Copy, Debug, Default)]
struct Checked {
    /// The farthest weight at which nobody unknown was ahead of the hit.
    clear_at: Option<f64>,
    /// A search did not reach down to the hit, and brought nothing new.
    is_stuck: bool,
}

impl Ranking {
    /// How the hit at `at`, counted from 0, leaves the list, as far as the rows tell.
    ///
    /// # Panics
    /// If there is no such hit.
    pub fn leaving(&self, at: usize) -> Leaving {
        let reaches = self.leaving_reaches(at);
        let unsettled = self.unsettled(at, &reaches, &[]).is_some();
        Leaving {
            reaches,
            proof: if unsettled {
                Proof::Rows
            } else {
                Proof::Proven
            },
            searches: 0,
        }
    }

    /// The same, with as many searches as it takes to show that nothing smaller does, at most
    /// [`SENSITIVITY_SEARCHES_MAX`]. `search` ranks the whole index with that weight on that axis and everything
    /// else as declared, without series collapse, and gives the first rows: as many as the ranking was made of.
    /// What they bring is kept for the next hit.
    ///
    /// # Errors
    /// What `search` fails with.
    ///
    /// # Panics
    /// If there is no such hit, or `search` gives rows of other axes.
    pub fn confirm_leaving<E>(
        &mut self,
        at: usize,
        mut search: impl FnMut(Axis, f64) -> Result<Vec<Row>, E>,
    ) -> Result<Leaving, E> {
        let mut reaches = self.leaving_reaches(at);
        let mut checked = vec![Checked::default(); reaches.len()];
        let mut searches = 0;
        while let Some((way, end)) = self.unsettled(at, &reaches, &checked) {
            if searches == SENSITIVITY_SEARCHES_MAX {
                checked[way].is_stuck = true;
                break;
            }
            let rows = search(reaches[way].axis, end)?;
            searches += 1;
            let none_new_ahead = self.knows_all_before(at, &rows);
            if none_new_ahead {
                checked[way].clear_at = Some(end);
            }
            if self.add(rows) {
                reaches = self.leaving_reaches(at);
            } else if !none_new_ahead {
                checked[way].is_stuck = true;
            }
        }
        Ok(Leaving {
            proof: self.proof(&checked),
            reaches,
            searches,
        })
    }

    fn leaving_reaches(&self, at: usize) -> Vec<Reach> {
        let hit = &self.entries[self.list[at]];
        self.reaches(&Watch::leaving(hit, &self.entries, self.size))
    }

    /// A way on which an unknown candidate may still bring about a smaller change, and how far it has to be free
    /// of any.
    fn unsettled(&self, at: usize, reaches: &[Reach], checked: &[Checked]) -> Option<(usize, f64)> {
        let hit = &self.entries[self.list[at]];
        let best = smallest(reaches);
        let ways = Path::all(&self.terms).zip(reaches).enumerate();
        let mut open = ways.filter_map(|(way, (path, reach))| {
            let end = match (best, reach.flip) {
                (None, _) => path.last(),
                (Some(best), Some(flip)) if best.reach == *reach => flip.just_short,
                (Some(best), _) => path.within(best.relative_change),
            };
            let checked = checked.get(way).copied().unwrap_or_default();
            let is_settled = end == reach.declared
                || checked.is_stuck
                || self.was_clear(checked, reach, end)
                || self.nobody_unknown_comes(hit, &path.line, end);
            (!is_settled).then_some((way, end))
        });
        open.next()
    }

    /// Whether searches showed that nobody unknown is ahead of the hit at `end`, or on the way there.
    fn was_clear(&self, checked: Checked, reach: &Reach, end: f64) -> bool {
        checked.clear_at.is_some_and(|clear| {
            let is_past = match reach.direction {
                Direction::Raised => clear >= end,
                Direction::Lowered => clear <= end,
            };
            // Who has come ahead stays ahead, if orders turn once, and would have been seen farther out.
            clear == end || self.terms.turn_once() && is_past
        })
    }

    /// Whether whoever is no row stays behind the hit on the whole way, by what it scores at most.
    fn nobody_unknown_comes(&self, hit: &Entry, line: &Line, end: f64) -> bool {
        if self.terms.min_coverage > 0.0 {
            // Somebody below the floor may score anything.
            return false;
        }
        let Some(unseen) = self.unseen_score else {
            return true;
        };
        let score = |weight| {
            line.score(&hit.row, weight)
                .map_or(0.0, |score| score.score)
        };
        // A score goes one way with a weight; against the same weights below, so does the distance.
        let least = if self.terms.turn_once() {
            score(end)
        } else {
            score(line.declared()).min(score(end))
        };
        least > self.most_of(unseen, line, end) + SCORE_SLACK
    }

    /// The most that a candidate scores at `end` whose score as declared is `unseen`: it resembles fully on the
    /// axis if its weight is raised, not at all if it is lowered, and as little as can be is in its sums besides.
    fn most_of(&self, unseen: f64, line: &Line, end: f64) -> f64 {
        let places = self.terms.weights.iter().enumerate();
        let always_in =
            places.filter(|(place, _)| *place == line.at || !self.terms.renormalised[*place]);
        let below: f64 = always_in.map(|(_, weight)| weight).sum();
        let (above, change) = (unseen * below, end - line.declared());
        if change > 0.0 {
            (above + change) / (below + change)
        } else {
            above / (below + change)
        }
    }

    /// Whether a list found by a search has the hit, and before it only known rows.
    fn knows_all_before(&self, at: usize, rows: &[Row]) -> bool {
        let is_of = |row: &Row| row.is_of(&self.terms);
        assert!(rows.iter().all(is_of), "rows of the axes in play");
        let hit = &self.entries[self.list[at]].row.event_id;
        let mut before = rows.iter().take_while(|row| row.event_id != *hit);
        let are_known = before.all(|row| self.knows(&row.event_id));
        are_known && rows.iter().any(|row| row.event_id == *hit)
    }

    fn proof(&self, checked: &[Checked]) -> Proof {
        if checked.iter().any(|checked| checked.is_stuck) {
            Proof::Rows
        } else if self.terms.turn_once() || checked.iter().all(|checked| checked.clear_at.is_none())
        {
            Proof::Proven
        } else {
            Proof::Searched
        }
    }
}
