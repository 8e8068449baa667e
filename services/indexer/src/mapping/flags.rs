//! Flags: a column in which the source itself says what is wrong with a row.

use std::collections::BTreeMap;

use super::cell::{Cell, Reading};
use super::error::{KeyError, KeyProblem};
use super::form::FlagsForm;
use crate::refusal::{Reason, Refusal};

/// The flags of a column that refuse a row; other flags are only remarks.
#[derive(Debug)]
pub(super) struct Flags {
    cell: Cell,
    separator: String,
    /// Flag to the field that it says is wrong.
    refuse: BTreeMap<String, String>,
}

impl Flags {
    pub(super) fn compile(column: String, form: FlagsForm) -> Result<Self, KeyError> {
        let key = |inner: &str| format!("flags.{column}.{inner}");
        let separator = form.separator.unwrap_or_else(|| ";".to_owned());
        if separator.is_empty() {
            return Err(KeyError::new(key("separator"), KeyProblem::Sign));
        }
        if form.refuse.is_empty() {
            return Err(KeyError::new(
                key("refuse"),
                KeyProblem::Needs("at least one flag"),
            ));
        }
        Ok(Flags {
            cell: Cell::whole(&column),
            separator,
            refuse: form.refuse,
        })
    }

    pub(super) fn column(&self) -> &str {
        self.cell.column()
    }

    /// Refuses a row with one of the flags.
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Result<(), Refusal> {
        let Some(text) = reading.text("", &self.cell)? else {
            return Ok(());
        };
        let mut flags = text.split(self.separator.as_str()).map(str::trim);
        match flags.find_map(|flag| self.refuse.get(flag)) {
            Some(field) => Err(Refusal::new(field, Reason::Flagged)),
            None => Ok(()),
        }
    }
}
