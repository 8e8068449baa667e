//! The ground that an event covers: an area, or a route with a width.

use geo::{
    Area, BoundingRect, Centroid, Coord, CoordsIter, GeoNum, Geodesic, GeodesicArea, Kernel,
    Length, LineString, MapCoords, MultiPolygon, Orient, Orientation, Polygon, Rect, Validation,
    orient::Direction,
};

use crate::invalid::{Invalid, Rule, in_range, positive};
use crate::limits::{AREA_M2_MAX, RINGS_MAX, ROUTE_WIDTH_M_MAX, VERTICES_MAX};
use crate::location::Location;

/// What a footprint is made of; x is longitude, y latitude, in degrees.
#[derive(Clone, Debug, PartialEq)]
pub enum FootprintShape {
    /// Polygons, a square or a park.
    Area(MultiPolygon<f64>),
    /// A line and its width in metres: a march, a race.
    Route {
        /// At least two points.
        line: LineString<f64>,
        /// Metres, above 0.
        width_m: f64,
    },
}

/// A valid footprint geometry with its area, its centroid and its bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    shape: FootprintShape,
    area_m2: f64,
    centroid: Location,
}

impl Footprint {
    /// Checks rings, coordinates, validity and the number of vertices; derives area and centroid.
    ///
    /// The area is geodesic on WGS84 (Karney 2013), of a route its geodesic length × width. The
    /// centroid is planar in longitude and latitude, by area or by length; what spans more than half of the
    /// globe is read as crossing the antimeridian (RFC 7946 cuts it there), and its centroid lies where it is.
    ///
    /// # Errors
    /// On `coordinates` or `width_m`.
    pub fn new(shape: FootprintShape) -> Result<Self, Invalid> {
        let (area_m2, centroid) = match &shape {
            FootprintShape::Area(polygons) => {
                check_polygons(polygons)?;
                (geodesic_area_m2(polygons), joined(polygons).centroid())
            }
            FootprintShape::Route { line, width_m } => {
                check_route(line, *width_m)?;
                (Geodesic.length(line) * width_m, joined(line).centroid())
            }
        };
        let invalid = || Invalid::new("coordinates", Rule::InvalidGeometry);
        let centroid = centroid.ok_or_else(invalid)?;
        positive(area_m2, AREA_M2_MAX).map_err(|_| invalid())?;
        let longitude = if centroid.x() > 180.0 {
            centroid.x() - 360.0
        } else {
            centroid.x()
        };
        let centroid = Location::new(centroid.y(), longitude).map_err(|_| invalid())?;
        Ok(Footprint {
            shape,
            area_m2,
            centroid,
        })
    }

    /// The geometry itself.
    pub fn shape(&self) -> &FootprintShape {
        &self.shape
    }

    /// m², above 0.
    pub fn area_m2(&self) -> f64 {
        self.area_m2
    }

    /// Where the event is if nothing else says so.
    pub fn centroid(&self) -> Location {
        self.centroid
    }
}

/// Geodesic area of all polygons in m², whatever their winding.
fn geodesic_area_m2(polygons: &MultiPolygon<f64>) -> f64 {
    // Wound the wrong way a ring means the rest of the Earth: exteriors must be counter-clockwise.
    polygons.orient(Direction::Default).geodesic_area_unsigned()
}

/// In one piece: what crosses the antimeridian has its western longitudes counted on past 180.
fn joined<G>(geometry: &G) -> G
where
    G: Clone + MapCoords<f64, f64, Output = G> + BoundingRect<f64, Output = Option<Rect<f64>>>,
{
    match geometry.bounding_rect() {
        Some(bounds) if bounds.width() > 180.0 => geometry.map_coords(|at| Coord {
            x: if at.x < 0.0 { at.x + 360.0 } else { at.x },
            y: at.y,
        }),
        Some(_) | None => geometry.clone(),
    }
}

