//! Mappings: how the columns of a city's own file become events, declared in TOML.
//!
//! A mapping accounts for every column, used or ignored with a reason, and for every value: one
//! that it does not understand refuses its row, unless the mapping says in advance what else to
//! do; what it then did is counted. `deploy/mappings` has worked examples.
//!
//! Start reading at [`Mapping`], then [`fields`], then [`cell`].

mod cell;
mod choice;
mod code;
mod error;
mod fields;
mod flags;
mod form;
mod id;
mod moment;
mod number;
mod participants;
mod path;
mod place;
mod sector_map;
mod times;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use sosie_index::KnownTimeRule;
use sosie_similarity::{Digest, Event, Timestamp};

use crate::declare::Declaration;
use crate::refusal::{Correction, Refusal};
pub(crate) use cell::Row;
use cell::{Conventions, Reading};
pub use error::{KeyError, KeyProblem, MappingError};
use fields::{Fields, Provenance};
use flags::Flags;
use form::{FormatForm, MappingForm};

/// The column that stands for the `id` of a GeoJSON feature.
pub(crate) const FEATURE_ID_COLUMN: &str = "@id";

/// A checked mapping.
#[derive(Debug)]
pub(crate) struct Mapping {
    path: PathBuf,
    sha256: Digest,
    format: Format,
    declaration: Declaration,
    conventions: Conventions,
    fields: Fields,
    flags: Vec<Flags>,
    ignored: BTreeMap<String, String>,
}

/// What kind of file a mapping reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Rows under a header.
    Csv {
        /// ASCII.
        delimiter: u8,
    },
    /// Features, whose properties are the columns.
    GeoJson,
    /// Rows whose values have types.
    Parquet,
    /// Rows of a table or view of a database.
    Postgres,
}

/// An event, or why there is none, and what was corrected on the way.
pub(crate) type Mapped = (Result<Event, Refusal>, Vec<(String, Correction)>);

impl Mapping {
    /// Reads and checks a mapping and the sector maps that it names.
    pub(crate) fn load(path: &Path) -> Result<Self, MappingError> {
        let text = std::fs::read_to_string(path).map_err(|source| MappingError::Read {
            path: path.to_owned(),
            source,
        })?;
        let form: MappingForm = toml::from_str(&text).map_err(|source| MappingError::Toml {
            path: path.to_owned(),
            source,
        })?;
        let sha256 = Digest::of(text.as_bytes());
        Mapping::compile(path, sha256, form).map_err(|source| MappingError::Key {
            path: path.to_owned(),
            source,
        })
    }

    /// Reads and checks a mapping of a file.
    pub(crate) fn load_for_file(path: &Path) -> Result<Self, MappingError> {
        let mapping = Mapping::load(path)?;
        match mapping.format {
            Format::Csv { .. } | Format::GeoJson | Format::Parquet => Ok(mapping),
            Format::Postgres => Err(MappingError::Key {
                path: path.to_owned(),
                source: KeyError::new("format", KeyProblem::NotOneOf("csv, geojson, parquet")),
            }),
        }
    }

    fn compile(path: &Path, sha256: Digest, form: MappingForm) -> Result<Self, KeyError> {
        let (format, decimal) = signs(&form)?;
        let declaration = form.source.declaration();
        let dir = path.parent().unwrap_or(Path::new(""));
        let flags = form
            .flags
            .into_iter()
            .map(|(column, form)| Flags::compile(column, form));
        let mapping = Mapping {
            path: path.to_owned(),
            sha256,
            format,
            declaration: declaration.map_err(|rule| KeyError::new("source.source_id", rule))?,
            conventions: Conventions {
                null_markers: form.null_markers.unwrap_or_default(),
                decimal,
            },
            fields: Fields::compile(form.fields, dir)?,
            flags: flags.collect::<Result<_, _>>()?,
            ignored: form.ignored,
        };
        mapping.check_ignored()?;
        Ok(mapping)
    }

    fn check_ignored(&self) -> Result<(), KeyError> {
        let used = self.columns();
        for (column, reason) in &self.ignored {
            let key = format!("ignored.{column}");
            if used.contains(column.as_str()) {
                return Err(KeyError::new(key, KeyProblem::UsedAndIgnored));
            }
            if reason.trim().is_empty() {
                return Err(KeyError::new(key, KeyProblem::NoReason));
            }
        }
        Ok(())
    }

