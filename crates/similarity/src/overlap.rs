//! Intersection over union of two footprints, in one local equal-area projection.

use geo::{Area, BooleanOps, BoundingRect, Buffer, Coord, Intersects, MapCoords, MultiPolygon};
use libm::{cos, sin, sqrt};

use crate::footprint::{Footprint, FootprintShape};
use crate::location::{EARTH_RADIUS_KM, Location};

/// Intersection over union (Jaccard 1901) of the areas covered, in [0, 1].
///
/// Both are projected by one Lambert azimuthal equal-area projection (Snyder 1987, eq. 24-2, on the
/// sphere) centred between them; a route is then buffered by half of its width, with round ends.
/// Symmetric to the last bit: the centre is, and the operands are put in one order.
pub fn intersection_over_union(a: &Footprint, b: &Footprint) -> f64 {
    if a == b {
        return 1.0;
    }
    let projection = EqualArea::between(a.centroid(), b.centroid());
    let (a, b) = (projection.covered(a), projection.covered(b));
    let apart = match (a.bounding_rect(), b.bounding_rect()) {
        (Some(a), Some(b)) => !a.intersects(&b),
        (None, _) | (_, None) => true,
    };
    if apart {
        return 0.0;
    }
    let (first, second) = if order_key(&a) <= order_key(&b) {
        (&a, &b)
    } else {
        (&b, &a)
    };
    let shared = first.intersection(second).unsigned_area();
    let either = first.unsigned_area() + second.unsigned_area() - shared;
    if either > 0.0 {
        (shared / either).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// Any total order serves, as long as it does not depend on who is asked first.
fn order_key(polygons: &MultiPolygon<f64>) -> Vec<(u64, u64)> {
    let rings = polygons
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings
        .flat_map(|ring| ring.0.iter().map(|c| (c.x.to_bits(), c.y.to_bits())))
        .collect()
}

/// Lambert azimuthal equal-area projection of the sphere, in metres.
struct EqualArea {
    sin_latitude: f64,
    cos_latitude: f64,
    longitude: f64,
}

impl EqualArea {
    /// Centred in the middle of the chord between two places.
    fn between(a: Location, b: Location) -> Self {
        let unit = |at: Location| {
            let (lat, lon) = (
                at.latitude_degrees().to_radians(),
                at.longitude_degrees().to_radians(),
            );
            [cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)]
        };
        let (a, b) = (unit(a), unit(b));
        let [x, y, z] = [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
        let equatorial = sqrt(x * x + y * y);
        let length = sqrt(x * x + y * y + z * z);
        if length == 0.0 {
            return EqualArea {
                sin_latitude: 0.0,
                cos_latitude: 1.0,
                longitude: 0.0,
            };
        }
        EqualArea {
            sin_latitude: z / length,
            cos_latitude: equatorial / length,
            longitude: libm::atan2(y, x),
        }
    }

    fn project(&self, degrees: Coord<f64>) -> Coord<f64> {
        let (latitude, longitude) = (degrees.y.to_radians(), degrees.x.to_radians());
        let (sin_lat, cos_lat) = (sin(latitude), cos(latitude));
        let (sin_lon, cos_lon) = (
            sin(longitude - self.longitude),
            cos(longitude - self.longitude),
        );
        let cos_angle = self.sin_latitude * sin_lat + self.cos_latitude * cos_lat * cos_lon;
        // The antipode of the centre has no image; a footprint never reaches it, a bound keeps it finite.
        let scale = EARTH_RADIUS_KM * 1000.0 * sqrt(2.0 / (1.0 + cos_angle).max(1e-12));
        Coord {
            x: scale * cos_lat * sin_lon,
            y: scale * (self.cos_latitude * sin_lat - self.sin_latitude * cos_lat * cos_lon),
        }
    }

    /// The ground covered, in metres of the projection.
    fn covered(&self, footprint: &Footprint) -> MultiPolygon<f64> {
        match footprint.shape() {
            FootprintShape::Area(polygons) => polygons.map_coords(|c| self.project(c)),
            FootprintShape::Route { line, width_m } => {
                line.map_coords(|c| self.project(c)).buffer(width_m / 2.0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Polygon, Rect, line_string};

    fn rect(west: f64, south: f64, east: f64, north: f64) -> Footprint {
        let polygon: Polygon<f64> = Rect::new((west, south), (east, north)).to_polygon();
        Footprint::new(FootprintShape::Area(polygon.into())).unwrap()
    }

    #[test]
    fn half_shifted_squares_share_a_third() {
        let (a, b) = (rect(5.0, 43.0, 5.02, 43.01), rect(5.01, 43.0, 5.03, 43.01));
        // A projected edge is a chord of the parallel: slivers of 5 cm on a side of 1.1 km.
        assert!((intersection_over_union(&a, &b) - 1.0 / 3.0).abs() < 1e-4);
    }

    #[test]
    fn it_is_symmetric_and_1_for_equal_footprints() {
        let (a, b) = (
            rect(5.0, 43.0, 5.02, 43.013),
            rect(5.013, 43.001, 5.03, 43.01),
        );
        assert_eq!(
            intersection_over_union(&a, &b),
            intersection_over_union(&b, &a)
        );
        assert_eq!(intersection_over_union(&a, &a.clone()), 1.0);
        assert_eq!(
            intersection_over_union(&a, &rect(6.0, 43.0, 6.1, 43.1)),
            0.0
        );
    }

    #[test]
    fn a_route_has_its_width() {
        let line = line_string![(x: 5.0, y: 43.0), (x: 5.02, y: 43.0)];
        let route = |width_m| {
            Footprint::new(FootprintShape::Route {
                line: line.clone(),
                width_m,
            })
            .unwrap()
        };
        // Half as wide covers half, but for the round ends: 1.6 km long, 20 m wide.
        let iou = intersection_over_union(&route(10.0), &route(20.0));
        assert!((iou - 0.5).abs() < 0.01, "{iou}");
    }
}
