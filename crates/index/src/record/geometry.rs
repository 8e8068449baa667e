//! GeoJSON geometries of footprints.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use serde::{Deserialize, Serialize};
use sosie_similarity::{Footprint, FootprintShape, Invalid, Rule};

type Position = Vec<f64>;
type Ring = Vec<Position>;

/// A GeoJSON Polygon or MultiPolygon (RFC 7946), or a LineString with a width.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum GeometryRecord {
    /// Exterior ring, then holes.
    Polygon {
        /// Rings of [longitude, latitude], closed.
        coordinates: Vec<Ring>,
    },
    /// Several polygons.
    MultiPolygon {
        /// Polygons.
        coordinates: Vec<Vec<Ring>>,
    },
    /// A march or a race.
    LineString {
        /// [longitude, latitude], at least two.
        coordinates: Vec<Position>,
        /// Metres, above 0.
        width_m: f64,
    },
}

impl GeometryRecord {
    /// The record of a geometry.
    pub fn of(shape: &FootprintShape) -> Self {
        match shape {
            FootprintShape::Route { line, width_m } => GeometryRecord::LineString {
                coordinates: positions(line),
                width_m: *width_m,
            },
            FootprintShape::Area(polygons) => match polygons.0.as_slice() {
                [polygon] => GeometryRecord::Polygon {
                    coordinates: rings(polygon),
                },
                many => GeometryRecord::MultiPolygon {
                    coordinates: many.iter().map(rings).collect(),
                },
            },
        }
    }

    /// Checks the geometry.
    ///
    /// # Errors
    /// On `coordinates` or `width_m`.
    pub fn footprint(self) -> Result<Footprint, Invalid> {
        Footprint::new(match self {
            GeometryRecord::Polygon { coordinates } => {
                FootprintShape::Area(MultiPolygon::new(vec![polygon(coordinates)?]))
            }
            GeometryRecord::MultiPolygon { coordinates } => {
                let polygons: Result<Vec<_>, _> = coordinates.into_iter().map(polygon).collect();
                FootprintShape::Area(MultiPolygon::new(polygons?))
            }
            GeometryRecord::LineString {
                coordinates,
                width_m,
            } => FootprintShape::Route {
                line: line(coordinates)?,
                width_m,
            },
        })
    }
}

fn polygon(rings: Vec<Ring>) -> Result<Polygon<f64>, Invalid> {
    let mut lines = rings.into_iter().map(|positions| {
        let closed = positions.len() >= 4 && positions.first() == positions.last();
        // `geo` closes open rings by itself: the form is checked before it sees them.
        if closed {
            line(positions)
        } else {
            Err(Invalid::new("coordinates", Rule::RingNotClosed))
        }
    });
    let exterior = lines
        .next()
        .ok_or(Invalid::new("coordinates", Rule::Required))??;
    Ok(Polygon::new(exterior, lines.collect::<Result<_, _>>()?))
}

/// A position may carry an altitude (RFC 7946), which a footprint does not use.
fn line(positions: Vec<Position>) -> Result<LineString<f64>, Invalid> {
    let coord = |position: Position| match position.as_slice() {
        [x, y] | [x, y, _] => Ok(Coord { x: *x, y: *y }),
        _ => Err(Invalid::new("coordinates", Rule::Malformed)),
    };
    Ok(LineString::new(
        positions.into_iter().map(coord).collect::<Result<_, _>>()?,
    ))
}

fn rings(polygon: &Polygon<f64>) -> Vec<Ring> {
    std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .map(positions)
        .collect()
}

fn positions(line: &LineString<f64>) -> Vec<Position> {
    line.0.iter().map(|c| vec![c.x, c.y]).collect()
}
