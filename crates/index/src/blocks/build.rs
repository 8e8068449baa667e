//! Builds the structure from the columns of an index and writes its file: two passes over the columns, a sort,
//! and one pass over the sorted rows.

mod row;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use sosie_similarity::{Axis, CodePath};
use tantivy::SegmentReader;

use super::group::GroupKey;
use super::survey::{Source, Survey};
use crate::columns::SegmentColumns;
use crate::error::IndexError;
use row::RowReader;

/// What was built.
pub(crate) struct BuiltBlocks {
    /// Live events.
    pub(crate) events: u64,
    /// Distinct series.
    pub(crate) series: u64,
    /// Natures in use, sorted by their codes.
    pub(crate) natures: Vec<CodePath>,
    /// Sectors in use, sorted by their codes.
    pub(crate) sectors: Vec<CodePath>,
    /// Events without a value, by axis.
    pub(crate) missing_by_axis: BTreeMap<Axis, u64>,
}

/// Builds the structure of all live documents of some segments and writes it to a new file.
///
/// Holds about 120 bytes per event while it works.
///
/// # Errors
/// Those of the file system and of the columns.
pub(crate) fn build(segments: &[&SegmentReader], path: &Path) -> Result<BuiltBlocks, IndexError> {
    let segments = open(segments)?;
    let survey = Survey::of(&segments)?;
    u32::try_from(survey.rows).map_err(|_| IndexError::TooManyEvents)?;
    let mut reader = RowReader::new(&survey);
    for (at, segment) in segments.iter().enumerate() {
        reader.read(at, segment)?;
    }
    let read = reader.finish();
    write::write(path, &segments, (&survey, &read))?;
    Ok(BuiltBlocks {
        events: read.rows.len() as u64,
        series: survey.series.0 as u64,
        missing_by_axis: missing_by_axis(read.groups.iter().map(|group| (group.key, group.rows))),
        natures: survey.natures.0.all().to_vec(),
        sectors: survey.sectors.0.all().to_vec(),
    })
}

fn open<'a>(segments: &[&'a SegmentReader]) -> Result<Vec<Source<'a>>, IndexError> {
    let sources = segments.iter().copied().map(|reader| {
        Ok(Source {
            reader,
            columns: SegmentColumns::open(reader)?,
        })
    });
    sources.collect()
}

/// Whoever lacks a value is in a group of those who do.
fn missing_by_axis(groups: impl Iterator<Item = (GroupKey, u64)>) -> BTreeMap<Axis, u64> {
    let mut missing: BTreeMap<_, _> = Axis::ALL.map(|axis| (axis, 0)).into();
    for (key, rows) in groups {
        for axis in Axis::ALL {
            if !key.presence.has(axis) {
                *missing.entry(axis).or_default() += rows;
            }
        }
    }
    missing
}
