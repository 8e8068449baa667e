//! Points, counts and footprints.

use geo::{Coord, LineString, Polygon};
use sosie_similarity::{Footprint, FootprintShape, Location, Participants};

use super::basis;
use crate::pb;

/// A point.
pub fn location(location: Location) -> pb::Location {
    point(location.to_point().into())
}

/// A count with its uncertainty.
pub fn participants(participants: Participants) -> pb::Participants {
    // At most 10^9, so every count fits.
    pb::Participants {
        best: Some(participants.best() as i64),
        low: participants.low().map(|low| low as i64),
        high: participants.high().map(|high| high as i64),
        basis: basis(participants.basis()).into(),
    }
}

/// A geometry, vertex by vertex as it was given.
pub fn footprint(footprint: &Footprint) -> pb::Footprint {
    let shape = match footprint.shape() {
        FootprintShape::Area(polygons) => pb::footprint::Shape::Polygons(pb::PolygonSet {
            polygons: polygons.iter().map(polygon).collect(),
        }),
        FootprintShape::Route { line, width_m } => pb::footprint::Shape::Route(pb::Route {
            points: points(line),
            width_m: *width_m,
        }),
    };
    pb::Footprint { shape: Some(shape) }
}

fn polygon(polygon: &Polygon<f64>) -> pb::Polygon {
    pb::Polygon {
        exterior: Some(ring(polygon.exterior())),
        interiors: polygon.interiors().iter().map(ring).collect(),
    }
}

fn ring(ring: &LineString<f64>) -> pb::LinearRing {
    pb::LinearRing {
        points: points(ring),
    }
}

fn points(line: &LineString<f64>) -> Vec<pb::Location> {
    line.0.iter().copied().map(point).collect()
}

fn point(coord: Coord<f64>) -> pb::Location {
    pb::Location {
        latitude_degrees: Some(coord.y),
        longitude_degrees: Some(coord.x),
    }
}
