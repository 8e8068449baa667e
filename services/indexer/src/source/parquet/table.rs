//! An open Parquet file: its footer, read and checked, and the pages of its columns.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::CompressionCodec;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::SchemaDescriptor;
use sosie_similarity::limits::OUTCOMES_MAX;

use super::super::SourceError;
use super::super::meter::Metered;
use super::chunks::{Chunks, DigestPass};
use super::error::ParquetProblem;
use super::guard::{Panicked, guarded};
use super::pages::SoundPages;
use super::{PARQUET_BYTES_MAX, PARQUET_COLUMNS_MAX, PARQUET_FOOTER_BYTES_MAX, PARQUET_ROWS_MAX};
use crate::mapping::ColumnLabel;

/// What the file ends with, after the length of the footer in four bytes.
const MAGIC: &[u8; 4] = b"PAR1";

/// A Parquet file whose footer makes sense.
pub(super) struct Table {
    path: PathBuf,
    chunks: Chunks,
    pub(super) digest_pass: DigestPass,
    metadata: ParquetMetaData,
    pub(super) row_count: u64,
}

impl Table {
    /// Reads the footer.
    pub(super) fn open(path: &Path, reader: Metered) -> Result<Self, SourceError> {
        let read_failed = |source| SourceError::Read {
            path: path.to_owned(),
            source,
        };
        let (chunks, digest_pass) = Chunks::new(reader).map_err(read_failed)?;
        check_ends(&chunks).map_err(|failure| failure.of(path))?;
        let metadata = decode(0, || ParquetMetaDataReader::new().parse_and_finish(&chunks));
        let metadata = metadata.map_err(|failure| match failure {
            // Whatever is wrong, it is wrong with the footer.
            Failure::Problem(_) => Failure::Problem(ParquetProblem::NotParquet).of(path),
            Failure::Io(_) => failure.of(path),
        })?;
        let row_count = checked_rows(&metadata);
        Ok(Table {
            row_count: row_count.map_err(|problem| Failure::Problem(problem).of(path))?,
            path: path.to_owned(),
            chunks,
            digest_pass,
            metadata,
        })
    }

    pub(super) fn schema(&self) -> &SchemaDescriptor {
        self.metadata.file_metadata().schema_descr()
    }

    /// Rows of every row group.
    pub(super) fn group_rows(&self) -> Vec<u64> {
        let groups = self.metadata.row_groups().iter();
        groups.map(|group| group.num_rows() as u64).collect()
    }

    /// Checks that every row group has a column, and that it is compressed with a codec that is read.
    pub(super) fn check_column(&self, leaf: usize) -> Result<(), ParquetProblem> {
        let is_read = |group: &RowGroupMetaData| {
            matches!(
                group.column(leaf).compression_codec(),
                CompressionCodec::UNCOMPRESSED
                    | CompressionCodec::SNAPPY
                    | CompressionCodec::GZIP
                    | CompressionCodec::LZ4
                    | CompressionCodec::LZ4_RAW
                    | CompressionCodec::ZSTD
            )
        };
        if self.metadata.row_groups().iter().all(is_read) {
            Ok(())
        } else {
            Err(ParquetProblem::Codec(label(self.schema(), leaf)))
        }
    }

    /// The reader of a column in a row group. To be called guarded.
    pub(super) fn column_reader(
        &self,
        group: usize,
        leaf: usize,
    ) -> Result<ColumnReader, ParquetError> {
        let (group, descriptor) = (self.metadata.row_group(group), self.schema().column(leaf));
        let rows = group.num_rows() as u64;
        // Of a list, no row needs more than outcomes may have; all others have one value a row.
        let values_max = match descriptor.max_rep_level() {
            0 => rows,
            _ => rows.saturating_mul(OUTCOMES_MAX as u64),
        };
        let chunks = Arc::new(self.chunks.clone());
        let pages = SerializedPageReader::new(chunks, group.column(leaf), rows as usize, None)?;
        let pages = Box::new(SoundPages::new(pages, values_max));
        Ok(get_column_reader(descriptor, pages))
    }

