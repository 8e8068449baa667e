//! The second pass: every row with its codes, to be sorted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;

use bytemuck::{Pod, Zeroable};
use sosie_similarity::{AxisValues, Presence};
use tantivy::DocId;

use crate::blocks::codes::{NumberCodes, TimeCodes, day_code, share_code};
use crate::blocks::group::{Group, GroupKey};
use crate::blocks::mixed_order;
use crate::blocks::survey::Survey;
use crate::blocks::{NO_SERIES, TIES_PER_START};
use crate::columns::{Document, Texts};
use crate::error::IndexError;
use crate::external_sort::{SortRow, Sorter};
use crate::segments::{IdRanks, Source};

/// A row, coded.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Row {
    /// The place within its group.
    key: u64,
    pub(super) document: Document,
    /// NaN without a location.
    pub(super) place_km: [f32; 3],
    /// Numbers of nature and sector; `u32::MAX` for none.
    pub(super) paths: [u32; 2],
    pub(super) times: [u32; 2],
    pub(super) id_rank: u32,
    pub(super) series: u32,
    /// [`GroupKey::place`].
    pub(super) group: u16,
    pub(super) source: u16,
    pub(super) participants: u8,
    pub(super) footprint: u8,
    pub(super) duration: u8,
    /// Weekend and summer share.
    pub(super) shares: [u8; 2],
    pub(super) day: u8,
    /// Month and weekday.
    pub(super) month_weekday: u8,
    unused: [u8; 5],
}

impl SortRow for Row {
    /// Ids break ties, so that the same events give the same blocks, whatever their segments.
    type Key = (u16, u64, u32, Document);

    fn key(&self) -> Self::Key {
        // Revisions of one event are told apart by their documents.
        (self.group, self.key, self.id_rank, self.document)
    }
}

/// What the order of ties looks at.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Tie {
    start: i64,
    id_rank: u32,
    /// Of an earlier revision; else [`NO_DOCUMENT`]: an id has one row that is known now.
    superseded: Document,
}

const NO_DOCUMENT: Document = Document::MAX;

impl SortRow for Tie {
    type Key = (Reverse<i64>, u32, Document);

    fn key(&self) -> Self::Key {
        (Reverse(self.start), self.id_rank, self.superseded)
    }
}

/// Places in the order start ↓, id ↑.
pub(super) struct Ties {
    by_id: Vec<u32>,
    superseded: HashMap<Document, u32>,
}

impl Ties {
    pub(super) fn place(&self, row: &Row) -> u32 {
        let superseded = self.superseded.get(&row.document);
        superseded
            .copied()
            .unwrap_or_else(|| self.by_id[row.id_rank as usize])
    }
}

/// All rows, and what was found on the way.
pub(super) struct Rows {
    pub(super) count: u64,
    /// Those that have a series.
    pub(super) series_rows: u64,
    pub(super) rows: Sorter<Row>,
    pub(super) ties: TieSorter,
    pub(super) groups: BTreeMap<GroupKey, Group>,
    /// Codes of participants, area, duration, with the values that were found.
    pub(super) codes: [NumberCodes; 3],
}

/// Rows on their way into the order start ↓, id ↑.
pub(super) struct TieSorter {
    sorter: Sorter<Tie>,
    id_count: u32,
}

impl TieSorter {
    /// The places in that order; the start of every [`TIES_PER_START`]th row in it.
    pub(super) fn sorted(self) -> io::Result<(Ties, Vec<i64>)> {
        let mut by_id = vec![0; self.id_count as usize];
        let mut superseded = HashMap::new();
        let mut starts = Vec::new();
        let mut ties = self.sorter.sorted()?;
        let mut place = 0;
        while let Some(tie) = ties.next_row()? {
            if tie.superseded == NO_DOCUMENT {
                by_id[tie.id_rank as usize] = place;
            } else {
                superseded.insert(tie.superseded, place);
            }
            if (place as usize).is_multiple_of(TIES_PER_START) {
                starts.push(tie.start);
            }
            place += 1;
        }
        Ok((Ties { by_id, superseded }, starts))
    }
}

