//! Searches and explanations.

use sosie_similarity::{
    Answer, Counts, Event, EventId, Exclusion, Explanation, Hit, Page, Score, Search,
};

use super::Snapshot;
use crate::cancel::Cancel;
use crate::columns::Document;
use crate::error::{IndexError, SearchError};
use crate::plan::Plan;
use crate::row_filter::{RowFilter, excluded};
use crate::search::{Path, Prepared, best, member_count};
use crate::top_k::{Scored, TopK};

/// A hit of which only the score is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Its document, counted over all segments: stands for its id within one generation.
    pub document: u32,
    /// Score and coverage.
    pub score: Score,
}

impl Snapshot {
    /// A page of the true ranked list.
    ///
    /// # Errors
    /// [`SearchError::Cancelled`], or the index failed.
    pub fn search(
        &self,
        search: &Search,
        page: Page,
        cancel: &Cancel,
    ) -> Result<Answer, SearchError> {
        self.search_by(search, page, Path::Pruned, cancel)
    }

    /// As [`Snapshot::search`], by a way to choose: all give the same hits.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn search_by(
        &self,
        search: &Search,
        page: Page,
        path: Path,
        cancel: &Cancel,
    ) -> Result<Answer, SearchError> {
        let prepared = self.prepare(search, cancel)?;
        let (scored, counts) = self.ranked(&prepared, page, path, cancel)?;
        let end = page.offset.saturating_add(page.limit);
        let has_more = scored.len() > end;
        let _span = tracing::trace_span!(target: "sosie::phase", "records").entered();
        let on_page = scored.iter().enumerate().take(end).skip(page.offset);
        let hits = on_page.map(|(at, scored)| self.hit(&prepared, at, scored));
        Ok(Answer {
            hits: hits.collect::<Result<_, _>>()?,
            has_more,
            counts,
        })
    }

    /// The ids and scores of a page, without its records: what a search costs by itself.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn rank(
        &self,
        search: &Search,
        page: Page,
        path: Path,
        cancel: &Cancel,
    ) -> Result<(Vec<Ranked>, Counts), SearchError> {
        let prepared = self.prepare(search, cancel)?;
        let (scored, counts) = self.ranked(&prepared, page, path, cancel)?;
        let on_page = scored.iter().skip(page.offset).take(page.limit);
        let ranked = on_page.map(|scored| Ranked {
            document: self.blocks().documents()[scored.slot],
            score: scored.score,
        });
        Ok((ranked.collect(), counts))
    }

    /// One more than the page ends with: whether the list goes on.
    fn ranked(
        &self,
        prepared: &Prepared,
        page: Page,
        path: Path,
        cancel: &Cancel,
    ) -> Result<(Vec<Scored>, Counts), SearchError> {
        let end = page.offset.saturating_add(page.limit);
        let top = TopK::new(end.saturating_add(1), prepared.search.collapse_series());
        best(self, prepared, top, path, cancel)
    }

    fn hit(&self, prepared: &Prepared, at: usize, scored: &Scored) -> Result<Hit, SearchError> {
        let search = prepared.search;
        let event = self.event_at(scored.slot)?;
        let ledger = search.scorer().ledger(&event.values());
        let series_member_count = if search.collapse_series() {
            member_count(self.blocks(), prepared, scored.series)
        } else {
            1
        };
        Ok(Hit {
            event,
            rank: at + 1,
            score: scored.score,
            series_member_count,
            ledger,
        })
    }

    /// Where a stored event stands, or `None` if it is not stored.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn explain(
        &self,
        search: &Search,
        event_id: &EventId,
        cancel: &Cancel,
    ) -> Result<Option<Explanation>, SearchError> {
        let Some(document) = self.find(event_id)? else {
            return Ok(None);
        };
        let event = self.event_of(document)?;
        let exclusions = search.exclusions(&event.candidate());
        let score = search.scorer().score(&event.values()).ok();
        let verdict = match score {
            Some(score) if exclusions.is_empty() => {
                self.stand(search, (document, score.score), cancel)?
            }
            Some(_) | None => Err(exclusions),
        };
        let ledger = search.scorer().ledger(&event.values());
        Ok(Some(Explanation {
            event,
            score,
            ledger,
            verdict,
        }))
    }

    /// The rank of a document that nothing keeps out, unless a better member of its series stands for it.
    fn stand(
        &self,
        search: &Search,
        (document, score): (Document, f64),
        cancel: &Cancel,
    ) -> Result<Result<usize, Vec<Exclusion>>, SearchError> {
        let prepared = self.prepare(search, cancel)?;
        let documents = self.blocks().documents();
        let collapse = search.collapse_series();
        // Not collapsed yet, so that the document itself is among them.
        let every = TopK::from_floor(score, false);
        let (scored, _) = best(self, &prepared, every, Path::Pruned, cancel)?;
        let is_own = |scored: &&Scored| documents[scored.slot] == document;
        let own = scored.iter().find(is_own);
        let own = *own.ok_or(IndexError::Malformed("ties"))?;
        let mut better = TopK::from_floor(score, collapse);
        let ahead = scored.iter().take_while(|other| other.rank(&own).is_lt());
        ahead.for_each(|other| better.push(*other));
        let better = better.into_sorted();
        let same_series = |other: &&Scored| collapse && own.shares_series(other);
        match better.iter().find(same_series) {
            None => Ok(Ok(better.len() + 1)),
            Some(kept) => {
                let kept = self.columns().event_id(documents[kept.slot])?;
                Ok(Err(vec![Exclusion::SeriesCollapsed { kept }]))
            }
        }
    }

    /// The event of that id.
    ///
    /// # Errors
    /// The index failed.
    pub fn event(&self, event_id: &EventId) -> Result<Option<Event>, SearchError> {
        let found = self.find(event_id)?;
        Ok(found.map(|document| self.event_of(document)).transpose()?)
    }

    pub(super) fn event_at(&self, slot: usize) -> Result<Event, SearchError> {
        Ok(self.event_of(self.blocks().documents()[slot])?)
    }

    fn prepare<'a>(
        &self,
        search: &'a Search,
        cancel: &Cancel,
    ) -> Result<Prepared<'a>, SearchError> {
        cancel.check()?;
        let (filter, as_of) = (search.filter(), Some(search.as_of()));
        let left_out = excluded(self, filter, Some(search))?;
        Ok(Prepared {
            search,
            plan: Plan::new(search, self.blocks()),
            rows: RowFilter::new(self, filter, as_of, left_out, cancel)?,
        })
    }
}
