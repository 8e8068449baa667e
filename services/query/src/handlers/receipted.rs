//! Where an answer has its receipt: the audit log keeps it.

use sosie_proto::pb;
use sosie_proto::pb::replay_search_response::Result as Replayed;

/// An answer that may have a receipt.
pub(super) trait Receipted {
    /// What it was made from.
    fn receipt(&self) -> Option<&pb::Receipt>;
}

macro_rules! receipted {
    ($($answer:ident),*) => {$(
        impl Receipted for pb::$answer {
            fn receipt(&self) -> Option<&pb::Receipt> {
                self.receipt.as_ref()
            }
        }
    )*};
}

receipted!(
    FindSimilarEventsResponse,
    ExplainEventResponse,
    CountFacetsResponse,
    GetEventResponse,
    ListEventsResponse,
    GetAlgorithmRecordResponse,
    GetStatementResponse,
    DiffProfilesResponse,
    MeasureSensitivityResponse
);

impl Receipted for pb::ReplaySearchResponse {
    fn receipt(&self) -> Option<&pb::Receipt> {
        match self.result.as_ref()? {
            Replayed::Response(response) => response.receipt.as_ref(),
            Replayed::Refusal(_) => None,
        }
    }
}

impl Receipted for pb::GetProfileResponse {
    fn receipt(&self) -> Option<&pb::Receipt> {
        None
    }
}

impl Receipted for pb::ListProfilesResponse {
    fn receipt(&self) -> Option<&pb::Receipt> {
        None
    }
}
