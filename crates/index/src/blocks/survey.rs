//! The first pass over the columns: which names are in use, and how numbers are spread.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use sosie_similarity::{Code, CodePath};
use tantivy::{DocId, SegmentReader};

use super::codes::{NumberCodes, TimeCodes};
use super::layout::TIMES;
use super::mixed_order::Ranks;
use super::paths::{Paths, by_codes};
use crate::columns::{SegmentColumns, Texts, path_of};
use crate::error::IndexError;

/// Values of each axis that are looked at to choose codes and ranks.
const SAMPLE_ROWS: usize = 100_000;

/// A segment and its columns.
pub(super) struct Source<'a> {
    pub(super) reader: &'a SegmentReader,
    pub(super) columns: SegmentColumns,
}

/// Numbers that hold over all segments for the texts of each: by segment, by the segment's number.
pub(super) type Numbering = Vec<Vec<u32>>;

/// What the first pass finds.
pub(super) struct Survey {
    pub(super) rows: usize,
    pub(super) natures: (Paths, Numbering),
    /// Cumulated share of rows, by number of nature.
    pub(super) nature_ranks: Vec<u16>,
    pub(super) sectors: (Paths, Numbering),
    pub(super) sources: (Vec<Code>, Numbering),
    pub(super) series: (usize, Numbering),
    /// The place of each event id in the order of bytes.
    pub(super) ids: Numbering,
    pub(super) participants: NumberCodes,
    pub(super) footprint: NumberCodes,
    pub(super) duration: NumberCodes,
    /// Of latitude, longitude, participants, area, duration.
    pub(super) ranks: [Ranks; 5],
    pub(super) times: [Option<TimeCodes>; TIMES],
}

impl Survey {
    pub(super) fn of(segments: &[Source]) -> Result<Self, IndexError> {
        let rows: usize = segments
            .iter()
            .map(|segment| segment.reader.num_docs() as usize)
            .sum();
        let natures = paths(segments, |columns| &columns.nature)?;
        let ids = id_ranks(segments)?;
        let mut numbers = Numbers::default();
        numbers.read(segments, &ids, (rows / SAMPLE_ROWS).max(1))?;
        let [latitude, longitude, participants, footprint, duration] = numbers.samples;
        let nature_ranks = ranks_of_rows(&natures.2);
        let sectors = paths(segments, |columns| &columns.sector)?;
        Ok(Survey {
            rows,
            natures: (natures.0, natures.1),
            nature_ranks,
            sectors: (sectors.0, sectors.1),
            sources: sources(segments)?,
            series: series(segments)?,
            ids,
            participants: NumberCodes::of_sample(participants.clone()),
            footprint: NumberCodes::of_sample(footprint.clone()),
            duration: NumberCodes::of_sample(duration.clone()),
            ranks: [latitude, longitude, participants, footprint, duration].map(Ranks::of_sample),
            times: numbers.times.map(|range| range.codes()),
        })
    }
}

#[derive(Default)]
struct Numbers {
    samples: [Vec<f64>; 5],
    times: [TimeRange; TIMES],
}

impl Numbers {
    /// Samples every so many-th id, so that the same events give the same codes, whatever their segments.
    fn read(
        &mut self,
        segments: &[Source],
        ids: &Numbering,
        step: usize,
    ) -> Result<(), IndexError> {
        for (Source { reader, columns }, ids) in segments.iter().zip(ids) {
            for doc in reader.doc_ids_alive() {
                let id = columns.event_id.number(doc);
                if id.is_some_and(|id| (ids[id] as usize).is_multiple_of(step)) {
                    self.sample(columns, doc);
                }
                let times = columns.times(doc)?;
                self.times[0].add(times.end.as_micros());
                self.times[1].add(times.known.as_micros());
            }
        }
        Ok(())
    }

    fn sample(&mut self, columns: &SegmentColumns, doc: DocId) {
        let location = columns.location(doc);
        let values = [
            location.map(|at| at.latitude_degrees()),
            location.map(|at| at.longitude_degrees()),
            columns.participants(doc).map(|count| count.best() as f64),
            columns.footprint_area_m2.first(doc),
            columns.duration_s.first(doc),
        ];
        for (sample, value) in self.samples.iter_mut().zip(values) {
            sample.extend(value);
        }
    }
}

/// First and last instant, and whether all are whole seconds apart.
#[derive(Clone, Copy, Default)]
struct TimeRange(Option<(i64, i64, bool)>);

impl TimeRange {
    fn add(&mut self, micros: i64) {
        let (first, last, whole) = self.0.unwrap_or((micros, micros, true));
        let whole = whole && (micros - first) % 1_000_000 == 0;
        self.0 = Some((first.min(micros), last.max(micros), whole));
    }

    fn codes(self) -> Option<TimeCodes> {
        self.0
            .map(|(first, last, whole)| TimeCodes::new(first, last, whole))
    }
}

