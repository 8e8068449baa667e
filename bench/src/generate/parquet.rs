//! Events as the rows of a Parquet file, columns named as the fields.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use anyhow::{Context, Result};
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use sosie_index::record::GeometryRecord;
use sosie_similarity::{Event, TimePrecision};

const SCHEMA: &str = "message events {
    required binary event_id (STRING);
    optional binary series_id (STRING);
    required binary state (STRING);
    optional binary nature (STRING);
    optional binary sector (STRING);
    optional group location { required double latitude; required double longitude; }
    required int64 start_time (TIMESTAMP(MICROS, true));
    required int64 end_time (TIMESTAMP(MICROS, true));
    required binary time_zone (STRING);
    required binary time_precision (STRING);
    optional double active_duration_s;
    optional group participants {
        required int64 best; optional binary basis (STRING);
    }
    optional double footprint_area_m2;
    optional binary footprint (STRING);
    required int64 known_time (TIMESTAMP(MICROS, true));
    required binary source_id (STRING);
}";

/// Events of a row group: some dozen megabytes before they are compressed.
const GROUP_EVENTS: usize = 1 << 16;

/// Writes row groups.
pub(super) struct ParquetWriter {
    writer: SerializedFileWriter<BufWriter<File>>,
    events: Vec<Event>,
}

impl ParquetWriter {
    pub(super) fn new(file: BufWriter<File>) -> Result<Self> {
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let compression = Compression::ZSTD(ZstdLevel::try_new(1)?);
        let properties = WriterProperties::builder().set_compression(compression);
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build()))?;
        let events = Vec::new();
        Ok(ParquetWriter { writer, events })
    }

    pub(super) fn write(&mut self, events: Vec<Event>) -> Result<()> {
        self.events.extend(events);
        if self.events.len() >= GROUP_EVENTS {
            self.end_group()?;
        }
        Ok(())
    }

    pub(super) fn end(mut self) -> Result<()> {
        self.end_group()?;
        self.writer.close()?;
        Ok(())
    }

    fn end_group(&mut self) -> Result<()> {
        let events = std::mem::take(&mut self.events);
        let mut group = Group {
            events: &events,
            writer: self.writer.next_row_group()?,
        };
        group.write()?;
        group.writer.close()?;
        Ok(())
    }
}

struct Group<'a> {
    events: &'a [Event],
    writer: SerializedRowGroupWriter<'a, BufWriter<File>>,
}

impl Group<'_> {
    /// Column after column, in the order of the schema.
    fn write(&mut self) -> Result<()> {
        self.texts(|event| Some(event.id().as_str()))?;
        self.texts(|event| Some(event.parts().series_id.as_ref()?.as_str()))?;
        self.texts(|event| Some(event.parts().state.name()))?;
        self.texts(|event| Some(event.parts().stated.nature.as_ref()?.as_str()))?;
        self.texts(|event| Some(event.parts().stated.sector.as_ref()?.as_str()))?;
        self.numbers(|event| Some(event.parts().stated.location?.latitude_degrees()))?;
        self.numbers(|event| Some(event.parts().stated.location?.longitude_degrees()))?;
        self.integers(|event| Some(event.parts().times.start().as_micros()))?;
        self.integers(|event| Some(event.parts().times.end().as_micros()))?;
        self.texts(|event| Some(event.parts().times.zone().name()))?;
        self.texts(|event| Some(precision_name(event.parts().times.precision())))?;
        self.numbers(|event| event.parts().stated.active_duration_s)?;
        self.integers(|event| Some(event.parts().stated.participants?.best() as i64))?;
        self.texts(|event| Some(event.parts().stated.participants?.basis()?.name()))?;
        self.numbers(|event| event.parts().stated.footprint_area_m2)?;
        self.column::<ByteArrayType>(footprint)?;
        self.integers(|event| Some(event.parts().known_time.as_micros()))?;
        self.texts(|event| Some(event.parts().source_id.as_str()))
    }

    fn texts(&mut self, of: impl Fn(&Event) -> Option<&str>) -> Result<()> {
        self.column::<ByteArrayType>(|event| Some(of(event)?.into()))
    }

    fn numbers(&mut self, of: impl Fn(&Event) -> Option<f64>) -> Result<()> {
        self.column::<DoubleType>(of)
    }

    fn integers(&mut self, of: impl Fn(&Event) -> Option<i64>) -> Result<()> {
        self.column::<Int64Type>(of)
    }

    fn column<T: DataType>(&mut self, of: impl Fn(&Event) -> Option<T::T>) -> Result<()> {
        let column = self.writer.next_column()?;
        let mut column = column.context("more columns than the schema has")?;
        let writer = column.typed::<T>();
        let whole = writer.get_descriptor().max_def_level();
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        for event in self.events {
            let value = of(event);
            levels.push(match value {
                Some(_) => whole,
                // Of the optional members of a group, only participants have one.
                None => i16::from(whole == 2 && event.parts().stated.participants.is_some()),
            });
            values.extend(value);
        }
        writer.write_batch(&values, Some(&levels), None)?;
        Ok(column.close()?)
    }
}

fn precision_name(precision: TimePrecision) -> &'static str {
    match precision {
        TimePrecision::Exact => "EXACT",
        TimePrecision::Day => "DAY",
    }
}

fn footprint(event: &Event) -> Option<ByteArray> {
    let shape = event.parts().stated.footprint.as_ref()?.shape();
    let json = serde_json::to_vec(&GeometryRecord::of(shape));
    Some(json.expect("a geometry is plain JSON").into())
}
