//! What a process does by itself, and no call: recorded in the audit log under its own name.

use sosie_audit::{Act, Code, Durability, Entry, Name, Outcome, Pinned, Reason, Reindex, Who};
use sosie_similarity::Digest;

use crate::layers::Audit;

/// How a reindex job has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// With the generation of this name.
    Succeeded(String),
    /// It was told to.
    Cancelled,
    /// For this reason, by its stable name.
    Failed(&'static str),
}

/// By the process of the name `who`. A failure to record is told in the log of the process: what is recorded was done. What
/// changes what is served is on disk when these return; the rest is soon.
impl Audit {
    /// A generation, by its name and the digest of its manifest, was published.
    pub fn generation_published(&self, who: &str, name: &str, digest: Digest) {
        let act = pinned(name, digest).map(Act::GenerationPublished);
        self.record(who, act, Durability::Synced);
    }

    /// A generation was chosen, or is found to be served.
    pub fn generation_activated(&self, who: &str, name: &str, digest: Digest) {
        let act = pinned(name, digest).map(Act::GenerationActivated);
        self.record(who, act, Durability::Synced);
    }

    /// Searches are answered from a generation from now on.
    pub fn generation_taken_up(&self, who: &str, name: &str, digest: Digest) {
        let act = pinned(name, digest).map(Act::GenerationActivated);
        self.record(who, act, Durability::Buffered);
    }

    /// A profile, by its name and digest, is active when a process starts.
    pub fn profile_activated(&self, who: &str, name: &str, digest: Digest) {
        let act = pinned(name, digest).map(|pinned| Act::ProfileActivated(pinned, None));
        self.record(who, act, Durability::Buffered);
    }

    /// A reindex job has ended.
    pub fn reindex_ended(&self, who: &str, job: &str, end: &JobEnd) {
        let Ok(job) = Name::new(job) else { return };
        let (generation, outcome) = match end {
            JobEnd::Succeeded(generation) => (Name::new(generation).ok(), Some(Outcome::Ok)),
            JobEnd::Cancelled => (None, refused(Code::Cancelled, "CANCELLED")),
            JobEnd::Failed(reason) => (None, refused(Code::Aborted, reason)),
        };
        let act = Act::ReindexEnded(Reindex { job, generation });
        if let Some(outcome) = outcome {
            self.record_with(who, (act, outcome), Durability::Synced);
        }
    }

    fn record(&self, who: &str, act: Option<Act>, durability: Durability) {
        if let Some(act) = act {
            self.record_with(who, (act, Outcome::Ok), durability);
        }
    }

    fn record_with(&self, who: &str, (act, outcome): (Act, Outcome), durability: Durability) {
        let Ok(who) = Who::new(who) else { return };
        let entry = Entry {
            outcome,
            ..Entry::new(act, who)
        };
        let failed = |error| tracing::error!(%error, "what was done is not in the audit log");
        match durability {
            Durability::Synced => {
                if let Err(error) = self.log.append_synced(entry) {
                    failed(error);
                }
            }
            Durability::Buffered => self.log.append(entry, durability, move |appended| {
                if let Err(error) = appended {
                    failed(error);
                }
            }),
        }
    }
}

fn pinned(name: &str, digest: Digest) -> Option<Pinned> {
    let name = Name::new(name).ok()?;
    Some(Pinned { name, digest })
}

fn refused(code: Code, reason: &str) -> Option<Outcome> {
    let reason = Reason::new(reason).ok()?;
    Some(Outcome::Refused { code, reason })
}
