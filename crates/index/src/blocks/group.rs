//! Groups: rows that have the same state and lack the same values lie together, so that what a policy counts
//! for a missing value, and whether a state passes, is known for whole blocks.

use serde::{Deserialize, Serialize};
use sosie_similarity::{Basis, Presence, State, Timestamp};

use crate::schema::{basis_number, basis_of, state_number, state_of};

/// What all rows of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GroupKey {
    pub(crate) state: State,
    pub(crate) presence: Presence,
    /// Whether the area comes with a geometry.
    pub(crate) geometry: bool,
    /// Whether its rows are earlier revisions: corrected since, or withdrawn.
    pub(crate) superseded: bool,
}

impl GroupKey {
    /// A number that is in the order of keys.
    pub(crate) fn place(self) -> u16 {
        let Presence {
            location,
            participants,
            nature,
            sector,
            calendar,
            footprint,
            duration,
        } = self.presence;
        let participants = participants.map_or(0, |basis| 1 + basis_number(basis));
        let digits = [
            (State::ALL.len(), self.state as u64),
            (2, location.into()),
            (5, participants),
            (2, nature.into()),
            (2, sector.into()),
            (2, calendar.into()),
            (2, footprint.into()),
            (2, duration.into()),
            (2, self.geometry.into()),
            (2, self.superseded.into()),
        ];
        let number = digits.into_iter();
        number.fold(0, |number, (base, digit)| {
            number * base as u16 + digit as u16
        })
    }
}

/// A group and its blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Group {
    pub(crate) key: GroupKey,
    pub(crate) rows: u64,
    /// The last instant at which a row was superseded, µs since 1970; from then on none was known. `None` for rows that
    /// are not.
    pub(crate) superseded_by: Option<i64>,
}

/// What a file holds of a [`Group`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct GroupMeta {
    state: u64,
    /// One bit per value: location, participants, nature, sector, area, duration, geometry.
    values: u8,
    /// Basis of participants, if there are any.
    basis: u64,
    rows: u64,
    superseded_by: Option<i64>,
}

impl Group {
    pub(crate) fn empty(key: GroupKey) -> Self {
        Group {
            key,
            rows: 0,
            superseded_by: None,
        }
    }

    /// Counts a row of its key.
    pub(crate) fn add(&mut self, superseded: Option<Timestamp>) {
        self.rows += 1;
        self.superseded_by = self.superseded_by.max(superseded.map(Timestamp::as_micros));
    }

    pub(crate) fn to_meta(self) -> GroupMeta {
        let GroupKey {
            state,
            presence,
            geometry,
            superseded: _,
        } = self.key;
        let values = [
            presence.location,
            presence.participants.is_some(),
            presence.nature,
            presence.sector,
            presence.footprint,
            presence.duration,
            geometry,
        ];
        let bits = values.into_iter().enumerate();
        GroupMeta {
            state: state_number(state),
            values: bits.fold(0, |bits, (at, has)| bits | u8::from(has) << at),
            basis: basis_number(presence.participants.flatten()),
            rows: self.rows,
            superseded_by: self.superseded_by,
        }
    }

    pub(crate) fn from_meta(meta: GroupMeta) -> Option<Self> {
        let has = |at: u8| meta.values >> at & 1 == 1;
        let basis: Option<Basis> = basis_of(meta.basis)?;
        let presence = Presence {
            location: has(0),
            participants: has(1).then_some(basis),
            nature: has(2),
            sector: has(3),
            calendar: true,
            footprint: has(4),
            duration: has(5),
        };
        let key = GroupKey {
            state: state_of(meta.state)?,
            presence,
            geometry: has(6),
            superseded: meta.superseded_by.is_some(),
        };
        Some(Group {
            key,
            rows: meta.rows,
            superseded_by: meta.superseded_by,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_order_of_keys() {
        let bases = [
            None,
            Some(Basis::Peak),
            Some(Basis::Daily),
            Some(Basis::Total),
        ];
        let participants = || std::iter::once(None).chain(bases.map(Some));
        let mut keys: Vec<_> = State::ALL
            .into_iter()
            .flat_map(|state| participants().map(move |participants| (state, participants)))
            .flat_map(|(state, participants)| {
                (0..=u8::MAX).map(move |bits| {
                    let has = |at: u8| bits >> at & 1 == 1;
                    let presence = Presence {
                        location: has(0),
                        participants,
                        nature: has(1),
                        sector: has(2),
                        calendar: has(3),
                        footprint: has(4),
                        duration: has(5),
                    };
                    GroupKey {
                        state,
                        presence,
                        geometry: has(6),
                        superseded: has(7),
                    }
                })
            })
            .collect();
        keys.sort();
        assert!(
            keys.windows(2)
                .all(|pair| pair[0].place() < pair[1].place())
        );
    }
}
