//! Regions of a filter: bounding boxes, circles and polygons.

use geo::{BoundingRect, Intersects, LineString, Polygon};

use crate::footprint::polygon_from_rings;
use crate::invalid::{Invalid, Rule, in_range};
use crate::limits::RADIUS_KM_MAX;
use crate::location::{Location, haversine_km};

/// A closed box in degrees; west > east crosses the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundingBox {
    south: f64,
    west: f64,
    north: f64,
    east: f64,
}

impl BoundingBox {
    /// Checks ranges and that south ≤ north. Corners: (south, west) and (north, east), in degrees.
    ///
    /// # Errors
    /// On `south`, `west`, `north` or `east`.
    pub fn new((south, west): (f64, f64), (north, east): (f64, f64)) -> Result<Self, Invalid> {
        for (field, degrees, limit) in [
            ("south", south, 90.0),
            ("west", west, 180.0),
            ("north", north, 90.0),
            ("east", east, 180.0),
        ] {
            in_range(degrees, -limit, limit).map_err(|rule| Invalid::new(field, rule))?;
        }
        if south > north {
            return Err(Invalid::new("south", Rule::LowAboveHigh));
        }
        Ok(BoundingBox {
            south,
            west,
            north,
            east,
        })
    }

    /// South, west, north, east, in degrees.
    pub fn degrees(self) -> [f64; 4] {
        [self.south, self.west, self.north, self.east]
    }

    /// Whether `at` is inside or on the edge.
    pub fn contains(self, at: Location) -> bool {
        let (latitude, longitude) = (at.latitude_degrees(), at.longitude_degrees());
        let between = if self.west <= self.east {
            (self.west..=self.east).contains(&longitude)
        } else {
            longitude >= self.west || longitude <= self.east
        };
        between && (self.south..=self.north).contains(&latitude)
    }
}

/// All places within a great-circle distance of a centre, the edge included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    center: Location,
    radius_km: f64,
}

impl Circle {
    /// Checks the radius: at least 0, the centre alone, at most [`RADIUS_KM_MAX`].
    ///
    /// # Errors
    /// On `radius_km`.
    pub fn new(center: Location, radius_km: f64) -> Result<Self, Invalid> {
        in_range(radius_km, 0.0, RADIUS_KM_MAX).map_err(|rule| Invalid::new("radius_km", rule))?;
        Ok(Circle { center, radius_km })
    }

    /// The centre.
    pub fn center(self) -> Location {
        self.center
    }

    /// Kilometres.
    pub fn radius_km(self) -> f64 {
        self.radius_km
    }

    /// Whether `at` is within the radius (haversine, ≤).
    pub fn contains(self, at: Location) -> bool {
        haversine_km(self.center, at) <= self.radius_km
    }
}

/// A polygon with holes in plain longitude and latitude; its edges, those of holes too, are inside.
#[derive(Clone, Debug, PartialEq)]
pub struct Region(Polygon<f64>);

impl Region {
    /// Checks rings and validity.
    ///
    /// # Errors
    /// Those of [`polygon_from_rings`].
    pub fn new(
        exterior: LineString<f64>,
        interiors: Vec<LineString<f64>>,
    ) -> Result<Self, Invalid> {
        polygon_from_rings(exterior, interiors).map(Region)
    }

    /// The polygon.
    pub fn polygon(&self) -> &Polygon<f64> {
        &self.0
    }

    /// South, west, north, east of the smallest box around it, in degrees; west ≤ east.
    pub fn bounds_degrees(&self) -> [f64; 4] {
        let bounds = self.0.bounding_rect().expect("a polygon has vertices");
        [
            bounds.min().y,
            bounds.min().x,
            bounds.max().y,
            bounds.max().x,
        ]
    }

    /// Whether `at` is inside or on an edge; exact, by robust predicates (Shewchuk 1997).
    pub fn contains(&self, at: Location) -> bool {
        self.0.intersects(&at.to_point())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::line_string;

    fn at(latitude: f64, longitude: f64) -> Location {
        Location::new(latitude, longitude).unwrap()
    }

    #[test]
    fn a_box_may_cross_the_antimeridian_and_its_edge_is_inside() {
        let pacific = BoundingBox::new((-10.0, 170.0), (10.0, -170.0)).unwrap();
        assert!(pacific.contains(at(0.0, 180.0)) && pacific.contains(at(0.0, -180.0)));
        assert!(pacific.contains(at(10.0, 170.0)) && !pacific.contains(at(0.0, 0.0)));
        assert_eq!(
            BoundingBox::new((1.0, 0.0), (0.0, 0.0)).unwrap_err().field,
            "south"
        );
        assert_eq!(
            BoundingBox::new((0.0, 0.0), (91.0, 0.0)).unwrap_err().field,
            "north"
        );
    }

    #[test]
    fn a_radius_is_closed_and_limited() {
        let center = at(0.0, 0.0);
        let radius_km = haversine_km(center, at(0.0, 1.0));
        assert!(
            Circle::new(center, radius_km)
                .unwrap()
                .contains(at(0.0, 1.0))
        );
        assert!(
            !Circle::new(center, radius_km)
                .unwrap()
                .contains(at(0.0, 1.000001))
        );
        assert!(Circle::new(center, RADIUS_KM_MAX).is_ok());
        assert!(Circle::new(center, RADIUS_KM_MAX + 1.0).is_err());
        assert!(Circle::new(center, 0.0).unwrap().contains(center));
        assert!(Circle::new(center, -1.0).is_err());
    }

    #[test]
    fn the_edges_of_a_polygon_and_of_its_holes_are_inside() {
        let square = |low: f64, high: f64| {
            line_string![
                (x: low, y: low), (x: high, y: low), (x: high, y: high), (x: low, y: high), (x: low, y: low)
            ]
        };
        let region = Region::new(square(0.0, 4.0), vec![square(1.0, 2.0)]).unwrap();
        assert!(region.contains(at(0.0, 2.0)) && region.contains(at(4.0, 4.0)));
        assert!(region.contains(at(1.0, 1.5)) && region.contains(at(3.0, 3.0)));
        assert!(!region.contains(at(1.5, 1.5)) && !region.contains(at(5.0, 2.0)));
    }
}
