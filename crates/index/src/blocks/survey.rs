//! The first pass over the columns: which names are in use, and how numbers are spread.

use std::collections::HashMap;

use sosie_similarity::{Code, CodePath};
use tantivy::DocId;

use super::codes::{NumberCodes, TimeCodes};
use super::layout::TIMES;
use super::mixed_order::Ranks;
use super::paths::{Paths, by_codes};
use crate::columns::{SegmentColumns, Texts, path_of};
use crate::error::IndexError;
use crate::segments::{IdRanks, Numbering, Segments, Source};

/// Values of each axis that are looked at to choose codes and ranks.
const SAMPLE_ROWS: u32 = 100_000;

/// What the first pass finds.
pub(super) struct Survey {
    pub(super) natures: (Paths, Numbering),
    /// Cumulated share of rows, by number of nature.
    pub(super) nature_ranks: Vec<u16>,
    pub(super) sectors: (Paths, Numbering),
    pub(super) sources: (Vec<Code>, Numbering),
    pub(super) series: (usize, Numbering),
    pub(super) participants: NumberCodes,
    pub(super) footprint: NumberCodes,
    pub(super) duration: NumberCodes,
    /// Of latitude, longitude, participants, area, duration.
    pub(super) ranks: [Ranks; 5],
    pub(super) times: [Option<TimeCodes>; TIMES],
}

impl Survey {
    pub(super) fn of(segments: &Segments, ids: &IdRanks) -> Result<Self, IndexError> {
        let natures = paths(segments, |columns| &columns.nature)?;
        let mut numbers = Numbers::default();
        numbers.read(segments, ids)?;
        let [latitude, longitude, participants, footprint, duration] = numbers.samples;
        let nature_ranks = ranks_of_rows(&natures.2);
        let sectors = paths(segments, |columns| &columns.sector)?;
        let (series, series_numbering) = names(segments, |columns| &columns.series_id, |_| ())?;
        Ok(Survey {
            natures: (natures.0, natures.1),
            nature_ranks,
            sectors: (sectors.0, sectors.1),
            sources: sources(segments)?,
            series: (series.len(), series_numbering),
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
    fn read(&mut self, segments: &Segments, ids: &IdRanks) -> Result<(), IndexError> {
        let step = (ids.count / SAMPLE_ROWS).max(1);
        for source in segments.iter() {
            let source = source?;
            let (columns, ids) = (&source.columns, ids.of_segment(&source));
            for doc in source.reader.doc_ids_alive() {
                let id = columns.event_id.number(doc);
                if id.is_some_and(|id| ids[id].is_multiple_of(step)) {
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
fn uses(source: &Source, texts: &Texts) -> Vec<u32> {
    let mut uses = vec![0; texts.len()];
    for doc in source.reader.doc_ids_alive() {
        if let Some(number) = texts.number(doc) {
            uses[number] += 1;
        }
    }
    uses
}

/// The paths that live documents have, with their numbering and the rows of each.
fn paths(
    segments: &Segments,
    of: impl Fn(&SegmentColumns) -> &Texts,
) -> Result<(Paths, Numbering, Vec<u64>), IndexError> {
    let mut found: HashMap<CodePath, u64> = HashMap::new();
    let mut texts_of: Vec<Vec<Option<CodePath>>> = Vec::new();
    for source in segments.iter() {
        let source = source?;
        let texts = of(&source.columns);
        let uses = uses(&source, texts);
        let mut paths = Vec::with_capacity(texts.len());
        texts.for_each(|number, text| {
            let path = path_of(text).filter(|_| uses[number] > 0);
            if let Some(path) = &path {
                *found.entry(path.clone()).or_default() += u64::from(uses[number]);
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

fn sources(segments: &Segments) -> Result<(Vec<Code>, Numbering), IndexError> {
    let code = |name: &[u8]| Code::new(std::str::from_utf8(name).ok()?).ok();
    let (codes, numbering) = names(segments, |columns| &columns.source_id, code)?;
    let codes: Option<Vec<_>> = codes.into_iter().collect();
    Ok((codes.ok_or(IndexError::Malformed("source_id"))?, numbering))
}

/// What `keep` makes of each text that live documents have, numbered in the order of bytes.
fn names<T>(
    segments: &Segments,
    of: impl Fn(&SegmentColumns) -> &Texts,
    keep: impl Fn(&[u8]) -> T,
) -> Result<(Vec<T>, Numbering), IndexError> {
    // Uses become numbers, in place.
    let mut numbering: Numbering = Vec::new();
    for source in segments.iter() {
        let source = source?;
        numbering.push(uses(&source, of(&source.columns)));
    }
    let mut names = Vec::new();
    segments.merge_texts(&of, |text, found| {
        let number = names.len() as u32;
        let mut is_used = false;
        for (segment, at) in found {
            let uses = &mut numbering[*segment][*at];
            is_used |= *uses > 0;
            *uses = number;
        }
        if is_used {
            names.push(keep(text));
        }
    })?;
    Ok((names, numbering))
}
