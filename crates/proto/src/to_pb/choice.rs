//! Enums of the domain.

use sosie_similarity::{Axis, Basis, State, TimePrecision};

use crate::pb;

/// An axis.
pub fn axis(axis: Axis) -> pb::Axis {
    match axis {
        Axis::Location => pb::Axis::Location,
        Axis::Participants => pb::Axis::Participants,
        Axis::Nature => pb::Axis::Nature,
        Axis::Sector => pb::Axis::Sector,
        Axis::DayKind => pb::Axis::DayKind,
        Axis::Season => pb::Axis::Season,
        Axis::Footprint => pb::Axis::Footprint,
        Axis::Duration => pb::Axis::Duration,
    }
}

/// What became of an event.
pub fn state(state: State) -> pb::EventState {
    match state {
        State::Planned => pb::EventState::Planned,
        State::Held => pb::EventState::Held,
        State::Cancelled => pb::EventState::Cancelled,
        State::Postponed => pb::EventState::Postponed,
    }
}

/// What a count counts; `None` is unspecified.
pub fn basis(basis: Option<Basis>) -> pb::ParticipantsBasis {
    match basis {
        None => pb::ParticipantsBasis::Unspecified,
        Some(Basis::Peak) => pb::ParticipantsBasis::Peak,
        Some(Basis::Daily) => pb::ParticipantsBasis::Daily,
        Some(Basis::Total) => pb::ParticipantsBasis::Total,
    }
}

/// How exactly times are known.
pub fn precision(precision: TimePrecision) -> pb::TimePrecision {
    match precision {
        TimePrecision::Exact => pb::TimePrecision::Exact,
        TimePrecision::Day => pb::TimePrecision::Day,
    }
}
