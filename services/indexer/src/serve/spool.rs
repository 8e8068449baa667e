//! Watched directories: a file that is renamed into `incoming` is imported once, and moved when it is.
//!
//! **Law.** What is written of a file, and how much of it, is in one transaction; that a file is done is in the store
//! before the file moves. A kill at any moment loses nothing and repeats nothing.
//!
//! Files are taken in the order of their names, one at a time. A name that begins with a dot is left alone: that of a file
//! that is still being written, before it is renamed.
//!
//! Start reading at [`Spools::start`], then `Spool::take`.

mod folder;
mod position;

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sosie_similarity::{Code, Digest};
use sosie_store::{Batch, Outcome, SourcePosition, Store, StoreError, SubmitError};

use super::config::STORE_RETRY;
use super::jobs::Stop;
use super::server::Stores;
use crate::gate::Gate;
use crate::import::{FileBatch, ImportFile, ReadError, sha256};
use crate::rejects::Rejects;
use crate::source::{InputError, SourceError};
use crate::sources::{ConfiguredSource, SourceKind, SpoolSource};
use folder::{Folder, FolderError};
use position::{Done, InWork};

/// Time until a directory is looked at again after a failure, such as a full disk.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);
/// Least time between two lines of the log that tell how far a file is.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// Writes a batch, waits until it is on disk, and tells an outcome per write.
pub(super) type Submit = Arc<dyn Fn(Batch) -> Result<Vec<Outcome>, SubmitError> + Send + Sync>;

/// The threads that watch directories; dropped, they end after the batch that they are at.
pub(super) struct Spools {
    stop: Stop,
    threads: Vec<JoinHandle<()>>,
}

impl Spools {
    /// Watches the directory of every source that is a spool.
    pub(super) fn start(
        configured: &[ConfiguredSource],
        stores: &Stores,
        submit: &Submit,
    ) -> io::Result<Spools> {
        let stop = Stop::default();
        let mut spools = Spools {
            stop: stop.clone(),
            threads: Vec::new(),
        };
        for ConfiguredSource { name, kind } in configured {
            let SourceKind::Spool(source) = kind else {
                continue;
            };
            let spool = Spool {
                key: format!("spool/{name}"),
                name: name.clone(),
                folder: Folder::new(&source.directory),
                source: source.clone(),
                store: stores.store.clone(),
                gate: stores.gate.clone(),
                submit: submit.clone(),
                stop: stop.clone(),
            };
            let thread = std::thread::Builder::new().name("spool".to_owned());
            spools.threads.push(thread.spawn(move || spool.watch())?);
        }
        Ok(spools)
    }
}

impl Drop for Spools {
    fn drop(&mut self) {
        self.stop.end();
        for thread in self.threads.drain(..) {
            // A panic was told by the hook of the process.
            let _ = thread.join();
        }
    }
}

/// A directory that is watched.
struct Spool {
    /// Of its positions in the store.
    key: String,
    name: Code,
    folder: Folder,
    source: SpoolSource,
    store: Arc<Store>,
    gate: Option<Arc<Gate>>,
    submit: Submit,
    stop: Stop,
}

/// Why a file was not taken. It stays where it is, and is tried again.
#[derive(Debug, thiserror::Error)]
enum SpoolError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Submit(#[from] SubmitError),
    #[error("{}: was changed while it was read", .0.display())]
    Changed(PathBuf),
    #[error("the service ends")]
    Ending,
}

/// What became of the records of a file in this process.
#[derive(Default)]
struct Counts {
    accepted: u64,
    unchanged: u64,
    refused: u64,
}

impl Spool {
    fn watch(&self) {
        while !self.stop.is_set() {
            let pause = match self.step() {
                Ok(true) => continue,
                Ok(false) => self.source.poll_interval,
                Err(SpoolError::Ending) => return,
                Err(error) => {
                    tracing::error!(source = %self.name, %error, "a spool waits; trying again");
                    RETRY_INTERVAL
                }
            };
            self.stop.pause(pause);
        }
    }

    /// Takes the next files; whether there may be more.
    fn step(&self) -> Result<bool, SpoolError> {
        let names = self.folder.next()?;
        for name in &names {
            if self.stop.is_set() {
                return Err(SpoolError::Ending);
            }
            self.take(name)?;
        }
        Ok(!names.is_empty())
    }

    fn take(&self, name: &OsStr) -> Result<(), SpoolError> {
        let path = self.folder.incoming(name);
        let digest = sha256(&path).map_err(|source| FolderError::new(&path, source))?;
        let (in_work, mut done) = self.positions()?;
        if done.has(digest) {
            self.folder.move_to_done(name, digest)?;
            tracing::info!(source = %self.name, file = %path.display(), "a file was imported before");
            return Ok(());
        }
        let records_done = in_work
            .filter(|at| at.sha256 == digest)
            .map(|at| at.records);
        let file = match self.open(&path, (name, digest), records_done) {
            Err(SpoolError::Read(ReadError::Input(error))) if is_of_file(&error) => {
                self.folder.tell_unreadable(&error.to_string())?;
                self.folder.move_to_failed(name, digest)?;
                tracing::error!(source = %self.name, %error, "a file can't be read, and is set aside");
                return Ok(());
            }
            opened => opened?,
        };
        let Some(file) = file else {
            return Ok(());
        };
        let counts = self.import(&file, digest, records_done.unwrap_or(0))?;
        let Some(counts) = counts else {
            return Err(SpoolError::Changed(path));
        };
        done.add(digest);
        self.submit(
            Batch::default(),
            (format!("{}/done", self.key), done.to_bytes()),
        )?;
        self.folder.move_to_done(name, digest)?;
        let Counts {
            accepted,
            unchanged,
            refused,
        } = counts;
        tracing::info!(source = %self.name, file = %path.display(), accepted, unchanged, refused, "a file is imported");
        Ok(())
    }

