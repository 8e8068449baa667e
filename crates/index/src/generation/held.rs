//! The files of a verified generation as tantivy reads them: where they lie in memory, without a copy.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, FileHandle, FileSlice, OwnedBytes, RamDirectory, WatchCallback, WatchHandle,
    WritePtr,
};

/// Files in memory that nothing can change; clones share them. What tantivy writes beside them, its lock
/// files, goes nowhere else.
#[derive(Clone, Debug)]
pub struct HeldFiles {
    files: Arc<BTreeMap<PathBuf, OwnedBytes>>,
    beside: RamDirectory,
}

impl HeldFiles {
    /// Holds files by their names.
    pub(super) fn new(files: BTreeMap<PathBuf, OwnedBytes>) -> Self {
        HeldFiles {
            files: Arc::new(files),
            beside: RamDirectory::create(),
        }
    }

    /// The bytes of a file.
    pub(super) fn bytes(&self, path: &Path) -> Option<OwnedBytes> {
        self.files.get(path).cloned()
    }
}

impl Directory for HeldFiles {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        match self.files.get(path) {
            Some(bytes) => Ok(Arc::new(bytes.clone())),
            None => self.beside.get_file_handle(path),
        }
    }

    fn open_read(&self, path: &Path) -> Result<FileSlice, OpenReadError> {
        Ok(FileSlice::new(self.get_file_handle(path)?))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.beside.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.files.contains_key(path) || self.beside.exists(path)?)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        if self.files.contains_key(path) {
            return Err(OpenWriteError::FileAlreadyExists(path.to_owned()));
        }
        self.beside.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        match self.files.get(path) {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => self.beside.atomic_read(path),
        }
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if self.files.contains_key(path) {
            return Err(io::ErrorKind::ReadOnlyFilesystem.into());
        }
        self.beside.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.beside.watch(callback)
    }
}
