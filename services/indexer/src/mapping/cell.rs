//! Cells: a column of a row, whole or a part of it, with empty ones told from full ones.

use super::error::{KeyError, KeyProblem};
use super::form::{CellForm, OnInvalid, PartForm};
use crate::refusal::{Correction, Reason, Refusal};
use crate::source::Geometry;

/// A row of a source as a mapping sees it.
pub(crate) trait Row {
    /// The text of a column; `None` if the row does not have it.
    fn text(&self, column: &str) -> Result<Option<&str>, Reason>;

    /// Its geometry, where its format has one.
    fn geometry(&self) -> Option<&Geometry>;
}

/// What is done to the rows of one source alike.
#[derive(Debug)]
pub(super) struct Conventions {
    /// Texts that stand for a missing value.
    pub(super) null_markers: Vec<String>,
    /// The sign before the fraction of a number.
    pub(super) decimal: char,
}

/// A column, or a part of it.
#[derive(Debug)]
pub(super) struct Cell {
    column: String,
    part: Option<(String, PartForm)>,
    null: Vec<String>,
}

impl Cell {
    pub(super) fn compile(key: &str, form: CellForm) -> Result<Self, KeyError> {
        let form = form.0;
        let part = match (form.split, form.part) {
            (None, None) => None,
            (Some(split), Some(part)) if !split.is_empty() => Some((split, part)),
            (Some(_), Some(_) | None) | (None, Some(_)) => {
                return Err(KeyError::new(
                    key,
                    KeyProblem::Needs("both `split` and `part`"),
                ));
            }
        };
        Ok(Cell {
            column: form.name,
            part,
            null: form.null,
        })
    }

    pub(super) fn whole(column: &str) -> Self {
        Cell {
            column: column.to_owned(),
            part: None,
            null: vec![],
        }
    }

    pub(super) fn column(&self) -> &str {
        &self.column
    }
}

/// One row being read, with what was corrected in it so far.
pub(super) struct Reading<'a> {
    row: &'a dyn Row,
    conventions: &'a Conventions,
    corrections: Vec<(String, Correction)>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(row: &'a dyn Row, conventions: &'a Conventions) -> Self {
        Reading {
            row,
            conventions,
            corrections: Vec::new(),
        }
    }

    pub(super) fn geometry(&self) -> Option<&'a Geometry> {
        self.row.geometry()
    }

    pub(super) fn decimal(&self) -> char {
        self.conventions.decimal
    }

    /// Counts a correction of `field`.
    pub(super) fn correct(&mut self, field: &str, correction: Correction) {
        self.corrections.push((field.to_owned(), correction));
    }

    pub(super) fn into_corrections(self) -> Vec<(String, Correction)> {
        self.corrections
    }

    /// The text of a cell, trimmed; `None` if it is missing. Errors and corrections are on `field`.
    pub(super) fn text(&mut self, field: &str, cell: &Cell) -> Result<Option<&'a str>, Refusal> {
        let text = self
            .row
            .text(&cell.column)
            .map_err(|reason| Refusal::new(field, reason))?;
        let Some(text) = text.and_then(|text| self.full(cell, text)) else {
            return Ok(None);
        };
        let Some((split, part)) = &cell.part else {
            return Ok(Some(text));
        };
        let parts: Vec<_> = text
            .split(split.as_str())
            .map(|part| self.full(cell, part))
            .collect();
        Ok(match part {
            PartForm::At(at) => at_signed(&parts, *at).flatten(),
            PartForm::Only => self.only(field, parts.into_iter().flatten().collect()),
        })
    }

    fn only(&mut self, field: &str, parts: Vec<&'a str>) -> Option<&'a str> {
        let same = parts.windows(2).all(|pair| pair[0] == pair[1]);
        if !same {
            self.correct(field, Correction::Several);
        }
        parts.first().copied().filter(|_| same)
    }

    fn full(&self, cell: &Cell, text: &'a str) -> Option<&'a str> {
        let text = text.trim();
        let is_null = text.is_empty()
            || self
                .conventions
                .null_markers
                .iter()
                .any(|marker| marker == text)
            || cell.null.iter().any(|null| null == text);
        (!is_null).then_some(text)
    }

    /// The value of an optional field, or what the mapping says of an invalid one.
    pub(super) fn optional<T>(
        &mut self,
        on_invalid: OnInvalid,
        value: Result<Option<T>, Refusal>,
    ) -> Result<Option<T>, Refusal> {
        match (value, on_invalid) {
            (Err(refusal), OnInvalid::Missing) => {
                self.correct(&refusal.field, Correction::Dropped(refusal.reason));
                Ok(None)
            }
            (value, OnInvalid::Missing | OnInvalid::Refuse) => value,
        }
    }
}

/// The part counted from 1, or from the end with −1.
fn at_signed<T: Copy>(parts: &[T], at: i64) -> Option<T> {
    let from_end = at < 0;
    let steps = usize::try_from(at.unsigned_abs()).ok()?.checked_sub(1)?;
    let index = if from_end {
        parts.len().checked_sub(steps + 1)?
    } else {
        steps
    };
    parts.get(index).copied()
}
