//! A store: one writer, any number of views.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::Database;
use sosie_similarity::Timestamp;

use crate::apply::apply;
use crate::change::{Batch, Outcome};
use crate::error::{OpenError, StoreError};
use crate::file::{Opening, StoreFile, begin_write};
use crate::tables::Summary;
use crate::view::View;

/// How a store is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Memory for pages that were read or are to be written, in bytes.
    pub cache_bytes: usize,
    /// Whether opening reads every page and compares its checksum. Without, damage is noticed when it is met.
    pub verify: bool,
}

/// The store of record of one indexer, in a directory of its own.
///
/// After a failure to write, be it a full disk, the file is left and opened again by the next call: the store goes on
/// where its last durable transaction was. Views that are held from before must be dropped for that.
pub struct Store {
    file: StoreFile,
    options: Options,
    /// Held by whoever writes: positions follow one another.
    writing: Mutex<()>,
    /// None after a failure, until the file is opened again.
    database: Mutex<Option<Arc<Database>>>,
}

impl Store {
    /// Opens the store in `dir`, or makes an empty one where none is.
    ///
    /// # Errors
    /// A store that is in use, damaged, or of another version; and those of the file system.
    pub fn open(dir: &Path, options: Options) -> Result<Self, OpenError> {
        let file = StoreFile::new(dir);
        let opening = Opening {
            cache_bytes: options.cache_bytes,
            verify: options.verify,
        };
        let database = file.open_or_create(opening)?;
        Ok(Store {
            file,
            options,
            writing: Mutex::new(()),
            database: Mutex::new(Some(Arc::new(database))),
        })
    }

    /// What the store in `dir` holds, in numbers; none where no store is. Nothing is changed, and nothing is read of one
    /// that a process has open.
    ///
    /// # Errors
    /// As [`Store::open`], and [`OpenError::NotClosed`].
    pub fn peek(dir: &Path) -> Result<Option<Summary>, OpenError> {
        StoreFile::new(dir).peek()
    }

    /// Writes batches in one transaction, and returns when it is on disk: an outcome per write, by batch and in order.
    /// What is accepted became known at `ingest_time`, or at the latest one before if the clock was set back.
    ///
    /// # Errors
    /// Those of the file system, and of a damaged store. Nothing was written then, or all of it was; the same batches
    /// sent again settle it, since what is written already is unchanged.
    pub fn apply(
        &self,
        batches: &[Batch],
        ingest_time: Timestamp,
    ) -> Result<Vec<Vec<Outcome>>, StoreError> {
        let _writing = lock(&self.writing);
        let written = self.database().and_then(|database| {
            let transaction = begin_write(&database)?;
            let (outcomes, to_commit) = apply(&transaction, batches, ingest_time)?;
            if to_commit {
                transaction.commit()?;
            } else {
                transaction.abort()?;
            }
            Ok(outcomes)
        });
        if written.is_err() {
            *lock(&self.database) = None;
        }
        written
    }

    /// The state of the store now.
    ///
    /// # Errors
    /// Those of the file system, and of a damaged store.
    pub fn view(&self) -> Result<View, StoreError> {
        View::new(self.database()?)
    }

    /// Rewrites the file without its unused parts, where erased records may still lie, if there may be such. Readers
    /// go on; writers wait, some seconds for a million events, and twice the space is needed meanwhile.
    ///
    /// After it no file of the store holds an erased record. The blocks of the old file are the file system's to
    /// use again: whoever reads the device itself may find them until then.
    ///
    /// # Errors
    /// As [`Store::apply`]; the store is then as it was.
    pub fn scrub(&self) -> Result<(), StoreError> {
        let _writing = lock(&self.writing);
        let database = self.database()?;
        let view = View::new(Arc::clone(&database))?;
        let is_due = view.summary().scrub_due || view.summary().held_scrub_due;
        drop(view);
        if !is_due {
            return Ok(());
        }
        let rewritten = self.file.rewrite(&database, self.opening());
        let mut current = lock(&self.database);
        match rewritten {
            Ok(rewritten) => {
                *current = Some(Arc::new(rewritten));
                Ok(())
            }
            Err(error) => {
                // Which of the two files has the store's name is found out by opening it.
                *current = None;
                Err(error)
            }
        }
    }

    /// Copies what the store holds now into a new store in `dir`, which must hold none; gives what it holds. Writers
    /// go on meanwhile. Erased records are in no part of the copy.
    ///
    /// # Errors
    /// Those of the file system, and of a damaged store; what is in `dir` is of no use then.
    pub fn copy_to(&self, dir: &Path) -> Result<Summary, StoreError> {
        let copy = StoreFile::new(dir).copy_of(&*self.database()?, self.opening())?;
        Ok(View::new(Arc::new(copy))?.summary().clone())
    }

    fn opening(&self) -> Opening {
        Opening {
            cache_bytes: self.options.cache_bytes,
            // The file was verified when the store was opened, and a failure must not make callers wait for all of it.
            verify: false,
        }
    }

    /// The database, opened again if a failure closed it.
    fn database(&self) -> Result<Arc<Database>, StoreError> {
        let mut database = lock(&self.database);
        if let Some(open) = &*database {
            return Ok(Arc::clone(open));
        }
        let opened = Arc::new(self.file.open(self.opening())?);
        *database = Some(Arc::clone(&opened));
        Ok(opened)
    }
}

/// What a thread that panicked left is whole: transactions that were not committed leave no trace.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
