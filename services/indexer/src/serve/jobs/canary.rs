//! Canary queries: searches whose hits are known, asked of a new index before it is served.

mod form;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sosie_index::{Cancel, ProfileSet, SearchError, Snapshot};
use sosie_similarity::{
    Answer, Code, EventId, Filter, Invalid, Page, Probe, ProbeRef, ProfileRef, Query, Resolved,
    Timestamp,
};

/// Most canaries of a file.
pub const CANARIES_MAX: usize = 100;
/// Most hits that one expects.
pub const CANARY_HITS_MAX: usize = 100;
/// Longest file of canaries: [`CANARIES_MAX`] of [`CANARY_HITS_MAX`] hits.
const FILE_BYTES_MAX: u64 = 2 << 20;
/// How far a score may be from the one that is expected: what writing it down in decimals costs.
const SCORE_SLACK: f64 = 1e-12;

/// Searches and the hits that are expected of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Canaries(Vec<Canary>);

#[derive(Clone, Debug, PartialEq)]
struct Canary {
    name: Code,
    event_id: EventId,
    profile: ProfileRef,
    as_of: Option<Timestamp>,
    hits: Vec<ExpectedHit>,
}

#[derive(Clone, Debug, PartialEq)]
struct ExpectedHit {
    event_id: EventId,
    score: Option<f64>,
}

/// Why a file of canaries can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CanariesError {
    /// It can't be read.
    #[error("{}: could not be read: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is longer than any that is used.
    #[error("{}: longer than {FILE_BYTES_MAX} bytes", path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
    },
    /// Not TOML of the documented form; the source names the key.
    #[error("{}: {source}", path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// A value breaks a rule.
    #[error("{}: {invalid}", path.display())]
    Invalid {
        /// Which.
        path: PathBuf,
        /// The field and the rule.
        invalid: Invalid,
    },
}

/// Why a canary does not sing.
#[derive(Debug, thiserror::Error)]
pub(super) enum CanaryFailure {
    /// It has other hits. None of them is told: the first rank at which they differ is.
    #[error("another hit than expected at rank {rank}")]
    Hits { rank: usize },
    /// Its probe is not in the index.
    #[error("its event is not stored")]
    NoEvent,
    /// It names no profile that there is.
    #[error("its profile is not known")]
    NoProfile,
    /// Its probe can't be compared by the profile.
    #[error("its search: {0}")]
    Invalid(#[from] Invalid),
    /// The search failed.
    #[error(transparent)]
    Search(#[from] SearchError),
}

impl Canaries {
    /// Reads a file of canaries, see `docs/canaries.md`.
    ///
    /// # Errors
    /// [`CanariesError`], naming the file.
    pub fn read(path: &Path) -> Result<Self, CanariesError> {
        let failed = |source| CanariesError::Read {
            path: path.to_owned(),
            source,
        };
        if fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
            let path = path.to_owned();
            return Err(CanariesError::TooLong { path });
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        let form: form::File = toml::from_str(&text).map_err(|source| CanariesError::Toml {
            path: path.to_owned(),
            source,
        })?;
        form.canaries().map_err(|invalid| CanariesError::Invalid {
            path: path.to_owned(),
            invalid,
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Asks each; tells the first that fails, by its name.
    pub(super) fn check(
        &self,
        snapshot: &Snapshot,
        cancel: &Cancel,
    ) -> Result<(), (Code, CanaryFailure)> {
        let (profiles, now) = (ProfileSet::shipped(), sosie_rpc::now());
        for canary in &self.0 {
            let sung = canary.check(snapshot, (&profiles, now), cancel);
            sung.map_err(|failure| (canary.name.clone(), failure))?;
        }
        Ok(())
    }
}

impl Canary {
    fn check(
        &self,
        snapshot: &Snapshot,
        (profiles, now): (&ProfileSet, Timestamp),
        cancel: &Cancel,
    ) -> Result<(), CanaryFailure> {
        let profile = profiles.find(&self.profile);
        let profile = profile.ok_or(CanaryFailure::NoProfile)?.clone();
        let probe = snapshot.event_as_of(&self.event_id, self.as_of.unwrap_or(now))?;
        let query = Query {
            probe: ProbeRef::Stored(self.event_id.clone()),
            profile: self.profile.clone(),
            weight_overrides: Vec::new(),
            min_coverage: None,
            filter: Filter::default(),
            as_of: self.as_of,
            exclude_probe_series: false,
            collapse_series: false,
        };
        let search = query.resolve(Resolved {
            profile,
            probe: Probe::Stored(Box::new(probe.ok_or(CanaryFailure::NoEvent)?)),
            now,
        })?;
        let page = Page {
            offset: 0,
            limit: self.hits.len(),
        };
        let answer = snapshot.search(&search, page, cancel)?;
        self.differs_at(&answer)
            .map_or(Ok(()), |rank| Err(CanaryFailure::Hits { rank }))
    }

    /// The first rank at which an answer is not as expected.
    fn differs_at(&self, answer: &Answer) -> Option<usize> {
        let differs = |(at, expected): (usize, &ExpectedHit)| {
            let is_same = answer.hits.get(at).is_some_and(|hit| {
                let is_close = |score: f64| (score - hit.score.score).abs() <= SCORE_SLACK;
                *hit.event.id() == expected.event_id && expected.score.is_none_or(is_close)
            });
            (!is_same).then_some(at + 1)
        };
        self.hits.iter().enumerate().find_map(differs)
    }
}

#[cfg(test)]
mod tests;
