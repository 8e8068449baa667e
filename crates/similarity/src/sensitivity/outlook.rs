//! What is sure of a hit on stretches of a path: the glance ahead, and the closer look.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::lines::{Lines, crossing};
use super::pair::{Ends, Stretch};
use super::path::Path;
use super::watch::{Entry, Watch};

/// By which shares of the way to stay short of where scores cross: the first that serves is taken.
const SHORT_OF_CROSSING: [f64; 5] = [1e-12, 1e-9, 1e-4, 0.9, 0.999_999];

/// What is watched, on one path.
#[derive(Clone, Debug)]
pub(super) struct Outlook<'a> {
    watch: &'a Watch<'a>,
    hit: Lines,
    others: Vec<Lines>,
    /// Of each other, the step up to which it is surely behind the hit.
    behind_up_to: Vec<u64>,
    /// The step up to which nothing can happen.
    pub(super) clear: u64,
}

impl<'a> Outlook<'a> {
    pub(super) fn new(watch: &'a Watch<'a>, path: &Path) -> Self {
        let lines = |entry: &Entry| Lines::of_score(&path.line, &entry.row);
        let mut outlook = Outlook {
            watch,
            hit: lines(watch.hit),
            others: watch.others.iter().map(|other| lines(other)).collect(),
            behind_up_to: Vec::new(),
            clear: 0,
        };
        let all = 0..watch.others.len();
        outlook.behind_up_to = all.map(|other| outlook.behind_up_to(path, other)).collect();
        outlook.clear = outlook.clear_up_to(path);
        outlook
    }

    /// Who may be ahead of the hit at that step or before.
    pub(super) fn open_up_to(&self, step: u64) -> Vec<usize> {
        let others = self.behind_up_to.iter().enumerate();
        let open = others.filter(|(_, behind)| **behind < step);
        open.map(|(other, _)| other).collect()
    }

    /// Of what is open on a longer stretch what is so on this; `None` if it surely happens nowhere on it.
    pub(super) fn still_open(&self, stretch: &Stretch, open: &[usize]) -> Option<Vec<usize>> {
        let Watch { hit, others, .. } = self.watch;
        let ends = stretch.ends(&hit.row);
        let is_hit = stretch.is_hit(&ends);
        if is_hit == Some(false) && !self.watch.with_floor {
            return None;
        }
        let may_be = |other: &usize| self.may_be_ahead(stretch, &ends, *other);
        let open: Vec<_> = open.iter().copied().filter(may_be).collect();
        let stays = is_hit == Some(true) || !self.watch.with_floor;
        let is_safe = stays && !self.watch.is_out(open.iter().map(|other| others[*other]));
        (!is_safe).then_some(open)
    }

    /// Whether `other` may rank before the hit somewhere on the stretch.
    fn may_be_ahead(&self, stretch: &Stretch, hit: &Ends, other: usize) -> bool {
        let [own, others] =
            [&self.hit, &self.others[other]].map(|lines| lines.at(&stretch.weights));
        if own.is_above_by_numbers(&others) {
            return false;
        }
        if stretch.line.terms.min_coverage == 0.0 && others.is_above_by_numbers(&own) {
            return true;
        }
        let other = stretch.ends(&self.watch.others[other].row);
        stretch.order(&other, hit) != Some(Ordering::Greater)
            && stretch.is_hit(&other) != Some(false)
    }

    /// A step up to which `other` is surely behind the hit: as near as can be shown at once to where the scores
    /// cross, or to the end. Rounding blurs a crossing the more the flatter it is.
    fn behind_up_to(&self, path: &Path, other: usize) -> u64 {
        let (hit, row) = (&self.watch.hit.row, &self.watch.others[other].row);
        let is_behind = |step: &u64| {
            let stretch = path.stretch(0, *step);
            !self.may_be_ahead(&stretch, &stretch.ends(hit), other)
        };
        let crossing = crossing(path, (hit, &self.hit), (row, &self.others[other]));
        let Some(crossing) =
            crossing.or_else(|| (!is_behind(&path.last_step())).then(|| path.last()))
        else {
            return path.last_step();
        };
        let declared = path.line.declared();
        let short_of = |share: f64| path.step(crossing + (declared - crossing) * share);
        let mut steps = SHORT_OF_CROSSING.into_iter().map(short_of);
        steps.find(is_behind).unwrap_or(0)
    }

    /// The step up to which too few can be ahead.
    fn clear_up_to(&self, path: &Path) -> u64 {
        let others = self.behind_up_to.iter().zip(&self.watch.others);
        let mut others: Vec<_> = others
            .filter(|(step, _)| **step < path.last_step())
            .collect();
        others.sort_unstable_by_key(|(step, _)| **step);
        let mut groups = HashSet::new();
        let mut fills = |other: &Entry| {
            groups.insert(other.group);
            other.group == self.watch.hit.group || groups.len() >= self.watch.room
        };
        let filled = others.iter().find(|(_, other)| fills(other));
        let clear = filled.map_or(path.last_step(), |(step, _)| **step);
        let stretch = path.stretch(0, clear);
        let is_hit = stretch.is_hit(&stretch.ends(&self.watch.hit.row)) == Some(true);
        if is_hit || !self.watch.with_floor {
            clear
        } else {
            0
        }
    }
}
