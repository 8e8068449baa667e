//! What pins an answer.

use serde::{Deserialize, Serialize};
use sosie_proto::pb;

use crate::failure::Failure;
use crate::when;

/// [`pb::Receipt`]; it reads back as it was written.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceiptView {
    generation_id: String,
    generation_digest: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    profile: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    profile_digest: String,
    engine_version: String,
    request_digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    nature_digest: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    sector_digest: String,
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
            nature_digest: receipt.nature_digest.clone(),
            sector_digest: receipt.sector_digest.clone(),
        }
    }
}

impl ReceiptView {
    /// The receipt, as it is sent.
    ///
    /// # Errors
    /// [`Failure::Usage`] on `receipt.as_of`.
    pub(crate) fn message(self) -> Result<pb::Receipt, Failure> {
        let as_of = self.as_of.as_deref();
        let as_of = as_of.map(|text| when::instant("receipt.as_of", text, None));
        Ok(pb::Receipt {
            as_of: as_of.transpose()?,
            generation_id: self.generation_id,
            generation_digest: self.generation_digest,
            profile: self.profile,
            profile_digest: self.profile_digest,
            engine_version: self.engine_version,
            request_digest: self.request_digest,
            nature_digest: self.nature_digest,
            sector_digest: self.sector_digest,
        })
    }
}
