//! Filters: typed conditions that a candidate has to pass (SPEC section 4).

mod canonical;
mod condition;

use std::collections::BTreeSet;

use crate::axis::Axis;
use crate::code::{Code, CodePath, EventId, SeriesId};
use crate::event::{Candidate, Facts, State};
use crate::invalid::{Invalid, Rule};
use crate::limits::FILTER_LIST_MAX;
use crate::location::Location;
use crate::region::{BoundingBox, Circle, Region};
use crate::time::Timestamp;

pub use condition::Condition;

/// A closed range of numbers; an absent end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClosedRange {
    min: Option<f64>,
    max: Option<f64>,
}

impl ClosedRange {
    /// Checks that both ends are finite and in order.
    ///
    /// # Errors
    /// On `min` or `max`.
    pub fn new(min: Option<f64>, max: Option<f64>) -> Result<Self, Invalid> {
        for (field, end) in [("min", min), ("max", max)] {
            if end.is_some_and(|end| !end.is_finite()) {
                return Err(Invalid::new(field, Rule::NotFinite));
            }
        }
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            return Err(Invalid::new("min", Rule::LowAboveHigh));
        }
        Ok(ClosedRange { min, max })
    }

    /// Both ends.
    pub fn ends(self) -> (Option<f64>, Option<f64>) {
        (self.min, self.max)
    }

    /// Whether any number from `min` to `max` is within.
    pub fn overlaps(self, min: f64, max: f64) -> bool {
        self.min.is_none_or(|own| max >= own) && self.max.is_none_or(|own| min <= own)
    }

    /// Whether `value` is within.
    pub fn contains(self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

/// A half-open interval of instants [start, end); an absent end is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeInterval {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl TimeInterval {
    /// Checks that end > start.
    ///
    /// # Errors
    /// On `end_time`.
    pub fn new(start: Option<Timestamp>, end: Option<Timestamp>) -> Result<Self, Invalid> {
        if start.zip(end).is_some_and(|(start, end)| end <= start) {
            return Err(Invalid::new("end_time", Rule::EndBeforeStart));
        }
        Ok(TimeInterval { start, end })
    }

    /// Both ends.
    pub fn ends(self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.start, self.end)
    }

    /// Whether [`start`, `end`) of an event overlaps it.
    pub fn overlaps(self, start: Timestamp, end: Timestamp) -> bool {
        self.start.is_none_or(|from| end > from) && self.end.is_none_or(|until| start < until)
    }
}

/// All conditions of a search. An absent or empty one asks for nothing, but for `states`: empty is {HELD}.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// One of these natures or what is below it.
    pub nature_prefixes: Vec<CodePath>,
    /// One of these sectors or what is below it.
    pub sector_prefixes: Vec<CodePath>,
    /// One of these states; empty is {HELD}.
    pub states: BTreeSet<State>,
    /// Overlaps this interval.
    pub time: Option<TimeInterval>,
    /// Best count in this range.
    pub participants: Option<ClosedRange>,
    /// Area in this range, m².
    pub footprint_area_m2: Option<ClosedRange>,
    /// Duration in this range, seconds.
    pub duration_s: Option<ClosedRange>,
    /// Location in this box.
    pub bounding_box: Option<BoundingBox>,
    /// Location in this circle.
    pub radius: Option<Circle>,
    /// Location in this polygon.
    pub polygon: Option<Region>,
    /// From one of these data sets.
    pub source_ids: BTreeSet<Code>,
    /// None of these events.
    pub excluded_event_ids: BTreeSet<EventId>,
    /// Of none of these series.
    pub excluded_series_ids: BTreeSet<SeriesId>,
    /// Has a value on each of these axes.
    pub require_axes: BTreeSet<Axis>,
}

impl Filter {
    /// Checks the lengths of the lists.
    ///
    /// # Errors
    /// [`Rule::TooMany`] on the list that is too long.
    pub fn check(&self) -> Result<(), Invalid> {
        let lengths = [
            (Condition::NaturePrefixes, self.nature_prefixes.len()),
            (Condition::SectorPrefixes, self.sector_prefixes.len()),
            (Condition::SourceIds, self.source_ids.len()),
            (Condition::ExcludedEventIds, self.excluded_event_ids.len()),
            (Condition::ExcludedSeriesIds, self.excluded_series_ids.len()),
        ];
        match lengths
            .into_iter()
            .find(|(_, length)| *length > FILTER_LIST_MAX)
        {
            Some((condition, _)) => Err(Invalid::new(
                condition.name(),
                Rule::TooMany(FILTER_LIST_MAX),
            )),
            None => Ok(()),
        }
    }

