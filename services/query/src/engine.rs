//! The one seam: what stands behind the gRPC layer.
//!
//! **Law.** An engine is one immutable generation: the same question gives the same answer for as long as it
//! lives, and a call that began on it ends on it.

use std::error::Error;

use sosie_index::{
    Cancel, FacetAnswer, FacetQuery, GenerationId, GuardEntry, IndexError, ListAnswer, ListQuery,
    SearchError, Snapshot, SourceEntry, SourceSummary,
};
use sosie_similarity::{
    Answer, Code, Digest, Event, EventId, Explanation, Page, Search, Timestamp,
};
use sosie_transparency::{
    GuardPart, Period, SourceDeclaration, SourceFacts, SourceFigures, VocabularyPart,
};

/// Which generation an engine answers from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenerationFacts {
    /// Its number.
    pub id: GenerationId,
    /// SHA-256 of its manifest, which pins every byte of it.
    pub digest: Digest,
}

/// What a generation was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSets {
    /// The generation as a record of the algorithm tells it.
    pub generation: sosie_transparency::GenerationFacts,
    /// Its data sets, by the order of their codes; their rows add up to its events.
    pub sources: Vec<SourceFacts>,
}

/// An engine gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The flag was set: nobody waits for the answer any more.
    #[error("cancelled")]
    Cancelled,
    /// The engine failed; the cause is for the log, not for the caller.
    #[error("{0}")]
    Failed(Box<dyn Error + Send + Sync>),
}

/// One immutable generation as the handlers see it. Every method blocks and is called on a thread that may.
pub trait Engine: Send + Sync + 'static {
    /// Which generation it is.
    fn generation(&self) -> GenerationFacts;

    /// Of the natures and of the sectors in use; `None` tells none.
    fn vocabularies(&self) -> Option<[Digest; 2]> {
        None
    }

    /// The files that it holds in memory, by their SHA-256, with their sizes in bytes: engines share those that are the
    /// same. None are counted as no memory.
    fn files(&self) -> Vec<(Digest, u64)> {
        Vec::new()
    }

    /// What its data sets are, and what their events show. Counts all events: for questions about the whole.
    ///
    /// # Errors
    /// [`EngineError`].
    fn data_sets(&self, cancel: &Cancel) -> Result<DataSets, EngineError>;

    /// A page of the true ranked list.
    ///
    /// # Errors
    /// [`EngineError`].
    fn search(&self, search: &Search, page: Page, cancel: &Cancel) -> Result<Answer, EngineError>;

    /// Where a stored event stands, or `None` if it is not stored.
    ///
    /// # Errors
    /// [`EngineError`].
    fn explain(
        &self,
        search: &Search,
        event_id: &EventId,
        cancel: &Cancel,
    ) -> Result<Option<Explanation>, EngineError>;

    /// Counts of candidates by facets.
    ///
    /// # Errors
    /// [`EngineError`].
    fn count_facets(&self, query: &FacetQuery, cancel: &Cancel)
    -> Result<FacetAnswer, EngineError>;

    /// The event of that id as it is known now, or as it was known at `as_of`, if it became known later only as it was
    /// first known; `None` if it is not stored, or withdrawn by then.
    ///
    /// # Errors
    /// [`EngineError::Failed`].
    fn event(
        &self,
        event_id: &EventId,
        as_of: Option<Timestamp>,
    ) -> Result<Option<Event>, EngineError>;

    /// A page of the events that pass a filter.
    ///
    /// # Errors
    /// [`EngineError`].
    fn list(
        &self,
        query: &ListQuery,
        page: Page,
        cancel: &Cancel,
    ) -> Result<ListAnswer, EngineError>;
}

impl From<IndexError> for EngineError {
    fn from(error: IndexError) -> Self {
        EngineError::Failed(error.into())
    }
}

impl From<SearchError> for EngineError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Cancelled => EngineError::Cancelled,
            SearchError::Index(error) => error.into(),
        }
    }
}

impl Engine for Snapshot {
    fn generation(&self) -> GenerationFacts {
        GenerationFacts {
            id: Snapshot::generation(self),
            digest: self.manifest_digest(),
        }
    }

    fn vocabularies(&self) -> Option<[Digest; 2]> {
        let manifest = self.manifest();
        Some([manifest.nature_digest, manifest.sector_digest])
    }

