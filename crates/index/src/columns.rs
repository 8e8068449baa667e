//! The columns of a generation in memory: all segments as one table, rows in the order of event ids.

mod dictionary;
mod segment;

use std::collections::HashMap;

use sosie_similarity::{
    AxisValues, Calendar, Candidate, Code, CodePath, EventId, Footprint, Location, Participants,
    SeriesId, State, Timestamp,
};
use tantivy::{DocId, Searcher, SegmentReader};

use crate::error::IndexError;
use crate::schema::{location_of, participants_of, state_of};
use dictionary::Dictionary;
use segment::{Numbers, SegmentColumns};

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
        let mut columns = SegmentColumns::open(reader.fast_fields())?;
        for doc in reader.doc_ids_alive() {
            let row = self.row(&mut columns, Address { segment, doc })?;
            self.rows.push(row);
        }
        Ok(())
    }

    fn row(&mut self, columns: &mut SegmentColumns, at: Address) -> Result<Row, IndexError> {
        let doc = at.doc;
        let malformed = IndexError::Malformed;
        // tantivy joins the codes of a facet by a zero byte.
        let path = |text: &str| CodePath::new(&text.replace('\0', "/")).ok();
        let instant = |column: &Numbers<i64>, name| {
            let micros = column.first(doc).ok_or(malformed(name))?;
            Timestamp::from_micros(micros).map_err(|_| malformed(name))
        };
        let best = columns.participants_best.first(doc);
        let basis = columns.participants_basis.first(doc);
        let series = |text: &str| SeriesId::new(text).ok();
        let source = |text: &str| Code::new(text).ok();
        let source = columns.source_id.number(doc, &mut self.sources, source)?;
        Ok(Row {
            address: at,
            event_id: columns.event_id(doc).ok_or(malformed("event_id"))?,
            series: columns.series_id.number(doc, &mut self.series, series)?,
            source: source.ok_or(malformed("source_id"))?,
            state: (columns.state.first(doc).and_then(state_of)).ok_or(malformed("state"))?,
            start: instant(&columns.start_time, "start_time")?,
            end: instant(&columns.end_time, "end_time")?,
            known: instant(&columns.known_time, "known_time")?,
            location: location_of(columns.latitude.first(doc), columns.longitude.first(doc)),
            participants: best
                .zip(basis)
                .and_then(|(best, basis)| participants_of(best, basis)),
            nature: columns.nature.number(doc, &mut self.natures, path)?,
            sector: columns.sector.number(doc, &mut self.sectors, path)?,
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
        [self.natures.names(), self.sectors.names()]
    }

    /// Number of distinct series.
    pub(crate) fn series_count(&self) -> usize {
        self.series.names().len()
    }
}
