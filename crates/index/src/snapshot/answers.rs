//! Searches and explanations.

use sosie_similarity::{
    Answer, Candidate, Counts, EventId, Exclusion, Explanation, Hit, Page, Score, Search,
};

use super::merge::{Placed, merge};
use super::revisions::Found;
use super::{Part, Snapshot};
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
    /// Number of the search structure that it is in.
    pub part: usize,
    /// Its document there: with `part`, it stands for the id within one generation.
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
        let (placed, counts) = self.ranked(&prepared, page, path, cancel)?;
        let end = page.offset.saturating_add(page.limit);
        let has_more = placed.len() > end;
        let _span = tracing::trace_span!(target: "sosie::phase", "records").entered();
        let on_page = placed.iter().enumerate().take(end).skip(page.offset);
        let hits = on_page.map(|(at, placed)| self.hit(&prepared, at, placed));
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
        let (placed, counts) = self.ranked(&prepared, page, path, cancel)?;
        let on_page = placed.iter().skip(page.offset).take(page.limit);
        let ranked = on_page.map(|placed| Ranked {
            part: placed.part,
            document: placed.document(&self.parts),
            score: placed.scored.score,
        });
        Ok((ranked.collect(), counts))
    }

    /// One more than the page ends with: whether the list goes on.
    fn ranked(
        &self,
        prepared: &[Prepared],
        page: Page,
        path: Path,
        cancel: &Cancel,
    ) -> Result<(Vec<Placed>, Counts), SearchError> {
        let end = page.offset.saturating_add(page.limit).saturating_add(1);
        let collapse = prepared.iter().any(|part| part.search.collapse_series());
        let (mut lists, mut counts) = (Vec::new(), Counts::default());
        for (part, prepared) in self.parts.iter().zip(prepared) {
            let (list, counted) = best(part, prepared, TopK::new(end, collapse), path, cancel)?;
            lists.push(list);
            counts += counted;
        }
        let mut placed = merge(&self.parts, lists, collapse)?;
        placed.truncate(end);
        Ok((placed, counts))
    }

    fn hit(&self, prepared: &[Prepared], at: usize, placed: &Placed) -> Result<Hit, SearchError> {
        let Prepared { search, scorer, .. } = &prepared[placed.part];
        let event = self.parts[placed.part].event_of(placed.document(&self.parts))?;
        let ledger = scorer.ledger(&event.values());
        let series_member_count = if search.collapse_series() {
            self.member_count(prepared, placed)?
        } else {
            1
        };
        Ok(Hit {
            event,
            rank: at + 1,
            score: placed.scored.score,
            series_member_count,
            ledger,
        })
    }

    /// Members of the series of a row that are hits before collapse; 1 without a series.
    fn member_count(&self, prepared: &[Prepared], placed: &Placed) -> Result<usize, SearchError> {
        let own = &self.parts[placed.part];
        let mut members = member_count(own.blocks(), &prepared[placed.part], placed.scored.series);
        if self.parts.len() == 1 {
            return Ok(members);
        }
        let Some(series_id) = placed.series_id(&self.parts)? else {
            return Ok(members);
        };
        let search = prepared[placed.part].search;
        let others = self
            .parts
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != placed.part);
        for (_, part) in others {
            for document in part.documents(part.fields().series_id, &series_id)? {
                members += usize::from(part.is_hit(search, document)?);
            }
        }
        Ok(members)
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
        let Some(found) = self.revision(event_id, search.as_of())? else {
            return Ok(None);
        };
        let event = self.parts[found.part].event_of(found.document)?;
        let exclusions = search.exclusions(&Candidate {
            superseded: found.times.superseded,
            ..event.candidate()
        });
        let score = search.scorer().score(&event.values()).ok();
        let verdict = match score {
            Some(score) if exclusions.is_empty() => {
                self.stand(search, (found, score.score), cancel)?
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
        (found, score): (Found, f64),
        cancel: &Cancel,
    ) -> Result<Result<usize, Vec<Exclusion>>, SearchError> {
        let mut lists = Vec::new();
        for (part, prepared) in self.parts.iter().zip(&self.prepare(search, cancel)?) {
            // Not collapsed yet, so that the document itself is among them.
            let every = TopK::from_floor(score, false);
            lists.push(best(part, prepared, every, Path::Pruned, cancel)?.0);
        }
        let documents = self.parts[found.part].blocks().documents();
        let is_own = |scored: &&Scored| documents[scored.slot] == found.document;
        let own = lists[found.part].iter().find(is_own);
        let own = Placed {
            part: found.part,
            scored: *own.ok_or(IndexError::Malformed("ties"))?,
        };
        let ahead = self.ahead_of(&own, lists, search.collapse_series())?;
        for other in ahead.iter().filter(|_| search.collapse_series()) {
            if own.shares_series(other, &self.parts)? {
                let columns = self.parts[other.part].columns();
                let kept = columns.event_id(other.document(&self.parts))?;
                return Ok(Err(vec![Exclusion::SeriesCollapsed { kept }]));
            }
        }
        Ok(Ok(ahead.len() + 1))
    }

    /// What of sorted lists is better than a row, collapsed if asked.
    fn ahead_of(
        &self,
        own: &Placed,
        lists: Vec<Vec<Scored>>,
        collapse: bool,
    ) -> Result<Vec<Placed>, IndexError> {
        let mut better_lists = Vec::new();
        for (part, list) in lists.into_iter().enumerate() {
            let mut better = TopK::from_floor(own.scored.score.score, collapse);
            for scored in list {
                if !(Placed { part, scored }).rank(own, &self.parts)?.is_lt() {
                    break;
                }
                better.push(scored);
            }
            better_lists.push(better.into_sorted());
        }
        merge(&self.parts, better_lists, collapse)
    }

    fn prepare<'a>(
        &self,
        search: &'a Search,
        cancel: &Cancel,
    ) -> Result<Vec<Prepared<'a>>, SearchError> {
        let prepared = self.parts.iter().map(|part| {
            cancel.check()?;
            let (filter, as_of) = (search.filter(), Some(search.as_of()));
            let left_out = excluded(part, filter, Some(search))?;
            Ok(Prepared {
                search,
                scorer: search.scorer(),
                plan: Plan::new(search, part.blocks()),
                rows: RowFilter::new(part, filter, as_of, left_out, cancel)?,
            })
        });
        prepared.collect()
    }
}

impl Part {
    /// Whether a document is a hit before collapse, by its exact values.
    fn is_hit(&self, search: &Search, document: Document) -> Result<bool, IndexError> {
        let event = self.event_of(document)?;
        let candidate = Candidate {
            superseded: self.columns().times(document)?.superseded,
            ..event.candidate()
        };
        Ok(search.admits(&candidate) && search.scorer().score(&candidate.values).is_ok())
    }
}
