//! A stream of records: messages are checked and written while earlier ones wait for the disk or for their client.
//!
//! **Law.** Answers come in the order of the messages; what ends a stream is told after them. A stream has a bounded
//! number of messages on their way; past it the next one stays in the connection, whose window fills.

use sosie_proto::pb::write_result::Outcome;
use sosie_proto::{from_pb, pb};
use sosie_rpc::{StreamTally, Ticket};
use sosie_similarity::limits::INGEST_MESSAGES_PER_STREAM_MAX;
use sosie_similarity::{Invalid, Rule};
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tonic::{Status, Streaming};

use super::intake::{Intake, Pending};
use super::records::{Checked, check_records};
use super::status::CallError;
use crate::gate::Gate;

pub(super) type Told = Result<pb::IngestEventsResponse, Status>;

/// Answers that wait for the client to take them.
pub(super) const UNTAKEN_MAX: usize = 1;
/// Messages between the two halves. Besides, each half has one in hand.
const ON_THE_WAY_MAX: usize = INGEST_MESSAGES_PER_STREAM_MAX - UNTAKEN_MAX - 2;

/// What is known of a message when it goes from one half to the other.
enum Step {
    /// It waits for the disk.
    Written {
        checked: Checked,
        first: i64,
        pending: Pending,
    },
    /// The stream ends with this.
    End(CallError),
}

/// The half that takes messages.
pub(super) struct Taking {
    pub(super) intake: Intake,
    pub(super) gate: Option<Arc<Gate>>,
    pub(super) ticket: Ticket,
    /// True when the service ends: what was taken is answered, and no more is taken.
    pub(super) ending: watch::Receiver<bool>,
}

/// Both halves, until the stream ends or the client has left.
pub(super) async fn run(
    taking: Taking,
    messages: Streaming<pb::IngestEventsRequest>,
    answers: mpsc::Sender<Told>,
    mut tally: StreamTally,
) {
    let (steps, on_the_way) = mpsc::channel(ON_THE_WAY_MAX);
    let gone = answers.clone();
    tokio::select! {
        ((), ()) = async { tokio::join!(taking.run(messages, steps), answer(on_the_way, answers, &mut tally)) } => {}
        () = gone.closed() => {}
    }
}

impl Taking {
    async fn run(
        mut self,
        messages: Streaming<pb::IngestEventsRequest>,
        steps: mpsc::Sender<Step>,
    ) {
        if let Err(error) = self.take_all(messages, &steps).await {
            // Without the other half there is nobody to tell.
            let _ = steps.send(Step::End(error)).await;
        }
    }

    async fn take_all(
        &mut self,
        mut messages: Streaming<pb::IngestEventsRequest>,
        steps: &mpsc::Sender<Step>,
    ) -> Result<(), CallError> {
        let (mut first, mut validate_only) = (0, None);
        while let Some(message) = self.next(&mut messages).await? {
            let mut asked = from_pb::ingest(message)?;
            let decided = *validate_only.get_or_insert(asked.validate_only);
            if asked.validate_only && !decided {
                return Err(Invalid::new("validate_only", Rule::Malformed).into());
            }
            asked.validate_only = decided;
            let step = self.begin(asked, first).await?;
            if let Step::Written { checked, .. } = &step {
                first += checked.len() as i64;
            }
            if steps.send(step).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn next(
        &mut self,
        messages: &mut Streaming<pb::IngestEventsRequest>,
    ) -> Result<Option<pb::IngestEventsRequest>, CallError> {
        tokio::select! {
            // The sender lives as long as the server.
            _ = self.ending.wait_for(|ending| *ending) => Err(CallError::Ending),
            message = messages.message() => Ok(message?),
        }
    }

    /// Checks a message and hands it to the writer.
    async fn begin(&self, asked: from_pb::Records, first: i64) -> Result<Step, CallError> {
        let place = self.intake.place().await;
        let gate = self.gate.clone();
        let check = move || Ok::<_, CallError>(check_records(asked, gate.as_deref()));
        let mut checked = self.ticket.blocking(check).await?;
        let pending = self.intake.write(checked.take_batch(), place);
        Ok(Step::Written {
            checked,
            first,
            pending,
        })
    }
}

/// The half that answers.
async fn answer(
    mut on_the_way: mpsc::Receiver<Step>,
    answers: mpsc::Sender<Told>,
    tally: &mut StreamTally,
) {
    while let Some(step) = on_the_way.recv().await {
        let told = match step {
            Step::Written {
                checked,
                first,
                pending,
            } => pending.outcomes().await.map(|outcomes| {
                let results = checked.results(first, outcomes);
                // What is written is counted, be its answer taken or not.
                count(&results, tally);
                pb::IngestEventsResponse { results }
            }),
            Step::End(error) => Err(error),
        };
        let told = told.map_err(Status::from);
        if let Err(status) = &told {
            tally.refused(status);
        }
        let ended = told.is_err();
        if answers.send(told).await.is_err() || ended {
            return;
        }
    }
}

fn count(results: &[pb::WriteResult], tally: &mut StreamTally) {
    let is_refused =
        |result: &&pb::WriteResult| matches!(result.outcome, Some(Outcome::Refused(_)));
    let refused = results.iter().filter(is_refused).count() as u64;
    tally.count(results.len() as u64 - refused, refused);
}