    /// Digests the bytes up to the share of the file that `row` is of its rows.
    pub(super) fn digest_to_row(&mut self, row: u64) -> Result<(), Failure> {
        let share = u128::from(self.chunks.len()) * u128::from(row);
        let bytes = share / u128::from(self.row_count.max(1));
        Ok(self.digest_pass.advance_to(bytes as u64)?)
    }

    /// The error of this file.
    pub(super) fn failed(&self, failure: impl Into<Failure>) -> SourceError {
        failure.into().of(&self.path)
    }
}

/// What an error calls a column: its path in the schema.
pub(super) fn label(schema: &SchemaDescriptor, leaf: usize) -> ColumnLabel {
    ColumnLabel::new(&schema.column(leaf).path().string(), leaf)
}

/// Why reading ended.
#[derive(Debug)]
pub(super) enum Failure {
    Problem(ParquetProblem),
    Io(std::io::Error),
}

impl Failure {
    fn of(self, path: &Path) -> SourceError {
        let path = path.to_owned();
        match self {
            Failure::Problem(source) => SourceError::Parquet { path, source },
            Failure::Io(source) => SourceError::Read { path, source },
        }
    }
}

impl From<ParquetProblem> for Failure {
    fn from(problem: ParquetProblem) -> Self {
        Failure::Problem(problem)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Io(error)
    }
}

/// Work of the parquet crate, after `row` rows: its panics and errors, without what they say.
pub(super) fn decode<T>(
    row: u64,
    work: impl FnOnce() -> Result<T, ParquetError>,
) -> Result<T, Failure> {
    match guarded(work) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            Err(system_error(error)
                .map_or_else(|| ParquetProblem::Damaged { row }.into(), Failure::Io))
        }
        Err(Panicked) => Err(ParquetProblem::ReaderPanicked { row }.into()),
    }
}

/// The error of the system in one of the parquet crate; codecs use `io::Error` too, but without a code.
fn system_error(error: ParquetError) -> Option<std::io::Error> {
    let ParquetError::External(error) = error else {
        return None;
    };
    let error = error.downcast::<std::io::Error>().ok()?;
    error.raw_os_error().is_some().then_some(*error)
}

/// Checks the length of the file and that of its footer, which is held whole.
fn check_ends(chunks: &Chunks) -> Result<(), Failure> {
    if chunks.len() > PARQUET_BYTES_MAX {
        return Err(ParquetProblem::TooLarge.into());
    }
    let mut end = [0; 8];
    let Some(at) = chunks.len().checked_sub(end.len() as u64 + 4) else {
        return Err(ParquetProblem::NotParquet.into());
    };
    let reader = chunks.get_read(at + 4);
    reader
        .map_err(|_| ParquetProblem::NotParquet)?
        .read_exact(&mut end)?;
    let [a, b, c, d, magic @ ..] = end;
    let footer_bytes = u64::from(u32::from_le_bytes([a, b, c, d]));
    if magic != *MAGIC || footer_bytes > at {
        return Err(ParquetProblem::NotParquet.into());
    }
    if footer_bytes > PARQUET_FOOTER_BYTES_MAX {
        return Err(ParquetProblem::FooterTooLong.into());
    }
    Ok(())
}

/// How many rows there are, if what is said of rows and columns agrees.
fn checked_rows(metadata: &ParquetMetaData) -> Result<u64, ParquetProblem> {
    let file = metadata.file_metadata();
    let leaves = file.schema_descr().num_columns();
    if leaves > PARQUET_COLUMNS_MAX {
        return Err(ParquetProblem::TooManyColumns);
    }
    let damaged = ParquetProblem::Damaged { row: 0 };
    let mut rows = 0;
    for group in metadata.row_groups() {
        let of_group = u64::try_from(group.num_rows()).ok();
        let of_group = of_group.filter(|_| group.num_columns() == leaves);
        rows = match of_group.and_then(|of_group| of_group.checked_add(rows)) {
            Some(rows) => rows,
            None => return Err(damaged),
        };
    }
    if i64::try_from(rows) != Ok(file.num_rows()) {
        Err(damaged)
    } else if rows > PARQUET_ROWS_MAX {
        Err(ParquetProblem::TooManyRows)
    } else {
        Ok(rows)
    }
}
