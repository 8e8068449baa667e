//! Parquet: columns that are the fields of an event, or that a mapping reads.
//!
//! The parquet crate panics on some damaged files: all of its work is done behind [`guard::guarded`], and what it
//! says of a failure is not repeated, since that could be a value. What a file claims of its sizes is checked
//! before anything is held for it, and rows are decoded a batch at a time.
//!
//! Start reading at [`rows::Rows`], then [`form::EventForm`] and [`cells::Cells`].

mod cells;
mod chunks;
mod column;
mod error;
mod form;
mod guard;
mod kind;
mod pages;
mod rows;
mod schema;
mod table;

use std::path::Path;

use sosie_similarity::Timestamp;

use super::meter::Metered;
use super::{Context, Record, SourceError, checked};
use crate::mapping::Mapping;
use cells::Cells;
pub use error::ParquetProblem;
use form::EventForm;
use rows::Rows;
use table::Table;

/// Most bytes of a Parquet file: a thousand times those of a hundred thousand events.
pub const PARQUET_BYTES_MAX: u64 = 64 << 30;
/// Most rows of a Parquet file: the events of a large country's cities for decades.
pub const PARQUET_ROWS_MAX: u64 = 100_000_000;
/// Most columns of a Parquet file, members of groups counted one by one: a city's tables have some dozens.
pub const PARQUET_COLUMNS_MAX: usize = 1_000;
/// Most bytes of what a Parquet file says at its end of what it holds: about a hundred for each column of a row group.
pub const PARQUET_FOOTER_BYTES_MAX: u64 = 64 << 20;
/// Most bytes of one page of a Parquet file: writers make them of 1 MiB.
pub const PARQUET_PAGE_BYTES_MAX: usize = 256 << 20;

/// Rows that are decoded at a time.
const BATCH_ROWS: u64 = 1_024;

/// The records of a file whose columns are the fields of an event; what it says of its columns is checked first.
pub(super) fn events<'a>(
    path: &Path,
    reader: Metered,
    context: Context<'a>,
) -> Result<impl Iterator<Item = Result<Record, SourceError>> + use<'a>, SourceError> {
    let table = Table::open(path, reader)?;
    let form = EventForm::compile(table.schema());
    let (form, columns) = form.map_err(|problem| table.failed(problem))?;
    let mut rows = Rows::new(table, columns)?;
    Ok(std::iter::from_fn(move || match rows.advance() {
        Ok(None) => None,
        Ok(Some(row)) => Some(Ok(checked(form.record(rows.columns()), row, context))),
        Err(error) => Some(Err(error)),
    }))
}

/// The records of a file, each of `mapping`; its columns are checked first.
pub(super) fn mapped<'a>(
    path: &Path,
    reader: Metered,
    mapping: &'a Mapping,
    ingest_time: Timestamp,
) -> Result<impl Iterator<Item = Result<Record, SourceError>> + use<'a>, SourceError> {
    let table = Table::open(path, reader)?;
    let found = Cells::names(table.schema());
    mapping
        .check_columns(&found)
        .map_err(|source| SourceError::Columns {
            path: path.to_owned(),
            source,
        })?;
    let cells = Cells::compile(table.schema(), mapping);
    let (mut cells, columns) = cells.map_err(|problem| table.failed(problem))?;
    let mut rows = Rows::new(table, columns)?;
    Ok(std::iter::from_fn(move || match rows.advance() {
        Ok(None) => None,
        Ok(Some(position)) => {
            let (event, corrections) = mapping.event(&cells.row(rows.columns()), ingest_time);
            Some(Ok(Record {
                position,
                source_id: Some(mapping.declaration().source_id.clone()),
                event,
                corrections,
            }))
        }
        Err(error) => Some(Err(error)),
    }))
}