    /// Whether the state passes: by default only HELD does.
    pub fn admits_state(&self, state: State) -> bool {
        if self.states.is_empty() {
            state == State::Held
        } else {
            self.states.contains(&state)
        }
    }

    /// Whether a candidate passes every condition.
    pub fn passes(&self, candidate: &Candidate) -> bool {
        Condition::ALL
            .into_iter()
            .all(|condition| self.meets(condition, candidate))
    }

    /// Whether a candidate passes every condition but those that exclude events and series by name.
    pub fn passes_unnamed(&self, candidate: &Candidate) -> bool {
        self.admits_state(candidate.state) && self.passes_facts(&candidate.facts())
    }

    /// Whether a candidate passes every condition that asks for facts, all but names and states.
    pub fn passes_facts(&self, facts: &Facts) -> bool {
        Condition::ALL
            .into_iter()
            .all(|condition| self.holds(condition, facts))
    }

    /// Whether a candidate passes one condition. One without the value that it asks for does not.
    pub fn meets(&self, condition: Condition, candidate: &Candidate) -> bool {
        match condition {
            Condition::States => self.admits_state(candidate.state),
            Condition::ExcludedEventIds => !self.excluded_event_ids.contains(candidate.event_id),
            Condition::ExcludedSeriesIds => !candidate
                .series_id
                .is_some_and(|id| self.excluded_series_ids.contains(id)),
            Condition::NaturePrefixes
            | Condition::SectorPrefixes
            | Condition::Time
            | Condition::Participants
            | Condition::FootprintAreaM2
            | Condition::DurationS
            | Condition::BoundingBox
            | Condition::Radius
            | Condition::Polygon
            | Condition::SourceIds
            | Condition::RequireAxes => self.holds(condition, &candidate.facts()),
        }
    }

    /// Whether facts meet a condition; those on names and states ask for none.
    fn holds(&self, condition: Condition, facts: &Facts) -> bool {
        let values = &facts.values;
        let is_at = |within: &dyn Fn(Location) -> bool| values.location.is_some_and(within);
        match condition {
            Condition::States | Condition::ExcludedEventIds | Condition::ExcludedSeriesIds => true,
            Condition::NaturePrefixes => is_under(&self.nature_prefixes, values.nature),
            Condition::SectorPrefixes => is_under(&self.sector_prefixes, values.sector),
            Condition::Time => self
                .time
                .is_none_or(|time| time.overlaps(facts.start, facts.end)),
            Condition::Participants => is_in(
                self.participants,
                values.participants.map(|count| count.best() as f64),
            ),
            Condition::FootprintAreaM2 => is_in(self.footprint_area_m2, values.footprint_area_m2),
            Condition::DurationS => is_in(self.duration_s, values.duration_s),
            Condition::BoundingBox => self
                .bounding_box
                .is_none_or(|within| is_at(&|at| within.contains(at))),
            Condition::Radius => self
                .radius
                .is_none_or(|within| is_at(&|at| within.contains(at))),
            Condition::Polygon => {
                (self.polygon.as_ref()).is_none_or(|within| is_at(&|at| within.contains(at)))
            }
            Condition::SourceIds => {
                self.source_ids.is_empty() || self.source_ids.contains(facts.source_id)
            }
            Condition::RequireAxes => self.require_axes.iter().all(|axis| values.has(*axis)),
        }
    }
}

fn is_under(prefixes: &[CodePath], path: Option<&CodePath>) -> bool {
    prefixes.is_empty()
        || path.is_some_and(|path| prefixes.iter().any(|prefix| path.starts_with(prefix)))
}

fn is_in(range: Option<ClosedRange>, value: Option<f64>) -> bool {
    range.is_none_or(|range| value.is_some_and(|value| range.contains(value)))
}
