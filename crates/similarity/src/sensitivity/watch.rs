//! What is waited for on the way of a weight: that a hit loses its place.

use super::line::Line;
use super::row::Row;

/// A row and the number of those that share its place: its series where series collapse, else itself.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) row: Row,
    pub(super) group: usize,
}

/// A hit, and what may come before it.
#[derive(Clone, Debug)]
pub(super) struct Watch<'a> {
    pub(super) hit: &'a Entry,
    /// By group, so that groups are counted in one pass.
    pub(super) others: Vec<&'a Entry>,
    /// It has happened when this many groups are ahead.
    pub(super) room: usize,
    /// Whether it has also happened when the hit is none any more.
    pub(super) with_floor: bool,
}

impl<'a> Watch<'a> {
    /// Waits until `other` ranks before `hit`, both being hits.
    pub(super) fn swap(hit: &'a Entry, other: &'a Entry) -> Self {
        Watch {
            hit,
            others: vec![other],
            room: 1,
            with_floor: false,
        }
    }

    /// Waits until `hit` is not among the first `size`.
    pub(super) fn leaving(hit: &'a Entry, entries: &'a [Entry], size: usize) -> Self {
        let may_be_ahead = |entry: &&Entry| {
            entry.row.event_id != hit.row.event_id && !hit.row.is_ahead_of(&entry.row)
        };
        let mut others: Vec<_> = entries.iter().filter(may_be_ahead).collect();
        others.sort_by_key(|entry| entry.group);
        Watch {
            hit,
            others,
            room: size,
            with_floor: true,
        }
    }

    /// Whether it has happened at that weight.
    pub(super) fn has_happened(&self, line: &Line, weight: f64) -> bool {
        let all: Vec<_> = (0..self.others.len()).collect();
        self.has_happened_through(&all, line, weight)
    }

    /// Whether it has happened at that weight, if nobody but `open` may be ahead.
    pub(super) fn has_happened_through(&self, open: &[usize], line: &Line, weight: f64) -> bool {
        let floor = line.floor(weight);
        let key = |row: &'a Row| Some(row.key(line.sums(row, weight).score(floor).ok()?));
        let Some(hit) = key(&self.hit.row) else {
            return self.with_floor;
        };
        let open = open.iter().map(|other| self.others[*other]);
        self.is_out(open.filter(|other| key(&other.row).is_some_and(|key| key < hit)))
    }

    /// Whether it has happened with those ahead, which come by group.
    pub(super) fn is_out<'b>(&self, ahead: impl Iterator<Item = &'b Entry>) -> bool {
        let (mut groups, mut last) = (0, None);
        for entry in ahead {
            if entry.group == self.hit.group {
                return true;
            }
            groups += usize::from(last != Some(entry.group));
            last = Some(entry.group);
        }
        groups >= self.room
    }
}
