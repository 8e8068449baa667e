//! Why a Parquet file can't be read, or not to its end. Never a value of it.

use super::{PARQUET_BYTES_MAX, PARQUET_COLUMNS_MAX, PARQUET_FOOTER_BYTES_MAX, PARQUET_ROWS_MAX};
use crate::mapping::ColumnLabel;

/// What is wrong with a Parquet file as a whole.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum ParquetProblem {
    /// Another kind of file, an encrypted one, or one whose end is missing or damaged.
    #[error("is not a Parquet file, or its end is missing or damaged")]
    NotParquet,
    /// More bytes than the limit.
    #[error("has more than {PARQUET_BYTES_MAX} bytes")]
    TooLarge,
    /// Its footer is longer than the limit.
    #[error("says of what it holds in more than {PARQUET_FOOTER_BYTES_MAX} bytes")]
    FooterTooLong,
    /// More columns than the limit.
    #[error("has more than {PARQUET_COLUMNS_MAX} columns")]
    TooManyColumns,
    /// More rows than the limit.
    #[error("has more than {PARQUET_ROWS_MAX} rows")]
    TooManyRows,
    /// What it says of its rows does not agree, or a row group is not what the footer says.
    #[error("is damaged: it can't be decoded after row {row}")]
    Damaged {
        /// The last row that was read, from 1.
        row: u64,
    },
    /// The reader panicked, as it does on some damaged files.
    #[error("is damaged: the Parquet reader gave up after row {row}")]
    ReaderPanicked {
        /// The last row that was read, from 1.
        row: u64,
    },
    /// Another file, or another length, at the end of reading than at its beginning.
    #[error("was changed while it was read")]
    Changed,
    /// A column that is compressed with a codec that is not read.
    #[error("{0} is compressed with a codec that is not read; snappy, gzip, lz4 and zstd are")]
    Codec(ColumnLabel),
    /// A column that is no field of an event.
    #[error("{0} is no field of an event")]
    UnknownColumn(ColumnLabel),
    /// A column that is there twice.
    #[error("{0} is there twice")]
    Twice(ColumnLabel),
    /// A field that every event needs has no column.
    #[error("column `{0}`, which every event needs, is not there")]
    MissingColumn(&'static str),
    /// A column of another type than its field.
    #[error("{column} has to be {needed}")]
    Type {
        /// The column.
        column: ColumnLabel,
        /// What it has to be.
        needed: &'static str,
    },
}