    /// The columns that are read.
    pub(crate) fn columns(&self) -> BTreeSet<&str> {
        self.fields
            .columns()
            .chain(self.flags.iter().map(Flags::column))
            .collect()
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// The sign before the fraction of a number.
    pub(crate) fn decimal(&self) -> char {
        self.conventions.decimal
    }

    pub(crate) fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    /// The files that say what its events are, with their SHA-256: itself, then its sector maps.
    pub(crate) fn files(&self) -> Vec<(&Path, Digest)> {
        let maps = self.fields.maps().map(|map| map.file());
        std::iter::once((self.path.as_path(), self.sha256))
            .chain(maps)
            .collect()
    }

    /// Checks that the columns to read are there, and that every one is accounted for; `found` is in
    /// the order of the file.
    ///
    /// **Law.** Without the columns to read, what was found may be a row of a file without a header:
    /// nothing of it is repeated.
    pub(crate) fn check_columns(&self, found: &[String]) -> Result<(), ColumnError> {
        let used = self.columns();
        let names: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        let is_missing =
            |column: &&&str| **column != FEATURE_ID_COLUMN && !names.contains(**column);
        if let Some(column) = used.iter().find(is_missing) {
            return Err(ColumnError::Missing {
                column: (*column).to_owned(),
                is_csv: matches!(self.format, Format::Csv { .. }),
            });
        }
        let mut seen = BTreeSet::new();
        for (at, column) in found.iter().enumerate() {
            if !seen.insert(column) {
                return Err(ColumnError::Twice(ColumnLabel::new(column, at)));
            }
            if !used.contains(column.as_str()) && !self.ignored.contains_key(column) {
                return Err(ColumnError::Unknown(ColumnLabel::new(column, at)));
            }
        }
        Ok(())
    }

    /// The event of a row.
    pub(crate) fn event(&self, row: &dyn Row, ingest_time: Timestamp) -> Mapped {
        let mut reading = Reading::new(row, &self.conventions);
        let source = Provenance {
            source_id: &self.declaration.source_id,
            known_time: self.declaration.known_time,
            ingest_time,
        };
        let flagged = self
            .flags
            .iter()
            .try_for_each(|flags| flags.check(&mut reading));
        let event = flagged.and_then(|()| self.fields.event(&source, &mut reading));
        (event, reading.into_corrections())
    }
}

fn signs(form: &MappingForm) -> Result<(Format, char), KeyError> {
    let wrong = |key| Err(KeyError::new(key, KeyProblem::Sign));
    let decimal = form.decimal.unwrap_or('.');
    if !matches!(decimal, '.' | ',') {
        return wrong("decimal");
    }
    let is_geojson = matches!(form.format, FormatForm::Geojson);
    if form.fields.geometry.is_some() && !is_geojson {
        let problem = KeyProblem::Needs("`format = \"geojson\"`");
        return Err(KeyError::new("fields.geometry", problem));
    }
    match (form.format, form.delimiter) {
        (FormatForm::Geojson, None) => Ok((Format::GeoJson, decimal)),
        (FormatForm::Parquet, None) => Ok((Format::Parquet, decimal)),
        (FormatForm::Postgres, None) => Ok((Format::Postgres, decimal)),
        (FormatForm::Geojson | FormatForm::Parquet | FormatForm::Postgres, Some(_)) => {
            wrong("delimiter")
        }
        (FormatForm::Csv, delimiter) => match delimiter.unwrap_or(',') {
            sign if sign.is_ascii() && !matches!(sign, '"' | '\n' | '\r') => Ok((
                Format::Csv {
                    delimiter: sign as u8,
                },
                decimal,
            )),
            _ => wrong("delimiter"),
        },
    }
}

/// A file and its mapping do not have the same columns.
#[derive(Debug, thiserror::Error)]
pub enum ColumnError {
    /// A column that the mapping neither uses nor ignores.
    #[error("{0} is neither used nor ignored by the mapping")]
    Unknown(ColumnLabel),
    /// A column that the mapping uses is not there.
    #[error(
        "column `{column}`, which the mapping uses, is not there{}",
        if *is_csv { "; is the first line a header?" } else { "" }
    )]
    Missing {
        /// Its name, as the mapping has it.
        column: String,
        /// Whether its name is looked for in a header.
        is_csv: bool,
    },
    /// A column that is there twice.
    #[error("{0} is there twice")]
    Twice(ColumnLabel),
}

/// Most bytes of a column name that an error repeats.
const COLUMN_NAME_BYTES_MAX: usize = 64;

/// What an error calls a column of a file: its name, unless that could be a value, else its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnLabel {
    /// A plain name.
    Name(String),
    /// The place, from 1.
    Position(usize),
}

impl ColumnLabel {
    /// Of a column at a place from 0.
    pub(crate) fn new(name: &str, at: usize) -> Self {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b" _-./()".contains(&b);
        if !name.is_empty() && name.len() <= COLUMN_NAME_BYTES_MAX && name.bytes().all(is_plain) {
            ColumnLabel::Name(name.to_owned())
        } else {
            ColumnLabel::Position(at + 1)
        }
    }
}

impl fmt::Display for ColumnLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ColumnLabel::Name(name) => write!(f, "column `{name}`"),
            ColumnLabel::Position(position) => write!(f, "column {position}"),
        }
    }
}
