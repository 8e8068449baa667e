//! The name of a snapshot.

use sosie_similarity::{Code, Invalid};

use super::{At, required_text};
use crate::pb;

/// A call of `CreateSnapshot`: the name of the snapshot.
///
/// # Errors
/// On `snapshot_id`.
pub fn create_snapshot(request: pb::CreateSnapshotRequest) -> Result<Code, Invalid> {
    let pb::CreateSnapshotRequest { snapshot_id } = request;
    let name = required_text(&snapshot_id).at("snapshot_id")?;
    Code::new(name).at("snapshot_id")
}

#[cfg(test)]
mod tests {
    use sosie_similarity::Rule;

    use super::*;

    #[test]
    fn a_snapshot_has_a_code_as_its_name_which_leads_nowhere_else() {
        let named = |name: &str| {
            create_snapshot(pb::CreateSnapshotRequest {
                snapshot_id: name.to_owned(),
            })
        };
        assert_eq!(
            named("nightly-2026-11-25").unwrap().as_str(),
            "nightly-2026-11-25"
        );
        let refused = |name: &str| named(name).unwrap_err();
        assert_eq!(refused(""), Invalid::new("snapshot_id", Rule::Required));
        for other in ["..", "a/b", ".stage-x", "Nightly", "-x"] {
            assert_eq!(refused(other).field, "snapshot_id", "{other}");
        }
    }
}
