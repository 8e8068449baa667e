//! The bytes of a Parquet file, read at any place; a digest of all of them, made as rows are read.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use super::super::meter::{Meter, Metered};
use super::PARQUET_PAGE_BYTES_MAX;

/// Bytes that are digested at a time.
const DIGEST_STEP_BYTES: usize = 256 << 10;

/// A page's header is read through it: it has some dozens of bytes.
const HEADER_BUFFER_BYTES: usize = 512;

/// An open file, shared by the readers of its columns.
#[derive(Clone)]
pub(super) struct Chunks {
    file: Arc<Mutex<File>>,
    bytes: u64,
}

/// The digest of the file, made front to back while rows are read from here and there.
pub(super) struct DigestPass {
    chunks: Chunks,
    meter: Meter,
    modified: Option<SystemTime>,
    buffer: Vec<u8>,
}

impl Chunks {
    /// Of a file of which nothing is read yet.
    pub(super) fn new(reader: Metered) -> io::Result<(Self, DigestPass)> {
        let (file, meter) = reader.into_parts();
        let metadata = file.metadata()?;
        let chunks = Chunks {
            bytes: metadata.len(),
            file: Arc::new(Mutex::new(file)),
        };
        let pass = DigestPass {
            chunks: chunks.clone(),
            meter,
            modified: metadata.modified().ok(),
            buffer: Vec::new(),
        };
        Ok((chunks, pass))
    }

    /// Reads at `offset`; 0 bytes at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        file.read(buffer)
    }

    fn metadata(&self) -> io::Result<std::fs::Metadata> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.metadata()
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<ReadFrom>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let from = ReadFrom {
            chunks: self.clone(),
            offset: start,
        };
        Ok(BufReader::with_capacity(HEADER_BUFFER_BYTES, from))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let is_within = start
            .checked_add(length as u64)
            .is_some_and(|end| end <= self.bytes);
        if length > PARQUET_PAGE_BYTES_MAX || !is_within {
            return Err(ParquetError::EOF("past the end or the limit".to_owned()));
        }
        let mut bytes = vec![0; length];
        let mut from = ReadFrom {
            chunks: self.clone(),
            offset: start,
        };
        from.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Reads on from an offset.
pub(super) struct ReadFrom {
    chunks: Chunks,
    offset: u64,
}

impl Read for ReadFrom {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.chunks.read_at(self.offset, buffer)?;
        self.offset += read as u64;
        Ok(read)
    }
}

impl DigestPass {
    /// Digests on, up to the byte at `end`.
    pub(super) fn advance_to(&mut self, end: u64) -> io::Result<()> {
        self.buffer.resize(DIGEST_STEP_BYTES, 0);
        while self.meter.bytes() < end.min(self.chunks.bytes) {
            let read = self.chunks.read_at(self.meter.bytes(), &mut self.buffer)?;
            if read == 0 {
                break;
            }
            self.meter.add(&self.buffer[..read]);
        }
        Ok(())
    }

    /// Digests to the end; whether the file is still the one whose rows were read.
    pub(super) fn finish(&mut self) -> io::Result<bool> {
        self.advance_to(u64::MAX)?;
        let metadata = self.chunks.metadata()?;
        let is_same_length =
            metadata.len() == self.chunks.bytes && self.meter.bytes() == self.chunks.bytes;
        Ok(is_same_length && metadata.modified().ok() == self.modified)
    }
}
