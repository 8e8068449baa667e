//! Events and drafts: checked once, here; whoever holds one needs to check nothing again.

use std::collections::BTreeMap;

use crate::axis::AxisValues;
use crate::code::{Code, CodePath, EventId, SeriesId};
use crate::footprint::Footprint;
use crate::invalid::{Invalid, Rule, in_range, positive};
use crate::limits::{
    AREA_M2_MAX, EVENT_DAYS_MAX, OUTCOME_FEWER_THAN_MAX, OUTCOME_MAX, OUTCOMES_MAX,
};
use crate::location::Location;
use crate::outcomes::OutcomeCount;
use crate::participants::Participants;
use crate::time::{Calendar, EventTimes, Timestamp, days_calendar, days_duration_s};

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Declared, not yet held.
    Planned,
    /// Took place; the only state that is a candidate by default.
    Held,
    /// Did not take place.
    Cancelled,
    /// Moved to another date.
    Postponed,
}

impl State {
    /// All states.
    pub const ALL: [State; 4] = [
        State::Planned,
        State::Held,
        State::Cancelled,
        State::Postponed,
    ];

    /// The stable name, UPPER_SNAKE.
    pub fn name(self) -> &'static str {
        match self {
            State::Planned => "PLANNED",
            State::Held => "HELD",
            State::Cancelled => "CANCELLED",
            State::Postponed => "POSTPONED",
        }
    }
}

/// The values that both a stored event and a draft may state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatedValues {
    /// Nature path.
    pub nature: Option<CodePath>,
    /// Sector path.
    pub sector: Option<CodePath>,
    /// Position; derived from `footprint` if absent.
    pub location: Option<Location>,
    /// Count of participants.
    pub participants: Option<Participants>,
    /// m², above 0; derived from `footprint` if absent.
    pub footprint_area_m2: Option<f64>,
    /// Geometry.
    pub footprint: Option<Footprint>,
    /// Opening time in seconds, at least 0; the duration is derived from the times if absent.
    pub active_duration_s: Option<f64>,
}

impl StatedValues {
    fn check(&self) -> Result<(), Invalid> {
        if let Some(area) = self.footprint_area_m2 {
            positive(area, AREA_M2_MAX).map_err(|rule| Invalid::new("footprint_area_m2", rule))?;
        }
        if let Some(active) = self.active_duration_s {
            in_range(active, 0.0, EVENT_DAYS_MAX as f64 * 86_400.0)
                .map_err(|rule| Invalid::new("active_duration_s", rule))?;
        }
        Ok(())
    }

    fn values(&self, calendar: Option<Calendar>, times_s: Option<f64>) -> AxisValues<'_> {
        let footprint = self.footprint.as_ref();
        AxisValues {
            location: self.location.or(footprint.map(Footprint::centroid)),
            participants: self.participants,
            nature: self.nature.as_ref(),
            sector: self.sector.as_ref(),
            calendar,
            footprint_area_m2: self.footprint_area_m2.or(footprint.map(Footprint::area_m2)),
            footprint,
            duration_s: self.active_duration_s.or(times_s),
        }
    }
}

/// Everything that an event is made of; [`Event::new`] checks it.
#[derive(Clone, Debug, PartialEq)]
pub struct EventParts {
    /// Stable, opaque, unique.
    pub event_id: EventId,
    /// Shared by the editions of one recurring event.
    pub series_id: Option<SeriesId>,
    /// What became of it.
    pub state: State,
    /// When it is.
    pub times: EventTimes,
    /// The axis values that its source states.
    pub stated: StatedValues,
    /// What it needed and what happened: aggregated counts by code, at least 0.
    pub outcomes: BTreeMap<Code, f64>,
    /// Outcomes of which only this is known: fewer than so many, from 1 to [`OUTCOME_FEWER_THAN_MAX`]. None is in
    /// `outcomes` too.
    pub outcomes_fewer_than: BTreeMap<Code, u32>,
    /// When the record was first known.
    pub known_time: Timestamp,
    /// The data set that it comes from.
    pub source_id: Code,
}

