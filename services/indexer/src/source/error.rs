//! Why a file can't be read on. Never a value of it.

use std::io;
use std::path::PathBuf;

use sosie_similarity::limits::RECORD_BYTES_MAX;

use super::{FetchError, GEOJSON_BYTES_MAX, ParquetProblem, UrlProblem};
use crate::declare::DeclareError;
use crate::mapping::{ColumnError, MappingError};

/// Why an input can't be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// Its mapping is not used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A declaration is not used.
    #[error(transparent)]
    Declare(#[from] DeclareError),
    /// The file can't be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Why a file can't be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A URL that is not read.
    #[error("{}: {problem}", path.display())]
    Url {
        /// Which, without what could be a credential.
        path: PathBuf,
        /// What is wrong with it.
        problem: UrlProblem,
    },
    /// What is behind a URL could not be fetched.
    #[error("{}: {source}", path.display())]
    Fetch {
        /// The URL.
        path: PathBuf,
        /// Why not.
        source: FetchError,
    },
    /// It can't be opened.
    #[error("{}: could not be opened: {source}", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Reading it failed.
    #[error("{}: could not be read: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A GeoJSON file past the limit.
    #[error("{}: has more than {GEOJSON_BYTES_MAX} bytes", path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// Not a GeoJSON FeatureCollection.
    #[error("{}: is not a GeoJSON FeatureCollection: line {line}, column {column}", path.display())]
    NotGeoJson {
        /// Which.
        path: PathBuf,
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
    },
    /// A feature of a sector map that is no polygon with properties.
    #[error("{}: feature {feature} is not a polygon with texts as properties", path.display())]
    Polygon {
        /// Which.
        path: PathBuf,
        /// From 1.
        feature: usize,
    },
    /// A CSV file without a header.
    #[error("{}: has no header", path.display())]
    NoHeader {
        /// Which.
        path: PathBuf,
    },
    /// A CSV row past the limit, most likely an opening quote without its end.
    #[error(
        "{}: a row after line {line} is longer than {RECORD_BYTES_MAX} bytes; is a quote not closed?",
        path.display()
    )]
    RowTooLong {
        /// Which.
        path: PathBuf,
        /// The line of the last row that was read, from 1.
        line: u64,
    },
    /// The columns are not those of the mapping.
    #[error("{}: {source}", path.display())]
    Columns {
        /// Which.
        path: PathBuf,
        /// The column.
        source: ColumnError,
    },
    /// A Parquet file that can't be read, or has other columns than an event.
    #[error("{}: {source}", path.display())]
    Parquet {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: ParquetProblem,
    },
}
