//! The columns of a table against the fields of an event or a mapping, and the query that reads them: every column is
//! what is needed, or an error, before any row is read.
//!
//! The server makes of each row the text that the other sources have: JSON as a line of NDJSON, or cells as a CSV.

mod cells;
mod fields;

use std::sync::Arc;

use sosie_similarity::Rule;
use sosie_similarity::limits::RECORD_BYTES_MAX;
use sosie_store::{Change, Put, Write};
use tokio_postgres::{Row, Statement};

use super::entry;
use super::error::{PostgresError, TableProblem};
use super::kind::Kind;
use super::name::TableName;
use super::session::{Session, in_time};
use super::write::Checked;
use crate::gate::Gate;
use crate::mapping::Mapping;
use crate::refusal::Refusal;
use cells::Cells;

/// A column as the server describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    name: String,
    kind: Kind,
}

/// How the rows of a table are read.
pub(super) struct Table {
    pub(super) statement: Statement,
    form: Form,
}

/// What a row is.
#[derive(Clone)]
pub(super) enum Form {
    /// An event in its JSON form.
    Event,
    /// Cells that a mapping reads.
    Mapped(Arc<Mapping>, Arc<Cells>),
}

/// A row, unchecked; none is one that is too long to be held.
#[derive(Debug)]
pub(super) enum RawRow {
    /// JSON.
    Event(Option<String>),
    /// Cells.
    Mapped(Option<Vec<Option<String>>>),
}

impl Table {
    /// Asks for the columns and checks them.
    pub(super) async fn prepare(
        session: &Session,
        table: &TableName,
        mapping: Option<&Arc<Mapping>>,
    ) -> Result<Table, PostgresError> {
        // Described, never run.
        let all = format!("select * from {table}");
        let described = in_time(session.client.prepare(&all)).await?;
        let column = |column: &tokio_postgres::Column| Column {
            name: column.name().to_owned(),
            kind: Kind::of(column.type_()),
        };
        let columns: Vec<_> = described.columns().iter().map(column).collect();
        let (sql, form) = query(table, &columns, mapping)?;
        Ok(Table {
            statement: in_time(session.client.prepare(&sql)).await?,
            form,
        })
    }

    /// The row as the server sent it, and its length.
    pub(super) fn raw(&self, row: &Row) -> Result<(RawRow, usize), PostgresError> {
        Ok(match &self.form {
            Form::Event => {
                let json: Option<String> = row.try_get(0)?;
                let bytes = json.as_ref().map_or(0, String::len);
                (RawRow::Event(json), bytes)
            }
            Form::Mapped(..) => {
                let cells: Option<Vec<Option<String>>> = row.try_get(0)?;
                let bytes = cells.iter().flatten().flatten().map(String::len).sum();
                (RawRow::Mapped(cells), bytes)
            }
        })
    }

    /// What rows are checked with, on another thread.
    pub(super) fn form(&self) -> Form {
        self.form.clone()
    }
}

fn query(
    table: &TableName,
    columns: &[Column],
    mapping: Option<&Arc<Mapping>>,
) -> Result<(String, Form), TableProblem> {
    match mapping {
        None => Ok((fields::query(table, columns)?, Form::Event)),
        Some(mapping) => {
            let (sql, cells) = Cells::query(table, columns, mapping)?;
            Ok((sql, Form::Mapped(mapping.clone(), Arc::new(cells))))
        }
    }
}

impl Form {
    /// Checks rows, of which the first has the number `first`.
    pub(super) fn check(&self, rows: Vec<RawRow>, first: u64, gate: Option<Arc<Gate>>) -> Checked {
        let mut checked = Checked::of(rows.len() as u64, gate);
        for (number, row) in (first..).zip(rows) {
            let put = self.put(row, &mut checked.corrected);
            let write = put.map(|put| Write {
                change: Change::Put(put),
                if_revision: None,
            });
            checked.push(number, write);
        }
        checked
    }

    fn put(&self, row: RawRow, corrected: &mut u64) -> Result<Put, Refusal> {
        let too_long = || Refusal::new("", Rule::TooLong(RECORD_BYTES_MAX));
        let event = match (self, row) {
            (Form::Event, RawRow::Event(json)) => entry::event(&json.ok_or_else(too_long)?)?,
            (Form::Mapped(mapping, cells), RawRow::Mapped(texts)) => {
                let row = cells.row(texts.ok_or_else(too_long)?, mapping.decimal());
                let (event, corrections) = entry::mapped(mapping, &row);
                *corrected += corrections;
                event?
            }
            (Form::Event, RawRow::Mapped(_)) | (Form::Mapped(..), RawRow::Event(_)) => {
                unreachable!("rows are read and checked by the same form")
            }
        };
        Ok(entry::put_of(event))
    }
}
