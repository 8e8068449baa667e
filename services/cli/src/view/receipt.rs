//! What pins an answer.

use serde::Serialize;
use sosie_proto::pb;

use crate::when;

/// [`pb::Receipt`].
#[derive(Debug, Serialize)]
pub(crate) struct ReceiptView {
    generation_id: String,
    generation_digest: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    profile: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    profile_digest: String,
    engine_version: String,
    request_digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
}

impl From<&pb::Receipt> for ReceiptView {
    fn from(receipt: &pb::Receipt) -> Self {
        ReceiptView {
            generation_id: receipt.generation_id.clone(),
            generation_digest: receipt.generation_digest.clone(),
            profile: receipt.profile.clone(),
            profile_digest: receipt.profile_digest.clone(),
            engine_version: receipt.engine_version.clone(),
            request_digest: receipt.request_digest.clone(),
            as_of: receipt.as_of.as_ref().map(when::utc_text),
        }
    }
}
