//! Sources: files of records, read a chunk at a time, each record an event or a refusal.
//!
//! A broken record is refused and the file is read on; a broken file ends the run.

mod chunk;
mod csv;
mod error;
mod feature;
mod geojson;
mod geometry;
mod lines;
mod location;
mod mapped;
mod meter;
mod ndjson;
mod parquet;
mod remote;

use std::path::Path;

use sosie_index::KnownTimeRule;
use sosie_index::record::{self, EventRecord, KnownTime};
use sosie_similarity::{Code, Event, Timestamp};

use crate::declare::Declarations;
use crate::job::Input;
use crate::mapping::{Format, Mapping};
use crate::refusal::{Correction, Refusal};
use chunk::gather;
pub(crate) use chunk::{Chunk, Chunks};
pub use error::{InputError, SourceError};
pub(crate) use geojson::read_features;
pub(crate) use geometry::{Geometry, Place};
pub use location::UrlProblem;
pub(crate) use location::{InputFile, Location, probe};
pub(crate) use meter::Meter;
pub use parquet::{
    PARQUET_BYTES_MAX, PARQUET_COLUMNS_MAX, PARQUET_FOOTER_BYTES_MAX, PARQUET_PAGE_BYTES_MAX,
    PARQUET_ROWS_MAX, ParquetProblem,
};
pub use remote::FetchError;

/// Most bytes of a GeoJSON file, which is held whole: a city's polygons for some decades.
pub const GEOJSON_BYTES_MAX: u64 = 512 << 20;

/// The sign with which some programs begin UTF-8 files.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// One record of a source.
#[derive(Debug)]
pub(crate) struct Record {
    /// Its 1-based line, feature or row.
    pub(crate) position: u64,
    /// Its data set, as far as it could be read.
    pub(crate) source_id: Option<Code>,
    /// The event, or why there is none.
    pub(crate) event: Result<Event, Refusal>,
    /// What its mapping corrected.
    pub(crate) corrections: Vec<(String, Correction)>,
}

/// What a source is, ready to be opened.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// An event a line.
    Ndjson(InputFile),
    /// A FeatureCollection of events.
    GeoJson(InputFile),
    /// A row an event.
    Parquet(InputFile),
    /// A city's own file.
    Mapped(Box<Mapping>, InputFile),
}

/// What records are read with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// The data sets that are declared.
    pub(crate) declarations: &'a Declarations,
    /// When this run began: the `known_time` of records of which nothing else says it.
    pub(crate) ingest_time: Timestamp,
}

impl Prepared {
    /// Of an input: its mapping is read, which declares its data set, and what is behind a URL is fetched, unless the work
    /// is given up.
    pub(crate) fn new(
        input: &Input,
        declarations: &mut Declarations,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Self, InputError> {
        let locate = |file: &Path| InputFile::locate(file, is_given_up);
        Ok(match input {
            Input::Ndjson(file) => Prepared::Ndjson(locate(file)?),
            Input::GeoJson(file) => Prepared::GeoJson(locate(file)?),
            Input::Parquet(file) => Prepared::Parquet(locate(file)?),
            Input::Mapped { mapping, file } => {
                let mapping = Mapping::load_for_file(mapping)?;
                declarations.add(mapping.declaration().clone())?;
                Prepared::Mapped(Box::new(mapping), locate(file)?)
            }
        })
    }

    /// The file.
    pub(crate) fn file(&self) -> &InputFile {
        match self {
            Prepared::Ndjson(file)
            | Prepared::GeoJson(file)
            | Prepared::Parquet(file)
            | Prepared::Mapped(_, file) => file,
        }
    }

    /// What the file is called: its path, or its URL.
    pub(crate) fn path(&self) -> &Path {
        self.file().name()
    }

    /// Opens it; what its header or footer says is checked, and no record is read.
    pub(crate) fn open<'a>(
        &'a self,
        context: Context<'a>,
    ) -> Result<(Chunks<'a>, Meter), SourceError> {
        let (reader, meter) = Meter::open(self.file())?;
        let path = self.path();
        let chunks = match self {
            Prepared::Ndjson(_) => ndjson::chunks(path, reader, context),
            Prepared::GeoJson(_) => gather(geojson::records(path, reader, context)),
            Prepared::Parquet(_) => gather(parquet::events(path, reader, context)?),
            Prepared::Mapped(mapping, _) => {
                let ingest_time = context.ingest_time;
                match mapping.format() {
                    Format::Csv { delimiter } => {
                        let rows = csv::Rows::open(path, reader, delimiter)?;
                        gather(rows.records(mapping, ingest_time)?)
                    }
                    Format::Parquet => gather(parquet::mapped(path, reader, mapping, ingest_time)?),
                    Format::GeoJson => gather(mapped::records(path, reader, mapping, ingest_time)),
                    Format::Postgres => unreachable!("refused when the mapping was read"),
                }
            }
        };
        Ok((chunks, meter))
    }
}

/// The event of a record in the event form, and its data set.
fn checked(
    record: Result<EventRecord<'_>, Refusal>,
    position: u64,
    context: Context<'_>,
) -> Record {
    let source_id = |record: &EventRecord<'_>| Code::new(record.source_id.as_deref()?).ok();
    let source_id = record.as_ref().ok().and_then(source_id);
    let declaration = source_id
        .as_ref()
        .and_then(|id| context.declarations.find(id));
    let known_time = match declaration.map(|declaration| declaration.known_time) {
        Some(KnownTimeRule::EndTime) => KnownTime::EndTime,
        Some(KnownTimeRule::Ingest) | None => KnownTime::Ingest(context.ingest_time),
    };
    let event = record.and_then(|record| Ok(record::event(record, known_time)?));
    Record {
        position,
        source_id,
        event,
        corrections: Vec::new(),
    }
}
