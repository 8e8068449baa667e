//! Questions with personal data in them: in drafts, filters, ids, tokens, names of profiles.

use sosie_proto::pb;
use sosie_proto::pb::transparency_service_client::TransparencyServiceClient;
use sosie_tests::{Clients, raw_call};
use tonic::Response;

use super::plant::Planted;
use super::told::Told;

const FIND: &str = "/sosie.v1.SimilarEventsService/FindSimilarEvents";

/// A search with a field that the contract lacks.
#[derive(Clone, PartialEq, prost::Message)]
struct NewerFind {
    #[prost(message, optional, tag = "1")]
    query: Option<pb::SimilarityQuery>,
    #[prost(string, tag = "731")]
    organiser: String,
}

/// Puts what is planted in a record to every method, and looks at what is told. A draft comes back to who sent it, in the values of
/// the probe in the ledger: those are left out.
pub(super) async fn ask(clients: &Clients, planted: &Planted, told: &mut Told<'_>) {
    let mut similar = clients.similar_events.clone();
    for query in queries(planted) {
        let request = pb::FindSimilarEventsRequest {
            query: Some(query.clone()),
            ..Default::default()
        };
        let answer = similar.find_similar_events(request).await;
        let answer = answer.map(|answer| without_probe(answer.into_inner()));
        told.look("FindSimilarEvents", &answer);
        let request = pb::ExplainEventRequest {
            query: Some(query),
            event_id: planted.record.event_id.clone(),
        };
        let answer = similar.explain_event(request).await;
        told.look("ExplainEvent", &answer.map(Response::into_inner));
    }
    names(clients, planted, told).await;
    filters(clients, planted, told).await;
    statements(clients, planted, told).await;
}

/// The record as a draft, its ids as a probe, its codes in a filter, its word as a profile.
fn queries(planted: &Planted) -> [pb::SimilarityQuery; 4] {
    let (record, word) = (&planted.record, &planted.word);
    let draft = pb::DraftEvent {
        nature: record.nature.clone(),
        sector: record.sector.clone(),
        participants: Some(pb::Participants {
            best: Some(120),
            ..Default::default()
        }),
        ..Default::default()
    };
    let of = |kind| pb::SimilarityQuery {
        probe: Some(pb::Probe { kind: Some(kind) }),
        ..Default::default()
    };
    let drafted = of(pb::probe::Kind::Draft(draft.clone()));
    let plain = of(pb::probe::Kind::Draft(pb::DraftEvent {
        nature: Some("market".to_owned()),
        sector: Some(format!("marseille/{word}")),
        ..draft
    }));
    let filtered = pb::SimilarityQuery {
        filter: Some(filter(planted)),
        ..plain.clone()
    };
    let profile = pb::SimilarityQuery {
        profile: format!("{word}@1"),
        ..plain
    };
    let stored = of(pb::probe::Kind::EventId(record.event_id.clone()));
    [drafted, filtered, profile, stored]
}

fn filter(planted: &Planted) -> pb::Filter {
    let record = &planted.record;
    pb::Filter {
        nature_prefixes: record.nature.iter().cloned().collect(),
        sector_prefixes: record.sector.iter().cloned().collect(),
        source_ids: vec![record.source_id.clone(), planted.word.clone()],
        excluded_event_ids: vec![record.event_id.clone()],
        excluded_series_ids: record.series_id.iter().cloned().collect(),
        ..Default::default()
    }
}

fn without_probe(mut answer: pb::FindSimilarEventsResponse) -> pb::FindSimilarEventsResponse {
    for hit in &mut answer.hits {
        for line in &mut hit.ledger {
            line.probe_value = None;
        }
    }
    answer
}

/// An id that nobody has, a token that is none, and a field that nobody knows.
async fn names(clients: &Clients, planted: &Planted, told: &mut Told<'_>) {
    let mut events = clients.events.clone();
    let event_id = planted.record.event_id.clone();
    let answer = events.get_event(pb::GetEventRequest { event_id }).await;
    told.look("GetEvent", &answer.map(Response::into_inner));
    let newer = NewerFind {
        query: Some(queries(planted)[1].clone()),
        organiser: planted.word.clone(),
    };
    let answer = raw_call(&clients.channel, FIND, &newer).await;
    told.look("a newer FindSimilarEvents", &answer);
    let mut profiles = clients.profiles.clone();
    let profile = planted.word.clone();
    let answer = profiles
        .get_profile(pb::GetProfileRequest { profile })
        .await;
    told.look("GetProfile", &answer.map(Response::into_inner));
}

async fn filters(clients: &Clients, planted: &Planted, told: &mut Told<'_>) {
    let request = pb::ListEventsRequest {
        filter: Some(filter(planted)),
        page_token: String::new(),
        ..Default::default()
    };
    let token = pb::ListEventsRequest {
        page_token: planted.word.clone(),
        ..Default::default()
    };
    for request in [request, token] {
        let mut events = clients.events.clone();
        let answer = events.list_events(request).await;
        told.look("ListEvents", &answer.map(Response::into_inner));
    }
    let request = pb::CountFacetsRequest {
        filter: Some(filter(planted)),
        ..Default::default()
    };
    let answer = clients.similar_events.clone().count_facets(request).await;
    told.look("CountFacets", &answer.map(Response::into_inner));
}

/// A statement tells a draft to who sent it, so that only refusals of it are looked at here; a receipt that is made up is refused.
async fn statements(clients: &Clients, planted: &Planted, told: &mut Told<'_>) {
    let mut transparency = TransparencyServiceClient::new(clients.channel.clone());
    let [drafted, ..] = queries(planted);
    let request = pb::GetStatementRequest {
        query: Some(drafted.clone()),
        event_id: planted.record.event_id.clone(),
        language: pb::Language::French.into(),
        receipt: None,
    };
    let answer = transparency.get_statement(request).await;
    told.look(
        "GetStatement",
        &answer.map(|_| pb::GetStatementResponse::default()),
    );
    let receipt = pb::Receipt {
        generation_id: planted.word.clone(),
        profile: planted.word.clone(),
        ..Default::default()
    };
    let request = pb::ReplaySearchRequest {
        receipt: Some(receipt),
        request: Some(pb::FindSimilarEventsRequest {
            query: Some(drafted),
            ..Default::default()
        }),
    };
    let answer = transparency.replay_search(request).await;
    told.look("ReplaySearch", &answer.map(Response::into_inner));
}
