//! CSV: rows under a header, read through a mapping.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use sosie_similarity::Timestamp;

use super::lines::NumberedLines;
use super::meter::Metered;
use super::{Geometry, Record, SourceError};
use crate::mapping::{Mapped, Mapping, Row};
use crate::refusal::{Reason, Refusal};

/// A CSV file after its header.
pub(super) struct Rows {
    path: PathBuf,
    reader: csv::Reader<NumberedLines<Metered>>,
    /// In their order; not checked yet.
    header: Vec<String>,
    columns: HashMap<String, usize>,
}

impl Rows {
    /// Reads the header.
    pub(super) fn open(path: &Path, reader: Metered, delimiter: u8) -> Result<Self, SourceError> {
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            // Rows with another number of columns are refused one by one.
            .flexible(true)
            .from_reader(NumberedLines::new(reader));
        let mut rows = Rows {
            path: path.to_owned(),
            reader,
            header: Vec::new(),
            columns: HashMap::new(),
        };
        let header = match rows.reader.byte_headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(rows.failed(error)),
        };
        if header.iter().all(|name| name.trim_ascii().is_empty()) {
            return Err(SourceError::NoHeader { path: rows.path });
        }
        let names = header.iter().map(String::from_utf8_lossy);
        rows.header = names.map(|name| name.trim().to_owned()).collect();
        rows.columns = rows.header.iter().cloned().zip(0..).collect();
        Ok(rows)
    }

    /// Checks the columns; then the records, each of `mapping`.
    pub(super) fn records<'a>(
        mut self,
        mapping: &'a Mapping,
        ingest_time: Timestamp,
    ) -> Result<impl Iterator<Item = Result<Record, SourceError>> + use<'a>, SourceError> {
        mapping
            .check_columns(&self.header)
            .map_err(|source| SourceError::Columns {
                path: self.path.clone(),
                source,
            })?;
        let mut cells = ByteRecord::new();
        Ok(std::iter::from_fn(move || {
            match self.reader.read_byte_record(&mut cells) {
                Ok(false) => None,
                Ok(true) => {
                    let offset = cells.position().map_or(0, csv::Position::byte);
                    let line = self.reader.get_mut().end_record(offset);
                    let (event, corrections) = self.event(&cells, mapping, ingest_time);
                    let source_id = Some(mapping.declaration().source_id.clone());
                    Some(Ok(Record {
                        position: line,
                        source_id,
                        event,
                        corrections,
                    }))
                }
                Err(error) => Some(Err(self.failed(error))),
            }
        }))
    }

    fn event(&self, cells: &ByteRecord, mapping: &Mapping, ingest_time: Timestamp) -> Mapped {
        if cells.len() != self.columns.len() {
            return (Err(Refusal::new("", Reason::ColumnCount)), Vec::new());
        }
        let columns = &self.columns;
        mapping.event(&CsvRow { columns, cells }, ingest_time)
    }

    fn failed(&self, error: csv::Error) -> SourceError {
        let path = self.path.clone();
        if self.reader.get_ref().is_record_too_long() {
            return SourceError::RowTooLong {
                path,
                line: self.reader.get_ref().line(),
            };
        }
        // Of its errors a reader of flexible bytes has only those of the file.
        let source = if let csv::ErrorKind::Io(source) = error.into_kind() {
            source
        } else {
            std::io::ErrorKind::InvalidData.into()
        };
        SourceError::Read { path, source }
    }
}

struct CsvRow<'a> {
    columns: &'a HashMap<String, usize>,
    cells: &'a ByteRecord,
}

impl Row for CsvRow<'_> {
    fn text(&self, column: &str) -> Result<Option<&str>, Reason> {
        let bytes = self.columns.get(column).and_then(|at| self.cells.get(*at));
        bytes
            .map(std::str::from_utf8)
            .transpose()
            .map_err(|_| Reason::NotUtf8)
    }

    fn geometry(&self) -> Option<&Geometry> {
        None
    }
}