/// A valid event with its derived values.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    parts: EventParts,
    calendar: Calendar,
    times_duration_s: Option<f64>,
}

impl Event {
    /// Checks what the types of the parts do not already guarantee, and derives.
    ///
    /// # Errors
    /// On `footprint_area_m2`, `active_duration_s`, `outcomes…` or `outcomes_fewer_than…`.
    pub fn new(parts: EventParts) -> Result<Self, Invalid> {
        parts.stated.check()?;
        check_outcomes(&parts)?;
        let calendar = parts.times.calendar();
        let times_duration_s = parts.times.duration_s();
        Ok(Event {
            parts,
            calendar,
            times_duration_s,
        })
    }

    /// What it was made of.
    pub fn parts(&self) -> &EventParts {
        &self.parts
    }

    /// Its id.
    pub fn id(&self) -> &EventId {
        &self.parts.event_id
    }

    /// Weekend and summer shares, and the local date of its start.
    pub fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// Its values on the axes, derived ones included.
    pub fn values(&self) -> AxisValues<'_> {
        self.parts
            .stated
            .values(Some(self.calendar), self.times_duration_s)
    }

    /// The same event, known from another instant on.
    #[must_use]
    pub fn with_known_time(self, known_time: Timestamp) -> Self {
        let parts = EventParts {
            known_time,
            ..self.parts
        };
        Event { parts, ..self }
    }

    /// The same event, with what `bound` gives for an outcome in place of its count: that it is fewer than so many. Of what is
    /// known as fewer than a number already, only a greater number takes the place: nothing becomes more exact.
    ///
    /// # Panics
    /// If a bound is not one of [`EventParts::outcomes_fewer_than`]: whoever makes them checks that once.
    #[must_use]
    pub fn with_fewer_than(self, bound: impl Fn(&Code, OutcomeCount) -> Option<u32>) -> Self {
        let mut parts = self.parts;
        for (code, before) in &mut parts.outcomes_fewer_than {
            let asked = bound(code, OutcomeCount::FewerThan(*before));
            *before = (*before).max(asked.unwrap_or_default());
        }
        let small = parts.outcomes.iter().filter_map(|(code, count)| {
            let bound = bound(code, OutcomeCount::Exact(*count))?;
            Some((code.clone(), bound))
        });
        for (code, bound) in small.collect::<Vec<_>>() {
            parts.outcomes.remove(&code);
            parts.outcomes_fewer_than.insert(code, bound);
        }
        let bounds = parts.outcomes_fewer_than.values();
        let are_bounds = bounds
            .into_iter()
            .all(|bound| (1..=OUTCOME_FEWER_THAN_MAX).contains(bound));
        assert!(are_bounds, "bounds are in range");
        Event { parts, ..self }
    }

    /// What filters, rules and order look at. An event by itself is not superseded.
    pub fn candidate(&self) -> Candidate<'_> {
        Candidate {
            event_id: &self.parts.event_id,
            series_id: self.parts.series_id.as_ref(),
            state: self.parts.state,
            start: self.parts.times.start(),
            end: self.parts.times.end(),
            known: self.parts.known_time,
            superseded: None,
            source_id: &self.parts.source_id,
            values: self.values(),
        }
    }
}

fn check_outcomes(parts: &EventParts) -> Result<(), Invalid> {
    let (exact, bounds) = (&parts.outcomes, &parts.outcomes_fewer_than);
    if exact.len() > OUTCOMES_MAX {
        return Err(Invalid::new("outcomes", Rule::TooMany(OUTCOMES_MAX)));
    }
    if exact.len() + bounds.len() > OUTCOMES_MAX {
        let rule = Rule::TooMany(OUTCOMES_MAX);
        return Err(Invalid::new("outcomes_fewer_than", rule));
    }
    for (code, &count) in exact {
        in_range(count, 0.0, OUTCOME_MAX)
            .map_err(|rule| Invalid::new(format!("outcomes.{code}"), rule))?;
    }
    for (code, &bound) in bounds {
        let max = f64::from(OUTCOME_FEWER_THAN_MAX);
        let refused = match in_range(f64::from(bound), 1.0, max) {
            Ok(_) if exact.contains_key(code) => Rule::Duplicate,
            Ok(_) => continue,
            Err(rule) => rule,
        };
        return Err(Invalid::new(format!("outcomes_fewer_than.{code}"), refused));
    }
    Ok(())
}

