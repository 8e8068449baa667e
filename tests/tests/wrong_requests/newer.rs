//! A client of a later contract: what it says and we do not know may change the answer, so it is refused.

use sosie_proto::pb;
use sosie_tests::raw_call;

use crate::parts::{draft, query_of};
use crate::town::{Town, assert_invalid};

/// A request that has learned a field.
#[derive(Clone, PartialEq, prost::Message)]
struct NewerFindRequest {
    #[prost(message, optional, tag = "1")]
    query: Option<pb::SimilarityQuery>,
    #[prost(string, tag = "731")]
    organiser: String,
}

/// A message that is none of the contract.
#[derive(Clone, PartialEq, prost::Message)]
struct Stranger {
    #[prost(string, tag = "1")]
    query: String,
}

const FIND: &str = "/sosie.v1.SimilarEventsService/FindSimilarEvents";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_field_that_the_contract_does_not_have_is_refused_and_named_by_its_number() {
    let town = Town::new().await;
    let channel = &town.clients.channel;
    let newer = NewerFindRequest {
        query: Some(query_of(draft())),
        organiser: "canary-731942".to_owned(),
    };
    let refused = raw_call(channel, FIND, &newer).await.unwrap_err();
    assert_invalid(&refused, "731", "UNKNOWN_FIELD");
    let stranger = Stranger {
        query: "canary-731942".to_owned(),
    };
    let refused = raw_call(channel, FIND, &stranger).await.unwrap_err();
    assert_invalid(&refused, "", "MALFORMED");
}
