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
    Ok(pb::GetProfileResponse {
        profile: Some(to_pb::profile(profile)),
    })
}

/// `ListProfiles`.
pub(crate) fn list_profiles(
    call: &Call,
    request: pb::ListProfilesRequest,
) -> Result<pb::ListProfilesResponse, CallError> {
    let pb::ListProfilesRequest {} = request;
    let profiles = call.profiles.iter().map(|profile| to_pb::profile(profile));
    Ok(pb::ListProfilesResponse {
        profiles: profiles.collect(),
    })
}
