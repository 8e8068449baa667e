//! The schema of a Parquet file against the fields of an event: every column is a field of its type, or an error.

use std::collections::BTreeMap;

use parquet::basic::{ConvertedType, LogicalType, Repetition};
use parquet::schema::types::{SchemaDescriptor, Type};
use sosie_similarity::Code;

use super::column::Column;
use super::error::ParquetProblem;
use super::form::Outcomes;
use super::kind::Kind;
use super::table::label;

/// What a column has to be.
#[derive(Clone, Copy)]
enum Needed {
    Text,
    Time,
    Count,
    Number,
}

/// Fields of one column each, by their full path.
const FIELDS: [(&str, Needed); 20] = [
    ("event_id", Needed::Text),
    ("series_id", Needed::Text),
    ("state", Needed::Text),
    ("nature", Needed::Text),
    ("sector", Needed::Text),
    ("location.latitude", Needed::Number),
    ("location.longitude", Needed::Number),
    ("start_time", Needed::Time),
    ("end_time", Needed::Time),
    ("time_zone", Needed::Text),
    ("time_precision", Needed::Text),
    ("active_duration_s", Needed::Number),
    ("participants.best", Needed::Count),
    ("participants.low", Needed::Count),
    ("participants.high", Needed::Count),
    ("participants.basis", Needed::Text),
    ("footprint_area_m2", Needed::Number),
    ("footprint", Needed::Text),
    ("known_time", Needed::Time),
    ("source_id", Needed::Text),
];

impl Needed {
    fn is(self, kind: Kind) -> bool {
        match self {
            Needed::Text => kind == Kind::Text,
            Needed::Time => matches!(kind, Kind::Text | Kind::Instant(_)),
            Needed::Count => matches!(kind, Kind::Integer { .. }),
            Needed::Number => matches!(kind, Kind::Integer { .. } | Kind::Real),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Needed::Text => "a UTF-8 string",
            Needed::Time => {
                "a timestamp that is adjusted to UTC, or an RFC 3339 time as a UTF-8 string"
            }
            Needed::Count => "a whole number",
            Needed::Number => "a number",
        }
    }
}

/// The columns of an event's fields.
pub(super) struct Found {
    /// Those that are read.
    pub(super) columns: Vec<Column>,
    /// The place among them of each field of one column.
    pub(super) fields: BTreeMap<&'static str, usize>,
    /// The places of those of the outcomes.
    pub(super) outcomes: Outcomes,
}

/// Takes the schema apart.
///
/// # Errors
/// The first column that is no field of an event, or not of its type.
pub(super) fn find(schema: &SchemaDescriptor) -> Result<Found, ParquetProblem> {
    let mut finder = Finder {
        schema,
        leaf: 0,
        columns: Vec::new(),
        fields: BTreeMap::new(),
        outcomes: None,
    };
    for column in schema.root_schema().get_fields() {
        if column.name() == "outcomes" {
            finder.outcomes(column)?;
        } else {
            finder.field(column.name(), column)?;
        }
    }
    Ok(Found {
        columns: finder.columns,
        fields: finder.fields,
        outcomes: finder.outcomes.unwrap_or(Outcomes::Absent),
    })
}

struct Finder<'a> {
    schema: &'a SchemaDescriptor,
    /// The column that is looked at next: the schema is walked in their order.
    leaf: usize,
    columns: Vec<Column>,
    fields: BTreeMap<&'static str, usize>,
    outcomes: Option<Outcomes>,
}