/// A stored event as filters, rules and order see it; a view, the same from memory or from columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate<'a> {
    /// Its id.
    pub event_id: &'a EventId,
    /// Its series, if any.
    pub series_id: Option<&'a SeriesId>,
    /// What became of it.
    pub state: State,
    /// First instant.
    pub start: Timestamp,
    /// First instant after it.
    pub end: Timestamp,
    /// When it was first known.
    pub known: Timestamp,
    /// From when on something else was known in its place: a correction, or that it is withdrawn. Later than
    /// `known`.
    pub superseded: Option<Timestamp>,
    /// Its data set.
    pub source_id: &'a Code,
    /// Its values on the axes.
    pub values: AxisValues<'a>,
}

/// What a filter asks of a candidate besides its names and its state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts<'a> {
    /// Start.
    pub start: Timestamp,
    /// End.
    pub end: Timestamp,
    /// The data set it comes from.
    pub source_id: &'a Code,
    /// Its values on the axes.
    pub values: AxisValues<'a>,
}

impl<'a> Candidate<'a> {
    /// Its facts.
    pub fn facts(&self) -> Facts<'a> {
        Facts {
            start: self.start,
            end: self.end,
            source_id: self.source_id,
            values: self.values,
        }
    }
}

/// The times of a draft, as far as they are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DraftTimes {
    /// Start and end.
    Span(EventTimes),
    /// Local days, first to last inclusive: a date alone is enough for weekday and season.
    Dates {
        /// First local day.
        first: chrono::NaiveDate,
        /// Last local day, not before `first`.
        last: chrono::NaiveDate,
    },
    /// A day of a start without an end: the length is not known.
    StartDate(chrono::NaiveDate),
}

/// A probe that is not stored: the values that are known, and times where they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    stated: StatedValues,
    times: Option<DraftTimes>,
    calendar: Option<Calendar>,
    times_duration_s: Option<f64>,
}

impl Draft {
    /// Checks and derives.
    ///
    /// # Errors
    /// On `footprint_area_m2`, `active_duration_s` or `dates.last_date`.
    pub fn new(stated: StatedValues, times: Option<DraftTimes>) -> Result<Self, Invalid> {
        stated.check()?;
        let (calendar, times_duration_s) = match times {
            None => (None, None),
            Some(DraftTimes::Span(times)) => (Some(times.calendar()), times.duration_s()),
            Some(DraftTimes::StartDate(day)) => (Some(days_calendar((day, day))), None),
            Some(DraftTimes::Dates { first, last }) => {
                check_dates(first, last)?;
                (
                    Some(days_calendar((first, last))),
                    days_duration_s((first, last)),
                )
            }
        };
        Ok(Draft {
            stated,
            times,
            calendar,
            times_duration_s,
        })
    }

    /// What it states.
    pub fn stated(&self) -> &StatedValues {
        &self.stated
    }

    /// Its times, as far as they are known.
    pub fn times(&self) -> Option<&DraftTimes> {
        self.times.as_ref()
    }

    /// Its values on the axes, derived ones included.
    pub fn values(&self) -> AxisValues<'_> {
        self.stated.values(self.calendar, self.times_duration_s)
    }
}

fn check_dates(first: chrono::NaiveDate, last: chrono::NaiveDate) -> Result<(), Invalid> {
    if last < first {
        return Err(Invalid::new("dates.last_date", Rule::EndBeforeStart));
    }
    if (last - first).num_days() >= EVENT_DAYS_MAX {
        return Err(Invalid::new(
            "dates.last_date",
            Rule::LastsTooLong(EVENT_DAYS_MAX),
        ));
    }
    Ok(())
}
