//! `PROFILES`: which revisions were activated or retired, by whom, when and why, with their rules.
//!
//! A line of text, `sosie-profiles 1` and the SHA-256 of what follows it, then JSON. It stands beside `CURRENT`, and
//! not in a generation: what is active does not hang on which data are served, and a step back to an earlier generation
//! takes no decision back.
//!
//! **Law.** What is read was written whole: it has the digest of its first line, every revision has the digest that
//! its history is about, and every history is one that [`Revision::changed`] allows.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sosie_similarity::{
    AuthorId, Digest, ProfileChange, ProfileId, ProfileReason, ProfileState, Revision,
};

use super::{ProfileSet, parse_profile, to_toml};
use crate::generation::disk::{self, read_at_most};
use crate::record::{format_instant, parse_instant};

/// The file.
pub const PROFILES_FILE: &str = "PROFILES";
/// How the first line begins: the form and its version, the only one that is read.
const HEAD: &str = "sosie-profiles 1 ";
/// Bytes of the first line, its end included.
const HEAD_BYTES: usize = HEAD.len() + 64 + 1;
/// Most bytes of the file: thirty profiles of the largest tables, or thousands without.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// The revisions that were ever activated or retired by somebody, with their rules and their history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptProfiles(BTreeMap<ProfileId, Revision>);

/// The revisions that are kept can't be used; an operator looks at the file.
#[derive(Debug, thiserror::Error)]
pub enum KeptProfilesError {
    /// It can't be read or written.
    #[error("generations: `PROFILES`: {0}")]
    Io(#[from] io::Error),
    /// It is none that was ever written, or was changed since.
    #[error("generations: `PROFILES` is not as it was written")]
    Malformed,
    /// It would be longer than is read.
    #[error("generations: `PROFILES` is full: more than {FILE_BYTES_MAX} bytes")]
    Full,
}

impl KeptProfiles {
    /// Reads those of a directory of generations; none without the file.
    ///
    /// # Errors
    /// [`KeptProfilesError::Io`] or [`KeptProfilesError::Malformed`].
    pub fn read(generations: &Path) -> Result<Self, KeptProfilesError> {
        match read_at_most(&generations.join(PROFILES_FILE), FILE_BYTES_MAX) {
            Ok(Some(bytes)) => parse(&bytes).ok_or(KeptProfilesError::Malformed),
            Ok(None) => Err(KeptProfilesError::Malformed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(KeptProfiles::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// What its first line says: another text is another state of it. `None` without the file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn read_head(generations: &Path) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(generations.join(PROFILES_FILE)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut head = Vec::with_capacity(HEAD_BYTES);
        file.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
        Ok(Some(head))
    }

    /// All of them, by name and revision.
    pub fn iter(&self) -> impl Iterator<Item = &Revision> {
        self.0.values()
    }

    /// With a revision in the place of what was kept of it.
    #[must_use]
    pub fn with(mut self, revision: Revision) -> Self {
        self.0.insert(revision.profile().id().clone(), revision);
        self
    }

    /// Writes them: at every instant the old file or the new one is there, whole.
    pub(crate) fn write(&self, generations: &Path) -> Result<(), KeptProfilesError> {
        let bytes = self.to_bytes();
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(KeptProfilesError::Full);
        }
        Ok(disk::replace(generations, PROFILES_FILE, &bytes)?)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let revisions = self.iter().map(RevisionJson::of).collect();
        let json = serde_json::to_vec_pretty(&KeptJson { revisions });
        let json = json.expect("plain structs always serialise");
        let mut bytes = format!("{HEAD}{}\n", Digest::of(&json)).into_bytes();
        bytes.extend(json);
        bytes
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeptJson {
    revisions: Vec<RevisionJson>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RevisionJson {
    profile: String,
    digest: String,
    history: Vec<ChangeJson>,
    rules_toml: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ChangeJson {
    time: String,
    from: String,
    to: String,
    author: String,
    reason: String,
}

impl RevisionJson {
    fn of(revision: &Revision) -> Self {
        let profile = revision.profile();
        RevisionJson {
            profile: profile.id().to_string(),
            digest: profile.digest().to_string(),
            history: revision.history().iter().map(ChangeJson::of).collect(),
            rules_toml: to_toml(profile),
        }
    }

    /// The revision, if this is one that was written.
    fn revision(&self) -> Option<Revision> {
        let profile = Arc::new(parse_profile(&self.rules_toml).ok()?);
        let is_it = profile.id().to_string() == self.profile
            && profile.digest().to_string() == self.digest
            && !self.history.is_empty();
        let shipped = ProfileSet::shipped();
        let shipped = shipped.revision(profile.id());
        let shipped = shipped.and_then(|shipped| shipped.with_rules(&profile).ok());
        // One that came as a file may be brought along by a later version of Sosie.
        let begun = shipped.into_iter().chain([Revision::draft(profile)]);
        let mut lived = begun.filter_map(|begun| self.lived(begun));
        lived.next().filter(|_| is_it)
    }

    fn lived(&self, begun: Revision) -> Option<Revision> {
        let mut history = self.history.iter();
        history.try_fold(begun, |revision, change| {
            revision.changed(None, change.change()?).ok()
        })
    }
}

impl ChangeJson {
    fn of(change: &ProfileChange) -> Self {
        let to = change.reason.state();
        ChangeJson {
            time: format_instant(change.time, chrono_tz::Tz::UTC),
            from: to.before().unwrap_or(to).to_string(),
            to: to.to_string(),
            author: change.author.to_string(),
            reason: change.reason.name().to_owned(),
        }
    }

    fn change(&self) -> Option<ProfileChange> {
        let mut reasons = ProfileReason::ALL.into_iter();
        let change = ProfileChange {
            time: parse_instant(&self.time).ok()?,
            author: AuthorId::new(&self.author).ok()?,
            reason: reasons.find(|reason| reason.name() == self.reason)?,
        };
        let to = change.reason.state();
        let is_it = self.to == to.name() && Some(self.from.as_str()) == before_name(to);
        is_it.then_some(change)
    }
}

fn before_name(to: ProfileState) -> Option<&'static str> {
    to.before().map(ProfileState::name)
}

fn parse(bytes: &[u8]) -> Option<KeptProfiles> {
    let (head, json) = bytes.split_at_checked(HEAD_BYTES)?;
    if head != format!("{HEAD}{}\n", Digest::of(json)).as_bytes() {
        return None;
    }
    let kept: KeptJson = serde_json::from_slice(json).ok()?;
    let mut read = BTreeMap::new();
    for revision in &kept.revisions {
        let revision = revision.revision()?;
        let twice = read.insert(revision.profile().id().clone(), revision);
        if twice.is_some() {
            return None;
        }
    }
    Some(KeptProfiles(read))
}
