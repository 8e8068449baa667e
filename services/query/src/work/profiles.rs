//! The published rules of similarity. They need no generation.

use sosie_proto::{from_pb, pb, to_pb};

use super::Call;
use crate::status::CallError;

/// `GetProfile`.
pub(crate) fn get_profile(
    call: &Call,
    request: pb::GetProfileRequest,
) -> Result<pb::GetProfileResponse, CallError> {
    let named = from_pb::profile_ref(request)?;
    let profile = call.profile(&named, "profile")?;
    let revision = call.profiles.revision(profile.id());
    Ok(pb::GetProfileResponse {
        profile: revision.map(to_pb::revision),
    })
}

/// `ListProfiles`.
pub(crate) fn list_profiles(
    call: &Call,
    request: pb::ListProfilesRequest,
) -> Result<pb::ListProfilesResponse, CallError> {
    let pb::ListProfilesRequest {} = request;
    let profiles = call.profiles.revisions().map(to_pb::revision);
    Ok(pb::ListProfilesResponse {
        profiles: profiles.collect(),
    })
}
