//! `SimilarEventsService`.

use sosie_proto::pb::{self, similar_events_service_server::SimilarEventsService};
use sosie_proto::to_pb;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{CancelAtEnd, Desk, receipted};
use crate::work;

#[tonic::async_trait]
impl SimilarEventsService for Desk {
    type BatchFindSimilarEventsStream =
        ReceiverStream<Result<pb::BatchFindSimilarEventsResponse, Status>>;

    async fn find_similar_events(
        &self,
        request: Request<pb::FindSimilarEventsRequest>,
    ) -> Result<Response<pb::FindSimilarEventsResponse>, Status> {
        let (call, ticket, message) = self.take_up(request);
        let _end = CancelAtEnd(call.cancel.clone());
        let answer = ticket.in_turn(&self.turns, move || work::find(&call, message));
        Ok(receipted(answer.await?))
    }

    async fn batch_find_similar_events(
        &self,
        request: Request<pb::BatchFindSimilarEventsRequest>,
    ) -> Result<Response<Self::BatchFindSimilarEventsStream>, Status> {
        self.answer_batch(request)
    }

    async fn explain_event(
        &self,
        request: Request<pb::ExplainEventRequest>,
    ) -> Result<Response<pb::ExplainEventResponse>, Status> {
        self.answer(request, work::explain).await
    }

    async fn count_facets(
        &self,
        request: Request<pb::CountFacetsRequest>,
    ) -> Result<Response<pb::CountFacetsResponse>, Status> {
        self.answer(request, work::count_facets).await
    }

    async fn get_limits(
        &self,
        request: Request<pb::GetLimitsRequest>,
    ) -> Result<Response<pb::GetLimitsResponse>, Status> {
        let pb::GetLimitsRequest {} = request.into_inner();
        Ok(Response::new(pb::GetLimitsResponse {
            limits: Some(to_pb::limits(self.limits)),
        }))
    }
}
