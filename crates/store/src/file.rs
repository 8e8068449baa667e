//! The file of a store: made whole or not at all, opened with its checks, and copied without its unused parts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use redb::{
    Builder, Database, DatabaseError, ReadOnlyDatabase, ReadableDatabase, ReadableTable, TableError,
};
use sosie_index::disk;

use crate::error::{OpenError, StoreError};
use crate::tables::{
    FORMAT_VERSION_KEY, HEADS, HELD, HELD_SCRUB_KEY, LOG, META, SOURCES, STATE, STORE_ID_KEY,
    State, Summary,
};

/// The version of the tables; others are refused by name.
pub const FORMAT_VERSION: u64 = 1;

/// The one file of a store, in its directory.
pub const FILE: &str = "store.redb";
/// A file that is being made. One that is found was left by a crash.
const STAGED_FILE: &str = "store.redb.new";

/// How a file is opened.
#[derive(Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) cache_bytes: usize,
    /// Whether every page is read and its checksum compared.
    pub(crate) verify: bool,
}

pub(crate) struct StoreFile {
    dir: PathBuf,
}

impl StoreFile {
    pub(crate) fn new(dir: &Path) -> Self {
        StoreFile {
            dir: dir.to_owned(),
        }
    }

    fn path(&self) -> PathBuf {
        self.dir.join(FILE)
    }

    fn staged(&self) -> PathBuf {
        self.dir.join(STAGED_FILE)
    }

    /// Opens the store, or makes an empty one where none is.
    pub(crate) fn open_or_create(&self, opening: Opening) -> Result<Database, OpenError> {
        fs::create_dir_all(&self.dir).map_err(|cause| self.io(cause))?;
        let there = self.path().try_exists().map_err(|cause| self.io(cause))?;
        if !there {
            self.create(opening)?;
        }
        let database = self.open(opening)?;
        // Only now, holding the lock of the store: another process may be making one.
        match fs::remove_file(self.staged()) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(self.io(cause)),
            _ => Ok(database),
        }
    }

    /// Opens the store that is there.
    pub(crate) fn open(&self, opening: Opening) -> Result<Database, OpenError> {
        let database = builder(opening)
            .open(self.path())
            .map_err(|error| self.refusal(error))?;
        // The file that is opened is the one that is found after a crash, however the last renaming ended.
        disk::sync_dir(&self.dir).map_err(|cause| self.io(cause))?;
        match version(&database) {
            Ok(FORMAT_VERSION) => match with_held(&database) {
                Ok(()) => Ok(database),
                Err(error) => Err(self.unread(error)),
            },
            Ok(found) => Err(OpenError::Version { found }),
            Err(error) => Err(self.unread(error)),
        }
    }

    /// What the store that is there holds, in numbers; none where no store is. Nothing is changed.
    pub(crate) fn peek(&self) -> Result<Option<Summary>, OpenError> {
        let there = self.path().try_exists().map_err(|cause| self.io(cause))?;
        if !there {
            return Ok(None);
        }
        let opened = ReadOnlyDatabase::open(self.path());
        let database = opened.map_err(|error| self.refusal(error))?;
        match version(&database).map_err(|error| self.unread(error))? {
            FORMAT_VERSION => {}
            found => return Err(OpenError::Version { found }),
        }
        let transaction = database.begin_read();
        let transaction = transaction.map_err(|error| self.unread(error.into()))?;
        let summary = Summary::read(&transaction).map_err(|error| self.unread(error))?;
        Ok(Some(summary))
    }

    fn create(&self, opening: Opening) -> Result<(), OpenError> {
        let made = self.stage(opening).and_then(|database| {
            fill_empty(&database)?;
            drop(database);
            Ok(self.publish()?)
        });
        made.map_err(|error| self.unread(error))
    }

    /// Copies what a database holds into a new file that takes its place: what the old file held in unused parts is
    /// in no file of the store any more.
    pub(crate) fn rewrite(
        &self,
        from: &Database,
        opening: Opening,
    ) -> Result<Database, StoreError> {
        let to = self.stage(opening)?;
        copy(from, &to)?;
        // The lock of the new file is held from before it has the store's name.
        self.publish()?;
        Ok(to)
    }

    /// As [`StoreFile::rewrite`], where no store is yet.
    pub(crate) fn copy_of(
        &self,
        from: &Database,
        opening: Opening,
    ) -> Result<Database, StoreError> {
        fs::create_dir_all(&self.dir)?;
        if self.path().try_exists()? {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
        }
        self.rewrite(from, opening)
    }

    /// A new database under the name of one that is being made.
    fn stage(&self, opening: Opening) -> Result<Database, StoreError> {
        match fs::remove_file(self.staged()) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause.into()),
            _ => {}
        }
        let database = builder(opening).create(self.staged());
        Ok(database.map_err(|error| self.refusal(error))?)
    }

    /// Gives the file that was made the name of the store, durably.
    fn publish(&self) -> io::Result<()> {
        fs::rename(self.staged(), self.path())?;
        disk::sync_dir(&self.dir)
    }

    fn io(&self, cause: io::Error) -> OpenError {
        let path = self.path();
        OpenError::Io { path, cause }
    }

    fn refusal(&self, error: DatabaseError) -> OpenError {
        let path = self.path();
        if let DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch = error {
            return OpenError::InUse(path);
        }
        if let DatabaseError::RepairAborted = error {
            return OpenError::NotClosed(path);
        }
        let error = redb::Error::from(error);
        if let redb::Error::Io(cause) = error {
            // The database tells a file that is none of its own, or ends early, as bad data.
            let bad_data = [io::ErrorKind::InvalidData, io::ErrorKind::UnexpectedEof];
            if !bad_data.contains(&cause.kind()) {
                return OpenError::Io { path, cause };
            }
            let cause = cause.into();
            return OpenError::Damaged { path, cause };
        }
        OpenError::Damaged { path, cause: error }
    }

    fn unread(&self, error: StoreError) -> OpenError {
        let path = self.path();
        match error {
            StoreError::Open(error) => error,
            StoreError::Io(cause) => OpenError::Io { path, cause },
            StoreError::Malformed(what) => OpenError::Malformed { path, what },
            StoreError::Database(cause) => OpenError::Damaged { path, cause },
        }
    }
}

