//! The second pass: every row with its codes, and then all rows in their order.

use std::collections::BTreeMap;

use sosie_similarity::{AxisValues, Presence, Timestamp};
use tantivy::DocId;

use crate::blocks::codes::{NumberCodes, day_code, share_code};
use crate::blocks::group::{Group, GroupKey};
use crate::blocks::mixed_order;
use crate::blocks::survey::{Source, Survey};
use crate::blocks::{NO_SERIES, TIES_PER_START};
use crate::columns::Document;
use crate::error::IndexError;

/// A row, coded.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// In the order of the keys of groups, once all are known.
    pub(super) group: u16,
    /// The place within its group.
    key: u64,
    pub(super) document: Document,
    /// NaN without a location.
    pub(super) place_km: [f32; 3],
    pub(super) participants: u8,
    pub(super) footprint: u8,
    pub(super) duration: u8,
    /// Weekend and summer share.
    pub(super) shares: [u8; 2],
    pub(super) day: u8,
    /// Numbers of nature and sector; `u32::MAX` for none.
    pub(super) paths: [u32; 2],
    pub(super) times: [u32; 2],
    start: i64,
    id_rank: u32,
    pub(super) series: u32,
    pub(super) source: u16,
    /// Month and weekday.
    pub(super) month_weekday: u8,
}

/// All rows, sorted, and what was found on the way.
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    /// By row: the place in the order start ↓, id ↑.
    pub(super) ties: Vec<u32>,
    /// Start of every [`TIES_PER_START`]th row in that order.
    pub(super) tie_starts: Vec<i64>,
    pub(super) groups: Vec<Group>,
    /// Codes of participants, area, duration, with the values that were found.
    pub(super) codes: [NumberCodes; 3],
}

/// Reads rows segment by segment.
pub(super) struct RowReader<'a> {
    survey: &'a Survey,
    rows: Vec<Row>,
    groups: BTreeMap<GroupKey, (u16, Group)>,
    codes: [NumberCodes; 3],
    first_document: Document,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(survey: &'a Survey) -> Self {
        RowReader {
            survey,
            rows: Vec::with_capacity(survey.rows),
            groups: BTreeMap::new(),
            codes: [&survey.participants, &survey.footprint, &survey.duration].map(Clone::clone),
            first_document: 0,
        }
    }

    pub(super) fn read(&mut self, at: usize, segment: &Source) -> Result<(), IndexError> {
        for doc in segment.reader.doc_ids_alive() {
            let row = self.row(at, segment, doc)?;
            self.rows.push(row);
        }
        self.first_document = self
            .first_document
            .checked_add(segment.reader.max_doc())
            .ok_or(IndexError::TooManyEvents)?;
        Ok(())
    }

    fn row(&mut self, at: usize, segment: &Source, doc: DocId) -> Result<Row, IndexError> {
        let columns = &segment.columns;
        let name = |texts: &crate::columns::Texts, numbering: &[Vec<u32>]| {
            texts.number(doc).map(|number| numbering[at][number])
        };
        let nature = name(&columns.nature, &self.survey.natures.1);
        let sector = name(&columns.sector, &self.survey.sectors.1);
        let source = name(&columns.source_id, &self.survey.sources.1)
            .ok_or(IndexError::Malformed("source_id"))?;
        let id_rank =
            name(&columns.event_id, &self.survey.ids).ok_or(IndexError::Malformed("event_id"))?;
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
        let [participants, footprint, duration] = self.numbers(&values);
        Ok(Row {
            group: self.group(key, times.superseded)?,
            key: self.key(&values, nature),
            document: self.first_document + doc,
            place_km: place_km(&values),
            participants,
            footprint,
            duration,
            shares: [calendar.weekend_share, calendar.summer_share].map(share_code),
            day: day_code(calendar.day_of_year),
            paths: [nature, sector].map(|number| number.unwrap_or(u32::MAX)),
            times: self.times(times.end.as_micros(), times.known.as_micros()),
            start: times.start.as_micros(),
            id_rank,
            series: name(&columns.series_id, &self.survey.series.1).unwrap_or(NO_SERIES),
            source: u16::try_from(source).unwrap_or(u16::MAX),
            month_weekday: calendar.month << 4 | calendar.weekday,
        })
    }

    fn numbers(&mut self, values: &AxisValues) -> [u8; 3] {
        let numbers = [
            values.participants.map(|count| count.best() as f64),
            values.footprint_area_m2,
            values.duration_s,
        ];
        let mut codes = [0; 3];
        for ((code, number), ranges) in codes.iter_mut().zip(numbers).zip(&mut self.codes) {
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
        let code = |codes: Option<crate::blocks::codes::TimeCodes>, micros| {
            codes
                .expect("the survey saw the times of every row")
                .code(micros)
        };
        [code(ends, end), code(knowns, known)]
    }

    fn group(&mut self, key: GroupKey, superseded: Option<Timestamp>) -> Result<u16, IndexError> {
        let next = u16::try_from(self.groups.len()).map_err(|_| IndexError::TooManyEvents)?;
        let first = (next, Group::empty(key));
        let (number, group) = self.groups.entry(key).or_insert(first);
        group.add(superseded);
        Ok(*number)
    }

    /// Sorts rows by group, then by their mixed order.
    pub(super) fn finish(mut self) -> Rows {
        let mut place_of = vec![0; self.groups.len()];
        for (place, (number, _)) in (0..).zip(self.groups.values()) {
            place_of[usize::from(*number)] = place;
        }
        for row in &mut self.rows {
            row.group = place_of[usize::from(row.group)];
        }
        // Ids break ties, so that the same events give the same blocks, whatever their segments.
        self.rows
            .sort_unstable_by_key(|row| (row.group, row.key, row.id_rank));
        let (ties, tie_starts) = ties(&self.rows);
        let groups = self.groups.into_iter();
        let mut codes = self.codes;
        codes.iter_mut().for_each(NumberCodes::seal);
        Rows {
            rows: self.rows,
            ties,
            tie_starts,
            groups: groups.map(|(_, (_, group))| group).collect(),
            codes,
        }
    }
}

fn place_km(values: &AxisValues) -> [f32; 3] {
    match values.location {
        Some(location) => location.on_sphere_km().map(|km| km as f32),
        None => [f32::NAN; 3],
    }
}

fn ties(rows: &[Row]) -> (Vec<u32>, Vec<i64>) {
    let mut order: Vec<(std::cmp::Reverse<i64>, u32, u32)> = (0..)
        .zip(rows)
        .map(|(at, row)| (std::cmp::Reverse(row.start), row.id_rank, at))
        .collect();
    order.sort_unstable();
    let mut ties = vec![0; rows.len()];
    for (tie, (_, _, at)) in (0..).zip(&order) {
        ties[*at as usize] = tie;
    }
    let starts = order.iter().step_by(TIES_PER_START);
    (ties, starts.map(|(start, _, _)| start.0).collect())
}
