//! The JSON form of SNAPSHOT.json. Unknown fields are refused at every level.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sosie_index::disk::is_plain_name;
use sosie_index::{GenerationId, StoreId};
use sosie_similarity::{Code, Digest, Timestamp};

use super::{Snapshot, SnapshotError};

/// The version of the form; others are refused by name.
const FORMAT_VERSION: u64 = 1;
/// Most bytes of SNAPSHOT.json: some hundred files at 200 bytes each.
pub(super) const FORM_BYTES_MAX: u64 = 4 << 20;

#[derive(Deserialize)]
struct VersionForm {
    format_version: u64,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SnapshotForm {
    format_version: u64,
    snapshot_id: String,
    /// Microseconds since 1970 in UTC.
    created_time_us: i64,
    store_id: String,
    position: u64,
    event_count: u64,
    generation: Option<String>,
    files: Vec<FileForm>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    path: String,
    size_bytes: u64,
    sha256: String,
}

/// A file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SnapshotFile {
    /// Its path in the snapshot, of plain names.
    pub(super) path: String,
    pub(super) size_bytes: u64,
    pub(super) sha256: Digest,
}

/// Writes what a snapshot says of itself; its digest is made of that.
pub(super) fn to_json(snapshot: &Snapshot, files: &[SnapshotFile]) -> Vec<u8> {
    let form = SnapshotForm {
        format_version: FORMAT_VERSION,
        snapshot_id: snapshot.snapshot_id.to_string(),
        created_time_us: snapshot.created_time.as_micros(),
        store_id: snapshot.store_id.to_string(),
        position: snapshot.position,
        event_count: snapshot.event_count,
        generation: snapshot.generation.map(|generation| generation.to_string()),
        files: files
            .iter()
            .map(|file| FileForm {
                path: file.path.clone(),
                size_bytes: file.size_bytes,
                sha256: file.sha256.to_string(),
            })
            .collect(),
    };
    serde_json::to_vec_pretty(&form).expect("a form of text and numbers is JSON")
}

/// Reads what `at` says of its snapshot.
pub(super) fn parse(
    at: &Path,
    json: &[u8],
) -> Result<(Snapshot, Vec<SnapshotFile>), SnapshotError> {
    let refused = |what: String| SnapshotError::Form {
        path: at.to_owned(),
        what,
    };
    let broken =
        |error: serde_json::Error| refused(format!("is not of the documented form: {error}"));
    let version: VersionForm = serde_json::from_slice(json).map_err(broken)?;
    if version.format_version != FORMAT_VERSION {
        let found = version.format_version;
        return Err(refused(format!(
            "is of version {found}, this program reads version {FORMAT_VERSION}"
        )));
    }
    let form: SnapshotForm = serde_json::from_slice(json).map_err(broken)?;
    parsed(form, Digest::of(json))
        .ok_or_else(|| refused("is not of the documented form".to_owned()))
}

fn parsed(form: SnapshotForm, digest: Digest) -> Option<(Snapshot, Vec<SnapshotFile>)> {
    let files: Option<Vec<_>> = form.files.into_iter().map(file).collect();
    let files = files?;
    let generation = form.generation.as_deref().map(GenerationId::parse);
    let snapshot = Snapshot {
        snapshot_id: Code::new(&form.snapshot_id).ok()?,
        digest,
        created_time: Timestamp::from_micros(form.created_time_us).ok()?,
        store_id: StoreId::parse(&form.store_id).ok()?,
        position: form.position,
        event_count: form.event_count,
        generation: generation.transpose().ok()?,
        size_bytes: files.iter().map(|file| file.size_bytes).sum(),
    };
    Some((snapshot, files))
}

/// A path that leads out of the snapshot is none.
fn file(form: FileForm) -> Option<SnapshotFile> {
    let sha256 = Digest::from_hex(&form.sha256)?;
    let is_inside = form.path.split('/').all(is_plain_name);
    is_inside.then_some(SnapshotFile {
        path: form.path,
        size_bytes: form.size_bytes,
        sha256,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> (Snapshot, Vec<SnapshotFile>) {
        let files = vec![SnapshotFile {
            path: "generations/gen-000001/meta.json".to_owned(),
            size_bytes: 12,
            sha256: Digest::of(b"x"),
        }];
        let snapshot = Snapshot {
            snapshot_id: Code::new("nightly").unwrap(),
            digest: Digest::of(b""),
            created_time: Timestamp::from_micros(1_234_567).unwrap(),
            store_id: StoreId(7),
            position: 42,
            event_count: 40,
            generation: GenerationId::parse("gen-000001").ok(),
            size_bytes: 12,
        };
        (snapshot, files)
    }

    #[test]
    fn what_is_written_is_read() {
        let (mut snapshot, files) = snapshot();
        let json = to_json(&snapshot, &files);
        snapshot.digest = Digest::of(&json);
        assert_eq!(parse(Path::new("x"), &json).unwrap(), (snapshot, files));
    }

    #[test]
    fn other_versions_unknown_fields_and_paths_that_lead_out_are_refused() {
        let (snapshot, files) = snapshot();
        let good = String::from_utf8(to_json(&snapshot, &files)).unwrap();
        for (from, to) in [
            ("\"format_version\": 1", "\"format_version\": 2"),
            ("\"position\"", "\"more\": 1, \"position\""),
            ("generations/gen", "../generations/gen"),
            ("generations/gen", "/generations/gen"),
            ("gen-000001\"", "gen-1\""),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good, "{from}");
            let refused = parse(Path::new("x"), bad.as_bytes());
            assert!(matches!(refused, Err(SnapshotError::Form { .. })), "{to}");
        }
    }
}