fn check_polygons(polygons: &MultiPolygon<f64>) -> Result<(), Invalid> {
    let at = |rule| Invalid::new("coordinates", rule);
    if polygons.0.is_empty() {
        return Err(at(Rule::Required));
    }
    if polygons.coords_count() > VERTICES_MAX {
        return Err(at(Rule::TooMany(VERTICES_MAX)));
    }
    let rings = polygons.iter().map(|polygon| 1 + polygon.interiors().len());
    if rings.sum::<usize>() > RINGS_MAX {
        return Err(at(Rule::TooMany(RINGS_MAX)));
    }
    polygons.iter().try_for_each(check_rings)?;
    let simple = polygons.is_valid() && polygons.unsigned_area() > 0.0;
    if simple {
        Ok(())
    } else {
        Err(at(Rule::InvalidGeometry))
    }
}

/// Checks what must hold before validity can be asked: coordinates in range, closed rings, no spikes.
fn check_rings(polygon: &Polygon<f64>) -> Result<(), Invalid> {
    for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
        check_coordinates(ring)?;
        if ring.0.len() < 4 || ring.0.first() != ring.0.last() {
            return Err(Invalid::new("coordinates", Rule::RingNotClosed));
        }
        if has_spike(ring) {
            return Err(Invalid::new("coordinates", Rule::InvalidGeometry));
        }
    }
    Ok(())
}

/// Whether a closed ring somewhere runs back over itself, where it encloses nothing.
fn has_spike(ring: &LineString<f64>) -> bool {
    let mut corners = ring.0.clone();
    corners.dedup();
    // A closed ring goes on from its last point, which is its first, to its second.
    corners.extend(corners.get(1).copied());
    corners.windows(3).any(|three| {
        let [a, b, c] = [three[0], three[1], three[2]];
        let (there, on) = (b - a, c - b);
        <f64 as GeoNum>::Ker::orient2d(a, b, c) == Orientation::Collinear
            && there.x * on.x + there.y * on.y < 0.0
    })
}

fn check_coordinates(line: &LineString<f64>) -> Result<(), Invalid> {
    let in_degrees = |c: &geo::Coord<f64>| {
        in_range(c.y, -90.0, 90.0)
            .and(in_range(c.x, -180.0, 180.0))
            .map(|_| ())
    };
    line.0
        .iter()
        .try_for_each(in_degrees)
        .map_err(|rule| Invalid::new("coordinates", rule))
}

fn check_route(line: &LineString<f64>, width_m: f64) -> Result<(), Invalid> {
    positive(width_m, ROUTE_WIDTH_M_MAX).map_err(|rule| Invalid::new("width_m", rule))?;
    if line.0.len() > VERTICES_MAX {
        return Err(Invalid::new("coordinates", Rule::TooMany(VERTICES_MAX)));
    }
    check_coordinates(line)?;
    let has_extent = line.0.windows(2).any(|pair| pair[0] != pair[1]);
    if has_extent {
        Ok(())
    } else {
        Err(Invalid::new("coordinates", Rule::InvalidGeometry))
    }
}

/// A polygon given ring by ring: closed as written, in range, simple, without spikes, its holes inside.
///
/// Rings must come closed, and `geo` closes open ones by itself, so this looks before it builds.
///
/// # Errors
/// On `exterior` or `interiors[i]` for a ring, on `` (the polygon itself) for the whole.
pub fn polygon_from_rings(
    exterior: LineString<f64>,
    interiors: Vec<LineString<f64>>,
) -> Result<Polygon<f64>, Invalid> {
    let vertices = exterior.0.len() + interiors.iter().map(|ring| ring.0.len()).sum::<usize>();
    if vertices > VERTICES_MAX {
        return Err(Invalid::new("", Rule::TooMany(VERTICES_MAX)));
    }
    if 1 + interiors.len() > RINGS_MAX {
        return Err(Invalid::new("", Rule::TooMany(RINGS_MAX)));
    }
    check_ring("exterior", &exterior)?;
    for (at, ring) in interiors.iter().enumerate() {
        check_ring(&format!("interiors[{at}]"), ring)?;
    }
    let polygon = Polygon::new(exterior, interiors);
    if polygon.is_valid() {
        Ok(polygon)
    } else {
        Err(Invalid::new("", Rule::InvalidGeometry))
    }
}

