//! Enums. A number of a later version is refused, not guessed; what is required has to be told.

use prost::UnknownEnumValue;
use sosie_similarity::{Axis, Basis, Rule, State, TimePrecision};

use crate::pb;

/// An axis, required.
pub(super) fn axis(number: i32) -> Result<Axis, Rule> {
    match known(number)? {
        pb::Axis::Unspecified => Err(Rule::Required),
        pb::Axis::Location => Ok(Axis::Location),
        pb::Axis::Participants => Ok(Axis::Participants),
        pb::Axis::Nature => Ok(Axis::Nature),
        pb::Axis::Sector => Ok(Axis::Sector),
        pb::Axis::DayKind => Ok(Axis::DayKind),
        pb::Axis::Season => Ok(Axis::Season),
        pb::Axis::Footprint => Ok(Axis::Footprint),
        pb::Axis::Duration => Ok(Axis::Duration),
    }
}

/// A state, required.
pub(super) fn state(number: i32) -> Result<State, Rule> {
    match known(number)? {
        pb::EventState::Unspecified => Err(Rule::Required),
        pb::EventState::Planned => Ok(State::Planned),
        pb::EventState::Held => Ok(State::Held),
        pb::EventState::Cancelled => Ok(State::Cancelled),
        pb::EventState::Postponed => Ok(State::Postponed),
    }
}

/// A basis; unspecified is `None`.
pub(super) fn basis(number: i32) -> Result<Option<Basis>, Rule> {
    Ok(match known(number)? {
        pb::ParticipantsBasis::Unspecified => None,
        pb::ParticipantsBasis::Peak => Some(Basis::Peak),
        pb::ParticipantsBasis::Daily => Some(Basis::Daily),
        pb::ParticipantsBasis::Total => Some(Basis::Total),
    })
}

/// The precision of a draft's times; unspecified is exact.
pub(super) fn precision(number: i32) -> Result<TimePrecision, Rule> {
    Ok(match known(number)? {
        pb::TimePrecision::Unspecified | pb::TimePrecision::Exact => TimePrecision::Exact,
        pb::TimePrecision::Day => TimePrecision::Day,
    })
}

/// The precision of a stored event's times, required.
pub(super) fn stated_precision(number: i32) -> Result<TimePrecision, Rule> {
    match known(number)? {
        pb::TimePrecision::Unspecified => Err(Rule::Required),
        pb::TimePrecision::Exact => Ok(TimePrecision::Exact),
        pb::TimePrecision::Day => Ok(TimePrecision::Day),
    }
}

/// The name of a number that this version of the contract knows.
pub(super) fn known<E: TryFrom<i32, Error = UnknownEnumValue>>(number: i32) -> Result<E, Rule> {
    E::try_from(number).map_err(|_| Rule::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::to_pb;

    #[test]
    fn every_choice_comes_back_as_it_went() {
        for choice in Axis::ALL {
            assert_eq!(axis(to_pb::axis(choice).into()), Ok(choice));
        }
        for choice in State::ALL {
            assert_eq!(state(to_pb::state(choice).into()), Ok(choice));
        }
        for choice in [
            None,
            Some(Basis::Peak),
            Some(Basis::Daily),
            Some(Basis::Total),
        ] {
            assert_eq!(basis(to_pb::basis(choice).into()), Ok(choice));
        }
        for choice in [TimePrecision::Exact, TimePrecision::Day] {
            assert_eq!(precision(to_pb::precision(choice).into()), Ok(choice));
            assert_eq!(
                stated_precision(to_pb::precision(choice).into()),
                Ok(choice)
            );
        }
    }

    #[test]
    fn an_unknown_number_is_malformed_and_none_where_one_is_required_is_required() {
        assert_eq!(axis(9), Err(Rule::Malformed));
        assert_eq!(axis(0), Err(Rule::Required));
        assert_eq!(state(-1), Err(Rule::Malformed));
        assert_eq!(state(0), Err(Rule::Required));
        assert_eq!(basis(4), Err(Rule::Malformed));
        assert_eq!(precision(3), Err(Rule::Malformed));
        assert_eq!(precision(0), Ok(TimePrecision::Exact));
        assert_eq!(stated_precision(3), Err(Rule::Malformed));
        assert_eq!(stated_precision(0), Err(Rule::Required));
    }
}
