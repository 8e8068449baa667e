//! Filters.

use sosie_similarity::limits::FILTER_LIST_MAX;
use sosie_similarity::{
    BoundingBox, Circle, ClosedRange, Code, CodePath, EventId, Filter, Invalid, Rule, SeriesId,
    TimeInterval,
};

use super::{At, Breach, choice, each, place, required, time};
use crate::pb;

/// The conditions that a candidate has to pass; absent is no condition but the state HELD.
///
/// # Errors
/// On the field of the filter that breaks a rule, with its place in a list.
pub fn filter(filter: Option<pb::Filter>) -> Result<Filter, Invalid> {
    let pb::Filter {
        nature_prefixes,
        sector_prefixes,
        states,
        time,
        participants,
        footprint_area_m2,
        duration_s,
        bounding_box,
        radius,
        polygon,
        source_ids,
        excluded_event_ids,
        excluded_series_ids,
        require_axes,
    } = filter.unwrap_or_default();
    Ok(Filter {
        nature_prefixes: list("nature_prefixes", nature_prefixes, |path| {
            CodePath::new(&path)
        })?,
        sector_prefixes: list("sector_prefixes", sector_prefixes, |path| {
            CodePath::new(&path)
        })?,
        states: list("states", states, choice::state)?,
        time: time.map(interval).transpose().at("time")?.flatten(),
        participants: participants.map(int_range).transpose().at("participants")?,
        footprint_area_m2: (footprint_area_m2.map(double_range).transpose())
            .at("footprint_area_m2")?,
        duration_s: duration_s.map(double_range).transpose().at("duration_s")?,
        bounding_box: bounding_box
            .map(self::bounding_box)
            .transpose()
            .at("bounding_box")?,
        radius: radius.map(circle).transpose().at("radius")?,
        polygon: polygon.map(place::region).transpose().at("polygon")?,
        source_ids: list("source_ids", source_ids, |id| Code::new(&id))?,
        excluded_event_ids: list("excluded_event_ids", excluded_event_ids, |id| {
            EventId::new(&id)
        })?,
        excluded_series_ids: list("excluded_series_ids", excluded_series_ids, |id| {
            SeriesId::new(&id)
        })?,
        require_axes: list("require_axes", require_axes, choice::axis)?,
    })
}

/// A list within its limit, repetitions counted: the limit bounds what a request makes us read.
fn list<I, T, B: Breach, C: FromIterator<T>>(
    field: &str,
    entries: Vec<I>,
    make: impl Fn(I) -> Result<T, B>,
) -> Result<C, Invalid> {
    if entries.len() > FILTER_LIST_MAX {
        return Err(Invalid::new(field, Rule::TooMany(FILTER_LIST_MAX)));
    }
    Ok(each(entries, make).at(field)?.into_iter().collect())
}

/// An interval without ends is no condition, and has to be digested as none.
fn interval(interval: pb::TimeInterval) -> Result<Option<TimeInterval>, Invalid> {
    let pb::TimeInterval {
        start_time,
        end_time,
    } = interval;
    let start = start_time.map(time::instant).transpose().at("start_time")?;
    let end = end_time.map(time::instant).transpose().at("end_time")?;
    let bounded = start.is_some() || end.is_some();
    Ok(bounded.then_some(TimeInterval::new(start, end)?))
}

/// Compared as integers first: far beyond any count two ends could round to one number.
fn int_range(range: pb::IntRange) -> Result<ClosedRange, Invalid> {
    let pb::IntRange { min, max } = range;
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err(Invalid::new("min", Rule::LowAboveHigh));
    }
    ClosedRange::new(min.map(|min| min as f64), max.map(|max| max as f64))
}

fn double_range(range: pb::DoubleRange) -> Result<ClosedRange, Invalid> {
    let pb::DoubleRange { min, max } = range;
    ClosedRange::new(min, max)
}

fn bounding_box(within: pb::BoundingBox) -> Result<BoundingBox, Invalid> {
    let pb::BoundingBox {
        south_degrees,
        west_degrees,
        north_degrees,
        east_degrees,
    } = within;
    let south = required(south_degrees).at("south_degrees")?;
    let west = required(west_degrees).at("west_degrees")?;
    let north = required(north_degrees).at("north_degrees")?;
    let east = required(east_degrees).at("east_degrees")?;
    BoundingBox::new((south, west), (north, east)).map_err(place::in_degrees)
}

fn circle(circle: pb::Circle) -> Result<Circle, Invalid> {
    let pb::Circle { center, radius_km } = circle;
    let center = required(center).at("center")?;
    let center = place::location(center).at("center")?;
    Circle::new(center, required(radius_km).at("radius_km")?)
}

#[cfg(test)]
mod tests;
