//! What makes a query a search: policy, absent axes, filter, time, collapse.

use sosie_similarity::{ClosedRange, Code, Filter, MissingPolicy, Timestamp};

use crate::generator::horizon;

/// Everything that a search has beside its query.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchChoice {
    /// What a value counts that a candidate lacks, on every axis.
    pub missing: MissingPolicy,
    /// Values that the probe lacks.
    pub absent: AbsentAxes,
    /// Conditions.
    pub filter: Filter,
    /// Nothing that ended or became known later is a candidate.
    pub as_of: Timestamp,
    /// Whether a series gives its best member only.
    pub collapse_series: bool,
}

/// As `tranquillity@1` and an empty request have it: ZERO, nothing absent, no condition, collapsed; all is past.
impl Default for SearchChoice {
    fn default() -> Self {
        SearchChoice {
            missing: MissingPolicy::Zero,
            absent: AbsentAxes::None,
            filter: Filter::default(),
            as_of: horizon(),
            collapse_series: true,
        }
    }
}

/// Axes on which a probe has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AbsentAxes {
    /// It has all.
    None,
    /// Location.
    Location,
    /// Nature.
    Nature,
    /// Participants, footprint and duration.
    Sizes,
    /// Day kind and season: it has no times.
    Calendar,
    /// All others than these two.
    AllButLocationAndNature,
}

impl AbsentAxes {
    /// All cases.
    pub const ALL: [AbsentAxes; 6] = [
        AbsentAxes::None,
        AbsentAxes::Location,
        AbsentAxes::Nature,
        AbsentAxes::Sizes,
        AbsentAxes::Calendar,
        AbsentAxes::AllButLocationAndNature,
    ];

    /// The stable name, lower-case with hyphens.
    pub fn name(self) -> &'static str {
        match self {
            AbsentAxes::None => "none",
            AbsentAxes::Location => "location",
            AbsentAxes::Nature => "nature",
            AbsentAxes::Sizes => "sizes",
            AbsentAxes::Calendar => "calendar",
            AbsentAxes::AllButLocationAndNature => "all-but-location-and-nature",
        }
    }
}

/// Filters of known selectivity. All leave out the 3 % that were not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Selection {
    /// No condition.
    All,
    /// 100 of the 1,000 sources, which nothing else predicts.
    TenPercent,
    /// 10 of the 1,000 sources.
    OnePercent,
    /// 5,000 participants or more.
    Large,
}

impl Selection {
    /// All selections.
    pub const ALL: [Selection; 4] = [
        Selection::All,
        Selection::TenPercent,
        Selection::OnePercent,
        Selection::Large,
    ];

    /// The stable name, lower-case with hyphens.
    pub fn name(self) -> &'static str {
        match self {
            Selection::All => "all",
            Selection::TenPercent => "ten-percent",
            Selection::OnePercent => "one-percent",
            Selection::Large => "large",
        }
    }

    /// The filter.
    pub fn filter(self) -> Filter {
        match self {
            Selection::All => Filter::default(),
            Selection::TenPercent => sources(100),
            Selection::OnePercent => sources(10),
            Selection::Large => Filter {
                participants: Some(ClosedRange::new(Some(5_000.0), None).expect("one end only")),
                ..Filter::default()
            },
        }
    }
}

/// The first sources.
fn sources(count: u32) -> Filter {
    let source = |number| Code::new(&format!("attr-{number:03}")).expect("a well-formed code");
    Filter {
        source_ids: (0..count).map(source).collect(),
        ..Filter::default()
    }
}
