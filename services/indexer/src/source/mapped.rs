//! GeoJSON read through a mapping: the properties of its features are the columns.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use sosie_similarity::{Rule, Timestamp};

use super::feature::{Feature, text};
use super::meter::Metered;
use super::{Geometry, Record, SourceError, geojson};
use crate::mapping::{FEATURE_ID_COLUMN, Mapping, Row};
use crate::refusal::{Reason, Refusal};

/// The records of a file; it is read, and its properties checked, when the first is asked for.
pub(super) fn records<'a>(
    path: &Path,
    reader: Metered,
    mapping: &'a Mapping,
    ingest_time: Timestamp,
) -> impl Iterator<Item = Result<Record, SourceError>> + use<'a> {
    let path = path.to_owned();
    let features = std::iter::once_with(move || {
        let features = geojson::features(&path, reader)?;
        check_columns(&features, mapping).map_err(|source| SourceError::Columns {
            path: path.clone(),
            source,
        })?;
        Ok(features)
    });
    features.flat_map(move |features| {
        let (features, error) = match features {
            Ok(features) => (features, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let records = features
            .into_iter()
            .enumerate()
            .map(move |(at, feature)| Ok(record(feature, at as u64 + 1, mapping, ingest_time)));
        records.chain(error.map(Err))
    })
}

fn check_columns(
    features: &[Result<Feature, Refusal>],
    mapping: &Mapping,
) -> Result<(), crate::mapping::ColumnError> {
    let whole = || features.iter().flatten();
    let names = whole().flat_map(|feature| feature.properties.0.iter().map(|(name, _)| name));
    // Features have the same ones: a double within a feature is found with the feature.
    let mut seen = HashSet::new();
    let found: Vec<_> = names.filter(|name| seen.insert(*name)).cloned().collect();
    // Without a feature nothing says which columns there are.
    if whole().next().is_none() {
        Ok(())
    } else {
        mapping.check_columns(&found)
    }
}

fn record(
    feature: Result<Feature, Refusal>,
    position: u64,
    mapping: &Mapping,
    ingest_time: Timestamp,
) -> Record {
    let (event, corrections) = match feature.and_then(FeatureRow::new) {
        Ok(row) => mapping.event(&row, ingest_time),
        Err(refusal) => (Err(refusal), Vec::new()),
    };
    let source_id = Some(mapping.declaration().source_id.clone());
    Record {
        position,
        source_id,
        event,
        corrections,
    }
}

struct FeatureRow {
    /// `None` of a list or an object.
    texts: BTreeMap<String, Option<String>>,
    geometry: Option<Geometry>,
}

impl FeatureRow {
    fn new(feature: Feature) -> Result<Self, Refusal> {
        feature.properties.check_once()?;
        let properties = feature.properties.0.into_iter();
        let present = properties.filter(|(_, value)| value.get() != "null");
        let mut texts: BTreeMap<_, _> = present.map(|(name, raw)| (name, text(&raw))).collect();
        if let Some(id) = feature.id {
            texts.insert(FEATURE_ID_COLUMN.to_owned(), Some(id));
        }
        Ok(FeatureRow {
            texts,
            geometry: feature.geometry,
        })
    }
}

impl Row for FeatureRow {
    fn text(&self, column: &str) -> Result<Option<&str>, Reason> {
        match self.texts.get(column) {
            None => Ok(None),
            Some(Some(text)) => Ok(Some(text)),
            Some(None) => Err(Reason::Rule(Rule::Malformed)),
        }
    }

    fn geometry(&self) -> Option<&Geometry> {
        self.geometry.as_ref()
    }
}
