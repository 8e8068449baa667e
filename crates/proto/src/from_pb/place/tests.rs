use super::*;
use crate::sample::{
    bow_tie, footprint as sample_footprint, point, ring as sample_ring, round, square,
};
use crate::to_pb;

fn polygons(polygons: Vec<pb::Polygon>) -> pb::Footprint {
    let set = pb::PolygonSet { polygons };
    pb::Footprint {
        shape: Some(pb::footprint::Shape::Polygons(set)),
    }
}

fn of_rings(exterior: pb::LinearRing, interiors: Vec<pb::LinearRing>) -> pb::Polygon {
    pb::Polygon {
        exterior: Some(exterior),
        interiors,
    }
}

fn march(points: Vec<pb::Location>, width_m: f64) -> pb::Footprint {
    pb::Footprint {
        shape: Some(pb::footprint::Shape::Route(pb::Route { points, width_m })),
    }
}

fn refused<T: std::fmt::Debug>(made: Result<T, Invalid>, field: &str, rule: Rule) {
    assert_eq!(made.unwrap_err(), Invalid::new(field, rule));
}

#[test]
fn a_point_is_checked_and_its_coordinates_are_required() {
    let outside = Rule::OutOfRange(-90.0, 90.0);
    refused(location(point(91.0, 0.0)), "latitude_degrees", outside);
    let outside = Rule::OutOfRange(-180.0, 180.0);
    refused(location(point(0.0, -181.0)), "longitude_degrees", outside);
    refused(
        location(point(f64::NAN, 0.0)),
        "latitude_degrees",
        Rule::NotFinite,
    );
    let equator = pb::Location {
        latitude_degrees: Some(0.0),
        longitude_degrees: None,
    };
    refused(location(equator), "longitude_degrees", Rule::Required);
    refused(
        location(pb::Location::default()),
        "latitude_degrees",
        Rule::Required,
    );
    let corner = point(-90.0, 180.0);
    assert_eq!(to_pb::location(location(corner).unwrap()), corner);
}

#[test]
fn footprints_come_back_as_they_went() {
    let route = march(vec![point(43.0, 5.0), point(43.0, 5.1)], 12.5);
    for message in [sample_footprint(), route] {
        let made = footprint(message.clone()).unwrap();
        assert_eq!(to_pb::footprint(&made), message);
    }
}

#[test]
fn a_bow_tie_is_refused_as_a_footprint_and_as_a_region() {
    let good = of_rings(square(3.0, 1.0), vec![]);
    let set = polygons(vec![good, bow_tie()]);
    refused(
        footprint(set),
        "polygons.polygons[1]",
        Rule::InvalidGeometry,
    );
    refused(region(bow_tie()), "", Rule::InvalidGeometry);
}

#[test]
fn polygons_that_overlap_are_refused_as_a_set() {
    let twice = vec![of_rings(square(0.0, 1.0), vec![]); 2];
    refused(
        footprint(polygons(twice)),
        "polygons.polygons",
        Rule::InvalidGeometry,
    );
}

#[test]
fn a_ring_is_named_by_its_place() {
    let open = sample_ring(&[(1.2, 1.2), (1.2, 1.4), (1.4, 1.4), (1.4, 1.2)]);
    let holes = vec![square(1.6, 0.2), open.clone()];
    let polygon = of_rings(square(1.0, 1.0), holes);
    refused(region(polygon.clone()), "interiors[1]", Rule::RingNotClosed);
    refused(
        footprint(polygons(vec![polygon])),
        "polygons.polygons[0].interiors[1]",
        Rule::RingNotClosed,
    );
    refused(
        region(of_rings(open, vec![])),
        "exterior",
        Rule::RingNotClosed,
    );
    refused(region(pb::Polygon::default()), "exterior", Rule::Required);
    let mut far = square(0.0, 1.0);
    far.points[2] = point(0.0, 200.0);
    let outside = Rule::OutOfRange(-180.0, 180.0);
    let place = "exterior.points[2].longitude_degrees";
    refused(region(of_rings(far, vec![])), place, outside);
}

#[test]
fn a_footprint_has_a_shape_and_a_set_a_polygon() {
    refused(footprint(pb::Footprint::default()), "", Rule::Required);
    refused(
        footprint(polygons(vec![])),
        "polygons.polygons",
        Rule::Required,
    );
}

#[test]
fn a_route_has_extent_and_a_width_within_the_limit() {
    let line = || vec![point(43.0, 5.0), point(43.0, 5.1)];
    assert!(footprint(march(line(), 1000.0)).is_ok());
    let too_wide = Rule::OutOfRange(0.0, 1000.0);
    refused(footprint(march(line(), 1000.5)), "route.width_m", too_wide);
    refused(
        footprint(march(line(), 0.0)),
        "route.width_m",
        Rule::NotPositive,
    );
    let standing = vec![point(43.0, 5.0); 2];
    refused(
        footprint(march(standing, 1.0)),
        "route.points",
        Rule::InvalidGeometry,
    );
    refused(
        footprint(march(vec![], 1.0)),
        "route.points",
        Rule::InvalidGeometry,
    );
}

#[test]
fn vertices_are_tested_at_their_limit_and_one_past_it() {
    let max = VERTICES_MAX;
    let too_many = Rule::TooMany(max);
    assert!(region(of_rings(round(max, 1.0), vec![])).is_ok());
    refused(region(of_rings(round(max + 1, 1.0), vec![])), "", too_many);
    // All rings of all polygons count together: 9,990 and 5, then 9,991.
    let set = |count| {
        let hole = vec![square(-0.1, 0.2)];
        let plain = of_rings(square(3.0, 1.0), vec![]);
        polygons(vec![of_rings(round(count, 1.0), hole), plain])
    };
    assert!(footprint(set(max - 10)).is_ok());
    refused(footprint(set(max - 9)), "polygons.polygons", too_many);
    assert!(footprint(march(round(max, 1.0).points, 1.0)).is_ok());
    let past = march(round(max + 1, 1.0).points, 1.0);
    refused(footprint(past), "route.points", too_many);
}
