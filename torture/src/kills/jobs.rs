//! Reindex jobs that go on through kills.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use sosie_proto::error::describe;
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::{self, ErrorReason, ReindexJobState};
use tonic::transport::Channel;

/// The jobs of all directories, and how each was last seen.
#[derive(Debug, Default)]
pub(super) struct Jobs(BTreeMap<String, ReindexJobState>);

impl Jobs {
    /// Starts a job, unless one is going on.
    ///
    /// # Errors
    /// If it is refused for another reason.
    pub(super) async fn start(&mut self, channel: Channel) -> Result<()> {
        let request = pb::StartReindexRequest::default();
        match IndexServiceClient::new(channel)
            .start_reindex(request)
            .await
        {
            Ok(started) => self.note(started.into_inner().job.as_slice()),
            Err(status) => {
                let reason = describe(&status).reason;
                let is_running = reason == Some(ErrorReason::ReindexRunning);
                ensure!(is_running, "a job was refused: {status:?}");
                Ok(())
            }
        }
    }

    /// Looks how they are.
    ///
    /// # Errors
    /// If one has failed: a kill fails none.
    pub(super) async fn look(&mut self, channel: Channel) -> Result<()> {
        let request = pb::ListReindexJobsRequest::default();
        let mut client = IndexServiceClient::new(channel);
        let listed = client.list_reindex_jobs(request).await?;
        self.note(&listed.into_inner().jobs)
    }

    fn note(&mut self, jobs: &[pb::ReindexJob]) -> Result<()> {
        for job in jobs {
            let failure = job.failure.as_ref().map(|failure| failure.reason());
            ensure!(failure.is_none(), "a job has failed: {failure:?}");
            self.0.insert(job.job_id.clone(), job.state());
        }
        Ok(())
    }

    /// How many have ended well, and of how many.
    pub(super) fn told(&self) -> String {
        let ended = self.0.values();
        let well = ended.filter(|state| **state == ReindexJobState::Succeeded);
        format!("{}, {}", well.count(), self.0.len())
    }
}
