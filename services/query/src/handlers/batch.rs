//! Batches: many searches on one generation, answered one after the other.
//!
//! **Law.** An answer or an error for each request, in order; or the stream ends with the error that kept the
//! others from being answered. A batch takes one place among the calls in flight until it ends.

use std::sync::Arc;

use sosie_proto::pb::batch_find_similar_events_response::Result as Answered;
use sosie_proto::{error, from_pb, pb};
use sosie_rpc::{StreamTally, Ticket};
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{CancelAtEnd, Desk};
use crate::engine::{Engine, EngineError};
use crate::status::CallError;
use crate::work::{self, Call};

type Told = Result<pb::BatchFindSimilarEventsResponse, Status>;

/// Answers that wait for the client to take them, and one place more that is kept for the last word. Each can
/// be as large as a message may be.
const UNTAKEN_MAX: usize = 2;

impl Desk {
    /// Begins to answer a batch.
    pub(super) fn answer_batch(
        &self,
        request: Request<pb::BatchFindSimilarEventsRequest>,
    ) -> Result<Response<ReceiverStream<Told>>, Status> {
        let (call, ticket, message) = self.take_up(request);
        let requests = from_pb::batch(message).map_err(CallError::from)?;
        let engine = call.engine()?;
        let (answers, stream) = mpsc::channel(UNTAKEN_MAX + 1);
        let (tally, streamed) = StreamTally::new();
        let batch = Batch {
            call,
            ticket,
            engine,
            answers,
            turns: self.turns.clone(),
        };
        tokio::spawn(batch.run(requests, tally));
        let mut response = Response::new(ReceiverStream::new(stream));
        response.extensions_mut().insert(streamed);
        Ok(response)
    }
}

struct Batch {
    call: Call,
    ticket: Ticket,
    engine: Arc<dyn Engine>,
    answers: mpsc::Sender<Told>,
    /// Each search of the batch takes one.
    turns: Arc<Semaphore>,
}

impl Batch {
    /// Ends at the last answer, at the deadline, or when the client has left.
    async fn run(self, requests: Vec<pb::FindSimilarEventsRequest>, mut tally: StreamTally) {
        let _end = CancelAtEnd(self.call.cancel.clone());
        // Kept free from the start, so that a client that takes nothing is still told why the stream ends.
        let Ok(last_word) = self.answers.clone().try_reserve_owned() else {
            return;
        };
        let ended = tokio::select! {
            ended = self.answer_all(requests, &mut tally) => ended,
            () = tokio::time::sleep_until(self.ticket.deadline()) => Err(CallError::DeadlineExceeded),
            () = self.answers.closed() => return tally.left(),
        };
        if let Err(error) = ended {
            let status = Status::from(error);
            tally.refused(&status);
            last_word.send(Err(status));
        }
    }

    async fn answer_all(
        &self,
        requests: Vec<pb::FindSimilarEventsRequest>,
        tally: &mut StreamTally,
    ) -> Result<(), CallError> {
        for (index, request) in (0..).zip(requests) {
            let (call, engine) = (self.call.clone(), self.engine.clone());
            let work = move || work::batched_find(&call, &*engine, request);
            let result = match self.ticket.in_turn(&self.turns, work).await {
                Ok(response) => Answered::Response(response),
                Err(error @ CallError::Engine(EngineError::Cancelled)) => return Err(error),
                Err(error) => Answered::Error(error::search_error(&error.into())),
            };
            let receipt = match &result {
                Answered::Response(response) => response.receipt.clone(),
                Answered::Error(_) => None,
            };
            let told = pb::BatchFindSimilarEventsResponse {
                index,
                result: Some(result),
            };
            if self.answers.send(Ok(told)).await.is_err() {
                tally.left();
                return Ok(());
            }
            match receipt {
                Some(receipt) => tally.answered(&receipt),
                None => tally.count(0, 1),
            }
        }
        Ok(())
    }
}
