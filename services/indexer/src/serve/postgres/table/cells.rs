//! Columns as the cells of a mapping's rows: every value as the text that a CSV file would have of it.

use std::collections::HashMap;

use sosie_similarity::limits::RECORD_BYTES_MAX;

use super::super::error::TableProblem;
use super::super::kind::Kind;
use super::super::name::{TableName, quoted};
use super::Column;
use crate::mapping::{ColumnLabel, Mapping, Row};
use crate::refusal::Reason;
use crate::source::Geometry;

/// Where among the cells each column is.
#[derive(Debug)]
pub(in super::super) struct Cells {
    places: HashMap<String, usize>,
    /// Those whose texts are numbers with a fraction.
    numbers: Vec<usize>,
}

impl Cells {
    /// The query that makes of each row its cells, of the columns that the mapping reads.
    ///
    /// # Errors
    /// A column that the mapping does not account for, or of a type without a text.
    pub(super) fn query(
        table: &TableName,
        columns: &[Column],
        mapping: &Mapping,
    ) -> Result<(String, Cells), TableProblem> {
        let names: Vec<_> = columns.iter().map(|column| column.name.clone()).collect();
        mapping.check_columns(&names)?;
        let used = mapping.columns();
        let (mut places, mut numbers, mut texts) = (HashMap::new(), Vec::new(), Vec::new());
        for (at, column) in columns.iter().enumerate() {
            if !used.contains(column.name.as_str()) {
                continue;
            }
            let text = text(column).ok_or_else(|| TableProblem::Type {
                column: ColumnLabel::new(&column.name, at),
                needed: "a text, a number, a truth value, a time or a date",
            })?;
            if column.kind == Kind::Number {
                numbers.push(texts.len());
            }
            places.insert(column.name.clone(), texts.len());
            texts.push(format!("{text} as c{}", texts.len()));
        }
        let cells: Vec<_> = (0..texts.len()).map(|at| format!("c{at}")).collect();
        let length = |cell: &String| format!("coalesce(octet_length({cell}), 0)");
        let lengths: Vec<_> = cells.iter().map(length).collect();
        let sql = format!(
            "select case when {} <= {RECORD_BYTES_MAX} then array[{}]::text[] end \
             from (select {} from {table} t) rows",
            lengths.join(" + "),
            cells.join(", "),
            texts.join(", "),
        );
        Ok((sql, Cells { places, numbers }))
    }

    /// A row as the mapping sees it.
    pub(super) fn row(&self, mut texts: Vec<Option<String>>, decimal: char) -> CellsRow<'_> {
        if decimal != '.' {
            for at in &self.numbers {
                let text = texts.get_mut(*at).and_then(Option::as_mut);
                if let Some(text) = text {
                    *text = text.replace('.', decimal.encode_utf8(&mut [0; 4]));
                }
            }
        }
        CellsRow { cells: self, texts }
    }
}

/// The value of a column as SQL that gives a text; times as `%Y-%m-%dT%H:%M:%S%.f%:z` reads them.
fn text(column: &Column) -> Option<String> {
    let value = format!("t.{}", quoted(&column.name));
    match column.kind {
        Kind::Text => Some(format!("{value}::text")),
        Kind::Boolean | Kind::Integer | Kind::Number | Kind::Instant | Kind::Local | Kind::Date => {
            Some(format!("to_json({value}) #>> '{{}}'"))
        }
        Kind::Json | Kind::Other => None,
    }
}

/// A row as a mapping sees it.
pub(super) struct CellsRow<'a> {
    cells: &'a Cells,
    texts: Vec<Option<String>>,
}

impl Row for CellsRow<'_> {
    fn text(&self, column: &str) -> Result<Option<&str>, Reason> {
        let place = self.cells.places.get(column);
        let text = place.and_then(|place| self.texts.get(*place));
        Ok(text.and_then(Option::as_deref))
    }

    fn geometry(&self) -> Option<&Geometry> {
        None
    }
}
