//! Values of closed sets: a constant, or a column read through a table.

use super::cell::{Cell, Reading};
use super::code::{Lookup, normalise};
use super::error::{KeyError, KeyProblem};
use super::form::ChoiceForm;
use crate::refusal::{Reason, Refusal};

/// How a value of a closed set is chosen for a row.
#[derive(Debug)]
pub(super) enum Choice<T> {
    /// The same for all rows.
    Constant(T),
    /// By a column.
    Column {
        cell: Cell,
        lookup: Option<Lookup<T>>,
        default: Option<T>,
        read: fn(&str) -> Option<T>,
    },
}

/// What a row chose.
pub(super) enum Chosen<T> {
    /// A value that is listed.
    Listed(T),
    /// The default, for a value that is not listed.
    Default(T),
    /// Nothing: the cell is missing, and so is a default.
    Missing,
}

/// The values that there are: how their names are read, and the names for errors.
pub(super) struct Names<T> {
    pub(super) read: fn(&str) -> Option<T>,
    pub(super) all: &'static str,
}

impl<T: Copy> Choice<T> {
    pub(super) fn compile(key: &str, form: ChoiceForm, names: &Names<T>) -> Result<Self, KeyError> {
        let form = form.0;
        let named = |name: &str| (names.read)(name).ok_or(KeyProblem::NotOneOf(names.all));
        let at = |inner: &str| format!("{key}.{inner}");
        match (form.constant, form.column) {
            (Some(name), None) => {
                if form.map.is_some() || form.default.is_some() {
                    return Err(KeyError::new(
                        key,
                        KeyProblem::OneOf("`constant`, `column`"),
                    ));
                }
                let value = named(&name).map_err(|e| KeyError::new(at("constant"), e))?;
                Ok(Choice::Constant(value))
            }
            (None, Some(cell)) => Ok(Choice::Column {
                cell: Cell::compile(&at("column"), cell)?,
                lookup: form
                    .map
                    .map(|map| Lookup::new(&at("map"), map, named))
                    .transpose()?,
                default: form
                    .default
                    .map(|name| named(&name).map_err(|e| KeyError::new(at("default"), e)))
                    .transpose()?,
                read: names.read,
            }),
            (Some(_), Some(_)) | (None, None) => Err(KeyError::new(
                key,
                KeyProblem::OneOf("`constant`, `column`"),
            )),
        }
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &Cell> {
        match self {
            Choice::Constant(_) => None,
            Choice::Column { cell, .. } => Some(cell),
        }
        .into_iter()
    }

    /// Chooses; a value that is not listed is refused on `field` if there is no default.
    pub(super) fn choose(
        &self,
        field: &str,
        reading: &mut Reading<'_>,
    ) -> Result<Chosen<T>, Refusal> {
        let (cell, lookup, default, read) = match self {
            Choice::Constant(value) => return Ok(Chosen::Listed(*value)),
            Choice::Column {
                cell,
                lookup,
                default,
                read,
            } => (cell, lookup, default, read),
        };
        let Some(text) = reading.text(field, cell)? else {
            return Ok(default.map_or(Chosen::Missing, Chosen::Default));
        };
        let listed = match lookup {
            Some(lookup) => lookup.find(&normalise(text)).copied(),
            None => read(text),
        };
        match (listed, default) {
            (Some(value), _) => Ok(Chosen::Listed(value)),
            (None, Some(default)) => Ok(Chosen::Default(*default)),
            (None, None) => Err(Refusal::new(field, Reason::Unmapped)),
        }
    }
}
