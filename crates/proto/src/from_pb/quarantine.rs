//! Questions about records that wait in quarantine.

use sosie_similarity::{Digest, Invalid, Rule};

use super::{At, required_text};
use crate::pb;

/// The id of a record that waits.
///
/// # Errors
/// On `record_id`, if it is empty or no 64 lower-case hexadecimal digits.
pub fn quarantined_id(record_id: &str) -> Result<String, Invalid> {
    id("record_id", required_text(record_id).at("record_id")?)
}

/// After which record the list goes on; empty: from its beginning.
///
/// # Errors
/// On `after_record_id`, if it is no 64 lower-case hexadecimal digits.
pub fn list_quarantined(request: pb::ListQuarantinedRequest) -> Result<String, Invalid> {
    let pb::ListQuarantinedRequest { after_record_id } = request;
    if after_record_id.is_empty() {
        return Ok(after_record_id);
    }
    id("after_record_id", &after_record_id)
}

fn id(field: &str, text: &str) -> Result<String, Invalid> {
    let digest = Digest::from_hex(text).ok_or_else(|| Invalid::new(field, Rule::Malformed))?;
    Ok(digest.to_string())
}
