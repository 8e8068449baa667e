//! GeoJSON files of footprints and filter polygons, and footprints as GeoJSON.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use sosie_index::record::GeometryRecord;
use sosie_proto::{pb, to_pb};

use crate::failure::Failure;

/// Reads a footprint: a geometry, a Feature, or a FeatureCollection of one. A LineString has its width from
/// `width_m`, or in the file as `width_m`.
///
/// # Errors
/// [`Failure::Usage`] on `flag`.
pub(crate) fn read_footprint(
    flag: &str,
    path: &Path,
    width_m: Option<f64>,
) -> Result<GeometryRecord, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::unreadable(flag, path, &error))?;
    let refused = |what: &str| Failure::usage(flag, format_args!("`{}` {what}", path.display()));
    let json: Value =
        serde_json::from_str(&text).map_err(|error| refused(&format!("is not JSON: {error}")))?;
    let mut geometry = geometry(json).ok_or_else(|| {
        refused("is not a GeoJSON geometry, a Feature or a FeatureCollection of one Feature")
    })?;
    if let Some(width_m) = width_m {
        geometry.insert("width_m".to_owned(), width_m.into());
    }
    serde_json::from_value(Value::Object(geometry))
        .map_err(|error| refused(&format!("is not a footprint: {error}")))
}

/// Reads a polygon, with holes or without.
///
/// # Errors
/// [`Failure::Usage`] on `flag`.
pub(crate) fn read_polygon(flag: &str, path: &Path) -> Result<pb::Polygon, Failure> {
    let footprint = message(flag, read_footprint(flag, path, None)?)?;
    let polygons = match footprint.shape {
        Some(pb::footprint::Shape::Polygons(set)) => set.polygons,
        Some(pb::footprint::Shape::Route(_)) | None => Vec::new(),
    };
    let [polygon] = <[pb::Polygon; 1]>::try_from(polygons)
        .map_err(|_| Failure::usage(flag, "is not a single Polygon"))?;
    Ok(polygon)
}

/// A checked footprint, as it is sent.
///
/// # Errors
/// [`Failure::Usage`] on the part of `field` that breaks a rule.
pub(crate) fn message(field: &str, record: GeometryRecord) -> Result<pb::Footprint, Failure> {
    let footprint = record.footprint().map_err(|invalid| {
        let invalid = invalid.under(field);
        Failure::usage(invalid.field, invalid.rule)
    })?;
    Ok(to_pb::footprint(&footprint))
}

fn geometry(json: Value) -> Option<Map<String, Value>> {
    let Value::Object(mut object) = json else {
        return None;
    };
    match object.get("type")?.as_str()? {
        "Feature" => geometry(object.remove("geometry")?),
        "FeatureCollection" => {
            let Value::Array(features) = object.remove("features")? else {
                return None;
            };
            let [feature] = <[Value; 1]>::try_from(features).ok()?;
            geometry(feature)
        }
        _ => {
            // Not part of what a geometry is (RFC 7946, 5): nothing is lost without it.
            object.remove("bbox");
            Some(object)
        }
    }
}

/// A footprint as the GeoJSON that event records have.
pub(crate) fn record(footprint: &pb::Footprint) -> Option<GeometryRecord> {
    Some(match footprint.shape.as_ref()? {
        pb::footprint::Shape::Route(route) => GeometryRecord::LineString {
            coordinates: positions(&route.points),
            width_m: route.width_m,
        },
        pb::footprint::Shape::Polygons(set) => match set.polygons.as_slice() {
            [polygon] => GeometryRecord::Polygon {
                coordinates: rings(polygon),
            },
            many => GeometryRecord::MultiPolygon {
                coordinates: many.iter().map(rings).collect(),
            },
        },
    })
}

fn rings(polygon: &pb::Polygon) -> Vec<Vec<Vec<f64>>> {
    let rings = polygon.exterior.iter().chain(&polygon.interiors);
    rings.map(|ring| positions(&ring.points)).collect()
}

fn positions(points: &[pb::Location]) -> Vec<Vec<f64>> {
    let position = |at: &pb::Location| vec![at.longitude_degrees(), at.latitude_degrees()];
    points.iter().map(position).collect()
}
