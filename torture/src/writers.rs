//! Callers that write until they are cut off: streams of several messages, single calls, deletions of every reason.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::write_result::Outcome;
use sosie_proto::pb::{self, DeletionReason, WriteRefusal};
use sosie_store::DeleteReason;
use sosie_tests::Draw;
use tonic::Status;
use tonic::transport::Channel;

use crate::model::{Expected, Model, Op, Said, input};

/// Events of one caller: few, so that most writes are corrections.
const EVENTS: usize = 150;
/// Messages of one stream.
const MESSAGES_MAX: usize = 5;
/// Writes of one message.
const WRITES_MAX: usize = 40;
/// Deletions of one call.
const DELETIONS_MAX: usize = 6;
/// Longest pause between two calls.
const PAUSE_MAX_US: usize = 12_000;

/// A caller: its events are its own, so what they say is known.
#[derive(Debug)]
pub(crate) struct Writer {
    /// What it knows.
    pub(crate) model: Model,
    name: String,
    draw: Draw,
    /// What it says next: never twice the same, so that every write shows.
    next: i64,
}

/// What all callers share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tallies {
    /// Messages that were answered.
    pub(crate) answered: Arc<AtomicU64>,
    /// Writes that were answered.
    pub(crate) writes: Arc<AtomicU64>,
}

/// Whether a message was sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Once,
    Again,
}

/// Why a caller stopped.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The service went away or refused the call.
    CutOff(Status),
    /// The service said what it must not say.
    Wrong(String),
}

impl From<Status> for Stopped {
    fn from(status: Status) -> Self {
        Stopped::CutOff(status)
    }
}

impl Writer {
    /// A caller of this name.
    pub(crate) fn new(name: &str, seed: u64) -> Writer {
        Writer {
            model: Model::default(),
            name: name.to_owned(),
            draw: Draw::new(seed),
            next: 0,
        }
    }

    /// Whether an event is one of this caller's.
    pub(crate) fn owns(&self, event_id: &str) -> bool {
        let name = event_id.split('.').next();
        name == Some(self.name.as_str())
    }

    /// Writes until it is cut off.
    pub(crate) async fn run(
        &mut self,
        mut client: IngestServiceClient<Channel>,
        tallies: &Tallies,
    ) -> Stopped {
        loop {
            let pause = self.draw.below(PAUSE_MAX_US) as u64;
            tokio::time::sleep(Duration::from_micros(pause)).await;
            if let Err(stopped) = self.call(&mut client, tallies).await {
                return stopped;
            }
        }
    }

    /// One call: mostly a stream.
    pub(crate) async fn call(
        &mut self,
        client: &mut IngestServiceClient<Channel>,
        tallies: &Tallies,
    ) -> Result<(), Stopped> {
        match self.draw.below(10) {
            0 => {
                let reasons = [
                    DeleteReason::Withdrawn,
                    DeleteReason::Duplicate,
                    DeleteReason::Test,
                ];
                let reason = *self.draw.one(&reasons);
                self.delete(client, tallies, reason).await
            }
            // Rarer: each rewrites the files.
            1 if self.draw.chance(0.3) => {
                self.delete(client, tallies, DeleteReason::PersonalData)
                    .await
            }
            2 | 3 => self.batch(client, tallies).await,
            _ => self.stream(client, tallies).await,
        }
    }

    /// Some events, each once, with new values.
    fn puts(&mut self) -> Vec<Op> {
        let count = 1 + self.draw.below(WRITES_MAX);
        let first = self.draw.below(EVENTS);
        let numbers = (first..first + count).map(|number| number % EVENTS);
        let mut ops = Vec::new();
        for number in numbers {
            self.next += 1;
            let event_id = format!("{}.{number}", self.name);
            ops.push(Op {
                event_id,
                said: Said::Put(self.next),
            });
        }
        ops
    }

    async fn stream(
        &mut self,
        client: &mut IngestServiceClient<Channel>,
        tallies: &Tallies,
    ) -> Result<(), Stopped> {
        let count = 1 + self.draw.below(MESSAGES_MAX);
        let messages: Vec<_> = (0..count).map(|_| self.puts()).collect();
        self.model.pending.extend(messages.iter().cloned());
        let requests = messages.into_iter().map(|ops| pb::IngestEventsRequest {
            records: records(&ops),
            validate_only: false,
        });
        let requests: Vec<_> = requests.collect();
        let answers = client.ingest_events(tokio_stream::iter(requests)).await;
        let mut answers = answers?.into_inner();
        while let Some(answer) = answers.message().await? {
            self.check(&answer.results, tallies, Sent::Once)?;
        }
        let left = self.model.pending.len();
        match left {
            0 => Ok(()),
            _ => Err(Stopped::Wrong(format!(
                "a stream ended well without {left} of its answers"
            ))),
        }
    }

