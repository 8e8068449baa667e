//! GeoJSON: a FeatureCollection whose properties are event fields and whose geometry says where.

use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;
use sosie_index::record::{EventRecord, parse_record};
use sosie_similarity::limits::RECORD_BYTES_MAX;
use sosie_similarity::{Digest, Invalid, Rule};

use super::feature::Feature;
use super::geometry::{Geometry, Place};
use super::meter::{Meter, Metered};
use super::{BOM, Context, GEOJSON_BYTES_MAX, InputFile, Record, SourceError, checked};
use crate::refusal::Refusal;

/// Members past these two, such as `name` and `crs`, say nothing of events.
#[derive(Deserialize)]
struct Collection {
    #[serde(rename = "type")]
    kind: CollectionKind,
    features: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
enum CollectionKind {
    FeatureCollection,
}

/// The records of a file; it is read when the first of them is asked for.
pub(super) fn records<'a>(
    path: &Path,
    reader: Metered,
    context: Context<'a>,
) -> impl Iterator<Item = Result<Record, SourceError>> + use<'a> {
    let path = path.to_owned();
    let features = std::iter::once_with(move || raw_features(&path, reader));
    features.flat_map(move |features| {
        let (features, error) = match features {
            Ok(features) => (features, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let records = features.into_iter().enumerate().map(move |(at, raw)| {
            let form = parse(&raw).and_then(EventForm::new);
            let record = form.as_ref().map_err(Clone::clone);
            Ok(checked(
                record.and_then(EventForm::record),
                at as u64 + 1,
                context,
            ))
        });
        records.chain(error.map(Err))
    })
}

/// All features of a file, and the SHA-256 of the file.
pub(crate) fn read_features(
    path: &Path,
) -> Result<(Vec<Result<Feature, Refusal>>, Digest), SourceError> {
    let file = InputFile::at(path);
    let (reader, meter) = Meter::open(&file)?;
    let features = features(path, reader)?;
    Ok((features, meter.sha256()))
}

/// All features of a file, taken apart.
pub(super) fn features(
    path: &Path,
    reader: Metered,
) -> Result<Vec<Result<Feature, Refusal>>, SourceError> {
    Ok(raw_features(path, reader)?
        .iter()
        .map(|raw| parse(raw))
        .collect())
}

fn raw_features(path: &Path, reader: Metered) -> Result<Vec<Box<RawValue>>, SourceError> {
    let mut bytes = Vec::new();
    let read = reader.take(GEOJSON_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|source| SourceError::Read {
        path: path.to_owned(),
        source,
    })?;
    if bytes.len() as u64 > GEOJSON_BYTES_MAX {
        return Err(SourceError::TooLarge {
            path: path.to_owned(),
        });
    }
    let json = bytes.strip_prefix(BOM).unwrap_or(&bytes);
    // serde's own message could repeat a value.
    let collection: Collection = serde_json::from_slice(json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        SourceError::NotGeoJson {
            path: path.to_owned(),
            line,
            column,
        }
    })?;
    let CollectionKind::FeatureCollection = collection.kind;
    Ok(collection.features)
}

fn parse(raw: &RawValue) -> Result<Feature, Refusal> {
    if raw.get().len() > RECORD_BYTES_MAX {
        return Err(Refusal::new("", Rule::TooLong(RECORD_BYTES_MAX)));
    }
    Ok(Feature::parse(raw)?)
}

/// A feature as what it says of an event.
struct EventForm {
    /// Its properties, as a JSON object.
    json: String,
    id: Option<String>,
    geometry: Option<Geometry>,
    width_m: Option<f64>,
}

impl EventForm {
    fn new(mut feature: Feature) -> Result<Self, Refusal> {
        let width_m = feature.properties.take("width_m").map(|raw| {
            let malformed = Invalid::new("footprint.width_m", Rule::Malformed);
            serde_json::from_str::<Option<f64>>(raw.get()).map_err(|_| malformed)
        });
        Ok(EventForm {
            width_m: width_m.transpose()?.flatten(),
            json: feature.properties.to_json(),
            id: feature.id,
            geometry: feature.geometry,
        })
    }

    /// The record of its properties, with the place that its geometry says.
    fn record(&self) -> Result<EventRecord<'_>, Refusal> {
        let mut record = parse_record(&self.json)?;
        record.event_id = record.event_id.or(self.id.as_deref().map(Into::into));
        let Some(geometry) = self.geometry.clone() else {
            let unused = Invalid::new("footprint.width_m", Rule::UnknownField);
            return if self.width_m.is_none() {
                Ok(record)
            } else {
                Err(unused.into())
            };
        };
        match geometry.into_place(self.width_m)? {
            Place::Location(location) => {
                if record.location.replace(location).is_some() {
                    return Err(Refusal::new("location", Rule::Duplicate));
                }
            }
            Place::Footprint(footprint) => {
                if record.footprint.replace(footprint).is_some() {
                    return Err(Refusal::new("footprint", Rule::Duplicate));
                }
            }
        }
        Ok(record)
    }
}