impl Finder<'_> {
    fn field(&mut self, path: &str, column: &Type) -> Result<(), ParquetProblem> {
        if column.is_group() && matches!(path, "location" | "participants") && is_single(column) {
            return column
                .get_fields()
                .iter()
                .try_for_each(|member| self.field(&format!("{path}.{}", member.name()), member));
        }
        let known = FIELDS.into_iter().find(|(field, _)| *field == path);
        let group = |field: &str| field.split('.').next() == Some(path);
        let Some((field, needed)) = known else {
            // A group that is no group, or something that is no field at all.
            return Err(if FIELDS.iter().any(|(field, _)| group(field)) {
                self.is_not("a group of single values")
            } else {
                ParquetProblem::UnknownColumn(label(self.schema, self.leaf))
            });
        };
        let place = self.column(column, needed)?;
        if self.fields.insert(field, place).is_some() {
            return Err(ParquetProblem::Twice(label(self.schema, self.leaf - 1)));
        }
        Ok(())
    }

    /// Takes a column that has to be one value a row.
    fn column(&mut self, column: &Type, needed: Needed) -> Result<usize, ParquetProblem> {
        if is_single(column) {
            self.leaf(column, needed)
        } else {
            Err(self.is_not(needed.name()))
        }
    }

    fn leaf(&mut self, column: &Type, needed: Needed) -> Result<usize, ParquetProblem> {
        let found = column
            .is_primitive()
            .then(|| Column::new(self.schema, self.leaf));
        match found.flatten().filter(|found| needed.is(found.kind)) {
            Some(found) => {
                self.columns.push(found);
                self.leaf += 1;
                Ok(self.columns.len() - 1)
            }
            None => Err(self.is_not(needed.name())),
        }
    }

    fn outcomes(&mut self, column: &Type) -> Result<(), ParquetProblem> {
        let first = self.leaf;
        let outcomes = if column.is_group() && is_single(column) && is_map(column) {
            self.map(column)?
        } else if column.is_group() && is_single(column) && is_plain(column) {
            Outcomes::Group(self.group(column)?)
        } else {
            return Err(self.is_not("a map of counts by code, or a group of counts"));
        };
        match self.outcomes.replace(outcomes) {
            None => Ok(()),
            Some(_) => Err(ParquetProblem::Twice(label(self.schema, first))),
        }
    }

    fn group(&mut self, group: &Type) -> Result<Vec<(Code, usize)>, ParquetProblem> {
        let mut members: Vec<(Code, usize)> = Vec::new();
        for member in group.get_fields() {
            let code = Code::new(member.name());
            let code = code.map_err(|_| self.is_not("named by a code, as an outcome is"))?;
            if members.iter().any(|(earlier, _)| *earlier == code) {
                return Err(ParquetProblem::Twice(label(self.schema, self.leaf)));
            }
            members.push((code, self.column(member, Needed::Number)?));
        }
        Ok(members)
    }

    fn map(&mut self, map: &Type) -> Result<Outcomes, ParquetProblem> {
        let needed = "a map from texts to numbers";
        let [entries] = map.get_fields() else {
            return Err(self.is_not(needed));
        };
        let is_list = entries.is_group() && repetition(entries) == Some(Repetition::REPEATED);
        let members = if is_list { entries.get_fields() } else { &[] };
        match members {
            [codes, counts] if is_single(codes) && is_single(counts) => Ok(Outcomes::Map {
                codes: self.leaf(codes, Needed::Text)?,
                counts: self.leaf(counts, Needed::Number)?,
            }),
            _ => Err(self.is_not(needed)),
        }
    }

    fn is_not(&self, needed: &'static str) -> ParquetProblem {
        ParquetProblem::Type {
            column: label(self.schema, self.leaf),
            needed,
        }
    }
}

fn repetition(column: &Type) -> Option<Repetition> {
    let info = column.get_basic_info();
    info.has_repetition().then(|| info.repetition())
}

/// Whether a row has it once, or not at all.
fn is_single(column: &Type) -> bool {
    repetition(column) != Some(Repetition::REPEATED)
}

fn is_map(column: &Type) -> bool {
    let info = column.get_basic_info();
    info.logical_type_ref() == Some(&LogicalType::Map)
        || matches!(
            info.converted_type(),
            ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE
        )
}

fn is_plain(column: &Type) -> bool {
    let info = column.get_basic_info();
    info.logical_type_ref().is_none() && info.converted_type() == ConvertedType::NONE
}
