//! `GuardService`: what was kept out, and what waits in quarantine.

use std::sync::Arc;

use sosie_proto::pb::write_result::Outcome as Told;
use sosie_proto::pb::{self, guard_service_server::GuardService};
use sosie_proto::{from_pb, to_pb};
use sosie_rpc::Ticket;
use sosie_similarity::{Event, Timestamp};
use sosie_store::{Batch, Change, HELD_MAX, Held, Outcome, Put, Refusal, Store, StoreError, Write};
use tonic::{Request, Response, Status};

use super::desk::Desk;
use super::records::{guarded, told};
use super::status::CallError;
use crate::gate::{KeptOut, admit_again};

/// Most records in one part of the list: with all that can be found of each they fit in a message, and with the largest
/// footprints in memory.
const LISTED_MAX: usize = 100;

/// What all services of the indexer answer from, the store of what waits, and since when is counted.
#[derive(Clone)]
pub(super) struct Guarding {
    pub(super) desk: Desk,
    pub(super) store: Arc<Store>,
    pub(super) since: Timestamp,
}

#[tonic::async_trait]
impl GuardService for Guarding {
    async fn get_guard_report(
        &self,
        request: Request<pb::GetGuardReportRequest>,
    ) -> Result<Response<pb::GetGuardReportResponse>, Status> {
        let (ticket, pb::GetGuardReportRequest {}) = self.desk.take_up(request);
        let gate = self.desk.gate.as_ref();
        let rows = gate.map(|gate| gate.report());
        let counts = rows.into_iter().flatten().map(|row| pb::GuardCount {
            rule: row.rule.name().to_owned(),
            source_id: row.source_id,
            record_count: i64::try_from(row.records).unwrap_or(i64::MAX),
        });
        let held = self.read(&ticket, |store| store.view()?.held_count());
        Ok(Response::new(pb::GetGuardReportResponse {
            is_guarded: gate.is_some(),
            policy_digest: gate.map_or_else(String::new, |gate| gate.digest()),
            since_time: Some(to_pb::instant(self.since)),
            counts: counts.collect(),
            quarantined_count: held.await?.cast_signed(),
            quarantined_max: HELD_MAX as i64,
        }))
    }

    async fn list_quarantined(
        &self,
        request: Request<pb::ListQuarantinedRequest>,
    ) -> Result<Response<pb::ListQuarantinedResponse>, Status> {
        let (ticket, message) = self.desk.take_up(request);
        let after = from_pb::list_quarantined(message).map_err(CallError::from)?;
        let records = self
            .read(&ticket, move |store| {
                store.view()?.held_after(&after, LISTED_MAX)
            })
            .await?;
        let records = records
            .iter()
            .map(|record| to_pb::quarantined(of(record), false));
        Ok(Response::new(pb::ListQuarantinedResponse {
            records: records.collect(),
        }))
    }

    async fn get_quarantined(
        &self,
        request: Request<pb::GetQuarantinedRequest>,
    ) -> Result<Response<pb::GetQuarantinedResponse>, Status> {
        let (ticket, message) = self.desk.take_up(request);
        let record = self.held(&ticket, &message.record_id).await?;
        Ok(Response::new(pb::GetQuarantinedResponse {
            record: Some(to_pb::quarantined(of(&record), true)),
        }))
    }

    async fn release_quarantined(
        &self,
        request: Request<pb::ReleaseQuarantinedRequest>,
    ) -> Result<Response<pb::ReleaseQuarantinedResponse>, Status> {
        let (ticket, message) = self.desk.take_up(request);
        let record = self.held(&ticket, &message.record_id).await?;
        let outcome = self.release(&ticket, record).await?;
        let result = to_pb::write_results(0, [outcome]).pop();
        Ok(Response::new(pb::ReleaseQuarantinedResponse { result }))
    }

    async fn drop_quarantined(
        &self,
        request: Request<pb::DropQuarantinedRequest>,
    ) -> Result<Response<pb::DropQuarantinedResponse>, Status> {
        let (ticket, message) = self.desk.take_up(request);
        let record = self.held(&ticket, &message.record_id).await?;
        self.write(dropped(record), None).await?;
        Ok(Response::new(pb::DropQuarantinedResponse {}))
    }
}

impl Guarding {
    /// Reads in the store, off the threads that serve.
    async fn read<A: Send + 'static>(
        &self,
        ticket: &Ticket,
        read: impl FnOnce(&Store) -> Result<A, StoreError> + Send + 'static,
    ) -> Result<A, CallError> {
        let store = self.store.clone();
        ticket.blocking(move || Ok(read(&store)?)).await
    }

    async fn held(&self, ticket: &Ticket, record_id: &str) -> Result<Held, CallError> {
        let id = from_pb::quarantined_id(record_id)?;
        let found = self
            .read(ticket, move |store| store.view()?.held(&id))
            .await?;
        found.ok_or(CallError::QuarantinedNotFound)
    }

    /// Looks again at a record, by the rules of now, and writes it if it passes.
    async fn release(&self, ticket: &Ticket, record: Held) -> Result<Told, CallError> {
        let (gate, event) = (self.desk.gate.clone(), record.event.clone());
        let look = move || Ok::<_, CallError>(admit_again(gate.as_deref(), event));
        match ticket.blocking(look).await? {
            Ok(event) => {
                let if_revision = record.if_revision;
                Ok(told(
                    self.write(released(record, event), if_revision).await?,
                ))
            }
            Err(KeptOut {
                finding,
                is_personal,
                waiting,
            }) => {
                // What is found by now must not lie on the disk.
                if is_personal {
                    self.write(dropped(record), None).await?;
                }
                let reason = match waiting {
                    Some(_) => pb::WriteRefusal::Quarantined,
                    None => pb::WriteRefusal::PersonalData,
                };
                Ok(guarded(reason, finding, "event"))
            }
        }
    }

    /// What became of it, if the record waited still.
    async fn write(&self, change: Change, if_revision: Option<u64>) -> Result<Outcome, CallError> {
        let place = self.desk.intake.place().await;
        let write = Write {
            change,
            if_revision,
        };
        let batch = Batch {
            writes: vec![write],
            source_position: None,
        };
        let outcomes = self.desk.intake.write(batch, place).outcomes().await?;
        match outcomes.first() {
            Some(Outcome::Refused(Refusal::NotHeld)) => Err(CallError::QuarantinedNotFound),
            outcome => Ok(*outcome.expect("the store tells an outcome for each write")),
        }
    }
}

fn released(record: Held, event: Event) -> Change {
    Change::Release {
        id: record.id,
        put: Put::new(event, record.stated_known_time),
    }
}

fn dropped(record: Held) -> Change {
    Change::Drop {
        event_id: record.event.id().clone(),
        id: record.id,
    }
}

fn of(record: &Held) -> to_pb::Quarantined<'_> {
    to_pb::Quarantined {
        record_id: &record.id,
        since: record.since,
        findings: record
            .findings
            .iter()
            .map(|finding| (&*finding.field, &*finding.rule))
            .collect(),
        event: &record.event,
        known_time: record.stated_known_time,
        if_revision: record.if_revision,
    }
}
