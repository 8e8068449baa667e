//! Event and series ids of rows: a column, a template of columns, or a digest of columns.

use sosie_similarity::{Digester, Invalid, Rule};

use super::cell::{Cell, Reading};
use super::code::normalise;
use super::error::{KeyError, KeyProblem};
use super::form::IdForm;
use crate::refusal::Refusal;

/// Hex digits of a digest that is an id: 80 bits, so that a city's events never share one by chance.
const DIGEST_HEX_DIGITS: usize = 20;

/// How an id is made.
#[derive(Debug)]
pub(super) enum Id {
    /// As a column has it.
    Column(Cell),
    /// Texts and columns one after the other.
    Template(Vec<Piece>),
    /// SHA-256 of the normal forms of columns: the same wherever they are written alike.
    Digest(Vec<Cell>),
}

/// A piece of a template.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Column(Cell),
}

impl Id {
    pub(super) fn compile(key: &str, form: IdForm) -> Result<Self, KeyError> {
        let form = form.0;
        match (form.column, form.template, form.digest) {
            (Some(cell), None, None) => Ok(Id::Column(Cell::compile(key, cell)?)),
            (None, Some(template), None) => pieces(&template)
                .map(Id::Template)
                .ok_or_else(|| KeyError::new(format!("{key}.template"), PLACEHOLDER)),
            (None, None, Some(columns)) if !columns.is_empty() => Ok(Id::Digest(
                columns.iter().map(|column| Cell::whole(column)).collect(),
            )),
            (_, _, _) => Err(KeyError::new(
                key,
                KeyProblem::OneOf("`column`, `template`, `digest`"),
            )),
        }
    }

    pub(super) fn cells(&self) -> Vec<&Cell> {
        match self {
            Id::Column(cell) => vec![cell],
            Id::Digest(cells) => cells.iter().collect(),
            Id::Template(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Column(cell) => Some(cell),
                    Piece::Text(_) => None,
                })
                .collect(),
        }
    }

    /// The id; `None` if any of its columns is missing. Its form is checked by `read`.
    pub(super) fn read<T>(
        &self,
        field: &'static str,
        reading: &mut Reading<'_>,
        read: fn(&str) -> Result<T, Rule>,
    ) -> Result<Option<T>, Refusal> {
        let Some(text) = self.text(field, reading)? else {
            return Ok(None);
        };
        let id = read(&text).map_err(|rule| Invalid::new(field, rule))?;
        Ok(Some(id))
    }

    fn text(&self, field: &str, reading: &mut Reading<'_>) -> Result<Option<String>, Refusal> {
        let mut texts = Vec::new();
        for cell in self.cells() {
            match reading.text(field, cell)? {
                Some(text) => texts.push(text),
                None => return Ok(None),
            }
        }
        let mut texts = texts.into_iter();
        Ok(Some(match self {
            Id::Column(_) => texts.collect(),
            Id::Digest(_) => digest(texts),
            Id::Template(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.as_str(),
                    Piece::Column(_) => texts.next().unwrap_or_default(),
                })
                .collect(),
        }))
    }
}

fn digest<'a>(texts: impl ExactSizeIterator<Item = &'a str>) -> String {
    let mut digester = Digester::new("mapped-id/1");
    digester.list(texts, |digester, text| {
        digester.text(&normalise(text));
    });
    digester.finish().to_string()[..DIGEST_HEX_DIGITS].to_owned()
}

const PLACEHOLDER: KeyProblem = KeyProblem::Needs("columns in closed braces, such as \"x-{id}\"");

/// `None` if a brace is not closed or there is no column.
fn pieces(template: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, opened)) = rest.split_once('{') {
        let (column, after) = opened.split_once('}')?;
        pieces.push(Piece::Text(text.to_owned()));
        pieces.push(Piece::Column(Cell::whole(column)));
        rest = after;
    }
    let has_column = !pieces.is_empty();
    pieces.push(Piece::Text(rest.to_owned()));
    (has_column && !rest.contains('}')).then_some(pieces)
}
