//! `GuardService`: what was kept out.

use std::sync::Arc;

use sosie_proto::pb::{self, guard_service_server::GuardService};
use sosie_proto::to_pb;
use sosie_similarity::Timestamp;
use tonic::{Request, Response, Status};

use crate::gate::Gate;

/// The gate, and since when it counts.
#[derive(Clone)]
pub(super) struct Guarding {
    pub(super) gate: Option<Arc<Gate>>,
    pub(super) since: Timestamp,
}

#[tonic::async_trait]
impl GuardService for Guarding {
    async fn get_guard_report(
        &self,
        request: Request<pb::GetGuardReportRequest>,
    ) -> Result<Response<pb::GetGuardReportResponse>, Status> {
        let pb::GetGuardReportRequest {} = request.into_inner();
        let rows = self.gate.as_ref().map(|gate| gate.report());
        let counts = rows.into_iter().flatten().map(|row| pb::GuardCount {
            rule: row.rule.name().to_owned(),
            source_id: row.source_id,
            record_count: i64::try_from(row.records).unwrap_or(i64::MAX),
        });
        Ok(Response::new(pb::GetGuardReportResponse {
            is_guarded: self.gate.is_some(),
            policy_digest: (self.gate.as_ref()).map_or_else(String::new, |gate| gate.digest()),
            since_time: Some(to_pb::instant(self.since)),
            counts: counts.collect(),
        }))
    }
}
