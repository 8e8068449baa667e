//! The one writer of a directory of generations.

mod pruning;

use std::fs::{self, File, TryLockError};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use sosie_similarity::{Digest, Invalid};

use super::activation::{Activation, Choice, JournalError};
use super::disk::{NEXT_PREFIX, create_dir_synced, remove, sync_dir};
use super::listing::generation_ids;
use super::stage::STAGE_PREFIX;
use super::verified::{check_file_set, read_manifest};
use super::{
    Current, GenerationId, MANIFEST_FILE, Manifest, ManifestParts, OpenError, ReceiptRule, Stage,
    VerifiedGeneration,
};
use crate::profiles::{KeptProfiles, KeptProfilesError};

/// Locked by the one writer as long as it lives; the system unlocks it when the process dies.
const LOCK_FILE: &str = ".lock";
/// How the names of generations begin that are being removed.
const PRUNED_PREFIX: &str = ".pruned-";

/// Why nothing could be published; the generation that is served stays.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another store is open on this directory, in this process or in another.
    #[error("generations: another writer holds `.lock`")]
    Locked,
    /// A file or a directory can't be written, renamed or made durable.
    #[error("generations: `{}` could not be written: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The directory of generations or `CURRENT` can't be read, or something still wrote to the stage.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A stage holds something that is no plain file, or with a name that a manifest can't have.
    #[error("stage: `{file}` is not a plain file")]
    NotPlain {
        /// Its name.
        file: String,
    },
    /// A stage holds a file that its own manifest can't name.
    #[error("stage: manifest: {0}")]
    Manifest(#[from] Invalid),
    /// The manifest is larger than a reader would take: too many inputs.
    #[error("stage: `MANIFEST.json` is too long")]
    ManifestTooLong,
    /// A process writes pins and doesn't end: which generations receipts name can't be judged.
    #[error("receipts: another process holds `.lock`")]
    PinsLocked,
    /// Every number is used.
    #[error("generations: the last number is used")]
    NumbersExhausted,
}

impl StoreError {
    /// What the system said of `path`.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        StoreError::Io { path, source }
    }
}

/// Why no other generation is served; the one that is stays.
#[derive(Debug, thiserror::Error)]
pub enum ActivateError {
    /// Another generation is served than the caller expects.
    #[error("generations: another one is served than was expected")]
    Mismatch {
        /// Which, if any.
        found: Option<GenerationId>,
    },
    /// It was removed or changed since it was checked.
    #[error(transparent)]
    Damaged(OpenError),
    /// The reason can't be kept.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// `CURRENT` can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was published.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Its number.
    pub generation: GenerationId,
    /// SHA-256 of the bytes of its MANIFEST.json, as `CURRENT` states it.
    pub manifest_digest: Digest,
    /// What it states.
    pub manifest: Manifest,
    /// The generations that were removed for it, oldest first; none if that failed, which the log tells.
    pub pruned: Vec<GenerationId>,
}

/// A generation whose files can't go away, see [`GenerationStore::hold_current`].
#[derive(Debug)]
pub struct HeldGeneration {
    stage: Stage,
    current: Current,
    manifest: Manifest,
}

impl HeldGeneration {
    /// Which it is.
    pub fn current(&self) -> Current {
        self.current
    }

    /// What it says of itself, and of each of its files.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where its files are, with its manifest: to be read, not written to.
    pub fn path(&self) -> &Path {
        self.stage.path()
    }
}

/// A directory of generations, open for writing: there is one such at a time.
#[derive(Debug)]
pub struct GenerationStore {
    dir: PathBuf,
    keep: NonZeroUsize,
    is_spread: bool,
    /// How generations stay that receipts name; they don't without.
    receipts: Option<ReceiptRule>,
    /// Held, not read: dropping it unlocks.
    _lock: File,
}

impl GenerationStore {
    /// Opens `dir`, made if it is not there, and removes what a killed writer left. `keep` is the
    /// number of generations that stay after a publication, the new one included.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another store is open on `dir`; [`StoreError::Io`].
    pub fn open(dir: &Path, keep: NonZeroUsize) -> Result<Self, StoreError> {
        create_dir_synced(dir).map_err(|error| StoreError::io(dir, error))?;
        let store = GenerationStore {
            dir: dir.to_owned(),
            keep,
            is_spread: false,
            receipts: None,
            _lock: lock(&dir.join(LOCK_FILE))?,
        };
        store.remove_leftovers()?;
        Ok(store)
    }

    /// Has the generations that stay reach far back instead of being the newest: for those that come every second.
    #[must_use]
    pub fn spread(self) -> Self {
        GenerationStore {
            is_spread: true,
            ..self
        }
    }

    /// Has generations stay that receipts name, besides the others.
    #[must_use]
    pub fn keeping(self, receipts: Option<ReceiptRule>) -> Self {
        GenerationStore { receipts, ..self }
    }

