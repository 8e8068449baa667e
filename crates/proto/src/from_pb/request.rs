//! Requests, method by method. Paths start at the request.

use sosie_similarity::limits::BATCH_SEARCHES_MAX;
use sosie_similarity::{
    Depth, EventId, Facet, Filter, Invalid, ProfileRef, Query, Rule, Timestamp,
};

use super::page::{PageRequest, page};
use super::{At, choice, filter, probe, query, required, time};
use crate::page_token::PagedList;
use crate::pb;

/// `FindSimilarEvents`, or an entry of its batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// The question.
    pub query: Query,
    /// Which page of the answer.
    pub page: PageRequest,
    /// Whether hits carry their geometry.
    pub include_footprints: bool,
}

impl Find {
    /// The time that counts as now for a query without `as_of`: that of the first page, which the token
    /// keeps, else `clock`.
    pub fn now(&self, clock: Timestamp) -> Timestamp {
        match self.page.token.map(|token| token.list) {
            Some(PagedList::Hits { as_of }) => as_of,
            Some(PagedList::Events) | None => clock,
        }
    }
}

/// `ExplainEvent`.
#[derive(Clone, Debug, PartialEq)]
pub struct Explain {
    /// The question.
    pub query: Query,
    /// The event that is explained.
    pub event_id: EventId,
}

/// `CountFacets`.
#[derive(Clone, Debug, PartialEq)]
pub struct CountFacets {
    /// Which events are candidates.
    pub filter: Filter,
    /// Default: now.
    pub as_of: Option<Timestamp>,
    /// What to count by, at least one, no two equal.
    pub facets: Vec<Facet>,
}

/// `ListEvents`.
#[derive(Clone, Debug, PartialEq)]
pub struct ListEvents {
    /// Which events.
    pub filter: Filter,
    /// Only events that had ended and were known by then; `None` is no such condition.
    pub as_of: Option<Timestamp>,
    /// Which page of the list.
    pub page: PageRequest,
    /// Whether events carry their geometry.
    pub include_footprints: bool,
}

/// A call of `FindSimilarEvents`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn find(request: pb::FindSimilarEventsRequest) -> Result<Find, Invalid> {
    let pb::FindSimilarEventsRequest {
        query,
        page_size,
        page_token,
        include_footprints,
    } = request;
    let is_of_list = |list| matches!(list, PagedList::Hits { .. });
    Ok(Find {
        query: similarity_query(query)?,
        page: page(page_size, &page_token, is_of_list)?,
        include_footprints,
    })
}

/// The entries of a batch, unread: each is refused on its own, by [`batched_find`].
///
/// # Errors
/// On `requests`, if it has none or too many.
pub fn batch(
    request: pb::BatchFindSimilarEventsRequest,
) -> Result<Vec<pb::FindSimilarEventsRequest>, Invalid> {
    let pb::BatchFindSimilarEventsRequest { requests } = request;
    match requests.len() {
        0 => Err(Invalid::new("requests", Rule::Required)),
        1..=BATCH_SEARCHES_MAX => Ok(requests),
        _ => Err(Invalid::new("requests", Rule::TooMany(BATCH_SEARCHES_MAX))),
    }
}

/// An entry of a batch: a [`find`] that begins at the first page. Paths start at the entry.
///
/// # Errors
/// On the field that breaks a rule; a page token is [`Rule::ForeignPageToken`].
pub fn batched_find(request: pb::FindSimilarEventsRequest) -> Result<Find, Invalid> {
    if request.page_token.is_empty() {
        find(request)
    } else {
        Err(Invalid::new("page_token", Rule::ForeignPageToken))
    }
}

/// A call of `ExplainEvent`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn explain(request: pb::ExplainEventRequest) -> Result<Explain, Invalid> {
    let pb::ExplainEventRequest { query, event_id } = request;
    Ok(Explain {
        query: similarity_query(query)?,
        event_id: probe::id_of_event(&event_id).at("event_id")?,
    })
}

/// A call of `CountFacets`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn count_facets(request: pb::CountFacetsRequest) -> Result<CountFacets, Invalid> {
    let pb::CountFacetsRequest {
        filter,
        as_of,
        facets,
    } = request;
    Ok(CountFacets {
        filter: filter::filter(filter).at("filter")?,
        as_of: time::as_of(as_of)?,
        facets: self::facets(facets).at("facets")?,
    })
}

/// A call of `ListEvents`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn list_events(request: pb::ListEventsRequest) -> Result<ListEvents, Invalid> {
    let pb::ListEventsRequest {
        filter,
        as_of,
        page_size,
        page_token,
        include_footprints,
    } = request;
    Ok(ListEvents {
        filter: filter::filter(filter).at("filter")?,
        as_of: time::as_of(as_of)?,
        page: page(page_size, &page_token, |list| list == PagedList::Events)?,
        include_footprints,
    })
}

/// The event that a call of `GetEvent` names.
///
/// # Errors
/// On `event_id`.
pub fn event_id(request: pb::GetEventRequest) -> Result<EventId, Invalid> {
    let pb::GetEventRequest { event_id } = request;
    probe::id_of_event(&event_id).at("event_id")
}

/// The profile that a call of `GetProfile` names.
///
/// # Errors
/// On `profile`.
pub fn profile_ref(request: pb::GetProfileRequest) -> Result<ProfileRef, Invalid> {
    let pb::GetProfileRequest { profile } = request;
    query::profile_named(&profile).at("profile")
}

fn similarity_query(query: Option<pb::SimilarityQuery>) -> Result<Query, Invalid> {
    let query = required(query).at("query")?;
    query::similarity_query(query).at("query")
}

/// None asked for is each once, paths at every depth.
fn facets(requests: Vec<pb::FacetRequest>) -> Result<Vec<Facet>, Invalid> {
    if requests.is_empty() {
        return Ok(vec![
            Facet::Nature(None),
            Facet::Sector(None),
            Facet::Month,
            Facet::Weekday,
            Facet::Source,
        ]);
    }
    // Distinct facets are few, so a list without repetitions is short by itself.
    let mut facets = Vec::new();
    for (at, request) in requests.into_iter().enumerate() {
        let place = format!("[{at}]");
        let facet = facet(request).at(&place)?;
        if facets.contains(&facet) {
            return Err(Invalid::new(place, Rule::Duplicate));
        }
        facets.push(facet);
    }
    Ok(facets)
}

fn facet(request: pb::FacetRequest) -> Result<Facet, Invalid> {
    let pb::FacetRequest { facet, depth } = request;
    let facet = choice::known(facet).at("facet")?;
    let depth = depth.map(Depth::new).transpose().at("depth")?;
    match (facet, depth) {
        (pb::Facet::Unspecified, _) => Err(Invalid::new("facet", Rule::Required)),
        (pb::Facet::Nature, depth) => Ok(Facet::Nature(depth)),
        (pb::Facet::Sector, depth) => Ok(Facet::Sector(depth)),
        (pb::Facet::Month, None) => Ok(Facet::Month),
        (pb::Facet::Weekday, None) => Ok(Facet::Weekday),
        (pb::Facet::Source, None) => Ok(Facet::Source),
        (pb::Facet::Month | pb::Facet::Weekday | pb::Facet::Source, Some(_)) => {
            Err(Invalid::new("depth", Rule::Malformed))
        }
    }
}

#[cfg(test)]
mod tests;
