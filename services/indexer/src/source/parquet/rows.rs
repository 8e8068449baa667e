//! The rows of a Parquet file, one after the other.
//!
//! **Law.** Every row is given once, or reading ends with an error: each column must have a value or an absence for
//! every row of its row group, and nothing after them.

use super::super::SourceError;
use super::BATCH_ROWS;
use super::column::Column;
use super::error::ParquetProblem;
use super::table::{Failure, Table, decode};

/// The rows of a file, some of their columns decoded a batch at a time.
pub(super) struct Rows {
    table: Table,
    /// Rows of the row groups that are not begun, the next one last.
    groups: Vec<u64>,
    group_count: usize,
    /// Rows of the row group that are not decoded.
    undecoded: u64,
    /// Rows of the batch that are not given.
    ungiven: u64,
    /// Rows that are given.
    row: u64,
    columns: Vec<Column>,
}

impl Rows {
    pub(super) fn new(table: Table, columns: Vec<Column>) -> Result<Self, SourceError> {
        for column in &columns {
            table
                .check_column(column.leaf())
                .map_err(|problem| table.failed(problem))?;
        }
        let mut groups = table.group_rows();
        groups.reverse();
        Ok(Rows {
            group_count: groups.len(),
            groups,
            table,
            undecoded: 0,
            ungiven: 0,
            row: 0,
            columns,
        })
    }

    /// Goes to the next row; its number, from 1, or `None` after the last.
    pub(super) fn advance(&mut self) -> Result<Option<u64>, SourceError> {
        while self.ungiven == 0 {
            let is_more = self.next_batch();
            if !is_more.map_err(|failure| self.table.failed(failure))? {
                return Ok(None);
            }
        }
        self.ungiven -= 1;
        self.row += 1;
        self.columns.iter_mut().for_each(Column::advance);
        Ok(Some(self.row))
    }

    /// The columns, each at the row that was reached.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Decodes on; `false` at the end of the file.
    fn next_batch(&mut self) -> Result<bool, Failure> {
        self.table.digest_to_row(self.row)?;
        if self.undecoded == 0 {
            self.end_group()?;
            return self.begin_group();
        }
        let rows = self.undecoded.min(BATCH_ROWS);
        let columns = &mut self.columns;
        decode(self.row, || {
            columns
                .iter_mut()
                .try_for_each(|column| column.decode(rows as usize))
        })?;
        self.undecoded -= rows;
        self.ungiven = rows;
        Ok(true)
    }

    fn begin_group(&mut self) -> Result<bool, Failure> {
        let Some(rows) = self.groups.pop() else {
            let is_same = self.table.digest_pass.finish()?;
            return if is_same {
                Ok(false)
            } else {
                Err(ParquetProblem::Changed.into())
            };
        };
        let group = self.group_count - self.groups.len() - 1;
        let (columns, table) = (&mut self.columns, &self.table);
        decode(self.row, || {
            columns.iter_mut().try_for_each(|column| {
                column.begin_group(table.column_reader(group, column.leaf())?);
                Ok(())
            })
        })?;
        self.undecoded = rows;
        Ok(true)
    }

    /// Nothing may follow the rows that the row group says it has.
    fn end_group(&mut self) -> Result<(), Failure> {
        let columns = &mut self.columns;
        decode(self.row, || {
            columns.iter_mut().try_for_each(Column::end_group)
        })
    }
}