    fn positions(&self) -> Result<(Option<InWork>, Done), StoreError> {
        let view = self.store.view()?;
        let in_work = view.source_position(&self.key)?;
        let done = view.source_position(&format!("{}/done", self.key))?;
        let in_work = in_work.and_then(|bytes| InWork::from_bytes(&bytes));
        Ok((in_work, Done::from_bytes(&done.unwrap_or_default())))
    }

    /// Opens a file and, unless some of it is written already, reads it whole. None if more of it is refused than may be:
    /// it is set aside then.
    fn open(
        &self,
        path: &Path,
        (name, digest): (&OsStr, Digest),
        records_done: Option<u64>,
    ) -> Result<Option<ImportFile>, SpoolError> {
        let is_given_up = || self.stop.is_set();
        let file = ImportFile::new(
            (&self.source.reading, self.gate.as_ref()),
            path,
            &is_given_up,
        )?;
        if records_done.is_some() {
            return Ok(Some(file));
        }
        let mut rejects = Rejects::new(self.folder.rejects());
        let found = file.first_reading(&mut rejects, &is_given_up)?;
        let has_rejects = rejects.finish().map_err(ReadError::from)?.is_some();
        if found.sha256 != digest {
            return Err(SpoolError::Changed(path.to_owned()));
        }
        let limit = self.source.reading.max_rejects;
        let is_allowed = limit.allows(found.refused, found.read);
        if has_rejects && is_allowed {
            self.folder.keep_rejects(name, digest)?;
        }
        if is_allowed {
            return Ok(Some(file));
        }
        self.folder.move_to_failed(name, digest)?;
        let (refused, read) = (found.refused, found.read);
        tracing::error!(source = %self.name, file = %path.display(), read, refused, %limit, "too many records of a file are refused: nothing of it is written");
        Ok(None)
    }

    /// Writes what is not written yet; none if the file is not the one that was read before.
    fn import(
        &self,
        file: &ImportFile,
        digest: Digest,
        records_done: u64,
    ) -> Result<Option<Counts>, SpoolError> {
        let (mut counts, mut told) = (Counts::default(), Instant::now());
        let found = file.batches(records_done, |batch| {
            let FileBatch {
                writes,
                refused,
                done,
            } = batch;
            let position = InWork {
                sha256: digest,
                records: done,
            };
            let batch = Batch {
                writes,
                source_position: None,
            };
            let outcomes = self.submit(batch, (self.key.clone(), position.to_bytes()))?;
            counts.add(&outcomes, refused);
            if told.elapsed() >= PROGRESS_INTERVAL {
                told = Instant::now();
                tracing::info!(source = %self.name, records = done, "a file is being imported");
            }
            Ok::<(), SpoolError>(())
        })?;
        Ok((found == digest).then_some(counts))
    }

    /// Writes a batch with its position, however often it takes: what is written twice is unchanged.
    fn submit(
        &self,
        mut batch: Batch,
        (source, position): (String, Vec<u8>),
    ) -> Result<Vec<Outcome>, SpoolError> {
        batch.source_position = Some(SourcePosition { source, position });
        loop {
            if self.stop.is_set() {
                return Err(SpoolError::Ending);
            }
            match (self.submit)(batch.clone()) {
                Ok(outcomes) => return Ok(outcomes),
                Err(error @ SubmitError::Closed) => return Err(error.into()),
                Err(error @ SubmitError::Store(_)) => {
                    tracing::warn!(source = %self.name, %error, "a spool waits for the store");
                    self.stop.pause(STORE_RETRY);
                }
            }
        }
    }
}

impl Counts {
    fn add(&mut self, outcomes: &[Outcome], refused: u64) {
        self.refused += refused;
        for outcome in outcomes {
            match outcome {
                Outcome::Accepted { .. } => self.accepted += 1,
                Outcome::Unchanged { .. } => self.unchanged += 1,
                Outcome::Held | Outcome::Dropped | Outcome::Refused(_) => self.refused += 1,
            }
        }
    }
}

/// Whether the file itself is wrong. All else may pass, or is the configuration's.
fn is_of_file(error: &InputError) -> bool {
    match error {
        InputError::Mapping(_) | InputError::Declare(_) => false,
        InputError::Source(error) => match error {
            SourceError::Open { .. }
            | SourceError::Read { .. }
            | SourceError::Url { .. }
            | SourceError::Fetch { .. } => false,
            SourceError::TooLarge { .. }
            | SourceError::NotGeoJson { .. }
            | SourceError::Polygon { .. }
            | SourceError::NoHeader { .. }
            | SourceError::RowTooLong { .. }
            | SourceError::Columns { .. }
            | SourceError::Parquet { .. } => true,
        },
    }
}