    /// Something was erased that generations before `first` may hold: they stay for no receipt any more.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn erased_before(&mut self, first: GenerationId) -> Result<(), StoreError> {
        let Some(receipts) = &self.receipts else {
            return Ok(());
        };
        let erased = receipts.erased_before(first);
        erased.map_err(|error| StoreError::io(&receipts.dir, error))
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// An empty directory to build the next generation in.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn stage(&self) -> Result<Stage, StoreError> {
        Stage::create(&self.dir)
    }

    /// Makes what was built in `stage` the generation that is served, and removes the oldest ones.
    ///
    /// Pruning can't fail a publication: what could not be removed is logged and tried again next time.
    ///
    /// # Errors
    /// Any [`StoreError`] but [`StoreError::Locked`]. The stage is gone then, and `CURRENT` is what it
    /// was; only if making its new line durable failed, it may be either.
    pub fn publish(&mut self, stage: Stage, built: ManifestParts) -> Result<Published, StoreError> {
        let generation = self.next_generation()?;
        let (manifest, manifest_digest) = stage.seal(generation, built)?;
        let failed = |error| StoreError::io(&self.dir, error);
        let path = self.dir.join(generation.to_string());
        stage.rename_to(&path)?;
        // After the rename, so that nothing that still writes to the stage can reach the directory.
        check_file_set(&path, &manifest)?;
        // Before CURRENT: it must never name a directory whose own name a power cut can take away.
        sync_dir(&self.dir).map_err(failed)?;
        let current = Current {
            generation,
            manifest_digest,
        };
        current.replace(&self.dir).map_err(failed)?;
        let pruned = self.remove_old(generation, manifest.created_time);
        let pruned = pruned.unwrap_or_else(|error| {
            tracing::warn!(%error, "superseded generations stay until the next publication");
            Vec::new()
        });
        Ok(Published {
            generation,
            manifest_digest,
            manifest,
            pruned,
        })
    }

    /// Makes a generation that is kept the one that is served. That it is one of another time is proved by who calls:
    /// its every byte was checked. Why is written down first, in the journal of [`read_activations`](super::read_activations).
    ///
    /// # Errors
    /// [`ActivateError`]. The generation that is served stays, but for a failure to make the new `CURRENT` durable:
    /// it may be either then.
    pub fn activate(
        &mut self,
        checked: &VerifiedGeneration,
        choice: Choice,
    ) -> Result<Activation, ActivateError> {
        let manifest = checked.manifest();
        let generation = manifest.generation;
        let current = Current::read(&self.dir).map_err(StoreError::Open)?;
        let previous = current.map(|current| current.generation);
        if choice.expected.is_some() && choice.expected != previous {
            return Err(ActivateError::Mismatch { found: previous });
        }
        // It may have been pruned since it was checked.
        check_file_set(&self.dir.join(generation.to_string()), manifest)
            .map_err(ActivateError::Damaged)?;
        let activation = Activation {
            time: choice.time,
            generation,
            previous,
            reason: choice.reason,
        };
        let failed = |error| StoreError::io(&self.dir, error);
        activation.append(&self.dir)?;
        let current = Current {
            generation,
            manifest_digest: checked.manifest_digest(),
        };
        current.replace(&self.dir).map_err(failed)?;
        Ok(activation)
    }

    /// Keeps these revisions of profiles in the place of those that are kept, see [`KeptProfiles::read`].
    ///
    /// # Errors
    /// [`KeptProfilesError`]. The old ones stay, but for a failure to make the new name durable: they may be either then.
    pub fn keep_profiles(&mut self, kept: &KeptProfiles) -> Result<(), KeptProfilesError> {
        kept.write(&self.dir)
    }

    /// What is served now, its files linked into a stage: they stay until it is dropped, whatever is published or
    /// removed meanwhile. `None` if nothing was published yet.
    ///
    /// # Errors
    /// [`StoreError::Open`] for a damaged pointer or manifest, [`StoreError::Io`].
    pub fn hold_current(&self) -> Result<Option<HeldGeneration>, StoreError> {
        let Some(current) = Current::read(&self.dir)? else {
            return Ok(None);
        };
        let path = self.dir.join(current.generation.to_string());
        let digest = Some(current.manifest_digest);
        let (manifest, _) = read_manifest(&path, current.generation, digest)?;
        check_file_set(&path, &manifest)?;
        let stage = self.stage()?;
        let names = manifest.files.iter().map(|file| file.name.as_str());
        for name in names.chain([MANIFEST_FILE]) {
            stage.link(&path, (name, name))?;
        }
        Ok(Some(HeldGeneration {
            stage,
            current,
            manifest,
        }))
    }

    /// The number of the next publication: one past every number in use, those of directories, which a crash may have
    /// kept from being served, and that of `CURRENT`, whose directory may be lost.
    ///
    /// # Errors
    /// The directory can't be read, or [`StoreError::NumbersExhausted`].
    pub fn next_generation(&self) -> Result<GenerationId, StoreError> {
        let current = match Current::read(&self.dir) {
            Ok(current) => current.map(|current| current.generation),
            Err(error @ OpenError::CurrentMalformed) => {
                // Publishing is what mends it.
                tracing::warn!(%error, "replacing a damaged pointer");
                None
            }
            Err(error) => return Err(error.into()),
        };
        let newest = generation_ids(&self.dir)?.into_iter().chain(current).max();
        GenerationId::after(newest).ok_or(StoreError::NumbersExhausted)
    }

    fn remove_leftovers(&self) -> Result<(), StoreError> {
        for name in self.names()? {
            let prefixes = [STAGE_PREFIX, PRUNED_PREFIX, NEXT_PREFIX];
            if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
                let path = self.dir.join(name);
                remove(&path).map_err(|error| StoreError::io(&path, error))?;
            }
        }
        Ok(())
    }

    /// The names of all that is in the directory and has one in UTF-8, as all of ours has.
    fn names(&self) -> Result<Vec<String>, StoreError> {
        let failed = |error| StoreError::io(&self.dir, error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(failed)? {
            names.extend(entry.map_err(failed)?.file_name().into_string());
        }
        Ok(names)
    }
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let mut options = File::options();
    let file = options.create(true).truncate(false).write(true).open(path);
    let file = file.map_err(|error| StoreError::io(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked),
        Err(TryLockError::Error(error)) => Err(StoreError::io(path, error)),
    }
}
