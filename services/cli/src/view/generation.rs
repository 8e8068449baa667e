//! A generation on the disk.

use std::collections::BTreeMap;

use serde::Serialize;
use sosie_index::record::format_instant;
use sosie_index::{GenerationSummary, Manifest, SourceEntry};
use sosie_proto::pb;

use crate::when;

/// What `generations` tells of one.
#[derive(Debug, Serialize)]
pub(crate) struct GenerationView {
    generation_id: String,
    is_current: bool,
    #[serde(flatten)]
    manifest: Option<ManifestView>,
    /// Why it can't be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct ManifestView {
    created_time: String,
    event_count: u64,
    size_bytes: u64,
    file_count: usize,
    content_digest: String,
    schema_digest: String,
    nature_digest: String,
    sector_digest: String,
    profiles: BTreeMap<String, String>,
    missing_by_axis: BTreeMap<String, u64>,
    sources: Vec<SourceView>,
}

#[derive(Debug, Serialize)]
struct SourceView {
    source_id: String,
    name: String,
    owner: String,
    licence: String,
    collection_method: String,
    known_time: &'static str,
    declared: bool,
    read: u64,
    indexed: u64,
    refused: u64,
    input_sha256s: Vec<String>,
}

/// What an indexer tells of a generation that it keeps.
#[derive(Debug, Serialize)]
pub(crate) struct KeptGenerationView {
    pub(crate) generation_id: String,
    pub(crate) is_current: bool,
    /// None if it is damaged.
    #[serde(flatten)]
    pub(crate) manifest: Option<KeptManifestView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_activation: Option<ActivationView>,
    /// None if no receipt keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kept_for_receipts_until_time: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct KeptManifestView {
    pub(crate) digest: String,
    pub(crate) created_time: String,
    pub(crate) event_count: i64,
    pub(crate) size_bytes: i64,
    pub(crate) content_digest: String,
}

/// When and why a generation was chosen.
#[derive(Debug, Serialize)]
pub(crate) struct ActivationView {
    pub(crate) activated_time: String,
    pub(crate) reason: &'static str,
    pub(crate) previous_generation_id: String,
}

impl From<pb::Generation> for KeptGenerationView {
    fn from(kept: pb::Generation) -> Self {
        let until = kept.kept_for_receipts_until_time.as_ref();
        KeptGenerationView {
            generation_id: kept.generation_id,
            is_current: kept.is_active,
            manifest: kept.manifest.map(KeptManifestView::from),
            last_activation: kept.last_activation.map(ActivationView::from),
            kept_for_receipts_until_time: until.map(when::utc_text),
        }
    }
}

impl From<pb::GenerationManifest> for KeptManifestView {
    fn from(manifest: pb::GenerationManifest) -> Self {
        KeptManifestView {
            digest: manifest.digest,
            created_time: time(manifest.created_time.as_ref()),
            event_count: manifest.event_count,
            size_bytes: manifest.size_bytes,
            content_digest: manifest.content_digest,
        }
    }
}

impl From<pb::GenerationActivation> for ActivationView {
    fn from(activation: pb::GenerationActivation) -> Self {
        let reason = activation.reason().as_str_name();
        ActivationView {
            activated_time: time(activation.activated_time.as_ref()),
            reason: reason.strip_prefix("ACTIVATION_REASON_").unwrap_or(reason),
            previous_generation_id: activation.previous_generation_id,
        }
    }
}

impl From<&GenerationSummary> for GenerationView {
    fn from(summary: &GenerationSummary) -> Self {
        let manifest = summary.manifest.as_ref();
        GenerationView {
            generation_id: summary.generation.to_string(),
            is_current: summary.is_current,
            error: manifest.err().map(ToString::to_string),
            manifest: manifest.ok().map(ManifestView::from),
        }
    }
}

impl From<&Manifest> for ManifestView {
    fn from(manifest: &Manifest) -> Self {
        let profiles = manifest.profiles.iter();
        let missing = manifest.missing_by_axis.iter();
        ManifestView {
            created_time: format_instant(manifest.created_time, chrono_tz::Tz::UTC),
            event_count: manifest.event_count,
            size_bytes: manifest.size_bytes(),
            file_count: manifest.files.len(),
            content_digest: manifest.content_digest.to_string(),
            schema_digest: manifest.schema_digest.to_string(),
            nature_digest: manifest.nature_digest.to_string(),
            sector_digest: manifest.sector_digest.to_string(),
            profiles: profiles
                .map(|(id, digest)| (id.to_string(), digest.to_string()))
                .collect(),
            missing_by_axis: missing
                .map(|(axis, count)| (axis.to_string(), *count))
                .collect(),
            sources: manifest.sources.iter().map(SourceView::from).collect(),
        }
    }
}

impl From<&SourceEntry> for SourceView {
    fn from(source: &SourceEntry) -> Self {
        SourceView {
            source_id: source.source_id.to_string(),
            name: source.name.clone(),
            owner: source.owner.clone(),
            licence: source.licence.clone(),
            collection_method: source.collection_method.clone(),
            known_time: source.known_time.name(),
            declared: source.declared,
            read: source.read,
            indexed: source.indexed,
            refused: source.refused,
            input_sha256s: source
                .input_sha256s
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

fn time(at: Option<&prost_types::Timestamp>) -> String {
    at.map(when::utc_text).unwrap_or_default()
}