fn builder(opening: Opening) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(opening.cache_bytes);
    builder.set_check_integrity_on_open(opening.verify);
    builder
}

/// Makes the table of what waits, in a file from before there was one.
fn with_held(database: &Database) -> Result<(), StoreError> {
    let opened = database.begin_read()?.open_table(HELD);
    if !matches!(opened, Err(TableError::TableDoesNotExist(_))) {
        opened?;
        return Ok(());
    }
    let transaction = begin_write(database)?;
    transaction.open_table(HELD)?;
    Ok(transaction.commit()?)
}

fn version(database: &impl ReadableDatabase) -> Result<u64, StoreError> {
    let transaction = database.begin_read()?;
    let meta = transaction.open_table(META)?;
    let version = meta.get(FORMAT_VERSION_KEY)?;
    let version = version.ok_or(StoreError::Malformed("no format version"))?;
    Ok(u64::try_from(version.value()).unwrap_or(u64::MAX))
}

/// Writes what a store has before its first change.
fn fill_empty(database: &Database) -> Result<(), StoreError> {
    let transaction = begin_write(database)?;
    {
        let mut meta = transaction.open_table(META)?;
        meta.insert(FORMAT_VERSION_KEY, u128::from(FORMAT_VERSION))?;
        meta.insert(STORE_ID_KEY, rand::random::<u128>())?;
        State::new().write(&mut transaction.open_table(STATE)?)?;
        transaction.open_table(HEADS)?;
        transaction.open_table(LOG)?;
        transaction.open_table(SOURCES)?;
        transaction.open_table(HELD)?;
    }
    Ok(transaction.commit()?)
}

/// A durable transaction after which the store opens at once, even if it ends in a crash: the map of used pages is
/// written with it. Without, opening walks every page.
pub(crate) fn begin_write(database: &Database) -> Result<redb::WriteTransaction, StoreError> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    Ok(transaction)
}

fn copy(from: &Database, to: &Database) -> Result<(), StoreError> {
    let (source, target) = (from.begin_read()?, begin_write(to)?);
    {
        macro_rules! copy_table {
            ($table:expr) => {{
                let mut rows = target.open_table($table)?;
                for row in ReadableTable::iter(&source.open_table($table)?)? {
                    let (key, value) = row?;
                    rows.insert(key.value(), value.value())?;
                }
            }};
        }
        copy_table!(META);
        target.open_table(META)?.remove(HELD_SCRUB_KEY)?;
        copy_table!(HEADS);
        copy_table!(LOG);
        copy_table!(SOURCES);
        copy_table!(HELD);
        let mut state = State::read(&source.open_table(STATE)?)?;
        state.scrub_due = false;
        state.write(&mut target.open_table(STATE)?)?;
    }
    Ok(target.commit()?)
}
