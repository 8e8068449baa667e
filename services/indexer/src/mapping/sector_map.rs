//! A sector map: GeoJSON polygons whose properties name the levels of a sector path.

use std::path::{Path, PathBuf};

use geo::{BoundingRect, Intersects, MultiPolygon, Rect};
use sosie_similarity::{Digest, Location};

use crate::source::{Geometry, SourceError, read_features};

/// Polygons, in the order of their file.
#[derive(Debug)]
pub(super) struct SectorMap {
    path: PathBuf,
    sha256: Digest,
    polygons: Vec<Polygon>,
}

/// One polygon of a sector map.
#[derive(Debug)]
pub(super) struct Polygon {
    shape: MultiPolygon<f64>,
    bounds: Rect<f64>,
    properties: Vec<(String, String)>,
}

impl SectorMap {
    /// Reads a map; features that are no polygons are an error, since a hole in a map is silent.
    pub(super) fn read(path: &Path) -> Result<Self, SourceError> {
        let (features, sha256) = read_features(path)?;
        let malformed = |at: usize| SourceError::Polygon {
            path: path.to_owned(),
            feature: at + 1,
        };
        let polygons = features.into_iter().enumerate().map(|(at, feature)| {
            let feature = feature.map_err(|_| malformed(at))?;
            let shape = feature.geometry.and_then(Geometry::into_polygons);
            let (shape, properties) = shape.zip(feature.properties.texts()).ok_or(malformed(at))?;
            let bounds = shape.bounding_rect().ok_or(malformed(at))?;
            Ok(Polygon {
                shape,
                bounds,
                properties,
            })
        });
        let polygons = polygons.collect::<Result<_, _>>()?;
        Ok(SectorMap {
            path: path.to_owned(),
            sha256,
            polygons,
        })
    }

    /// The file and its SHA-256.
    pub(super) fn file(&self) -> (&Path, Digest) {
        (&self.path, self.sha256)
    }

    /// Whether every polygon has a text or a number of that name.
    pub(super) fn has_property(&self, name: &str) -> bool {
        self.polygons
            .iter()
            .all(|polygon| polygon.property(name).is_some())
    }

    /// The first polygon that the place is in or on the edge of.
    pub(super) fn polygon_at(&self, location: Location) -> Option<&Polygon> {
        let point = location.to_point();
        let holds = |polygon: &&Polygon| {
            polygon.bounds.intersects(&point) && polygon.shape.intersects(&point)
        };
        self.polygons.iter().find(holds)
    }
}

impl Polygon {
    /// The text of a property.
    pub(super) fn property(&self, name: &str) -> Option<&str> {
        self.properties
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, text)| text.as_str())
    }
}
