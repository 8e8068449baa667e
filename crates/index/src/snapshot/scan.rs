//! The scan: every row that may pass is looked at, a block at a time.

use sosie_similarity::{CodePath, Counts, Filter, RankKey, Score, Search};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED, Term};

use super::Snapshot;
use crate::cancel::Cancel;
use crate::columns::{Address, Columns};
use crate::error::SearchError;
use crate::schema::facet;

/// Rows of a block: what is counted as one step of a scan.
const BLOCK_ROWS: usize = 64;

/// A hit, before its record is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored {
    pub(super) row: usize,
    pub(super) score: Score,
    pub(super) members: usize,
}

impl Scored {
    pub(super) fn key<'a>(&self, columns: &'a Columns) -> RankKey<'a> {
        let candidate = columns.candidate(self.row);
        RankKey {
            score: self.score,
            start: candidate.start,
            event_id: candidate.event_id,
        }
    }
}

/// All hits of a search, collapsed if it asks for that, in no order.
pub(super) fn scan(
    snapshot: &Snapshot,
    search: &Search,
    cancel: &Cancel,
) -> Result<(Vec<Scored>, Counts), SearchError> {
    let scorer = search.scorer();
    let mut counts = Counts::default();
    let mut scored = Vec::new();
    let mut last_block = None;
    for row in rows_passing(snapshot, search.filter())? {
        check(cancel)?;
        let candidate = snapshot.columns.candidate(row);
        if !search.admits(&candidate) {
            continue;
        }
        counts.candidates += 1;
        counts.rows_scored += 1;
        counts.blocks_scored += usize::from(last_block != Some(row / BLOCK_ROWS));
        last_block = Some(row / BLOCK_ROWS);
        if let Ok(score) = scorer.score(&candidate.values) {
            scored.push(Scored {
                row,
                score,
                members: 1,
            });
        }
    }
    counts.blocks_skipped = snapshot.columns.len().div_ceil(BLOCK_ROWS) - counts.blocks_scored;
    if search.collapse_series() {
        scored = collapsed(&snapshot.columns, scored);
    }
    Ok((scored, counts))
}

/// Of each series its best member, with the number of members that are hits.
fn collapsed(columns: &Columns, scored: Vec<Scored>) -> Vec<Scored> {
    // One past the place of a series in `kept`; 0 before its first member.
    let mut place_of_series = vec![0usize; columns.series_count()];
    let mut kept: Vec<Scored> = Vec::with_capacity(scored.len());
    for hit in scored {
        let Some(series) = columns.series(hit.row) else {
            kept.push(hit);
            continue;
        };
        let place = &mut place_of_series[series as usize];
        match place.checked_sub(1).map(|place| &mut kept[place]) {
            None => {
                kept.push(hit);
                *place = kept.len();
            }
            Some(best) => {
                let members = best.members + 1;
                let better = if hit.key(columns) < best.key(columns) {
                    hit
                } else {
                    *best
                };
                *best = Scored { members, ..better };
            }
        }
    }
    kept
}

/// Ends the work of a caller who has left.
pub(super) fn check(cancel: &Cancel) -> Result<(), SearchError> {
    if cancel.is_cancelled() {
        Err(SearchError::Cancelled)
    } else {
        Ok(())
    }
}

/// The rows that may pass a filter, ascending: where it asks for natures or sectors, those in the
/// postings of these facets. The other conditions are checked on columns, row by row.
pub(super) fn rows_passing(
    snapshot: &Snapshot,
    filter: &Filter,
) -> Result<impl Iterator<Item = usize>, SearchError> {
    let fields = &snapshot.fields;
    let asked = [
        (fields.nature, &filter.nature_prefixes),
        (fields.sector, &filter.sector_prefixes),
    ];
    let mut rows: Option<Vec<bool>> = None;
    for (field, prefixes) in asked
        .into_iter()
        .filter(|(_, prefixes)| !prefixes.is_empty())
    {
        let mut under = vec![false; snapshot.columns.len()];
        for prefix in prefixes {
            mark_rows_under(snapshot, field, prefix, &mut under)?;
        }
        rows = Some(match rows {
            None => under,
            Some(rows) => rows.into_iter().zip(under).map(|(a, b)| a && b).collect(),
        });
    }
    let all = 0..snapshot.columns.len();
    Ok(all.filter(move |row| rows.as_ref().is_none_or(|rows| rows[*row])))
}

/// tantivy indexes a facet with all its ancestors, so a prefix is one term.
fn mark_rows_under(
    snapshot: &Snapshot,
    field: Field,
    prefix: &CodePath,
    under: &mut [bool],
) -> Result<(), SearchError> {
    let term = Term::from_facet(field, &facet(prefix));
    for (segment, reader) in (0..).zip(snapshot.searcher.segment_readers()) {
        let index = reader.inverted_index(field)?;
        let postings = index.read_postings(&term, IndexRecordOption::Basic);
        let Some(mut postings) = postings.map_err(tantivy::TantivyError::from)? else {
            continue;
        };
        while postings.doc() != TERMINATED {
            // A deleted document is in its postings still, and has no row.
            if let Some(row) = snapshot.columns.row_of(Address {
                segment,
                doc: postings.doc(),
            }) {
                under[row] = true;
            }
            postings.advance();
        }
    }
    Ok(())
}
