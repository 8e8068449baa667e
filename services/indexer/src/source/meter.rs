//! Counts and digests the bytes of a file as they are read.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};
use sosie_similarity::Digest;

use super::{InputFile, SourceError};

/// What was read of a file so far.
#[derive(Clone)]
pub(crate) struct Meter(Rc<RefCell<Count>>);

#[derive(Default)]
struct Count {
    sha256: Sha256,
    bytes: u64,
}

/// A file that is metered.
pub(super) struct Metered {
    file: File,
    meter: Meter,
}

impl Meter {
    /// Opens a file.
    pub(super) fn open(input: &InputFile) -> Result<(Metered, Meter), SourceError> {
        let failed = |source| SourceError::Open {
            path: input.name().to_owned(),
            source,
        };
        let file = input.open().map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        let meter = Meter(Rc::default());
        Ok((
            Metered {
                file,
                meter: meter.clone(),
            },
            meter,
        ))
    }

    /// Counts and digests bytes.
    pub(super) fn add(&self, bytes: &[u8]) {
        let mut count = self.0.borrow_mut();
        count.sha256.update(bytes);
        count.bytes += bytes.len() as u64;
    }

    /// Bytes read.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.borrow().bytes
    }

    /// SHA-256 of the bytes read: of the file, once it is read to its end.
    pub(crate) fn sha256(&self) -> Digest {
        Digest::from_bytes(self.0.borrow().sha256.clone().finalize().into())
    }
}

impl Metered {
    /// The file, and the meter for whoever reads it in another order than that of its bytes.
    pub(super) fn into_parts(self) -> (File, Meter) {
        (self.file, self.meter)
    }
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.meter.add(&buffer[..read]);
        Ok(read)
    }
}
