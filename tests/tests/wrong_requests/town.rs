//! A server to ask wrongly, and what a refusal has to tell.

use sosie_proto::error::describe;
use sosie_proto::pb::{self, ErrorReason};
use sosie_tests::{Clients, Publisher, Running, record_log, synthetic_events};
use tempfile::TempDir;
use tonic::{Code, Response, Status};

/// In what is refused, and in no other text: what is told or logged may not have it.
pub(crate) const CANARY: &str = "731942";

/// A server over a few hundred events.
pub(crate) struct Town {
    pub(crate) _dir: TempDir,
    pub(crate) _server: Running,
    pub(crate) clients: Clients,
}

impl Town {
    pub(crate) async fn new() -> Town {
        record_log();
        let dir = TempDir::new().unwrap();
        Publisher::open(dir.path(), 1).publish(&synthetic_events(1, 300));
        let server = Running::start(dir.path()).await;
        let clients = server.clients().await;
        Town {
            _dir: dir,
            _server: server,
            clients,
        }
    }

    pub(crate) async fn find(
        &self,
        request: pb::FindSimilarEventsRequest,
    ) -> Result<pb::FindSimilarEventsResponse, Status> {
        let mut client = self.clients.similar_events.clone();
        client
            .find_similar_events(request)
            .await
            .map(Response::into_inner)
    }

    /// What the one request of a batch is refused with.
    pub(crate) async fn batched(&self, request: pb::FindSimilarEventsRequest) -> pb::SearchError {
        let batch = pb::BatchFindSimilarEventsRequest {
            requests: vec![request],
        };
        let mut client = self.clients.similar_events.clone();
        let mut answers = client
            .batch_find_similar_events(batch)
            .await
            .unwrap()
            .into_inner();
        let answer = answers.message().await.unwrap().unwrap();
        match answer.result.unwrap() {
            pb::batch_find_similar_events_response::Result::Error(error) => error,
            pb::batch_find_similar_events_response::Result::Response(found) => panic!("{found:?}"),
        }
    }

    pub(crate) async fn explain(&self, request: pb::ExplainEventRequest) -> Status {
        self.clients
            .similar_events
            .clone()
            .explain_event(request)
            .await
            .unwrap_err()
    }

    pub(crate) async fn count(&self, request: pb::CountFacetsRequest) -> Status {
        self.clients
            .similar_events
            .clone()
            .count_facets(request)
            .await
            .unwrap_err()
    }

    pub(crate) async fn list(
        &self,
        request: pb::ListEventsRequest,
    ) -> Result<pb::ListEventsResponse, Status> {
        self.clients
            .events
            .clone()
            .list_events(request)
            .await
            .map(Response::into_inner)
    }
}

/// The code of the reasons that are tested here.
pub(crate) fn code_of(reason: ErrorReason) -> Code {
    let is_a_name = matches!(
        reason,
        ErrorReason::EventNotFound | ErrorReason::ProfileNotFound
    );
    if is_a_name {
        Code::NotFound
    } else {
        Code::InvalidArgument
    }
}

/// One field at fault, told by the contract, and no value.
#[track_caller]
pub(crate) fn assert_told(status: &Status, reason: ErrorReason, field: &str, rule: &str) {
    let described = describe(status);
    assert_eq!(
        described.code,
        code_of(reason),
        "{field} {rule}: {status:?}"
    );
    assert_eq!(described.reason, Some(reason), "{field} {rule}: {status:?}");
    let told: Vec<_> = described
        .violations
        .iter()
        .map(|v| (&*v.field, &*v.reason))
        .collect();
    assert_eq!(told, [(field, rule)], "{status:?}");
    assert_no_canary(described.message.as_bytes());
    assert_no_canary(status.details());
}

#[track_caller]
pub(crate) fn assert_invalid(status: &Status, field: &str, rule: &str) {
    assert_told(status, ErrorReason::InvalidRequest, field, rule);
}

#[track_caller]
pub(crate) fn assert_no_canary(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    assert!(
        !text.contains(CANARY) && !text.contains("canary"),
        "a value is told: {text}"
    );
}

pub(crate) fn find_of(query: pb::SimilarityQuery) -> pb::FindSimilarEventsRequest {
    pb::FindSimilarEventsRequest {
        query: Some(query),
        ..Default::default()
    }
}
