//! Events by their ids, in the revision that was known at an instant.

use sosie_similarity::{Event, EventId, Timestamp};

use super::Snapshot;
use crate::columns::{Document, Times};
use crate::error::{IndexError, SearchError};

/// A revision of an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) part: usize,
    pub(super) document: Document,
    pub(super) times: Times,
}

impl Snapshot {
    /// The event of that id, as it is known now.
    ///
    /// # Errors
    /// The index failed.
    pub fn event(&self, event_id: &EventId) -> Result<Option<Event>, SearchError> {
        let revisions = self.revisions(event_id)?;
        let head = revisions
            .into_iter()
            .find(|found| found.times.superseded.is_none());
        Ok(head.map(|found| self.event_of(found)).transpose()?)
    }

    /// The event of that id, as it was known at `as_of`; if it became known later only, as it was first known.
    ///
    /// # Errors
    /// The index failed.
    pub fn event_as_of(
        &self,
        event_id: &EventId,
        as_of: Timestamp,
    ) -> Result<Option<Event>, SearchError> {
        let found = self.revision(event_id, as_of)?;
        let is_withdrawn = |found: &Found| found.times.superseded.is_some_and(|from| from <= as_of);
        let found = found.filter(|found| !is_withdrawn(found));
        Ok(found.map(|found| self.event_of(found)).transpose()?)
    }

    /// The last revision that became known by `as_of`, be it superseded by then; else the first.
    pub(super) fn revision(
        &self,
        event_id: &EventId,
        as_of: Timestamp,
    ) -> Result<Option<Found>, IndexError> {
        let revisions = self.revisions(event_id)?;
        let known = revisions.iter().rfind(|found| found.times.known <= as_of);
        Ok(known.or(revisions.first()).copied())
    }

    /// All revisions, in the order in which they became known.
    fn revisions(&self, event_id: &EventId) -> Result<Vec<Found>, IndexError> {
        let mut revisions = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            for document in part.documents(part.fields().event_id, event_id.as_str())? {
                revisions.push(Found {
                    part: at,
                    document,
                    times: part.columns().times(document)?,
                });
            }
        }
        revisions.sort_by_key(|found| found.times.known);
        Ok(revisions)
    }

    fn event_of(&self, found: Found) -> Result<Event, IndexError> {
        self.parts[found.part].event_of(found.document)
    }
}
