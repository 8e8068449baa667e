//! Profiles as TOML: the shipped one, those of a directory, and the text of any.
//!
//! ```toml
//! name = "tranquillity"
//! revision = 1
//! min_coverage = 0.0
//!
//! [[axes]] # all eight, in the order in which scores are summed
//! axis = "location"
//! weight = 1.0
//! missing = "zero" # or "renormalise", or { neutral = 0.3 }
//! measure = { geo_decay = { h_km = 2.0, shape = "exponential" } }
//! # log_ratio = { r = 3.0 }, "path_affinity", "share_overlap", "cyclic_season", "equal",
//! # footprint_overlap = { beta = 0.5, r = 3.0 }, table = { codes = ["a", "b"], rows = [[1.0, 0.5], [0.5, 1.0]] }
//! ```
//!
//! A revision never changes: another weight is another revision. Unknown fields are refused. What a file says is a
//! draft; which revisions are active or retired, and what their rules are, [`KeptProfiles`] says.

mod kept;
mod text;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sosie_similarity::{
    Invalid, InvalidChange, Profile, ProfileId, ProfileRef, ProfileState, Revision,
};

pub use kept::{KeptProfiles, KeptProfilesError, PROFILES_FILE};
pub use text::{parse_profile, to_toml};

/// Most bytes of a profile's file: one table of the most codes, with 17 digits an entry, fits.
pub const PROFILE_BYTES_MAX: u64 = 2 << 20;

const TRANQUILLITY_1: &str = include_str!("../profiles/tranquillity-1.toml");

/// The profiles that requests can name: revisions of one name are all there.
#[derive(Clone, Debug)]
pub struct ProfileSet {
    revisions: BTreeMap<ProfileId, Revision>,
    /// Where those of files are from.
    files: BTreeMap<ProfileId, PathBuf>,
}

/// Why a profile is refused. Each variant is the operator's to mend.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not TOML at all.
    #[error("line {line} is not valid TOML")]
    Syntax {
        /// From 1 up.
        line: usize,
    },
    /// A field that is missing, unknown or out of its rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Name and revision of another profile.
    #[error("{0} is already defined")]
    Duplicate(ProfileId),
    /// Other rules than those that were activated under this name and revision.
    #[error(transparent)]
    Changed(#[from] InvalidChange),
    /// Larger than [`PROFILE_BYTES_MAX`].
    #[error("is longer than {PROFILE_BYTES_MAX} bytes")]
    TooLong,
    /// A file or a directory that can't be read as text.
    #[error("could not be read: {0}")]
    Unreadable(#[from] io::Error),
    /// Any of the others, in this file.
    #[error("profiles: `{}`: {source}", path.display())]
    File {
        /// The file or the directory.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<ProfileError>,
    },
}

impl ProfileSet {
    /// Those that Sosie brings along, active from the start: `tranquillity@1`.
    pub fn shipped() -> ProfileSet {
        let profile = parse_profile(TRANQUILLITY_1).expect("a test parses the shipped profile");
        let (id, shipped) = (profile.id().clone(), Revision::shipped(Arc::new(profile)));
        ProfileSet {
            revisions: BTreeMap::from([(id, shipped)]),
            files: BTreeMap::new(),
        }
    }

    /// Adds every `*.toml` of a directory as a draft; other files and inner directories are left alone.
    ///
    /// # Errors
    /// [`ProfileError::File`]; a profile that is there already is an error too, even if it is the same.
    pub fn with_dir(mut self, dir: &Path) -> Result<ProfileSet, ProfileError> {
        for path in toml_files(dir).map_err(|error| in_file(dir, error.into()))? {
            let added = read(&path).and_then(|profile| self.add(profile, &path));
            added.map_err(|error| in_file(&path, error))?;
        }
        Ok(self)
    }

    /// With the revisions that are kept, whose rules win over those of files; and a [`ProfileError::Changed`], with its
    /// file, for each that a file says otherwise.
    pub fn with_kept(&self, kept: &KeptProfiles) -> (ProfileSet, Vec<ProfileError>) {
        let (mut all, mut changed) = (self.clone(), Vec::new());
        for revision in kept.iter() {
            let id = revision.profile().id();
            let here = self.revisions.get(id);
            let same = here.map(|here| revision.with_rules(here.profile()));
            if let Some(Err(refused)) = same {
                let refused = ProfileError::Changed(refused);
                changed.push(match self.files.get(id) {
                    Some(path) => in_file(path, refused),
                    None => refused,
                });
            }
            all.revisions.insert(id.clone(), revision.clone());
        }
        (all, changed)
    }

    /// The profile that a request names. Without a revision it is the newest one of that name; if any of the name was
    /// ever activated or retired by somebody, the newest active one, and none if none is.
    pub fn find(&self, reference: &ProfileRef) -> Option<&Arc<Profile>> {
        let found = match reference.revision {
            Some(revision) => self.revision(&ProfileId {
                name: reference.name.clone(),
                revision,
            }),
            None => {
                let is_governed = self.of(reference).any(|it| !it.history().is_empty());
                let is_used = |it: &&Revision| !is_governed || it.state() == ProfileState::Active;
                self.of(reference).rev().find(is_used)
            }
        };
        found.map(Revision::profile)
    }

    /// All revisions of the name of `reference`, the oldest first.
    pub fn of(&self, reference: &ProfileRef) -> impl DoubleEndedIterator<Item = &Revision> {
        let id = |revision| ProfileId {
            name: reference.name.clone(),
            revision,
        };
        let revisions = self.revisions.range(id(0)..=id(u32::MAX));
        revisions.map(|(_, revision)| revision)
    }

    /// The revision of that name and number.
    pub fn revision(&self, id: &ProfileId) -> Option<&Revision> {
        self.revisions.get(id)
    }

    /// All profiles, by name and revision.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Profile>> {
        self.revisions().map(Revision::profile)
    }

    /// All of them with their lives, by name and revision.
    pub fn revisions(&self) -> impl Iterator<Item = &Revision> {
        self.revisions.values()
    }

    fn add(&mut self, profile: Profile, path: &Path) -> Result<(), ProfileError> {
        match self.revisions.entry(profile.id().clone()) {
            Entry::Vacant(free) => {
                self.files.insert(free.key().clone(), path.to_owned());
                free.insert(Revision::draft(Arc::new(profile)));
                Ok(())
            }
            Entry::Occupied(taken) => Err(ProfileError::Duplicate(taken.key().clone())),
        }
    }
}

fn in_file(path: &Path, source: ProfileError) -> ProfileError {
    ProfileError::File {
        path: path.to_owned(),
        source: Box::new(source),
    }
}

/// Sorted, so that of two bad files the same one is named on every machine.
fn toml_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
            && path.is_file()
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Profile, ProfileError> {
    let mut text = String::new();
    let file = File::open(path)?;
    file.take(PROFILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > PROFILE_BYTES_MAX {
        return Err(ProfileError::TooLong);
    }
    parse_profile(&text)
}
