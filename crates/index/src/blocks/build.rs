//! Builds the structure from the columns of an index and writes its file: two passes over the columns, a sort,
//! and one pass over the sorted rows.
//!
//! Rows are sorted on disk. What is in memory for each event is four bytes: first the rank of its id, and once all
//! rows are read its place in the order of ties; for each series a segment's text and its number.

mod row;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use sosie_similarity::{Axis, CodePath};

use super::group::GroupKey;
use super::survey::Survey;
use crate::error::IndexError;
use crate::segments::{IdRanks, Segments};
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

/// Builds the structure of all live documents and writes it to a new file. Each sort holds `sort_memory_bytes`
/// at most; its files are in the directory of `path`.
///
/// # Errors
/// Those of the file system and of the columns.
pub(crate) fn build(
    segments: &Segments,
    ids: IdRanks,
    path: &Path,
    sort_memory_bytes: usize,
) -> Result<BuiltBlocks, IndexError> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let survey = Survey::of(segments, &ids)?;
    let mut reader = RowReader::new(&survey, &ids, dir, sort_memory_bytes);
    for (at, source) in segments.iter().enumerate() {
        reader.read(at, &source?)?;
    }
    let rows = reader.finish();
    drop(ids);
    let groups = rows.groups.values().map(|group| (group.key, group.rows));
    let built = BuiltBlocks {
        events: rows.count,
        series: survey.series.0 as u64,
        missing_by_axis: missing_by_axis(groups),
        natures: survey.natures.0.all().to_vec(),
        sectors: survey.sectors.0.all().to_vec(),
    };
    write::write(path, (segments, &survey), rows, sort_memory_bytes)?;
    Ok(built)
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

#[cfg(test)]
mod tests;