    async fn batch(
        &mut self,
        client: &mut IngestServiceClient<Channel>,
        tallies: &Tallies,
    ) -> Result<(), Stopped> {
        let ops = self.puts();
        let request = pb::BatchIngestEventsRequest {
            records: records(&ops),
            validate_only: false,
        };
        self.model.pending.push_back(ops);
        let answer = client.batch_ingest_events(request).await?.into_inner();
        self.check(&answer.results, tallies, Sent::Once)
    }

    async fn delete(
        &mut self,
        client: &mut IngestServiceClient<Channel>,
        tallies: &Tallies,
        reason: DeleteReason,
    ) -> Result<(), Stopped> {
        let count = 1 + self.draw.below(DELETIONS_MAX);
        let first = self.draw.below(EVENTS);
        let ids = (first..first + count).map(|number| format!("{}.{}", self.name, number % EVENTS));
        let ops = ids.map(|event_id| Op {
            event_id,
            said: Said::Deleted(reason),
        });
        let ops: Vec<_> = ops.collect();
        let request = pb::DeleteEventsRequest {
            deletions: ops
                .iter()
                .map(|op| deletion(&op.event_id, reason))
                .collect(),
        };
        self.model.pending.push_back(ops);
        let answer = client.delete_events(request).await?.into_inner();
        self.check(&answer.results, tallies, Sent::Once)
    }

    /// One call of one message, so that it can be sent again if it fails.
    pub(crate) async fn call_once(
        &mut self,
        client: &mut IngestServiceClient<Channel>,
        tallies: &Tallies,
    ) -> Result<(), Stopped> {
        let personal = if self.draw.chance(0.1) {
            DeleteReason::PersonalData
        } else {
            DeleteReason::Test
        };
        match self.draw.below(8) {
            0 => self.delete(client, tallies, personal).await,
            _ => self.batch(client, tallies).await,
        }
    }

    /// Sends the message again that has no answer. It may have been written the first time.
    pub(crate) async fn call_again(
        &mut self,
        client: &mut IngestServiceClient<Channel>,
        tallies: &Tallies,
    ) -> Result<(), Stopped> {
        let Some(ops) = self.model.pending.front() else {
            return Ok(());
        };
        let results = match ops.first().map(|op| op.said) {
            Some(Said::Deleted(reason)) => {
                let deletions = ops.iter().map(|op| deletion(&op.event_id, reason));
                let deletions = deletions.collect();
                let request = pb::DeleteEventsRequest { deletions };
                client.delete_events(request).await?.into_inner().results
            }
            Some(Said::Put(_)) | None => {
                let request = pb::BatchIngestEventsRequest {
                    records: records(ops),
                    validate_only: false,
                };
                let answer = client.batch_ingest_events(request).await?;
                answer.into_inner().results
            }
        };
        self.check(&results, tallies, Sent::Again)
    }

    /// Takes an answer over, which must be the one that is known to be right.
    fn check(
        &mut self,
        results: &[pb::WriteResult],
        tallies: &Tallies,
        sent: Sent,
    ) -> Result<(), Stopped> {
        let expected = self.model.answered();
        let told: Vec<_> = results.iter().map(told).collect();
        let agrees = |(expected, told): (&Expected, &Option<Expected>)| match (expected, told) {
            // What it makes is there already.
            (Expected::Accepted(revision), Some(Expected::Unchanged(found))) => {
                sent == Sent::Again && revision == found
            }
            (expected, told) => Some(*expected) == *told,
        };
        if told.len() != expected.len() || !expected.iter().zip(&told).all(agrees) {
            let name = &self.name;
            return Err(Stopped::Wrong(format!(
                "{name}: {expected:?} expected, {told:?} told"
            )));
        }
        tallies
            .writes
            .fetch_add(expected.len() as u64, Ordering::Relaxed);
        tallies.answered.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

fn records(ops: &[Op]) -> Vec<pb::IngestRecord> {
    let records = ops.iter().filter_map(|op| match op.said {
        Said::Put(participants) => Some(pb::IngestRecord {
            event: Some(input(&op.event_id, participants)),
            if_revision: None,
        }),
        Said::Deleted(_) => None,
    });
    records.collect()
}

fn deletion(event_id: &str, reason: DeleteReason) -> pb::EventDeletion {
    let reason = match reason {
        DeleteReason::Withdrawn => DeletionReason::Withdrawn,
        DeleteReason::Duplicate => DeletionReason::Duplicate,
        DeleteReason::Test => DeletionReason::Test,
        DeleteReason::PersonalData => DeletionReason::PersonalData,
    };
    pb::EventDeletion {
        event_id: event_id.to_owned(),
        reason: reason.into(),
        if_revision: None,
    }
}

/// What was told of a write; `None` for what is never told of ours.
fn told(result: &pb::WriteResult) -> Option<Expected> {
    match result.outcome.as_ref()? {
        Outcome::Accepted(accepted) => Some(Expected::Accepted(accepted.revision)),
        Outcome::Unchanged(unchanged) => Some(Expected::Unchanged(unchanged.revision)),
        Outcome::Refused(refused) => {
            (refused.reason() == WriteRefusal::UnknownEvent).then_some(Expected::Unknown)
        }
        Outcome::Valid(_) => None,
    }
}
