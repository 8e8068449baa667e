//! Places: points, rings, polygons and footprints.

use geo::{Coord, LineString, MultiPolygon, Polygon, Validation};
use sosie_similarity::limits::VERTICES_MAX;
use sosie_similarity::{Footprint, FootprintShape, Invalid, Location, Region, Rule};

use super::{At, each, required};
use crate::pb;

/// A point; both coordinates are required, for 0 is a place.
pub(super) fn location(location: pb::Location) -> Result<Location, Invalid> {
    let pb::Location {
        latitude_degrees,
        longitude_degrees,
    } = location;
    let latitude = required(latitude_degrees).at("latitude_degrees")?;
    let longitude = required(longitude_degrees).at("longitude_degrees")?;
    Location::new(latitude, longitude).map_err(in_degrees)
}

/// The domain leaves the unit to its documentation; the contract has it in the name.
pub(super) fn in_degrees(invalid: Invalid) -> Invalid {
    Invalid::new(format!("{}_degrees", invalid.field), invalid.rule)
}

/// The polygon of a filter.
pub(super) fn region(polygon: pb::Polygon) -> Result<Region, Invalid> {
    let (exterior, interiors) = rings(polygon)?;
    Region::new(exterior, interiors)
}

/// A footprint of either shape.
pub(super) fn footprint(footprint: pb::Footprint) -> Result<Footprint, Invalid> {
    let pb::Footprint { shape } = footprint;
    match required(shape).at("")? {
        pb::footprint::Shape::Polygons(polygons) => area(polygons).at("polygons"),
        pb::footprint::Shape::Route(route) => self::route(route).at("route"),
    }
}

fn area(set: pb::PolygonSet) -> Result<Footprint, Invalid> {
    let pb::PolygonSet { polygons } = set;
    // Before any of them is looked at: validity costs far more than counting.
    if polygons.iter().map(vertex_count).sum::<usize>() > VERTICES_MAX {
        return Err(Invalid::new("polygons", Rule::TooMany(VERTICES_MAX)));
    }
    let polygons = MultiPolygon::new(each(polygons, polygon).at("polygons")?);
    let made = Footprint::new(FootprintShape::Area(polygons.clone()));
    made.map_err(|invalid| invalid_area(&polygons, invalid.rule))
}

/// Looks for the polygon at fault only once there is a fault: validity is asked once of a good set.
fn invalid_area(polygons: &MultiPolygon<f64>, rule: Rule) -> Invalid {
    let mut candidates = polygons.iter();
    match candidates.position(|polygon| rule == Rule::InvalidGeometry && !polygon.is_valid()) {
        Some(at) => Invalid::new(format!("polygons[{at}]"), rule),
        None => Invalid::new("polygons", rule),
    }
}

fn route(route: pb::Route) -> Result<Footprint, Invalid> {
    let pb::Route { points, width_m } = route;
    let line = line(points).at("points")?;
    Footprint::new(FootprintShape::Route { line, width_m }).map_err(|invalid| {
        let of_width = invalid.field == "width_m";
        Invalid::new(if of_width { "width_m" } else { "points" }, invalid.rule)
    })
}

fn polygon(polygon: pb::Polygon) -> Result<Polygon<f64>, Invalid> {
    let (exterior, interiors) = rings(polygon)?;
    Ok(Polygon::new(exterior, interiors))
}

fn rings(polygon: pb::Polygon) -> Result<(LineString<f64>, Vec<LineString<f64>>), Invalid> {
    let pb::Polygon {
        exterior,
        interiors,
    } = polygon;
    let exterior = required(exterior).at("exterior")?;
    Ok((
        ring(exterior).at("exterior")?,
        each(interiors, ring).at("interiors")?,
    ))
}

/// A ring comes closed; `geo` closes open ones by itself, so this looks before a polygon is built.
fn ring(ring: pb::LinearRing) -> Result<LineString<f64>, Invalid> {
    let pb::LinearRing { points } = ring;
    let ring = line(points).at("points")?;
    if ring.0.len() < 4 || ring.0.first() != ring.0.last() {
        return Err(Invalid::new("", Rule::RingNotClosed));
    }
    Ok(ring)
}

fn line(points: Vec<pb::Location>) -> Result<LineString<f64>, Invalid> {
    let coords = each(points, |point| {
        location(point).map(|at| Coord::from(at.to_point()))
    })?;
    Ok(LineString::new(coords))
}

fn vertex_count(polygon: &pb::Polygon) -> usize {
    let rings = polygon.exterior.iter().chain(&polygon.interiors);
    rings.map(|ring| ring.points.len()).sum()
}

#[cfg(test)]
mod tests;
