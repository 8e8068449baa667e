//! The names of the conditions of a filter.

use std::fmt;

/// A condition of a [`Filter`](super::Filter), to say which one a candidate fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// `states`.
    States,
    /// `nature_prefixes`.
    NaturePrefixes,
    /// `sector_prefixes`.
    SectorPrefixes,
    /// `time`.
    Time,
    /// `participants`.
    Participants,
    /// `footprint_area_m2`.
    FootprintAreaM2,
    /// `duration_s`.
    DurationS,
    /// `bounding_box`.
    BoundingBox,
    /// `radius`.
    Radius,
    /// `polygon`.
    Polygon,
    /// `source_ids`.
    SourceIds,
    /// `excluded_event_ids`.
    ExcludedEventIds,
    /// `excluded_series_ids`.
    ExcludedSeriesIds,
    /// `require_axes`.
    RequireAxes,
}

impl Condition {
    /// All conditions, in the order in which they are checked and told.
    pub const ALL: [Condition; 14] = [
        Condition::States,
        Condition::NaturePrefixes,
        Condition::SectorPrefixes,
        Condition::Time,
        Condition::Participants,
        Condition::FootprintAreaM2,
        Condition::DurationS,
        Condition::BoundingBox,
        Condition::Radius,
        Condition::Polygon,
        Condition::SourceIds,
        Condition::ExcludedEventIds,
        Condition::ExcludedSeriesIds,
        Condition::RequireAxes,
    ];

    /// The name of the field of the filter.
    pub fn name(self) -> &'static str {
        match self {
            Condition::States => "states",
            Condition::NaturePrefixes => "nature_prefixes",
            Condition::SectorPrefixes => "sector_prefixes",
            Condition::Time => "time",
            Condition::Participants => "participants",
            Condition::FootprintAreaM2 => "footprint_area_m2",
            Condition::DurationS => "duration_s",
            Condition::BoundingBox => "bounding_box",
            Condition::Radius => "radius",
            Condition::Polygon => "polygon",
            Condition::SourceIds => "source_ids",
            Condition::ExcludedEventIds => "excluded_event_ids",
            Condition::ExcludedSeriesIds => "excluded_series_ids",
            Condition::RequireAxes => "require_axes",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
