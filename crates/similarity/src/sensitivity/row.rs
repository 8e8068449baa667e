//! One candidate as a ranking needs it: what its ledger counted, and what ties go by.

use std::cmp::Ordering;

use super::terms::Terms;
use crate::axis::Axis;
use crate::code::{EventId, SeriesId};
use crate::event::Event;
use crate::order::RankKey;
use crate::score::{AxisStatus, LedgerLine, Score};
use crate::time::Timestamp;

/// What one axis counts for a candidate, under any weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowLine {
    /// Which axis.
    pub axis: Axis,
    /// Whether both values were compared: the axis then counts for coverage.
    pub is_compared: bool,
    /// What it counts in the score, in [0, 1]; `None` where it is left out.
    pub counted: Option<f64>,
}

/// One candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Unique in a ranking.
    pub event_id: EventId,
    /// Counts only where a list collapses series.
    pub series_id: Option<SeriesId>,
    /// Its start.
    pub start: Timestamp,
    /// The axes in play, in profile order.
    pub lines: Vec<RowLine>,
}

impl Row {
    /// That of an event. The ledger is one under the declared weights, also when the event was found by a search
    /// at changed ones: an axis of weight 0 has no line.
    pub fn of(event: &Event, ledger: &[LedgerLine]) -> Self {
        let parts = event.parts();
        Row {
            event_id: parts.event_id.clone(),
            series_id: parts.series_id.clone(),
            start: parts.times.start(),
            lines: Row::lines_of(ledger),
        }
    }

    /// What a ledger counts on the axes in play.
    pub fn lines_of(ledger: &[LedgerLine]) -> Vec<RowLine> {
        let in_play = ledger
            .iter()
            .filter(|line| line.status != AxisStatus::ProbeMissing);
        let line = |line: &LedgerLine| RowLine {
            axis: line.axis,
            is_compared: line.status == AxisStatus::Compared,
            counted: line.similarity,
        };
        in_play.map(line).collect()
    }

    /// Whether it has a line for each axis in play, in profile order.
    pub(super) fn is_of(&self, terms: &Terms) -> bool {
        let axes = self.lines.iter().map(|line| line.axis);
        axes.eq(terms.axes().iter().copied())
    }

    pub(super) fn key(&self, score: Score) -> RankKey<'_> {
        RankKey {
            score,
            start: self.start,
            event_id: &self.event_id,
        }
    }

    /// Whether `self` ranks before `other` under all weights, axis by axis: rounding is monotone, so whoever counts
    /// no less on any of the same axes never scores less, not in the last bit either.
    pub(super) fn is_ahead_of(&self, other: &Row) -> bool {
        let mut lines = self.lines.iter().zip(&other.lines);
        let counts_no_less = lines.all(|(a, b)| {
            let divides_like = a.counted.is_some() == b.counted.is_some();
            divides_like && a.counted >= b.counted && a.is_compared >= b.is_compared
        });
        counts_no_less && (self.by_identity(other) == Ordering::Less)
    }

    /// What decides where score and coverage tie.
    pub(super) fn by_identity(&self, other: &Row) -> Ordering {
        let by_start = other.start.cmp(&self.start);
        by_start.then_with(|| self.event_id.cmp(&other.event_id))
    }

    /// Whether both count the same on every axis, or all nothing or all fully, so that their scores are the same
    /// bits under all weights.
    pub(super) fn scores_like(&self, other: &Row) -> bool {
        let mut lines = self.lines.iter().zip(&other.lines);
        let all_are = |row: &Row, all: f64| {
            let mut counted = row.lines.iter().filter_map(|line| line.counted);
            counted.all(|similarity| similarity == all)
        };
        lines.all(|(a, b)| a.counted == b.counted)
            || [0.0, 1.0]
                .into_iter()
                .any(|all| all_are(self, all) && all_are(other, all))
    }

    /// Whether both are compared on the same axes, so that coverage is the same bits under all weights.
    pub(super) fn covers_like(&self, other: &Row) -> bool {
        let mut lines = self.lines.iter().zip(&other.lines);
        lines.all(|(a, b)| a.is_compared == b.is_compared)
    }

    /// Whether the same axes are in the sums of both.
    pub(super) fn divides_like(&self, other: &Row) -> bool {
        let mut lines = self.lines.iter().zip(&other.lines);
        lines.all(|(a, b)| a.counted.is_some() == b.counted.is_some())
    }

    /// Whether every axis in play is compared.
    pub(super) fn covers_all(&self) -> bool {
        self.lines.iter().all(|line| line.is_compared)
    }
}
