//! The way of one weight from its declared value outwards, `f64` by `f64`, and the first change on it.
//!
//! From where the change is first possible, ever longer stretches, each bisected as long as it isn't surely free of
//! the change: the nearer half is looked at first, so the first change found is the first there is.

use super::line::Line;
use super::outlook::Outlook;
use super::pair::Stretch;
use super::reach::Direction;
use super::watch::Watch;
use crate::limits::{SENSITIVITY_STEPS_MAX, WEIGHT_MAX, WEIGHT_MIN};

/// A millionth of a millionth of a weight: about what rounding blurs of two scores a tenth apart.
const FIRST_TILE_STEPS: u64 = 1 << 12;

/// The admissible weights in one direction, numbered from 0, the declared one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'a> {
    pub(super) line: Line<'a>,
    pub(super) direction: Direction,
    /// The number of the last, at which an axis that is lowered may be left out.
    last: u64,
    ends_at_0: bool,
}

/// The first change on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Nothing changes from 0 to here, both included.
    pub(super) clear: u64,
    /// It is changed here, and not one step before.
    pub(super) at: Option<u64>,
}

impl<'a> Path<'a> {
    pub(super) fn new(line: Line<'a>, direction: Direction) -> Self {
        let declared = line.declared().to_bits();
        // Of numbers above 0 the bits are ordered as the numbers are.
        let (steps, ends_at_0) = match direction {
            Direction::Raised => (WEIGHT_MAX.to_bits() - declared, false),
            // Without its only axis a search is an error, not another list.
            Direction::Lowered => (
                declared - WEIGHT_MIN.to_bits(),
                line.terms.weights.len() > 1,
            ),
        };
        Path {
            line,
            direction,
            last: steps + u64::from(ends_at_0),
            ends_at_0,
        }
    }

    /// Every way in which one weight can change, in profile order.
    pub(super) fn all(terms: &'a super::Terms) -> impl Iterator<Item = Path<'a>> {
        (0..terms.weights.len()).flat_map(move |at| {
            let directions = [Direction::Raised, Direction::Lowered].into_iter();
            directions.map(move |direction| Path::new(Line { terms, at }, direction))
        })
    }

    pub(super) fn last(&self) -> f64 {
        self.weight(self.last)
    }

    /// The admissible weight whose relative change is that, or the last before it.
    pub(super) fn within(&self, relative_change: f64) -> f64 {
        let declared = self.line.declared();
        match self.direction {
            Direction::Raised => (declared * (1.0 + relative_change)).min(WEIGHT_MAX),
            Direction::Lowered if relative_change >= 1.0 => self.last(),
            Direction::Lowered => (declared * (1.0 - relative_change)).max(WEIGHT_MIN),
        }
    }

    pub(super) fn weight(&self, step: u64) -> f64 {
        let declared = self.line.declared().to_bits();
        match self.direction {
            Direction::Raised => f64::from_bits(declared + step),
            Direction::Lowered if self.ends_at_0 && step == self.last => 0.0,
            Direction::Lowered => f64::from_bits(declared - step),
        }
    }

    /// The last step whose weight is no farther from the declared one, for a weight on the path or past its end.
    pub(super) fn step(&self, weight: f64) -> u64 {
        let declared = self.line.declared().to_bits();
        let bits = weight.clamp(WEIGHT_MIN, WEIGHT_MAX).to_bits();
        match self.direction {
            Direction::Raised => bits.saturating_sub(declared),
            Direction::Lowered => declared.saturating_sub(bits),
        }
    }

    /// Whether a weight is farther out than the declared one.
    pub(super) fn is_beyond(&self, weight: f64) -> bool {
        match self.direction {
            Direction::Raised => weight > self.line.declared(),
            Direction::Lowered => weight < self.line.declared() && weight >= 0.0,
        }
    }

    pub(super) fn last_step(&self) -> u64 {
        self.last
    }

    pub(super) fn stretch(&self, from: u64, to: u64) -> Stretch<'a> {
        let (near, far) = (self.weight(from), self.weight(to));
        Stretch::new(self.line, near.min(far), near.max(far))
    }

    /// The first step at which what is watched has happened, if it hasn't at step 0.
    pub(super) fn first(&self, watch: &Watch) -> Found {
        let outlook = Outlook::new(watch, self);
        let mut clear = outlook.clear;
        let mut tiles = self.tiles_from(clear);
        let mut halves = Vec::new();
        for _ in 0..SENSITIVITY_STEPS_MAX {
            let tile = || {
                tiles
                    .next()
                    .map(|(from, to)| (from, to, outlook.open_up_to(to)))
            };
            let Some((from, to, open)) = halves.pop().or_else(tile) else {
                return Found { clear, at: None };
            };
            let Some(open) = outlook.still_open(&self.stretch(from, to), &open) else {
                clear = to;
                continue;
            };
            if to - from > 1 {
                let middle = from + (to - from) / 2;
                halves.push((middle, to, open.clone()));
                halves.push((from, middle, open));
            } else if watch.has_happened_through(&open, &self.line, self.weight(to)) {
                let at = Some(to);
                return Found { clear, at };
            } else {
                clear = to;
            }
        }
        let ends = halves.iter().rev().map(|(_, to, _)| *to);
        let at = self.beyond(watch, clear, ends.chain(tiles.map(|(_, to)| to)));
        Found { clear, at }
    }

    /// The rest of the path from a step on, in stretches each twice as long as the one before.
    fn tiles_from(&self, step: u64) -> impl Iterator<Item = (u64, u64)> + use<> {
        let (mut from, mut length, last) = (step, FIRST_TILE_STEPS, self.last);
        std::iter::from_fn(move || {
            let to = from.saturating_add(length).min(last);
            length *= 2;
            (from < last).then(|| (std::mem::replace(&mut from, to), to))
        })
    }

    /// Some step at which it has happened and had not one before: the next one of `ends` tells where to look.
    fn beyond(
        &self,
        watch: &Watch,
        clear: u64,
        mut ends: impl Iterator<Item = u64>,
    ) -> Option<u64> {
        let happens = |step| watch.has_happened(&self.line, self.weight(step));
        let mut after = ends.find(|step| happens(*step))?;
        let mut before = clear;
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if happens(middle) {
                after = middle;
            } else {
                before = middle;
            }
        }
        Some(after)
    }
}
