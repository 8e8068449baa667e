//! `ProfileService`.

use sosie_proto::pb::{self, profile_service_server::ProfileService};
use tonic::{Request, Response, Status};

use super::Desk;
use crate::work;

#[tonic::async_trait]
impl ProfileService for Desk {
    async fn get_profile(
        &self,
        request: Request<pb::GetProfileRequest>,
    ) -> Result<Response<pb::GetProfileResponse>, Status> {
        self.answer(request, work::get_profile).await
    }

    async fn list_profiles(
        &self,
        request: Request<pb::ListProfilesRequest>,
    ) -> Result<Response<pb::ListProfilesResponse>, Status> {
        self.answer(request, work::list_profiles).await
    }
}
