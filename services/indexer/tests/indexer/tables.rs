//! Parquet files as these tests write them.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// The values of a column, row by row.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    Text(Vec<Option<String>>),
    Int32(Vec<Option<i32>>),
    Int64(Vec<Option<i64>>),
    Float(Vec<Option<f32>>),
    Double(Vec<Option<f64>>),
    Boolean(Vec<Option<bool>>),
    /// The codes of a map, a list a row.
    Codes(Vec<Vec<&'static str>>),
    /// The counts of a map, a list a row.
    Counts(Vec<Vec<Option<f64>>>),
}

/// A file in the making.
pub(crate) struct Table {
    columns: Vec<(String, Values)>,
    group_rows: usize,
    compression: Compression,
}

/// Texts of every row, none absent.
pub(crate) fn texts<T: ToString>(texts: impl IntoIterator<Item = T>) -> Values {
    Values::Text(
        texts
            .into_iter()
            .map(|text| Some(text.to_string()))
            .collect(),
    )
}

impl Table {
    pub(crate) fn new() -> Self {
        Table {
            columns: Vec::new(),
            group_rows: usize::MAX,
            compression: Compression::UNCOMPRESSED,
        }
    }

    /// What an event has to have, of `ids`.
    pub(crate) fn of_events(ids: &[&str]) -> Self {
        let same = |text: &str| texts(vec![text; ids.len()]);
        Table::new()
            .with("required binary event_id (STRING)", texts(ids))
            .with("required binary state (STRING)", same("HELD"))
            .with(
                "required binary start_time (STRING)",
                same("2024-06-01T18:00:00+02:00"),
            )
            .with(
                "required binary end_time (STRING)",
                same("2024-06-01T21:00:00+02:00"),
            )
            .with("required binary time_zone (STRING)", same("Europe/Paris"))
            .with("required binary time_precision (STRING)", same("EXACT"))
            .with("required binary source_id (STRING)", same("made"))
    }

    /// With a column; a group of several has its members in the order of its declaration, and those after the first
    /// are declared as nothing.
    pub(crate) fn with(mut self, declared: &str, values: Values) -> Self {
        self.columns.push((declared.to_owned(), values));
        self
    }

    /// Without a column.
    pub(crate) fn without(mut self, name: &str) -> Self {
        let of_name = |declared: &str| declared.contains(&format!(" {name} "));
        self.columns.retain(|(declared, _)| !of_name(declared));
        self
    }

    pub(crate) fn of_groups(mut self, rows: usize) -> Self {
        self.group_rows = rows;
        self
    }

    pub(crate) fn compressed(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// The bytes of the file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let declared: Vec<_> = self.columns.iter().map(|(declared, _)| declared).collect();
        let fields: String = declared
            .iter()
            .filter(|declared| !declared.is_empty())
            .map(|declared| match declared.ends_with('}') {
                true => format!("{declared}\n"),
                false => format!("{declared};\n"),
            })
            .collect();
        let schema = parse_message_type(&format!("message table {{ {fields} }}")).unwrap();
        let properties = WriterProperties::builder().set_compression(self.compression);
        let properties = Arc::new(properties.build());
        let mut bytes = Vec::new();
        let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), properties).unwrap();
        let rows = self.columns.first().map_or(0, |(_, values)| values.rows());
        for from in (0..rows).step_by(self.group_rows.min(rows.max(1))) {
            let until = rows.min(from.saturating_add(self.group_rows));
            let mut group = file.next_row_group().unwrap();
            for (_, values) in &self.columns {
                let mut column = group.next_column().unwrap().unwrap();
                values.write(column.untyped(), from..until);
                column.close().unwrap();
            }
            group.close().unwrap();
        }
        file.close().unwrap();
        bytes
    }
}

impl Values {
    fn rows(&self) -> usize {
        match self {
            Values::Text(values) => values.len(),
            Values::Int32(values) => values.len(),
            Values::Int64(values) => values.len(),
            Values::Float(values) => values.len(),
            Values::Double(values) => values.len(),
            Values::Boolean(values) => values.len(),
            Values::Codes(values) => values.len(),
            Values::Counts(values) => values.len(),
        }
    }

    fn write(&self, column: &mut ColumnWriter<'_>, rows: std::ops::Range<usize>) {
        macro_rules! write {
            ($writer:expr, $values:expr, $of:expr) => {{
                let max = $writer.get_descriptor().max_def_level();
                let rows = &$values[rows];
                let levels: Vec<i16> = rows
                    .iter()
                    .map(|v| if v.is_some() { max } else { 0 })
                    .collect();
                let values: Vec<_> = rows.iter().flatten().map($of).collect();
                $writer.write_batch(&values, Some(&levels), None).unwrap();
            }};
        }
        match (self, column) {
            (Values::Text(values), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                write!(writer, values, |text| ByteArray::from(text.as_str()));
            }
            (Values::Int32(values), ColumnWriter::Int32ColumnWriter(writer)) => {
                write!(writer, values, |number| *number);
            }
            (Values::Int64(values), ColumnWriter::Int64ColumnWriter(writer)) => {
                write!(writer, values, |number| *number);
            }
            (Values::Float(values), ColumnWriter::FloatColumnWriter(writer)) => {
                write!(writer, values, |number| *number);
            }
            (Values::Double(values), ColumnWriter::DoubleColumnWriter(writer)) => {
                write!(writer, values, |number| *number);
            }
            (Values::Boolean(values), ColumnWriter::BoolColumnWriter(writer)) => {
                write!(writer, values, |truth| *truth);
            }
            (Values::Codes(lists), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let max = writer.get_descriptor().max_def_level();
                let (defs, reps) =
                    levels(lists[rows.clone()].iter().map(|list| vec![max; list.len()]));
                let codes = lists[rows]
                    .iter()
                    .flatten()
                    .map(|code| ByteArray::from(*code));
                let codes: Vec<_> = codes.collect();
                writer
                    .write_batch(&codes, Some(&defs), Some(&reps))
                    .unwrap();
            }
            (Values::Counts(lists), ColumnWriter::DoubleColumnWriter(writer)) => {
                let max = writer.get_descriptor().max_def_level();
                let of_list = |list: &Vec<Option<f64>>| {
                    let level = |count: &Option<f64>| max - i16::from(count.is_none());
                    list.iter().map(level).collect()
                };
                let (defs, reps) = levels(lists[rows.clone()].iter().map(of_list));
                let counts: Vec<_> = lists[rows].iter().flatten().flatten().copied().collect();
                writer
                    .write_batch(&counts, Some(&defs), Some(&reps))
                    .unwrap();
            }
            (values, _) => {
                panic!("a column that is declared otherwise than its values: {values:?}")
            }
        }
    }
}

/// Definition and repetition levels of lists, of which empty ones are absent.
fn levels(lists: impl Iterator<Item = Vec<i16>>) -> (Vec<i16>, Vec<i16>) {
    let (mut defs, mut reps) = (Vec::new(), Vec::new());
    for list in lists {
        let of_list = if list.is_empty() { vec![0] } else { list };
        reps.extend((0..of_list.len()).map(|at| i16::from(at > 0)));
        defs.extend(of_list);
    }
    (defs, reps)
}
