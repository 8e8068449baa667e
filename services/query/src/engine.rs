//! The one seam: what stands behind the gRPC layer.
//!
//! **Law.** An engine is one immutable generation: the same question gives the same answer for as long as it
//! lives, and a call that began on it ends on it.

use std::error::Error;

use sosie_index::{
    Cancel, FacetAnswer, FacetQuery, GenerationId, IndexError, ListAnswer, ListQuery, SearchError,
    Snapshot,
};
use sosie_similarity::{Answer, Digest, Event, EventId, Explanation, Page, Search, Timestamp};

/// Which generation an engine answers from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenerationFacts {
    /// Its number.
    pub id: GenerationId,
    /// SHA-256 of its manifest, which pins every byte of it.
    pub digest: Digest,
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

    /// The files that it holds in memory, by their SHA-256, with their sizes in bytes: engines share those that are the
    /// same. None are counted as no memory.
    fn files(&self) -> Vec<(Digest, u64)> {
        Vec::new()
    }

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

    fn files(&self) -> Vec<(Digest, u64)> {
        let files = self.manifest().files.iter();
        files.map(|file| (file.sha256, file.size_bytes)).collect()
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
