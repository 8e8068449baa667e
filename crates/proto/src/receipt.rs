//! What pins an answer, before it becomes a message.

use sosie_similarity::{Digest, ProfileId, Timestamp};

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
    /// Version of the engine, as semver.
    pub engine_version: &'static str,
    /// Of the request as applied, see [`request_digest`](crate::request_digest).
    pub request_digest: Digest,
    /// The `as_of` applied; `None` where none was.
    pub as_of: Option<Timestamp>,
}
