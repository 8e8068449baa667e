//! One column of a Parquet file: a batch of it, decoded, and the place of a row in that.

use std::ops::Range;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::schema::types::SchemaDescriptor;
use sosie_similarity::limits::RECORD_BYTES_MAX;
use sosie_similarity::{Rule, Timestamp};

use super::kind::Kind;
use crate::refusal::Reason;

/// A column, and where in it the row is that is being read.
pub(super) struct Column {
    leaf: usize,
    pub(super) kind: Kind,
    max_def_level: i16,
    is_repeated: bool,
    /// The level from which an entry of a list is there, if only with an absent value.
    entry_def_level: i16,
    reader: Option<ColumnReader>,
    def_levels: Vec<i16>,
    rep_levels: Vec<i16>,
    values: Values,
    /// Of the row: its levels, and its values among those that are there.
    row_levels: Range<usize>,
    row_values: Range<usize>,
}

/// Values that are there, absent ones left out.
enum Values {
    Boolean(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
}

impl Column {
    /// A column of a schema; `None` if it is of a kind that is not read.
    pub(super) fn new(schema: &SchemaDescriptor, leaf: usize) -> Option<Self> {
        use parquet::basic::Type;
        let descriptor = schema.column(leaf);
        let kind = Kind::of(&descriptor);
        let values = match descriptor.physical_type() {
            _ if kind == Kind::Other => return None,
            Type::BOOLEAN => Values::Boolean(Vec::new()),
            Type::INT32 => Values::Int32(Vec::new()),
            Type::INT64 => Values::Int64(Vec::new()),
            Type::FLOAT => Values::Float(Vec::new()),
            Type::DOUBLE => Values::Double(Vec::new()),
            Type::BYTE_ARRAY => Values::Bytes(Vec::new()),
            Type::INT96 | Type::FIXED_LEN_BYTE_ARRAY => return None,
        };
        Some(Column {
            leaf,
            kind,
            max_def_level: descriptor.max_def_level(),
            is_repeated: descriptor.max_rep_level() > 0,
            entry_def_level: descriptor.repeated_ancestor_def_level(),
            reader: None,
            def_levels: Vec::new(),
            rep_levels: Vec::new(),
            values,
            row_levels: 0..0,
            row_values: 0..0,
        })
    }

    /// Its place in the schema.
    pub(super) fn leaf(&self) -> usize {
        self.leaf
    }

    /// Whether a row has a list of values.
    pub(super) fn is_repeated(&self) -> bool {
        self.is_repeated
    }

    pub(super) fn begin_group(&mut self, reader: ColumnReader) {
        self.reader = Some(reader);
    }

    /// Decodes exactly `rows` rows more.
    pub(super) fn decode(&mut self, rows: usize) -> Result<(), ParquetError> {
        if self.read(rows)? == rows {
            Ok(())
        } else {
            Err(ParquetError::EOF("a column has too few rows".to_owned()))
        }
    }

    /// Checks that no row follows.
    pub(super) fn end_group(&mut self) -> Result<(), ParquetError> {
        let rows = self.read(1)?;
        self.reader = None;
        if rows == 0 && self.def_levels.is_empty() && self.rep_levels.is_empty() {
            Ok(())
        } else {
            let message = "a column has too many rows";
            Err(ParquetError::General(message.to_owned()))
        }
    }

    fn read(&mut self, rows: usize) -> Result<usize, ParquetError> {
        use ColumnReader as R;
        self.def_levels.clear();
        self.rep_levels.clear();
        (self.row_levels, self.row_values) = (0..0, 0..0);
        let levels = (&mut self.def_levels, &mut self.rep_levels);
        match (&mut self.reader, &mut self.values) {
            (None, _) => Ok(0),
            (Some(R::BoolColumnReader(reader)), Values::Boolean(values)) => {
                read(reader, rows, levels, values)
            }
            (Some(R::Int32ColumnReader(reader)), Values::Int32(values)) => {
                read(reader, rows, levels, values)
            }
            (Some(R::Int64ColumnReader(reader)), Values::Int64(values)) => {
                read(reader, rows, levels, values)
            }
            (Some(R::FloatColumnReader(reader)), Values::Float(values)) => {
                read(reader, rows, levels, values)
            }
            (Some(R::DoubleColumnReader(reader)), Values::Double(values)) => {
                read(reader, rows, levels, values)
            }
            (Some(R::ByteArrayColumnReader(reader)), Values::Bytes(values)) => {
                read(reader, rows, levels, values)
            }
            (Some(_), _) => Err(ParquetError::General("another type".to_owned())),
        }
    }

