//! `EventService`.

use sosie_proto::pb::{self, event_service_server::EventService};
use tonic::{Request, Response, Status};

use super::Desk;
use crate::work;

#[tonic::async_trait]
impl EventService for Desk {
    async fn get_event(
        &self,
        request: Request<pb::GetEventRequest>,
    ) -> Result<Response<pb::GetEventResponse>, Status> {
        self.answer(request, work::get_event).await
    }

    async fn list_events(
        &self,
        request: Request<pb::ListEventsRequest>,
    ) -> Result<Response<pb::ListEventsResponse>, Status> {
        self.answer(request, work::list_events).await
    }
}
