//! Events and series that are left out by name, as documents.

use std::collections::BTreeSet;

use sosie_similarity::{EventId, Filter, Search, SeriesId};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, TERMINATED, Term};

use crate::columns::Document;
use crate::error::{IndexError, SearchError};
use crate::snapshot::Snapshot;

/// Live documents that no search with them gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Excluded {
    pub(crate) documents: BTreeSet<Document>,
}

/// What a filter excludes by name, and a search besides: its probe, and the probe's series if it says so.
pub(crate) fn excluded(
    snapshot: &Snapshot,
    filter: &Filter,
    search: Option<&Search>,
) -> Result<Excluded, SearchError> {
    let mut events: BTreeSet<&EventId> = filter.excluded_event_ids.iter().collect();
    let mut series: BTreeSet<&SeriesId> = filter.excluded_series_ids.iter().collect();
    if let Some(search) = search {
        events.extend(search.probe().event_id());
        let own = search.probe().series_id();
        series.extend(own.filter(|_| search.exclude_probe_series()));
    }
    let mut documents = BTreeSet::new();
    let fields = snapshot.fields();
    for id in events {
        add_documents(snapshot, (fields.event_id, id.as_str()), &mut documents)?;
    }
    for id in series {
        add_documents(snapshot, (fields.series_id, id.as_str()), &mut documents)?;
    }
    Ok(Excluded { documents })
}

/// The live documents that have `text` in a field.
fn add_documents(
    snapshot: &Snapshot,
    (field, text): (Field, &str),
    documents: &mut BTreeSet<Document>,
) -> Result<(), IndexError> {
    let term = Term::from_field_text(field, text);
    for (segment, reader) in (0..).zip(snapshot.searcher().segment_readers()) {
        let index = reader.inverted_index(field)?;
        let postings = index.read_postings(&term, IndexRecordOption::Basic)?;
        let Some(mut postings) = postings else {
            continue;
        };
        while postings.doc() != TERMINATED {
            // A deleted document is in its postings still.
            if !reader.is_deleted(postings.doc()) {
                let address = DocAddress::new(segment, postings.doc());
                documents.insert(snapshot.columns().document(address));
            }
            postings.advance();
        }
    }
    Ok(())
}

impl Snapshot {
    /// The live document of an id.
    pub(crate) fn find(&self, event_id: &EventId) -> Result<Option<Document>, IndexError> {
        let mut documents = BTreeSet::new();
        let field = self.fields().event_id;
        add_documents(self, (field, event_id.as_str()), &mut documents)?;
        Ok(documents.into_iter().next())
    }
}
