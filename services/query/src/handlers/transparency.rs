//! `TransparencyService`.

use sosie_proto::pb::{self, transparency_service_server::TransparencyService};
use tonic::{Request, Response, Status};

use super::Desk;
use crate::work;

#[tonic::async_trait]
impl TransparencyService for Desk {
    async fn replay_search(
        &self,
        request: Request<pb::ReplaySearchRequest>,
    ) -> Result<Response<pb::ReplaySearchResponse>, Status> {
        self.answer(request, work::replay).await
    }

    async fn get_algorithm_record(
        &self,
        request: Request<pb::GetAlgorithmRecordRequest>,
    ) -> Result<Response<pb::GetAlgorithmRecordResponse>, Status> {
        self.answer(request, work::algorithm_record).await
    }

    async fn get_statement(
        &self,
        request: Request<pb::GetStatementRequest>,
    ) -> Result<Response<pb::GetStatementResponse>, Status> {
        self.answer(request, work::statement).await
    }

    async fn diff_profiles(
        &self,
        request: Request<pb::DiffProfilesRequest>,
    ) -> Result<Response<pb::DiffProfilesResponse>, Status> {
        self.answer(request, work::diff_profiles).await
    }

    async fn measure_sensitivity(
        &self,
        request: Request<pb::MeasureSensitivityRequest>,
    ) -> Result<Response<pb::MeasureSensitivityResponse>, Status> {
        self.answer(request, work::measure_sensitivity).await
    }
}
