//! Columns as the cells of a mapping's rows: every value as the text that a CSV file would have of it.

use std::collections::HashMap;
use std::fmt::Write;

use parquet::schema::types::SchemaDescriptor;
use sosie_similarity::Rule;

use super::column::Column;
use super::error::ParquetProblem;
use super::kind::{Kind, date};
use super::table::label;
use crate::mapping::{Mapping, Row};
use crate::refusal::Reason;
use crate::source::Geometry;

/// How instants are written: as `%Y-%m-%dT%H:%M:%S%.f%:z` reads them.
const INSTANT_FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.f%:z";
/// How local times are written.
const LOCAL_FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.f";

/// The columns that a mapping reads, and the texts of those that have none of their own.
pub(super) struct Cells {
    places: HashMap<String, usize>,
    decimal: char,
    texts: Vec<String>,
}

impl Cells {
    /// The names of all columns, in their order; members of groups are named by their path, `group.member`.
    pub(super) fn names(schema: &SchemaDescriptor) -> Vec<String> {
        let columns = schema.columns().iter();
        columns.map(|column| column.path().string()).collect()
    }

    /// Finds the columns that the mapping reads.
    ///
    /// # Errors
    /// One of them is a list, or of a type without a text.
    pub(super) fn compile(
        schema: &SchemaDescriptor,
        mapping: &Mapping,
    ) -> Result<(Self, Vec<Column>), ParquetProblem> {
        let used = mapping.columns();
        let (mut places, mut columns) = (HashMap::new(), Vec::new());
        for (leaf, name) in Cells::names(schema).into_iter().enumerate() {
            if !used.contains(name.as_str()) {
                continue;
            }
            let column = Column::new(schema, leaf).filter(|column| !column.is_repeated());
            let column = column.ok_or_else(|| ParquetProblem::Type {
                column: label(schema, leaf),
                needed: "a text, a number, a truth value, a time or a date, and no list of them",
            })?;
            places.insert(name, columns.len());
            columns.push(column);
        }
        let cells = Cells {
            places,
            decimal: mapping.decimal(),
            texts: vec![String::new(); columns.len()],
        };
        Ok((cells, columns))
    }

    /// The row that the columns are at.
    pub(super) fn row<'a>(&'a mut self, columns: &'a [Column]) -> CellsRow<'a> {
        for (text, column) in self.texts.iter_mut().zip(columns) {
            text.clear();
            write_value(text, column, self.decimal);
        }
        CellsRow {
            cells: self,
            columns,
        }
    }
}

/// A row as a mapping sees it.
pub(super) struct CellsRow<'a> {
    cells: &'a Cells,
    columns: &'a [Column],
}

impl Row for CellsRow<'_> {
    fn text(&self, column: &str) -> Result<Option<&str>, Reason> {
        let Some(place) = self.cells.places.get(column) else {
            return Ok(None);
        };
        let column = &self.columns[*place];
        match column.kind {
            Kind::Text => column.text(),
            Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Real
            | Kind::Decimal { .. }
            | Kind::Instant(_)
            | Kind::Local(_)
            | Kind::Date
            | Kind::Other => match self.cells.texts[*place].as_str() {
                "" if column.is_present() => Err(Rule::NotInYears.into()),
                "" => Ok(None),
                text => Ok(Some(text)),
            },
        }
    }

    fn geometry(&self) -> Option<&Geometry> {
        None
    }
}

/// Writes the value of the row, if there is one that is no text already.
fn write_value(text: &mut String, column: &Column, decimal: char) {
    match column.kind {
        Kind::Text | Kind::Other => {}
        Kind::Boolean => write_some(text, column.boolean()),
        Kind::Integer { .. } => write_some(text, column.integer()),
        Kind::Real => {
            match column.single() {
                Some(number) => write_some(text, Some(number)),
                None => write_some(text, column.number()),
            }
            set_decimal(text, decimal);
        }
        Kind::Decimal { scale } => {
            if let Some(units) = column.integer() {
                write_decimal(text, units, scale);
            }
            set_decimal(text, decimal);
        }
        Kind::Date => {
            let days = column.integer().and_then(|days| i64::try_from(days).ok());
            write_some(text, days.and_then(date));
        }
        Kind::Instant(unit) | Kind::Local(unit) => {
            let count = column.integer().and_then(|count| i64::try_from(count).ok());
            let is_instant = column.kind == Kind::Instant(unit);
            let format = if is_instant {
                INSTANT_FORMAT
            } else {
                LOCAL_FORMAT
            };
            let time = count.and_then(|count| unit.time(count));
            write_some(text, time.map(|time| time.format(format)));
        }
    }
}

/// Only a time past the years that can be written has a value and no text.
fn write_some(text: &mut String, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        let _ = write!(text, "{value}");
    }
}

fn set_decimal(text: &mut String, decimal: char) {
    if decimal != '.' {
        *text = text.replace('.', decimal.encode_utf8(&mut [0; 4]));
    }
}

/// Whole units of 10 to the power of minus `scale`.
fn write_decimal(text: &mut String, units: i128, scale: usize) {
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if units < 0 { "-" } else { "" };
    let point = if scale == 0 { "" } else { "." };
    write_some(text, Some(format_args!("{sign}{whole}{point}{fraction}")));
}
