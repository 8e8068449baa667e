//! The columns of a generation in memory: all segments as one table, rows in the order of event ids.

use std::collections::HashMap;

use sosie_similarity::{
    AxisValues, Calendar, Candidate, Code, CodePath, EventId, Footprint, Location, Participants,
    SeriesId, State, Timestamp,
};
use tantivy::columnar::StrColumn;
use tantivy::fastfield::FastFieldReaders;
use tantivy::{DocId, Searcher, SegmentReader};

use crate::error::IndexError;
use crate::schema::{location_of, participants_of, state_of};

/// Where a row's document is: segment and document number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address {
    pub(crate) segment: u32,
    pub(crate) doc: DocId,
}

/// One event as columns see it. Names are numbers of the dictionaries in [`Columns`].
#[derive(Clone, Debug)]
struct Row {
    address: Address,
    event_id: EventId,
    series: Option<u32>,
    source: u32,
    state: State,
    start: Timestamp,
    end: Timestamp,
    known: Timestamp,
    location: Option<Location>,
    participants: Option<Participants>,
    nature: Option<u32>,
    sector: Option<u32>,
    calendar: Calendar,
    footprint_area_m2: Option<f64>,
    has_footprint: bool,
    duration_s: Option<f64>,
}

/// All live events of a generation.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    rows: Vec<Row>,
    natures: Dictionary<CodePath>,
    sectors: Dictionary<CodePath>,
    sources: Dictionary<Code>,
    series: Dictionary<SeriesId>,
    footprints: HashMap<usize, Footprint>,
    row_of: HashMap<Address, u32>,
}

