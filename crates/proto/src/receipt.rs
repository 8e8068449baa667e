//! What pins an answer, before it becomes a message.

use prost::Message;
use sosie_similarity::{Digest, DigestStream, ProfileId, Timestamp};

use crate::pb;

/// What pins an answer: the same request with this `as_of`, on this generation, by this engine version, gives
/// the same bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The generation that answered, `gen-000001`.
    pub generation_id: String,
    /// SHA-256 of its manifest.
    pub generation_digest: Digest,
    /// The profile applied and the digest of its canonical form, before overrides; `None` if none was needed.
    pub profile: Option<(ProfileId, Digest)>,
    /// Of the natures and of the sectors in use; `None` where the engine tells none.
    pub vocabularies: Option<[Digest; 2]>,
    /// Version of the engine, as semver.
    pub engine_version: String,
    /// Of the request as applied, see [`request_digest`](crate::request_digest).
    pub request_digest: Digest,
    /// The `as_of` applied; `None` where none was.
    pub as_of: Option<Timestamp>,
}

/// Of many receipts: SHA-256 over each as a message of protobuf with its length as 8 bytes, big-endian, before it.
#[derive(Clone, Default)]
pub struct ReceiptsDigest(DigestStream);

impl ReceiptsDigest {
    /// The next receipt.
    pub fn add(&mut self, receipt: &pb::Receipt) {
        let message = receipt.encode_to_vec();
        self.0.bytes(&(message.len() as u64).to_be_bytes());
        self.0.bytes(&message);
    }

    /// That of all receipts so far.
    pub fn digest(&self) -> Digest {
        self.0.digest()
    }
}
