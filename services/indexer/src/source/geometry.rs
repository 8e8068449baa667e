//! Geometries of GeoJSON features as places and footprints of events.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use serde::Deserialize;
use serde::de::IgnoredAny;
use sosie_index::record::{GeometryRecord, LocationRecord};
use sosie_similarity::{Invalid, Rule};

type Position = Vec<f64>;
type Ring = Vec<Position>;

/// The geometries that an event or a sector can have (RFC 7946).
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub(crate) enum Geometry {
    /// Where an event is.
    Point {
        /// Longitude, latitude, and an altitude that is not used.
        coordinates: Position,
        #[serde(default)]
        #[allow(dead_code, reason = "allowed by RFC 7946, and of no use here")]
        bbox: Option<IgnoredAny>,
    },
    /// A route.
    LineString {
        /// Positions.
        coordinates: Vec<Position>,
        #[serde(default)]
        #[allow(dead_code, reason = "allowed by RFC 7946, and of no use here")]
        bbox: Option<IgnoredAny>,
    },
    /// An area.
    Polygon {
        /// Rings of positions.
        coordinates: Vec<Ring>,
        #[serde(default)]
        #[allow(dead_code, reason = "allowed by RFC 7946, and of no use here")]
        bbox: Option<IgnoredAny>,
    },
    /// Several areas.
    MultiPolygon {
        /// Polygons.
        coordinates: Vec<Vec<Ring>>,
        #[serde(default)]
        #[allow(dead_code, reason = "allowed by RFC 7946, and of no use here")]
        bbox: Option<IgnoredAny>,
    },
}

/// What a geometry says of an event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// Where it is.
    Location(LocationRecord),
    /// What ground it covers.
    Footprint(GeometryRecord),
}

impl Geometry {
    /// The place that it is; a line, and only a line, needs a width in metres.
    pub(crate) fn into_place(self, width_m: Option<f64>) -> Result<Place, Invalid> {
        if width_m.is_some() && !matches!(self, Geometry::LineString { .. }) {
            return Err(Invalid::new("footprint.width_m", Rule::UnknownField));
        }
        Ok(match self {
            Geometry::Point { coordinates, .. } => match coordinates.as_slice() {
                [longitude, latitude] | [longitude, latitude, _] => {
                    Place::Location(LocationRecord {
                        latitude: *latitude,
                        longitude: *longitude,
                    })
                }
                _ => return Err(Invalid::new("location", Rule::Malformed)),
            },
            Geometry::LineString { coordinates, .. } => {
                let required = Invalid::new("footprint.width_m", Rule::Required);
                let width_m = width_m.ok_or(required)?;
                Place::Footprint(GeometryRecord::LineString {
                    coordinates,
                    width_m,
                })
            }
            Geometry::Polygon { coordinates, .. } => {
                Place::Footprint(GeometryRecord::Polygon { coordinates })
            }
            Geometry::MultiPolygon { coordinates, .. } => {
                Place::Footprint(GeometryRecord::MultiPolygon { coordinates })
            }
        })
    }

    /// Its polygons, if it has any.
    pub(crate) fn into_polygons(self) -> Option<MultiPolygon<f64>> {
        let polygons = match self {
            Geometry::Polygon { coordinates, .. } => vec![polygon(&coordinates)?],
            Geometry::MultiPolygon { coordinates, .. } => coordinates
                .iter()
                .map(|rings| polygon(rings))
                .collect::<Option<_>>()?,
            Geometry::Point { .. } | Geometry::LineString { .. } => return None,
        };
        Some(MultiPolygon::new(polygons))
    }
}

fn polygon(rings: &[Ring]) -> Option<Polygon<f64>> {
    let mut lines = rings.iter().map(|ring| line(ring));
    let exterior = lines.next()??;
    Some(Polygon::new(exterior, lines.collect::<Option<_>>()?))
}

fn line(ring: &[Position]) -> Option<LineString<f64>> {
    let coord = |position: &Position| match position.as_slice() {
        [x, y, ..] => Some(Coord { x: *x, y: *y }),
        _ => None,
    };
    (ring.len() >= 4)
        .then(|| ring.iter().map(coord).collect())
        .flatten()
}
