//! A snapshot.

use serde::Serialize;
use sosie_index::record::format_instant;
use sosie_indexer::snapshot::Snapshot;
use sosie_proto::pb;

use crate::when;

/// A snapshot as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct SnapshotView {
    pub(crate) snapshot_id: String,
    pub(crate) digest: String,
    pub(crate) created_time: String,
    pub(crate) position: u64,
    pub(crate) event_count: u64,
    pub(crate) generation_id: String,
    pub(crate) size_bytes: u64,
}

impl From<&Snapshot> for SnapshotView {
    fn from(snapshot: &Snapshot) -> Self {
        let generation = snapshot.generation.map(|generation| generation.to_string());
        SnapshotView {
            snapshot_id: snapshot.snapshot_id.to_string(),
            digest: snapshot.digest.to_string(),
            created_time: format_instant(snapshot.created_time, chrono_tz::Tz::UTC),
            position: snapshot.position,
            event_count: snapshot.event_count,
            generation_id: generation.unwrap_or_default(),
            size_bytes: snapshot.size_bytes,
        }
    }
}

impl From<pb::Snapshot> for SnapshotView {
    fn from(made: pb::Snapshot) -> Self {
        let created = made.created_time.as_ref();
        SnapshotView {
            created_time: created.map(when::utc_text).unwrap_or_default(),
            snapshot_id: made.snapshot_id,
            digest: made.digest,
            position: made.position.unsigned_abs(),
            event_count: made.event_count.unsigned_abs(),
            generation_id: made.generation_id,
            size_bytes: made.size_bytes.unsigned_abs(),
        }
    }
}
