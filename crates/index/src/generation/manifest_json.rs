//! The JSON form of a manifest. Unknown fields are refused at every level.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sosie_similarity::{Axis, Code, Digest, Invalid, ProfileId, ProfileRef, Rule};

use super::GenerationId;
use super::guards::GuardJson;
use super::manifest::{
    FORMAT_VERSION, FileEntry, KnownTimeRule, Manifest, ManifestParts, SourceEntry, StoreId,
    StorePosition,
};
use crate::record::{format_instant, parse_instant};

/// The one field that every version has.
#[derive(Deserialize)]
struct VersionJson {
    format_version: u64,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ManifestJson {
    format_version: u64,
    generation: String,
    created_time: String,
    event_count: u64,
    document_count: u64,
    store: Option<StoreJson>,
    content_digest: String,
    schema_digest: String,
    nature_digest: String,
    sector_digest: String,
    missing_by_axis: BTreeMap<String, u64>,
    profiles: Vec<ProfileJson>,
    sources: Vec<SourceJson>,
    // Not in manifests of before, nor without a guard.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    guards: Vec<GuardJson>,
    files: Vec<FileJson>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StoreJson {
    store_id: String,
    position: u64,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ProfileJson {
    id: String,
    digest: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SourceJson {
    source_id: String,
    name: String,
    owner: String,
    licence: String,
    collection_method: String,
    known_time: String,
    declared: bool,
    read: u64,
    indexed: u64,
    refused: u64,
    input_sha256s: Vec<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FileJson {
    name: String,
    size_bytes: u64,
    sha256: String,
}

/// The version that a manifest says it has; other versions can have any other fields.
pub(super) fn format_version(json: &[u8]) -> Result<u64, Invalid> {
    from_slice::<VersionJson>(json).map(|version| version.format_version)
}

/// Reads and checks a manifest of [`FORMAT_VERSION`].
pub(super) fn parse(json: &[u8]) -> Result<Manifest, Invalid> {
    let json: ManifestJson = from_slice(json)?;
    let parts = ManifestParts {
        event_count: json.event_count,
        document_count: json.document_count,
        store: json.store.map(store).transpose()?,
        content_digest: digest("content_digest", &json.content_digest)?,
        schema_digest: digest("schema_digest", &json.schema_digest)?,
        nature_digest: digest("nature_digest", &json.nature_digest)?,
        sector_digest: digest("sector_digest", &json.sector_digest)?,
        profiles: each("profiles", json.profiles, profile)?,
        sources: each("sources", json.sources, source)?,
        guards: each("guards", json.guards, GuardJson::entry)?,
        missing_by_axis: missing_by_axis(json.missing_by_axis)?,
        created_time: parse_instant(&json.created_time)
            .map_err(|rule| Invalid::new("created_time", rule))?,
    };
    let generation =
        GenerationId::parse(&json.generation).map_err(|rule| Invalid::new("generation", rule))?;
    Manifest::new(generation, parts, each("files", json.files, file)?)
}

/// Pretty JSON and a line feed.
pub(super) fn to_json(manifest: &Manifest) -> Vec<u8> {
    let json = ManifestJson {
        format_version: FORMAT_VERSION,
        generation: manifest.generation.to_string(),
        created_time: format_instant(manifest.created_time, Tz::UTC),
        event_count: manifest.event_count,
        document_count: manifest.document_count,
        store: manifest.store.map(StoreJson::of),
        content_digest: manifest.content_digest.to_string(),
        schema_digest: manifest.schema_digest.to_string(),
        nature_digest: manifest.nature_digest.to_string(),
        sector_digest: manifest.sector_digest.to_string(),
        missing_by_axis: manifest
            .missing_by_axis
            .iter()
            .map(|(axis, count)| (axis.to_string(), *count))
            .collect(),
        profiles: manifest.profiles.iter().map(ProfileJson::of).collect(),
        sources: manifest.sources.iter().map(SourceJson::of).collect(),
        guards: manifest.guards.iter().map(GuardJson::of).collect(),
        files: manifest.files.iter().map(FileJson::of).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&json).expect("plain structs always serialise");
    bytes.push(b'\n');
    bytes
}

impl StoreJson {
    fn of(store: StorePosition) -> Self {
        StoreJson {
            store_id: store.store_id.to_string(),
            position: store.position,
        }
    }
}

impl ProfileJson {
    fn of((id, digest): &(ProfileId, Digest)) -> Self {
        ProfileJson {
            id: id.to_string(),
            digest: digest.to_string(),
        }
    }
}

impl SourceJson {
    fn of(source: &SourceEntry) -> Self {
        SourceJson {
            source_id: source.source_id.to_string(),
            name: source.name.clone(),
            owner: source.owner.clone(),
            licence: source.licence.clone(),
            collection_method: source.collection_method.clone(),
            known_time: source.known_time.name().to_owned(),
            declared: source.declared,
            read: source.read,
            indexed: source.indexed,
            refused: source.refused,
            input_sha256s: source.input_sha256s.iter().map(Digest::to_string).collect(),
        }
    }
}

impl FileJson {
    fn of(file: &FileEntry) -> Self {
        FileJson {
            name: file.name.clone(),
            size_bytes: file.size_bytes,
            sha256: file.sha256.to_string(),
        }
    }
}

fn store(json: StoreJson) -> Result<StorePosition, Invalid> {
    let store_id = StoreId::parse(&json.store_id);
    Ok(StorePosition {
        store_id: store_id.map_err(|rule| Invalid::new("store.store_id", rule))?,
        position: json.position,
    })
}

fn profile(json: ProfileJson) -> Result<(ProfileId, Digest), Invalid> {
    let ProfileRef { name, revision } =
        ProfileRef::parse(&json.id).map_err(|rule| Invalid::new("id", rule))?;
    let revision = revision.ok_or(Invalid::new("id", Rule::Malformed))?;
    Ok((
        ProfileId { name, revision },
        digest("digest", &json.digest)?,
    ))
}

fn source(json: SourceJson) -> Result<SourceEntry, Invalid> {
    let known_time = KnownTimeRule::from_name(&json.known_time);
    Ok(SourceEntry {
        source_id: Code::new(&json.source_id).map_err(|rule| Invalid::new("source_id", rule))?,
        name: json.name,
        owner: json.owner,
        licence: json.licence,
        collection_method: json.collection_method,
        known_time: known_time.ok_or(Invalid::new("known_time", Rule::Malformed))?,
        declared: json.declared,
        read: json.read,
        indexed: json.indexed,
        refused: json.refused,
        input_sha256s: each("input_sha256s", json.input_sha256s, |text| {
            digest("", &text)
        })?,
    })
}

fn file(json: FileJson) -> Result<FileEntry, Invalid> {
    Ok(FileEntry {
        sha256: digest("sha256", &json.sha256)?,
        name: json.name,
        size_bytes: json.size_bytes,
    })
}

fn missing_by_axis(json: BTreeMap<String, u64>) -> Result<BTreeMap<Axis, u64>, Invalid> {
    let axis = |name: String| {
        Axis::from_name(&name).ok_or(Invalid::new("missing_by_axis", Rule::UnknownField))
    };
    json.into_iter()
        .map(|(name, count)| Ok((axis(name)?, count)))
        .collect()
}

fn digest(field: &str, hex: &str) -> Result<Digest, Invalid> {
    Digest::from_hex(hex).ok_or_else(|| Invalid::new(field, Rule::Malformed))
}

fn each<J, T>(
    list: &str,
    items: Vec<J>,
    parse: impl Fn(J) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let parse_at =
        |(at, item)| parse(item).map_err(|invalid| invalid.under(&format!("[{at}]")).under(list));
    items.into_iter().enumerate().map(parse_at).collect()
}

/// One JSON value and nothing after it; an error is told by its place only.
fn from_slice<T: DeserializeOwned>(json: &[u8]) -> Result<T, Invalid> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let place = |path: String| Invalid::new(path, Rule::Malformed);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| place(error.path().to_string()))?;
    deserializer.end().map_err(|_| place(".".to_owned()))?;
    Ok(value)
}