    fn files(&self) -> Vec<(Digest, u64)> {
        let files = self.manifest().files.iter();
        files.map(|file| (file.sha256, file.size_bytes)).collect()
    }

    fn data_sets(&self, cancel: &Cancel) -> Result<DataSets, EngineError> {
        let manifest = self.manifest();
        let mut summaries = self.sources(cancel)?;
        let mut sources = Vec::new();
        for entry in &manifest.sources {
            let summary = summaries.remove(&entry.source_id);
            sources.push(source_facts(
                declaration(entry),
                summary,
                Some(entry.refused),
            ));
        }
        // What came over the wire is of data sets that the index does not declare, and what was refused on the way is not in it.
        for (source_id, summary) in summaries {
            sources.push(source_facts(undeclared(source_id), Some(summary), None));
        }
        sources.sort_by(|a, b| a.declaration.source_id.cmp(&b.declaration.source_id));
        Ok(DataSets {
            generation: sosie_transparency::GenerationFacts {
                id: manifest.generation.to_string(),
                digest: self.manifest_digest(),
                content_digest: manifest.content_digest,
                event_count: manifest.event_count,
                created_time: manifest.created_time,
                guards: manifest.guards.iter().map(guard_part).collect(),
            },
            sources,
        })
    }

    fn search(&self, search: &Search, page: Page, cancel: &Cancel) -> Result<Answer, EngineError> {
        Ok(Snapshot::search(self, search, page, cancel)?)
    }

    fn explain(
        &self,
        search: &Search,
        event_id: &EventId,
        cancel: &Cancel,
    ) -> Result<Option<Explanation>, EngineError> {
        Ok(Snapshot::explain(self, search, event_id, cancel)?)
    }

    fn count_facets(
        &self,
        query: &FacetQuery,
        cancel: &Cancel,
    ) -> Result<FacetAnswer, EngineError> {
        Ok(Snapshot::count_facets(self, query, cancel)?)
    }

    fn event(
        &self,
        event_id: &EventId,
        as_of: Option<Timestamp>,
    ) -> Result<Option<Event>, EngineError> {
        Ok(match as_of {
            Some(as_of) => self.event_as_of(event_id, as_of)?,
            None => Snapshot::event(self, event_id)?,
        })
    }

    fn list(
        &self,
        query: &ListQuery,
        page: Page,
        cancel: &Cancel,
    ) -> Result<ListAnswer, EngineError> {
        Ok(Snapshot::list(self, query, page, cancel)?)
    }
}

fn declaration(entry: &SourceEntry) -> SourceDeclaration {
    SourceDeclaration {
        source_id: entry.source_id.clone(),
        name: entry.name.clone(),
        owner: entry.owner.clone(),
        licence: entry.licence.clone(),
        collection_method: entry.collection_method.clone(),
    }
}

fn guard_part(entry: &GuardEntry) -> GuardPart {
    let rules = entry.rules.as_ref();
    let vocabularies = rules.into_iter().flat_map(|rules| &rules.vocabularies);
    let vocabularies = vocabularies.map(|vocabulary| VocabularyPart {
        list: vocabulary.list.clone(),
        name: vocabulary.name.clone(),
        version: vocabulary.version.clone(),
        digest: vocabulary.digest.clone(),
    });
    GuardPart {
        from_position: entry.from_position,
        policy_digest: rules.map(|rules| rules.policy_digest.clone()),
        vocabularies: vocabularies.collect(),
    }
}

fn undeclared(source_id: Code) -> SourceDeclaration {
    SourceDeclaration {
        source_id,
        name: String::new(),
        owner: String::new(),
        licence: String::new(),
        collection_method: String::new(),
    }
}

fn source_facts(
    declaration: SourceDeclaration,
    summary: Option<SourceSummary>,
    refused_rows: Option<u64>,
) -> SourceFacts {
    let period = summary.as_ref().map(|summary| Period {
        first: summary.first_start,
        end: summary.last_end,
    });
    let figures = SourceFigures::new(
        summary.as_ref().map_or(0, |summary| summary.events),
        period,
        summary.as_ref().map(|summary| summary.last_known),
        summary.map_or_else(Default::default, |summary| summary.missing),
    );
    SourceFacts {
        declaration,
        figures: figures.expect("a summary counts what is there"),
        refused_rows,
    }
}
