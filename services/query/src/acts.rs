//! What this process does by itself, and no call, for the audit log.

use sosie_index::ProfileSet;
use sosie_rpc::Audit;
use sosie_similarity::{ProfileState, Revision};

use crate::engine::GenerationFacts;

/// Who did it.
const SELF: &str = "sosie-query";

/// A generation is served from now on.
pub(crate) fn generation_taken_up(audit: Option<&Audit>, facts: GenerationFacts) {
    if let Some(audit) = audit {
        audit.generation_taken_up(SELF, &facts.id.to_string(), facts.digest);
    }
}

/// Those of these profiles that are active can be meant by their names from now on.
pub(crate) fn profiles_activated(audit: Option<&Audit>, profiles: &ProfileSet) {
    let active = profiles
        .revisions()
        .filter(|it| it.state() == ProfileState::Active);
    for profile in active.map(Revision::profile) {
        if let Some(audit) = audit {
            audit.profile_activated(SELF, &profile.id().to_string(), profile.digest());
        }
    }
}