    /// Goes to the next row of the batch.
    pub(super) fn advance(&mut self) {
        let begin = self.row_levels.end;
        let mut end = begin + 1;
        if self.is_repeated {
            let rest = self.rep_levels.get(end..).unwrap_or_default();
            end += rest.iter().take_while(|level| **level > 0).count();
        }
        self.row_levels = begin..end;
        let present = if self.max_def_level == 0 {
            1
        } else {
            let levels = self.def_levels.get(begin..end).unwrap_or_default();
            let is_there = |level: &&i16| **level == self.max_def_level;
            levels.iter().filter(is_there).count()
        };
        self.row_values = self.row_values.end..self.row_values.end + present;
    }

    /// The place of the value of the row; `None` if it is absent.
    fn at(&self) -> Option<usize> {
        (!self.row_values.is_empty()).then_some(self.row_values.start)
    }

    /// Whether the row has a value.
    pub(super) fn is_present(&self) -> bool {
        self.at().is_some()
    }

    /// Entries of the list of the row, those without a value as `None`, with the places of the others.
    pub(super) fn entries(&self) -> impl Iterator<Item = Option<usize>> {
        let levels = self.def_levels.get(self.row_levels.clone());
        let levels = levels.unwrap_or_default().iter();
        let mut places = self.row_values.clone();
        levels
            .filter(|level| **level >= self.entry_def_level)
            .map(move |level| {
                (*level == self.max_def_level)
                    .then(|| places.next())
                    .flatten()
            })
    }

    /// The text of the row.
    pub(super) fn text(&self) -> Result<Option<&str>, Reason> {
        self.at().map(|at| self.text_at(at)).transpose()
    }

    /// The text at a place.
    pub(super) fn text_at(&self, at: usize) -> Result<&str, Reason> {
        let text = match &self.values {
            Values::Bytes(values) => values.get(at),
            Values::Boolean(_)
            | Values::Int32(_)
            | Values::Int64(_)
            | Values::Float(_)
            | Values::Double(_) => None,
        };
        let text = text.ok_or(Reason::Rule(Rule::Malformed))?;
        match text.as_utf8() {
            Ok(text) if text.len() > RECORD_BYTES_MAX => {
                Err(Rule::TooLong(RECORD_BYTES_MAX).into())
            }
            Ok(text) => Ok(text),
            Err(_) => Err(Reason::NotUtf8),
        }
    }

    /// The number of the row, whole or not.
    pub(super) fn number(&self) -> Option<f64> {
        self.at().and_then(|at| self.number_at(at))
    }

    /// The number at a place.
    pub(super) fn number_at(&self, at: usize) -> Option<f64> {
        match &self.values {
            Values::Float(values) => values.get(at).map(|number| f64::from(*number)),
            Values::Double(values) => values.get(at).copied(),
            Values::Int32(_) | Values::Int64(_) => self.integer_at(at).map(|number| number as f64),
            Values::Boolean(_) | Values::Bytes(_) => None,
        }
    }

    /// The single-precision number of the row, which has fewer digits than it would have as a double.
    pub(super) fn single(&self) -> Option<f32> {
        match (&self.values, self.at()) {
            (Values::Float(values), Some(at)) => values.get(at).copied(),
            _ => None,
        }
    }

    /// The truth value of the row.
    pub(super) fn boolean(&self) -> Option<bool> {
        match (&self.values, self.at()) {
            (Values::Boolean(values), Some(at)) => values.get(at).copied(),
            _ => None,
        }
    }

    /// The whole number of the row; of times and decimals, in their unit.
    pub(super) fn integer(&self) -> Option<i128> {
        self.at().and_then(|at| self.integer_at(at))
    }

    fn integer_at(&self, at: usize) -> Option<i128> {
        let is_unsigned = self.kind == Kind::Integer { is_signed: false };
        match &self.values {
            Values::Int32(values) if is_unsigned => values.get(at).map(|n| (*n as u32).into()),
            Values::Int64(values) if is_unsigned => values.get(at).map(|n| (*n as u64).into()),
            Values::Int32(values) => values.get(at).map(|n| (*n).into()),
            Values::Int64(values) => values.get(at).map(|n| (*n).into()),
            Values::Boolean(_) | Values::Float(_) | Values::Double(_) | Values::Bytes(_) => None,
        }
    }

    /// The instant of the row, of a column of instants.
    pub(super) fn instant(&self) -> Result<Option<Timestamp>, Rule> {
        let (Kind::Instant(unit), Some(count)) = (self.kind, self.integer()) else {
            return Ok(None);
        };
        let time = i64::try_from(count).ok().and_then(|count| unit.time(count));
        time.ok_or(Rule::NotInYears)
            .and_then(Timestamp::from_utc)
            .map(Some)
    }
}

fn read<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    (def_levels, rep_levels): (&mut Vec<i16>, &mut Vec<i16>),
    values: &mut Vec<T::T>,
) -> Result<usize, ParquetError> {
    values.clear();
    let (rows, ..) = reader.read_records(rows, Some(def_levels), Some(rep_levels), values)?;
    Ok(rows)
}
