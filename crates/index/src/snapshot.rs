//! One verified generation, loaded: answers searches from columns, exact and in the order of SPEC.
//!
//! **Law.** Every answer equals that of [`sosie_similarity::reference`] over the same events, to the last bit:
//! both call the same scorer, the same filter and the same order.

mod scan;

use sosie_similarity::{
    Answer, Event, EventId, Exclusion, Explanation, Facet, FacetCounts, Filter, Footprint, Hit,
    Page, Search, Timestamp, admits_time,
};
use tantivy::schema::Value;
use tantivy::{DocAddress, Index, IndexReader, ReloadPolicy, Searcher, TantivyDocument};

use crate::cancel::Cancel;
use crate::columns::{Address, Columns};
use crate::error::{IndexError, SearchError};
use crate::generation::{GenerationId, Manifest, VerifiedGeneration};
use crate::record::{self, KnownTime};
use crate::schema::Fields;
use scan::{Scored, check, rows_passing, scan};

/// What a facet count asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetQuery {
    /// Conditions.
    pub filter: Filter,
    /// Nothing that ended or became known later counts.
    pub as_of: Timestamp,
    /// What to count by.
    pub facets: Vec<Facet>,
}

/// Counts under a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetAnswer {
    /// Events that pass.
    pub candidates: usize,
    /// One per facet asked for, in that order.
    pub counts: Vec<FacetCounts>,
}

/// Which events to list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// Conditions.
    pub filter: Filter,
    /// `None` lists future and planned events too.
    pub as_of: Option<Timestamp>,
}

/// A page of events, start ↓, then id ↑.
#[derive(Clone, Debug, PartialEq)]
pub struct ListAnswer {
    /// The events of the page.
    pub events: Vec<Event>,
    /// Whether the list goes on.
    pub has_more: bool,
}

/// A generation in memory; immutable, shared by all searches that began on it.
pub struct Snapshot {
    generation: VerifiedGeneration,
    fields: Fields,
    searcher: Searcher,
    columns: Columns,
}

impl Snapshot {
    /// Loads the columns of a verified generation.
    ///
    /// # Errors
    /// [`IndexError`], if the verified bytes are no index of this version.
    pub fn open(generation: VerifiedGeneration) -> Result<Self, IndexError> {
        let fields = Fields::new();
        if generation.manifest().schema_digest != fields.digest() {
            return Err(IndexError::Malformed("schema"));
        }
        let index = Index::open(generation.directory().clone())?;
        let searcher = searcher_of(&index)?;
        let columns = Columns::load(&searcher, |address| {
            footprint_of(&searcher, &fields, address)
        })?;
        if columns.len() as u64 != generation.manifest().event_count {
            return Err(IndexError::Malformed("event_count"));
        }
        Ok(Snapshot {
            generation,
            fields,
            searcher,
            columns,
        })
    }

    /// Which generation.
    pub fn generation(&self) -> GenerationId {
        self.generation.manifest().generation
    }

    /// What its manifest says.
    pub fn manifest(&self) -> &Manifest {
        self.generation.manifest()
    }

