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

/// Both halves, until the stream ends. When the client has left no more is taken, and what was taken is still counted.
pub(super) async fn run(
    taking: Taking,
    messages: Streaming<pb::IngestEventsRequest>,
    answers: mpsc::Sender<Told>,
    mut tally: StreamTally,
) {
    let (steps, on_the_way) = mpsc::channel(ON_THE_WAY_MAX);
    let gone = answers.clone();
    let take = async {
        tokio::select! {
            () = taking.run(messages, steps) => {}
            () = gone.closed() => {}
        }
    };
    tokio::join!(take, answer(on_the_way, answers, &mut tally));
    if gone.is_closed() {
        tally.left();
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
            // Before anything is written: from then on nothing waits, so that no write goes uncounted.
            let Ok(room) = steps.reserve().await else {
                return Ok(());
            };
            first = self.begin(asked, first, room).await?;
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

    /// Checks a message and hands it to the writer; gives the index of the record after it.
    async fn begin(
        &self,
        asked: from_pb::Records,
        first: i64,
        room: mpsc::Permit<'_, Step>,
    ) -> Result<i64, CallError> {
        let place = self.intake.place().await;
        let gate = self.gate.clone();
        let check = move || Ok::<_, CallError>(check_records(asked, gate.as_deref()));
        let mut checked = self.ticket.blocking(check).await?;
        let next = first + checked.len() as i64;
        let pending = self.intake.write(checked.take_batch(), place);
        room.send(Step::Written {
            checked,
            first,
            pending,
        });
        Ok(next)
    }
}

/// The half that answers.
async fn answer(
    mut on_the_way: mpsc::Receiver<Step>,
    answers: mpsc::Sender<Told>,
    tally: &mut StreamTally,
) {
    let mut is_over = false;
    while let Some(step) = on_the_way.recv().await {
        // What is written is counted, be its answer taken or not.
        let told = step.told(tally).await.map_err(Status::from);
        if is_over {
            continue;
        }
        if let Err(status) = &told {
            tally.refused(status);
        }
        is_over = told.is_err();
        is_over |= answers.send(told).await.is_err();
        if is_over {
            on_the_way.close();
        }
    }
}

impl Step {
    /// What the client is told of it, when it is on disk.
    async fn told(self, tally: &mut StreamTally) -> Result<pb::IngestEventsResponse, CallError> {
        match self {
            Step::Written {
                checked,
                first,
                pending,
            } => {
                let results = checked.results(first, pending.outcomes().await?);
                count(&results, tally);
                Ok(pb::IngestEventsResponse { results })
            }
            Step::End(error) => Err(error),
        }
    }
}

fn count(results: &[pb::WriteResult], tally: &mut StreamTally) {
    let is_refused =
        |result: &&pb::WriteResult| matches!(result.outcome, Some(Outcome::Refused(_)));
    let refused = results.iter().filter(is_refused).count() as u64;
    tally.count(results.len() as u64 - refused, refused);
}
