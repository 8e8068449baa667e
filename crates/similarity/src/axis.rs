//! The eight axes and the values that events have on them.

use std::fmt;

use crate::code::CodePath;
use crate::footprint::Footprint;
use crate::location::Location;
use crate::participants::Participants;
use crate::time::Calendar;

/// One of the eight factors that a city declares for resemblance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Axis {
    /// Where it is.
    Location,
    /// How many take part.
    Participants,
    /// What it is.
    Nature,
    /// Which administrative sector it is in.
    Sector,
    /// Weekday or weekend.
    DayKind,
    /// Winter or summer.
    Season,
    /// How much ground it covers.
    Footprint,
    /// How long it lasts.
    Duration,
}

impl Axis {
    /// All axes, in the order in which SPEC declares them.
    pub const ALL: [Axis; 8] = [
        Axis::Location,
        Axis::Participants,
        Axis::Nature,
        Axis::Sector,
        Axis::DayKind,
        Axis::Season,
        Axis::Footprint,
        Axis::Duration,
    ];

    /// The stable name, lower_snake.
    pub fn name(self) -> &'static str {
        match self {
            Axis::Location => "location",
            Axis::Participants => "participants",
            Axis::Nature => "nature",
            Axis::Sector => "sector",
            Axis::DayKind => "day_kind",
            Axis::Season => "season",
            Axis::Footprint => "footprint",
            Axis::Duration => "duration",
        }
    }

    /// The axis of that name.
    pub fn from_name(name: &str) -> Option<Axis> {
        Axis::ALL.into_iter().find(|axis| axis.name() == name)
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The values of one event or probe on all axes; `None` where it is not known.
///
/// A view: cheap to copy, and the same whether the event comes from memory or from columns.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AxisValues<'a> {
    /// A WGS84 position.
    pub location: Option<Location>,
    /// Count of participants.
    pub participants: Option<Participants>,
    /// Nature path.
    pub nature: Option<&'a CodePath>,
    /// Sector path.
    pub sector: Option<&'a CodePath>,
    /// Weekend and summer shares, day of year.
    pub calendar: Option<Calendar>,
    /// m², above 0.
    pub footprint_area_m2: Option<f64>,
    /// The geometry, where there is one.
    pub footprint: Option<&'a Footprint>,
    /// Seconds, at least 0.
    pub duration_s: Option<f64>,
}

impl<'a> AxisValues<'a> {
    /// Whether there is a value on `axis`.
    pub fn has(&self, axis: Axis) -> bool {
        match axis {
            Axis::Location => self.location.is_some(),
            Axis::Participants => self.participants.is_some(),
            Axis::Nature => self.nature.is_some(),
            Axis::Sector => self.sector.is_some(),
            Axis::DayKind | Axis::Season => self.calendar.is_some(),
            Axis::Footprint => self.footprint_area_m2.is_some(),
            Axis::Duration => self.duration_s.is_some(),
        }
    }

    /// The path on a path axis.
    pub(crate) fn path(&self, axis: Axis) -> Option<&'a CodePath> {
        match axis {
            Axis::Nature => self.nature,
            Axis::Sector => self.sector,
            Axis::Location
            | Axis::Participants
            | Axis::DayKind
            | Axis::Season
            | Axis::Footprint
            | Axis::Duration => None,
        }
    }

    /// The value on a numeric axis: a share, a count, m² or seconds.
    pub fn number(&self, axis: Axis) -> Option<f64> {
        match axis {
            Axis::Participants => self.participants.map(|count| count.best() as f64),
            Axis::DayKind => self.calendar.map(|calendar| calendar.weekend_share),
            Axis::Season => self.calendar.map(|calendar| calendar.summer_share),
            Axis::Footprint => self.footprint_area_m2,
            Axis::Duration => self.duration_s,
            Axis::Location | Axis::Nature | Axis::Sector => None,
        }
    }
}
