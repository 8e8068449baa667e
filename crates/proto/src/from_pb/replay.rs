//! An answer that is asked for again.

use sosie_similarity::{Digest, Invalid, ProfileId, ProfileRef, Rule};

use super::{At, Find, find, required, required_text, time};
use crate::{Receipt, pb};

/// `ReplaySearch`.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// What pins the answer; its profile and `as_of` are there.
    pub receipt: Receipt,
    /// The request.
    pub find: Find,
}

/// A call of `ReplaySearch`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn replay_search(request: pb::ReplaySearchRequest) -> Result<Replay, Invalid> {
    let pb::ReplaySearchRequest { receipt, request } = request;
    let receipt = required(receipt).at("receipt")?;
    Ok(Replay {
        receipt: self::receipt(receipt).at("receipt")?,
        find: find(required(request).at("request")?).at("request")?,
    })
}

/// The receipt of a search.
pub(super) fn receipt(receipt: pb::Receipt) -> Result<Receipt, Invalid> {
    let pb::Receipt {
        generation_id,
        generation_digest,
        profile,
        profile_digest,
        engine_version,
        request_digest,
        as_of,
        nature_digest,
        sector_digest,
    } = receipt;
    let as_of = required(time::as_of(as_of)?).at("as_of")?;
    Ok(Receipt {
        generation_id: required_text(&generation_id)
            .at("generation_id")?
            .to_owned(),
        generation_digest: digest(&generation_digest).at("generation_digest")?,
        profile: Some((
            profile_id(&profile).at("profile")?,
            digest(&profile_digest).at("profile_digest")?,
        )),
        vocabularies: vocabularies(&nature_digest, &sector_digest)?,
        engine_version: required_text(&engine_version)
            .at("engine_version")?
            .to_owned(),
        request_digest: digest(&request_digest).at("request_digest")?,
        as_of: Some(as_of),
    })
}

/// A receipt names the revision that was applied.
fn profile_id(text: &str) -> Result<ProfileId, Rule> {
    let ProfileRef { name, revision } = ProfileRef::parse(required_text(text)?)?;
    let revision = revision.ok_or(Rule::Malformed)?;
    Ok(ProfileId { name, revision })
}

/// Both or none are there.
fn vocabularies(nature: &str, sector: &str) -> Result<Option<[Digest; 2]>, Invalid> {
    if nature.is_empty() && sector.is_empty() {
        return Ok(None);
    }
    Ok(Some([
        digest(nature).at("nature_digest")?,
        digest(sector).at("sector_digest")?,
    ]))
}

fn digest(text: &str) -> Result<Digest, Rule> {
    Digest::from_hex(required_text(text)?).ok_or(Rule::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample, to_pb};

    fn request() -> pb::ReplaySearchRequest {
        pb::ReplaySearchRequest {
            receipt: Some(to_pb::receipt(&sample::receipt())),
            request: Some(pb::FindSimilarEventsRequest {
                query: Some(sample::query(sample::draft())),
                ..Default::default()
            }),
        }
    }

    fn refused(change: impl FnOnce(&mut pb::Receipt)) -> Invalid {
        let mut request = request();
        change(request.receipt.as_mut().unwrap());
        replay_search(request).unwrap_err()
    }

    #[test]
    fn a_receipt_reads_back_as_it_was_told() {
        assert_eq!(replay_search(request()).unwrap().receipt, sample::receipt());
    }

    #[test]
    fn a_receipt_has_to_be_whole() {
        let on = |field: &str, rule| Invalid::new(format!("receipt.{field}"), rule);
        assert_eq!(refused(|r| r.as_of = None), on("as_of", Rule::Required));
        let newest = refused(|r| r.profile = "tranquillity".to_owned());
        assert_eq!(newest, on("profile", Rule::Malformed));
        let cut = refused(|r| r.request_digest.truncate(63));
        assert_eq!(cut, on("request_digest", Rule::Malformed));
        let half = refused(|r| r.sector_digest.clear());
        assert_eq!(half, on("sector_digest", Rule::Required));
        let mut request = request();
        request.request = None;
        let missing = replay_search(request).unwrap_err();
        assert_eq!(missing, Invalid::new("request", Rule::Required));
    }
}
