//! Events and series that are left out by name, as documents.

use std::collections::BTreeSet;

use sosie_similarity::{EventId, Filter, Search, SeriesId};

use crate::columns::Document;
use crate::error::SearchError;
use crate::snapshot::Part;

/// Live documents that no search with them gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Excluded {
    pub(crate) documents: BTreeSet<Document>,
}

/// What a filter excludes by name, and a search besides: its probe, and the probe's series if it says so.
pub(crate) fn excluded(
    part: &Part,
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
    let fields = part.fields();
    for id in events {
        documents.extend(part.documents(fields.event_id, id.as_str())?);
    }
    for id in series {
        documents.extend(part.documents(fields.series_id, id.as_str())?);
    }
    Ok(Excluded { documents })
}