fn check_ring(field: &str, ring: &LineString<f64>) -> Result<(), Invalid> {
    check_coordinates(ring).map_err(|invalid| Invalid::new(field, invalid.rule))?;
    let closed = ring.0.len() >= 4 && ring.0.first() == ring.0.last();
    if !closed {
        return Err(Invalid::new(field, Rule::RingNotClosed));
    }
    if has_spike(ring) {
        return Err(Invalid::new(field, Rule::InvalidGeometry));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{line_string, polygon};

    fn area(polygon: Polygon<f64>) -> Result<Footprint, Invalid> {
        Footprint::new(FootprintShape::Area(MultiPolygon::new(vec![polygon])))
    }

    #[test]
    fn the_area_is_geodesic_whatever_the_winding() {
        // One square degree at the equator on WGS84, from GeographicLib's Planimeter.
        let square = polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 1., y: 1.), (x: 0., y: 1.)];
        let mut backwards = square.clone();
        backwards.exterior_mut(|ring| ring.0.reverse());
        let (a, b) = (area(square).unwrap(), area(backwards).unwrap());
        assert!(
            (a.area_m2() - 12_308_778_361.469).abs() < 1.0,
            "{}",
            a.area_m2()
        );
        assert_eq!(a.area_m2(), b.area_m2());
        assert_eq!(a.centroid(), Location::new(0.5, 0.5).unwrap());
    }

    #[test]
    fn a_hole_is_not_part_of_the_area() {
        let with_hole = polygon![
            exterior: [(x: 0., y: 0.), (x: 4., y: 0.), (x: 4., y: 4.), (x: 0., y: 4.)],
            interiors: [[(x: 1., y: 1.), (x: 2., y: 1.), (x: 2., y: 2.), (x: 1., y: 2.)]],
        ];
        let whole = Polygon::new(with_hole.exterior().clone(), vec![]);
        assert!(area(with_hole).unwrap().area_m2() < area(whole).unwrap().area_m2());
    }

    #[test]
    fn a_route_covers_its_length_times_its_width() {
        let line = line_string![(x: 5.0, y: 43.0), (x: 5.0, y: 43.01)];
        let route = Footprint::new(FootprintShape::Route {
            line,
            width_m: 10.0,
        })
        .unwrap();
        // 0.01 degree of meridian at 43° is 1,110.9 m on WGS84.
        assert!(
            (route.area_m2() - 11_109.0).abs() < 5.0,
            "{}",
            route.area_m2()
        );
    }

    #[test]
    fn a_footprint_cut_at_the_antimeridian_has_its_centroid_there() {
        let east = polygon![(x: 179., y: 0.), (x: 180., y: 0.), (x: 180., y: 1.), (x: 179., y: 1.)];
        let west =
            polygon![(x: -180., y: 0.), (x: -178., y: 0.), (x: -178., y: 1.), (x: -180., y: 1.)];
        let cut = FootprintShape::Area(MultiPolygon::new(vec![east, west]));
        let centroid = Footprint::new(cut).unwrap().centroid();
        assert!(
            (centroid.longitude_degrees() + 179.5).abs() < 1e-9,
            "{centroid:?}"
        );
    }

    #[test]
    fn a_bow_tie_is_refused_and_so_is_a_point() {
        let bow_tie = polygon![(x: 0., y: 0.), (x: 1., y: 1.), (x: 1., y: 0.), (x: 0., y: 1.)];
        assert_eq!(area(bow_tie).unwrap_err().rule, Rule::InvalidGeometry);
        let line = line_string![(x: 5.0, y: 43.0), (x: 5.0, y: 43.0)];
        let point = Footprint::new(FootprintShape::Route { line, width_m: 1.0 });
        assert_eq!(point.unwrap_err().rule, Rule::InvalidGeometry);
    }

    #[test]
    fn rings_must_come_closed_and_the_refusal_names_the_ring() {
        let open = line_string![(x: 0., y: 0.), (x: 1., y: 0.), (x: 1., y: 1.), (x: 0., y: 1.)];
        let mut closed = open.clone();
        closed.close();
        let refused = polygon_from_rings(closed.clone(), vec![open.clone()]).unwrap_err();
        assert_eq!(refused, Invalid::new("interiors[0]", Rule::RingNotClosed));
        assert_eq!(
            polygon_from_rings(open, vec![]).unwrap_err().field,
            "exterior"
        );
        assert!(polygon_from_rings(closed, vec![]).is_ok());
    }

    #[test]
    fn vertices_are_limited() {
        let ring = |n: usize| -> LineString<f64> {
            let angle = |i: usize| i as f64 / n as f64 * std::f64::consts::TAU;
            let mut ring: Vec<_> = (0..n).map(|i| (angle(i).cos(), angle(i).sin())).collect();
            ring.push(ring[0]);
            ring.into()
        };
        assert!(polygon_from_rings(ring(VERTICES_MAX - 1), vec![]).is_ok());
        let refused = polygon_from_rings(ring(VERTICES_MAX), vec![]).unwrap_err();
        assert_eq!(refused.rule, Rule::TooMany(VERTICES_MAX));
    }
    fn square(low: f64, side: f64) -> LineString<f64> {
        let high = low + side;
        vec![(low, 0.), (high, 0.), (high, side), (low, side), (low, 0.)].into()
    }

    #[test]
    fn rings_are_limited() {
        let squares = |count: usize| (0..count).map(|at| square(at as f64 / 2.0 - 80.0, 0.25));
        let parts = |count| {
            let parts = squares(count).map(|ring| Polygon::new(ring, vec![]));
            Footprint::new(FootprintShape::Area(parts.collect()))
        };
        assert!(parts(RINGS_MAX).is_ok());
        let refused = parts(RINGS_MAX + 1).unwrap_err();
        let too_many = Rule::TooMany(RINGS_MAX);
        assert_eq!(refused, Invalid::new("coordinates", too_many));
        let around = || {
            LineString::from(vec![
                (-90., -1.),
                (90., -1.),
                (90., 1.),
                (-90., 1.),
                (-90., -1.),
            ])
        };
        let holes = |count| polygon_from_rings(around(), squares(count).collect());
        assert!(holes(RINGS_MAX - 1).is_ok());
        assert_eq!(holes(RINGS_MAX).unwrap_err(), Invalid::new("", too_many));
    }

    #[test]
    fn a_ring_that_runs_back_over_itself_is_refused() {
        let spikes = [
            // Out of a corner and back, out of an edge, past a corner and back, and over the seam of the ring.
            vec![
                (0., 0.),
                (4., 0.),
                (4., 4.),
                (9., 9.),
                (4., 4.),
                (0., 4.),
                (0., 0.),
            ],
            vec![
                (0., 0.),
                (2., 0.),
                (2., -1.),
                (2., 0.),
                (4., 0.),
                (4., 4.),
                (0., 0.),
            ],
            vec![
                (0., 0.),
                (4., 0.),
                (4., 9.),
                (4., 9.),
                (4., 4.),
                (0., 4.),
                (0., 0.),
            ],
            vec![(-3., 0.), (4., 0.), (4., 4.), (0., 4.), (0., 0.), (-3., 0.)],
        ];
        for spike in spikes {
            let ring = LineString::from(spike);
            let refused = area(Polygon::new(ring.clone(), vec![])).unwrap_err();
            assert_eq!(refused, Invalid::new("coordinates", Rule::InvalidGeometry));
            let refused = polygon_from_rings(ring, vec![]).unwrap_err();
            assert_eq!(refused, Invalid::new("exterior", Rule::InvalidGeometry));
        }
        // Straight on and repeated points are no spikes.
        let straight = vec![(0., 0.), (2., 0.), (2., 0.), (4., 0.), (4., 4.), (0., 0.)];
        assert!(area(Polygon::new(straight.into(), vec![])).is_ok());
    }
}
