//! A place on WGS84 and the great-circle distance between two of them.

use libm::{asin, cos, sin, sqrt};

use crate::invalid::{Invalid, in_range};

/// Mean radius of the Earth in km (IUGG mean radius R1), as SPEC section 3 fixes it.
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// A WGS84 position in degrees; finite, latitude in [−90, 90], longitude in [−180, 180].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Location {
    latitude_degrees: f64,
    longitude_degrees: f64,
}

impl Location {
    /// Checks both ranges.
    ///
    /// # Errors
    /// On `latitude` or `longitude`.
    pub fn new(latitude_degrees: f64, longitude_degrees: f64) -> Result<Self, Invalid> {
        in_range(latitude_degrees, -90.0, 90.0).map_err(|rule| Invalid::new("latitude", rule))?;
        in_range(longitude_degrees, -180.0, 180.0)
            .map_err(|rule| Invalid::new("longitude", rule))?;
        Ok(Location {
            latitude_degrees,
            longitude_degrees,
        })
    }

    /// Degrees north.
    pub fn latitude_degrees(self) -> f64 {
        self.latitude_degrees
    }

    /// Degrees east.
    pub fn longitude_degrees(self) -> f64 {
        self.longitude_degrees
    }

    /// The same place on a sphere of [`EARTH_RADIUS_KM`] around the origin: x towards (0, 0), y towards
    /// (0, 90), z towards the north pole, in km. The straight line between two places is never longer
    /// than their great-circle distance, and knows neither poles nor an antimeridian.
    pub fn on_sphere_km(self) -> [f64; 3] {
        let (latitude, longitude) = (
            self.latitude_degrees.to_radians(),
            self.longitude_degrees.to_radians(),
        );
        [
            EARTH_RADIUS_KM * cos(latitude) * cos(longitude),
            EARTH_RADIUS_KM * cos(latitude) * sin(longitude),
            EARTH_RADIUS_KM * sin(latitude),
        ]
    }

    /// The same place for `geo`: x is longitude, y latitude.
    pub fn to_point(self) -> geo::Point<f64> {
        geo::Point::new(self.longitude_degrees, self.latitude_degrees)
    }
}

/// Great-circle distance in km: haversine on a sphere of [`EARTH_RADIUS_KM`].
///
/// Symmetric to the last bit: every term is even in the difference or commutes.
pub fn haversine_km(a: Location, b: Location) -> f64 {
    let half_sin = |from: f64, to: f64| sin((to - from).to_radians() / 2.0);
    let latitude = half_sin(a.latitude_degrees, b.latitude_degrees);
    let longitude = half_sin(a.longitude_degrees, b.longitude_degrees);
    let cosines = cos(a.latitude_degrees.to_radians()) * cos(b.latitude_degrees.to_radians());
    let haversine = latitude * latitude + cosines * (longitude * longitude);
    // Rounding can lift the sum of antipodes above 1, where `asin` has no value.
    2.0 * EARTH_RADIUS_KM * asin(sqrt(haversine).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invalid::Rule;

    fn km(a: (f64, f64), b: (f64, f64)) -> f64 {
        haversine_km(
            Location::new(a.0, a.1).unwrap(),
            Location::new(b.0, b.1).unwrap(),
        )
    }

    #[test]
    fn a_degree_of_meridian_is_the_radius_times_its_angle() {
        let degree = EARTH_RADIUS_KM * 1f64.to_radians();
        assert!((km((43.0, 5.0), (44.0, 5.0)) - degree).abs() < 1e-9);
    }

    #[test]
    fn the_antimeridian_is_no_border() {
        assert!((km((0.0, 179.5), (0.0, -179.5)) - km((0.0, 0.0), (0.0, 1.0))).abs() < 1e-9);
        assert!(km((10.0, 180.0), (10.0, -180.0)) < 1e-9);
    }

    #[test]
    fn longitude_means_nothing_at_a_pole() {
        assert!(km((90.0, 0.0), (90.0, 123.0)) < 1e-9);
        let half_girth = EARTH_RADIUS_KM * std::f64::consts::PI;
        assert!((km((90.0, 0.0), (-90.0, 77.0)) - half_girth).abs() < 1e-6);
    }

    #[test]
    fn a_location_names_the_coordinate_that_is_out_of_range() {
        let refused = |lat, lon| Location::new(lat, lon).unwrap_err();
        assert_eq!(
            refused(91.0, 0.0),
            Invalid::new("latitude", Rule::OutOfRange(-90.0, 90.0))
        );
        assert_eq!(refused(0.0, -180.1).field, "longitude");
        assert_eq!(refused(f64::NAN, 0.0).rule, Rule::NotFinite);
    }
}
