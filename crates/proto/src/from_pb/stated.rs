//! What a stored event and a draft can both state.

use sosie_similarity::limits::PARTICIPANTS_MAX;
use sosie_similarity::{CodePath, Invalid, Participants, Rule, StatedValues};

use super::{At, choice, place, required};
use crate::pb;

/// The fields that both messages have.
pub(super) struct Stated {
    pub(super) location: Option<pb::Location>,
    pub(super) participants: Option<pb::Participants>,
    pub(super) nature: Option<String>,
    pub(super) sector: Option<String>,
    pub(super) active_duration_s: Option<f64>,
    pub(super) footprint_area_m2: Option<f64>,
    pub(super) footprint: Option<pb::Footprint>,
}

/// Their values.
pub(super) fn values(stated: Stated) -> Result<StatedValues, Invalid> {
    let Stated {
        location,
        participants,
        nature,
        sector,
        active_duration_s,
        footprint_area_m2,
        footprint,
    } = stated;
    let (nature, sector) = (nature.as_deref(), sector.as_deref());
    let participants = participants.map(count_of_people).transpose();
    let footprint = footprint.map(place::footprint).transpose();
    Ok(StatedValues {
        location: location.map(place::location).transpose().at("location")?,
        participants: participants.at("participants")?,
        nature: nature.map(CodePath::new).transpose().at("nature")?,
        sector: sector.map(CodePath::new).transpose().at("sector")?,
        footprint: footprint.at("footprint")?,
        footprint_area_m2,
        active_duration_s,
    })
}

fn count_of_people(participants: pb::Participants) -> Result<Participants, Invalid> {
    let pb::Participants {
        best,
        low,
        high,
        basis,
    } = participants;
    Participants::new(
        required(best).and_then(count).at("best")?,
        low.map(count).transpose().at("low")?,
        high.map(count).transpose().at("high")?,
        choice::basis(basis).at("basis")?,
    )
}

fn count(number: i64) -> Result<u64, Rule> {
    u64::try_from(number).map_err(|_| Rule::OutOfRange(0.0, PARTICIPANTS_MAX as f64))
}