/// Reads rows segment by segment.
pub(super) struct RowReader<'a> {
    survey: &'a Survey,
    ids: &'a IdRanks,
    rows: Rows,
    first_document: Document,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(
        survey: &'a Survey,
        ids: &'a IdRanks,
        dir: &Path,
        sort_memory_bytes: usize,
    ) -> Self {
        let codes = [&survey.participants, &survey.footprint, &survey.duration];
        let ties = TieSorter {
            sorter: Sorter::new(dir, sort_memory_bytes),
            id_count: ids.count,
        };
        RowReader {
            survey,
            ids,
            rows: Rows {
                count: 0,
                series_rows: 0,
                rows: Sorter::new(dir, sort_memory_bytes),
                ties,
                groups: BTreeMap::new(),
                codes: codes.map(Clone::clone),
            },
            first_document: 0,
        }
    }

    pub(super) fn read(&mut self, at: usize, source: &Source) -> Result<(), IndexError> {
        let ids = self.ids.of_segment(source);
        for doc in source.reader.doc_ids_alive() {
            let id = source.columns.event_id.number(doc);
            let id = id.ok_or(IndexError::Malformed("event_id"))?;
            self.read_row(at, source, doc, ids[id])?;
        }
        self.first_document = self
            .first_document
            .checked_add(source.reader.max_doc())
            .ok_or(IndexError::TooManyEvents)?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Rows {
        self.rows.codes.iter_mut().for_each(NumberCodes::seal);
        self.rows
    }

    fn read_row(
        &mut self,
        at: usize,
        source: &Source,
        doc: DocId,
        id_rank: u32,
    ) -> Result<(), IndexError> {
        let columns = &source.columns;
        let name = |texts: &Texts, numbering: &[Vec<u32>]| {
            texts.number(doc).map(|number| numbering[at][number])
        };
        let nature = name(&columns.nature, &self.survey.natures.1);
        let sector = name(&columns.sector, &self.survey.sectors.1);
        let source_id = name(&columns.source_id, &self.survey.sources.1)
            .ok_or(IndexError::Malformed("source_id"))?;
        let calendar = columns.calendar(doc)?;
        let values = AxisValues {
            location: columns.location(doc),
            participants: columns.participants(doc),
            calendar: Some(calendar),
            footprint_area_m2: columns.footprint_area_m2.first(doc),
            duration_s: columns.duration_s.first(doc),
            ..AxisValues::default()
        };
        let times = columns.times(doc)?;
        let key = GroupKey {
            state: columns.state(doc)?,
            presence: Presence {
                nature: nature.is_some(),
                sector: sector.is_some(),
                ..Presence::of(&values)
            },
            geometry: columns.has_footprint(doc),
            superseded: times.superseded.is_some(),
        };
        let document = self.first_document + doc;
        let series = name(&columns.series_id, &self.survey.series.1).unwrap_or(NO_SERIES);
        let [participants, footprint, duration] = self.numbers(&values);
        self.rows.count += 1;
        self.rows.series_rows += u64::from(series != NO_SERIES);
        let group = self.rows.groups.entry(key);
        group
            .or_insert_with(|| Group::empty(key))
            .add(times.superseded);
        self.rows.ties.sorter.push(Tie {
            start: times.start.as_micros(),
            id_rank,
            superseded: times.superseded.map_or(NO_DOCUMENT, |_| document),
        })?;
        self.rows.rows.push(Row {
            group: key.place(),
            key: self.key(&values, nature),
            document,
            place_km: place_km(&values),
            participants,
            footprint,
            duration,
            shares: [calendar.weekend_share, calendar.summer_share].map(share_code),
            day: day_code(calendar.day_of_year),
            paths: [nature, sector].map(|number| number.unwrap_or(u32::MAX)),
            times: self.times(times.end.as_micros(), times.known.as_micros()),
            id_rank,
            series,
            source: u16::try_from(source_id).unwrap_or(u16::MAX),
            month_weekday: calendar.month << 4 | calendar.weekday,
            unused: [0; 5],
        })?;
        Ok(())
    }

    fn numbers(&mut self, values: &AxisValues) -> [u8; 3] {
        let numbers = [
            values.participants.map(|count| count.best() as f64),
            values.footprint_area_m2,
            values.duration_s,
        ];
        let mut codes = [0; 3];
        for ((code, number), ranges) in codes.iter_mut().zip(numbers).zip(&mut self.rows.codes) {
            *code = number.map_or(0, |number| ranges.add(number));
        }
        codes
    }

    fn key(&self, values: &AxisValues, nature: Option<u32>) -> u64 {
        let rank = |at: usize, value: Option<f64>| {
            value.map_or(0, |value| self.survey.ranks[at].rank(value))
        };
        let ranks = [
            rank(0, values.location.map(|at| at.latitude_degrees())),
            rank(1, values.location.map(|at| at.longitude_degrees())),
            rank(2, values.participants.map(|count| count.best() as f64)),
            rank(3, values.footprint_area_m2),
            rank(4, values.duration_s),
            nature.map_or(0, |number| self.survey.nature_ranks[number as usize]),
        ];
        let calendar = values.calendar.expect("every stored event has a calendar");
        mixed_order::key(calendar.summer_share, calendar.weekend_share, ranks)
    }

    fn times(&self, end: i64, known: i64) -> [u32; 2] {
        let [ends, knowns] = self.survey.times;
        let code = |codes: Option<TimeCodes>, micros| {
            codes
                .expect("the survey saw the times of every row")
                .code(micros)
        };
        [code(ends, end), code(knowns, known)]
    }
}

fn place_km(values: &AxisValues) -> [f32; 3] {
    match values.location {
        Some(location) => location.on_sphere_km().map(|km| km as f32),
        None => [f32::NAN; 3],
    }
}
