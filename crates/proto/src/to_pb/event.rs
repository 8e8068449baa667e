//! Stored events.

use std::collections::BTreeMap;

use sosie_similarity::{
    AxisValues, Calendar, Code, CodePath, Event, EventParts, StatedValues, Timestamp,
};

use super::{footprint, instant, location, participants, precision, state};
use crate::pb;

/// A stored event with what was derived from it; its geometry only if asked for, its area always.
pub fn event(event: &Event, include_footprint: bool) -> pb::Event {
    // Taken apart in full: a field added to the domain won't compile until it's told here.
    let EventParts {
        event_id,
        series_id,
        state: became,
        times,
        stated,
        outcomes,
        outcomes_fewer_than,
        known_time,
        source_id,
    } = event.parts();
    let StatedValues {
        nature,
        sector,
        location: _,
        participants: count,
        footprint_area_m2: _,
        footprint: geometry,
        active_duration_s,
    } = stated;
    // Place and area are told as they are compared: those of the footprint where the source gave none.
    let values = event.values();
    pb::Event {
        event_id: event_id.to_string(),
        series_id: series_id.as_ref().map(ToString::to_string),
        state: state(*became).into(),
        nature: nature.as_ref().map(CodePath::to_string),
        sector: sector.as_ref().map(CodePath::to_string),
        location: values.location.map(location),
        start_time: Some(instant(times.start())),
        end_time: Some(instant(times.end())),
        time_zone: times.zone().name().to_owned(),
        time_precision: precision(times.precision()).into(),
        active_duration_s: *active_duration_s,
        participants: count.map(participants),
        footprint_area_m2: values.footprint_area_m2,
        footprint: geometry
            .as_ref()
            .filter(|_| include_footprint)
            .map(footprint),
        outcomes: by_text(outcomes, |count| *count),
        outcomes_fewer_than: by_text(outcomes_fewer_than, bound),
        known_time: Some(instant(*known_time)),
        source_id: source_id.to_string(),
        derived: Some(derived(&values, event.calendar())),
    }
}

/// An event as its source states it, as it is sent to the indexer; with its known time, if that is stated.
pub fn event_input(event: &Event, known_time: Option<Timestamp>) -> pb::EventInput {
    let EventParts {
        event_id,
        series_id,
        state: became,
        times,
        stated,
        outcomes,
        outcomes_fewer_than,
        known_time: _,
        source_id,
    } = event.parts();
    let StatedValues {
        nature,
        sector,
        location: place,
        participants: count,
        footprint_area_m2,
        footprint: geometry,
        active_duration_s,
    } = stated;
    pb::EventInput {
        event_id: event_id.to_string(),
        series_id: series_id.as_ref().map(ToString::to_string),
        state: state(*became).into(),
        nature: nature.as_ref().map(CodePath::to_string),
        sector: sector.as_ref().map(CodePath::to_string),
        location: place.map(location),
        start_time: Some(instant(times.start())),
        end_time: Some(instant(times.end())),
        time_zone: times.zone().name().to_owned(),
        time_precision: precision(times.precision()).into(),
        active_duration_s: *active_duration_s,
        participants: count.map(participants),
        footprint_area_m2: *footprint_area_m2,
        footprint: geometry.as_ref().map(footprint),
        outcomes: by_text(outcomes, |count| *count),
        outcomes_fewer_than: by_text(outcomes_fewer_than, bound),
        known_time: known_time.map(instant),
        source_id: source_id.to_string(),
    }
}

fn derived(values: &AxisValues, calendar: Calendar) -> pb::DerivedValues {
    pb::DerivedValues {
        duration_s: values.duration_s,
        weekend_share: calendar.weekend_share,
        summer_share: calendar.summer_share,
    }
}

fn by_text<N, M>(numbers: &BTreeMap<Code, N>, number: impl Fn(&N) -> M) -> BTreeMap<String, M> {
    let told = numbers
        .iter()
        .map(|(code, found)| (code.to_string(), number(found)));
    told.collect()
}

/// In the range of the contract, as the domain has checked.
fn bound(number: &u32) -> i32 {
    i32::try_from(*number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
