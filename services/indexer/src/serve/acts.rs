//! What this process does by itself, and no call, for the audit log.

use sosie_index::Current;
use sosie_rpc::{Audit, JobEnd};

use super::jobs::JobId;

/// Who did it.
const SELF: &str = "sosie-indexer";

/// A generation was published.
pub(super) fn published(audit: Option<&Audit>, generation: &Current) {
    if let Some(audit) = audit {
        let name = generation.generation.to_string();
        audit.generation_published(SELF, &name, generation.manifest_digest);
    }
}

/// A generation was chosen, or found to be served at the start.
pub(super) fn activated(audit: Option<&Audit>, generation: &Current) {
    if let Some(audit) = audit {
        let name = generation.generation.to_string();
        audit.generation_activated(SELF, &name, generation.manifest_digest);
    }
}

/// A reindex job has ended.
pub(super) fn reindex_ended(audit: Option<&Audit>, job: JobId, end: &JobEnd) {
    if let Some(audit) = audit {
        audit.reindex_ended(SELF, &job.to_string(), end);
    }
}