/// Distinct names, numbered as they come: over all segments, where tantivy numbers them in each.
#[derive(Debug)]
struct Dictionary<T> {
    names: Vec<T>,
    numbers: HashMap<String, u32>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Dictionary {
            names: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T> Dictionary<T> {
    fn number(&mut self, text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<u32> {
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        let number = u32::try_from(self.names.len()).ok()?;
        self.names.push(parse(text)?);
        self.numbers.insert(text.to_owned(), number);
        Some(number)
    }

    fn name(&self, number: u32) -> &T {
        &self.names[number as usize]
    }
}

impl Columns {
    /// Reads the columns of every live document; `footprint` gives the geometry of one that has it.
    pub(crate) fn load(
        searcher: &Searcher,
        footprint: impl Fn(Address) -> Result<Option<Footprint>, IndexError>,
    ) -> Result<Self, IndexError> {
        let mut columns = Columns::default();
        for (segment, reader) in (0..).zip(searcher.segment_readers()) {
            columns.load_segment(segment, reader)?;
        }
        u32::try_from(columns.rows.len()).map_err(|_| IndexError::TooManyEvents)?;
        columns
            .rows
            .sort_unstable_by(|a, b| a.event_id.cmp(&b.event_id));
        columns.row_of = (0..)
            .zip(&columns.rows)
            .map(|(at, row)| (row.address, at))
            .collect();
        for (at, row) in columns
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.has_footprint)
        {
            let geometry = footprint(row.address)?.ok_or(IndexError::Malformed("has_footprint"))?;
            columns.footprints.insert(at, geometry);
        }
        Ok(columns)
    }

    fn load_segment(&mut self, segment: u32, reader: &SegmentReader) -> Result<(), IndexError> {
        let columns = SegmentColumns::open(reader.fast_fields())?;
        for doc in reader.doc_ids_alive() {
            let row = self.row(&columns, Address { segment, doc })?;
            self.rows.push(row);
        }
        Ok(())
    }

    fn row(&mut self, columns: &SegmentColumns, address: Address) -> Result<Row, IndexError> {
        let doc = address.doc;
        let malformed = IndexError::Malformed;
        let event_id = columns.event_id.text(doc)?.ok_or(malformed("event_id"))?;
        let source = columns.source_id.text(doc)?.ok_or(malformed("source_id"))?;
        let path = |text: &str| CodePath::new(&text.replace('\0', "/")).ok();
        let number = |column: &Texts, dictionary: &mut Dictionary<CodePath>, name| {
            let text = column.text(doc)?;
            text.map(|text| dictionary.number(&text, path).ok_or(malformed(name)))
                .transpose()
        };
        let nature = number(&columns.nature, &mut self.natures, "nature")?;
        let sector = number(&columns.sector, &mut self.sectors, "sector")?;
        let series = columns.series_id.text(doc)?.map(|text| {
            let parse = |text: &str| SeriesId::new(text).ok();
            self.series
                .number(&text, parse)
                .ok_or(malformed("series_id"))
        });
        let instant = |column: &Numbers<i64>, name| {
            let micros = column.first(doc).ok_or(malformed(name))?;
            Timestamp::from_micros(micros).map_err(|_| malformed(name))
        };
        let state = columns
            .state
            .first(doc)
            .and_then(state_of)
            .ok_or(malformed("state"))?;
        let best = columns.participants_best.first(doc);
        let basis = columns.participants_basis.first(doc);
        Ok(Row {
            address,
            event_id: EventId::new(&event_id).map_err(|_| malformed("event_id"))?,
            series: series.transpose()?,
            source: (self.sources.number(&source, |text| Code::new(text).ok()))
                .ok_or(malformed("source_id"))?,
            state,
            start: instant(&columns.start_time, "start_time")?,
            end: instant(&columns.end_time, "end_time")?,
            known: instant(&columns.known_time, "known_time")?,
            location: location_of(columns.latitude.first(doc), columns.longitude.first(doc)),
            participants: best
                .zip(basis)
                .and_then(|(best, basis)| participants_of(best, basis)),
            nature,
            sector,
            calendar: columns.calendar(doc).ok_or(malformed("weekend_share"))?,
            footprint_area_m2: columns.footprint_area_m2.first(doc),
            has_footprint: columns.has_footprint.first(doc).unwrap_or(false),
            duration_s: columns.duration_s.first(doc),
        })
    }

    /// Number of live events.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row of an event.
    pub(crate) fn find(&self, event_id: &EventId) -> Option<usize> {
        self.rows
            .binary_search_by(|row| row.event_id.cmp(event_id))
            .ok()
    }

    /// The row of a document, unless it is deleted.
    pub(crate) fn row_of(&self, address: Address) -> Option<usize> {
        self.row_of.get(&address).map(|row| *row as usize)
    }

    /// Where the document of a row is.
    pub(crate) fn address(&self, row: usize) -> Address {
        self.rows[row].address
    }

    /// The number of the row's series.
    pub(crate) fn series(&self, row: usize) -> Option<u32> {
        self.rows[row].series
    }

    /// A row as filters, rules and order see it.
    pub(crate) fn candidate(&self, at: usize) -> Candidate<'_> {
        let row = &self.rows[at];
        Candidate {
            event_id: &row.event_id,
            series_id: row.series.map(|series| self.series.name(series)),
            state: row.state,
            start: row.start,
            end: row.end,
            known: row.known,
            source_id: self.sources.name(row.source),
            values: AxisValues {
                location: row.location,
                participants: row.participants,
                nature: row.nature.map(|nature| self.natures.name(nature)),
                sector: row.sector.map(|sector| self.sectors.name(sector)),
                calendar: Some(row.calendar),
                footprint_area_m2: row.footprint_area_m2,
                footprint: if row.has_footprint {
                    self.footprints.get(&at)
                } else {
                    None
                },
                duration_s: row.duration_s,
            },
        }
    }

    /// Natures and sectors in use.
    pub(crate) fn vocabularies(&self) -> [&[CodePath]; 2] {
        [&self.natures.names, &self.sectors.names]
    }

    /// Number of distinct series.
    pub(crate) fn series_count(&self) -> usize {
        self.series.names.len()
    }
}

/// A numeric column of a segment; a segment in which no document has a value has no column.
struct Numbers<T>(Option<tantivy::columnar::Column<T>>);

impl<T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static> Numbers<T> {
    fn first(&self, doc: DocId) -> Option<T> {
        self.0.as_ref()?.first(doc)
    }
}

/// A text column of a segment, as [`Numbers`].
struct Texts(Option<StrColumn>);

impl Texts {
    fn text(&self, doc: DocId) -> Result<Option<String>, IndexError> {
        let Some(column) = &self.0 else {
            return Ok(None);
        };
        let Some(number) = column.ords().first(doc) else {
            return Ok(None);
        };
        let mut text = String::new();
        column.ord_to_str(number, &mut text)?;
        Ok(Some(text))
    }
}

struct SegmentColumns {
    event_id: Texts,
    series_id: Texts,
    source_id: Texts,
    nature: Texts,
    sector: Texts,
    state: Numbers<u64>,
    start_time: Numbers<i64>,
    end_time: Numbers<i64>,
    known_time: Numbers<i64>,
    latitude: Numbers<f64>,
    longitude: Numbers<f64>,
    participants_best: Numbers<u64>,
    participants_basis: Numbers<u64>,
    weekend_share: Numbers<f64>,
    summer_share: Numbers<f64>,
    day_of_year: Numbers<u64>,
    month: Numbers<u64>,
    weekday: Numbers<u64>,
    footprint_area_m2: Numbers<f64>,
    has_footprint: Numbers<bool>,
    duration_s: Numbers<f64>,
}

impl SegmentColumns {
    fn open(fields: &FastFieldReaders) -> tantivy::Result<Self> {
        Ok(SegmentColumns {
            event_id: Texts(fields.str("event_id")?),
            series_id: Texts(fields.str("series_id")?),
            source_id: Texts(fields.str("source_id")?),
            nature: Texts(fields.str("nature")?),
            sector: Texts(fields.str("sector")?),
            state: Numbers(fields.column_opt("state")?),
            start_time: Numbers(fields.column_opt("start_time")?),
            end_time: Numbers(fields.column_opt("end_time")?),
            known_time: Numbers(fields.column_opt("known_time")?),
            latitude: Numbers(fields.column_opt("latitude_degrees")?),
            longitude: Numbers(fields.column_opt("longitude_degrees")?),
            participants_best: Numbers(fields.column_opt("participants_best")?),
            participants_basis: Numbers(fields.column_opt("participants_basis")?),
            weekend_share: Numbers(fields.column_opt("weekend_share")?),
            summer_share: Numbers(fields.column_opt("summer_share")?),
            day_of_year: Numbers(fields.column_opt("day_of_year")?),
            month: Numbers(fields.column_opt("month")?),
            weekday: Numbers(fields.column_opt("weekday")?),
            footprint_area_m2: Numbers(fields.column_opt("footprint_area_m2")?),
            has_footprint: Numbers(fields.column_opt("has_footprint")?),
            duration_s: Numbers(fields.column_opt("duration_s")?),
        })
    }

    fn calendar(&self, doc: DocId) -> Option<Calendar> {
        Some(Calendar {
            weekend_share: self.weekend_share.first(doc)?,
            summer_share: self.summer_share.first(doc)?,
            day_of_year: u16::try_from(self.day_of_year.first(doc)?).ok()?,
            month: u8::try_from(self.month.first(doc)?).ok()?,
            weekday: u8::try_from(self.weekday.first(doc)?).ok()?,
        })
    }
}