    /// SHA-256 of the manifest: pins every byte of the generation.
    pub fn manifest_digest(&self) -> sosie_similarity::Digest {
        self.generation.manifest_digest()
    }

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
        let (mut scored, counts) = scan(self, search, cancel)?;
        let end = page.offset.saturating_add(page.limit);
        let has_more = scored.len() > end;
        let order = |a: &Scored, b: &Scored| a.key(&self.columns).cmp(&b.key(&self.columns));
        if has_more {
            scored.select_nth_unstable_by(end, order);
            scored.truncate(end);
        }
        scored.sort_unstable_by(order);
        let scorer = search.scorer();
        let on_page = scored.iter().enumerate().skip(page.offset);
        let hits = on_page.map(|(at, scored)| {
            let event = self.event_at(scored.row)?;
            let ledger = scorer.ledger(&event.values());
            let series_member_count = scored.members;
            Ok(Hit {
                event,
                rank: at + 1,
                score: scored.score,
                series_member_count,
                ledger,
            })
        });
        Ok(Answer {
            hits: hits.collect::<Result<_, SearchError>>()?,
            has_more,
            counts,
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
        let Some(row) = self.columns.find(event_id) else {
            return Ok(None);
        };
        let event = self.event_at(row)?;
        let exclusions = search.exclusions(&event.candidate());
        let verdict = if exclusions.is_empty() {
            self.stand(search, row, cancel)?
        } else {
            Err(exclusions)
        };
        let score = search.scorer().score(&event.values()).ok();
        let ledger = search.scorer().ledger(&event.values());
        Ok(Some(Explanation {
            event,
            score,
            ledger,
            verdict,
        }))
    }

    /// The rank of a row that nothing keeps out, unless a better member of its series stands for it.
    fn stand(
        &self,
        search: &Search,
        row: usize,
        cancel: &Cancel,
    ) -> Result<Result<usize, Vec<Exclusion>>, SearchError> {
        let (scored, _) = scan(self, search, cancel)?;
        if let Some(own) = scored.iter().find(|scored| scored.row == row) {
            let key = own.key(&self.columns);
            let better = scored.iter().filter(|other| other.key(&self.columns) < key);
            return Ok(Ok(better.count() + 1));
        }
        let series = self.columns.series(row);
        let kept = scored
            .iter()
            .find(|scored| self.columns.series(scored.row) == series);
        let kept = kept.ok_or(IndexError::Malformed("series_id"))?;
        let kept = self.columns.candidate(kept.row).event_id.clone();
        Ok(Err(vec![Exclusion::SeriesCollapsed { kept }]))
    }

    /// Counts candidates by facets.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn count_facets(
        &self,
        query: &FacetQuery,
        cancel: &Cancel,
    ) -> Result<FacetAnswer, SearchError> {
        let mut counts = vec![FacetCounts::default(); query.facets.len()];
        let mut candidates = 0;
        for row in rows_passing(self, &query.filter)? {
            check(cancel)?;
            let candidate = self.columns.candidate(row);
            if admits_time(query.as_of, &candidate) && query.filter.passes(&candidate) {
                candidates += 1;
                for (facet, counts) in query.facets.iter().zip(&mut counts) {
                    counts.add(*facet, &candidate);
                }
            }
        }
        Ok(FacetAnswer { candidates, counts })
    }

    /// The event of that id.
    ///
    /// # Errors
    /// The index failed.
    pub fn event(&self, event_id: &EventId) -> Result<Option<Event>, SearchError> {
        self.columns
            .find(event_id)
            .map(|row| self.event_at(row))
            .transpose()
    }

    /// A page of the events that pass a filter.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn list(
        &self,
        query: &ListQuery,
        page: Page,
        cancel: &Cancel,
    ) -> Result<ListAnswer, SearchError> {
        let mut rows = Vec::new();
        for row in rows_passing(self, &query.filter)? {
            check(cancel)?;
            let candidate = self.columns.candidate(row);
            let in_time = query
                .as_of
                .is_none_or(|as_of| admits_time(as_of, &candidate));
            if in_time && query.filter.passes(&candidate) {
                rows.push(row);
            }
        }
        // Rows are in the order of ids, and the sort is stable.
        rows.sort_by_key(|row| std::cmp::Reverse(self.columns.candidate(*row).start));
        let has_more = rows.len() > page.offset.saturating_add(page.limit);
        let on_page = rows.into_iter().skip(page.offset).take(page.limit);
        let events: Result<_, SearchError> = on_page.map(|row| self.event_at(row)).collect();
        Ok(ListAnswer {
            events: events?,
            has_more,
        })
    }

    fn event_at(&self, row: usize) -> Result<Event, SearchError> {
        Ok(stored_event(
            &self.searcher,
            &self.fields,
            self.columns.address(row),
        )?)
    }
}

/// Opens the index once: the default policy would watch its directory from a thread of its own, which takes
/// lock files there long after the caller is done.
pub(crate) fn searcher_of(index: &Index) -> tantivy::Result<Searcher> {
    let reader: IndexReader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    Ok(reader.searcher())
}

/// The geometry of a stored event.
pub(crate) fn footprint_of(
    searcher: &Searcher,
    fields: &Fields,
    address: Address,
) -> Result<Option<Footprint>, IndexError> {
    Ok(stored_event(searcher, fields, address)?
        .parts()
        .stated
        .footprint
        .clone())
}

fn stored_event(
    searcher: &Searcher,
    fields: &Fields,
    address: Address,
) -> Result<Event, IndexError> {
    let document: TantivyDocument = searcher.doc(DocAddress::new(address.segment, address.doc))?;
    let record = document
        .get_first(fields.record)
        .and_then(|value| value.as_bytes());
    let record = record.ok_or(IndexError::Malformed("record"))?;
    // Stored records state their known time, so what is passed for an absent one is never used.
    Ok(record::parse_event(record, KnownTime::EndTime)?)
}