/// How many live documents have each text of a segment.
fn uses(segment: &Source, texts: &Texts) -> Vec<u64> {
    let mut uses = vec![0; texts.len()];
    for doc in segment.reader.doc_ids_alive() {
        if let Some(number) = texts.number(doc) {
            uses[number] += 1;
        }
    }
    uses
}

/// The paths that live documents have, with their numbering and the rows of each.
fn paths(
    segments: &[Source],
    of: impl Fn(&SegmentColumns) -> &Texts,
) -> Result<(Paths, Numbering, Vec<u64>), IndexError> {
    let mut found: HashMap<CodePath, u64> = HashMap::new();
    let mut texts_of: Vec<Vec<Option<CodePath>>> = Vec::new();
    for segment in segments {
        let texts = of(&segment.columns);
        let uses = uses(segment, texts);
        let mut paths = Vec::with_capacity(texts.len());
        texts.for_each(|number, text| {
            let path = path_of(text).filter(|_| uses[number] > 0);
            if let Some(path) = &path {
                *found.entry(path.clone()).or_default() += uses[number];
            }
            paths.push(path);
        })?;
        texts_of.push(paths);
    }
    let mut sorted: Vec<_> = found.into_iter().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| by_codes(a, b));
    let (paths, rows): (Vec<_>, Vec<_>) = sorted.into_iter().unzip();
    let paths = Paths::new(paths, &rows);
    let number = |path: Option<CodePath>| {
        path.and_then(|path| paths.find(&path))
            .map_or(u32::MAX, |number| number as u32)
    };
    let numbering = texts_of
        .into_iter()
        .map(|texts| texts.into_iter().map(number).collect())
        .collect();
    Ok((paths, numbering, rows))
}

/// For each path, where the middle of its rows is among 1,024 parts of all.
fn ranks_of_rows(rows: &[u64]) -> Vec<u16> {
    let total = rows.iter().sum::<u64>().max(1);
    let mut before = 0;
    let ranks = rows.iter().map(|rows| {
        let middle = before + rows / 2;
        before += rows;
        (middle * 1_023 / total) as u16
    });
    ranks.collect()
}

fn sources(segments: &[Source]) -> Result<(Vec<Code>, Numbering), IndexError> {
    let (names, numbering) = names(segments, |columns| &columns.source_id)?;
    let codes: Option<Vec<_>> = names.iter().map(|name| Code::new(name).ok()).collect();
    let codes = codes.ok_or(IndexError::Malformed("source_id"))?;
    Ok((codes, numbering))
}

fn series(segments: &[Source]) -> Result<(usize, Numbering), IndexError> {
    let (names, numbering) = names(segments, |columns| &columns.series_id)?;
    Ok((names.len(), numbering))
}

/// The texts that live documents have, numbered as they come.
fn names(
    segments: &[Source],
    of: impl Fn(&SegmentColumns) -> &Texts,
) -> Result<(Vec<String>, Numbering), IndexError> {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut names = Vec::new();
    let mut numbering = Vec::new();
    for segment in segments {
        let texts = of(&segment.columns);
        let uses = uses(segment, texts);
        let mut own = Vec::with_capacity(texts.len());
        texts.for_each(|at, text| {
            own.push(match (uses[at], numbers.get(text)) {
                (0, _) => u32::MAX,
                (_, Some(number)) => *number,
                (_, None) => {
                    let number = names.len() as u32;
                    numbers.insert(text.to_owned(), number);
                    names.push(text.to_owned());
                    number
                }
            });
        })?;
        numbering.push(own);
    }
    Ok((names, numbering))
}

/// Merges the sorted ids of all segments. One that several segments hold, live in one of them at most, has one
/// rank.
fn id_ranks(segments: &[Source]) -> Result<Numbering, IndexError> {
    let mut ranks: Numbering = Vec::new();
    let mut streams = Vec::new();
    for segment in segments {
        let texts = &segment.columns.event_id;
        ranks.push(vec![0; texts.len()]);
        let stream = texts.column().map(|column| column.dictionary().stream());
        streams.push(stream.transpose()?);
    }
    let mut heads: BinaryHeap<Reverse<(Vec<u8>, usize)>> = BinaryHeap::new();
    let mut taken = vec![0; segments.len()];
    for (segment, stream) in streams.iter_mut().enumerate() {
        if let Some(stream) = stream
            && stream.advance()
        {
            heads.push(Reverse((stream.key().to_vec(), segment)));
        }
    }
    let mut rank = 0;
    while let Some(Reverse((mut key, segment))) = heads.pop() {
        ranks[segment][taken[segment]] = rank;
        taken[segment] += 1;
        let again = heads.peek().is_some_and(|Reverse((next, _))| *next == key);
        rank += u32::from(!again);
        if let Some(stream) = &mut streams[segment]
            && stream.advance()
        {
            key.clear();
            key.extend_from_slice(stream.key());
            heads.push(Reverse((key, segment)));
        }
    }
    Ok(ranks)
}
