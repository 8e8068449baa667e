//! The way into the store, for all callers: a bounded number of batches at a time, written in groups.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;

use sosie_store::{Batch, Outcome, Store, StoreError, SubmitError, Writer, WriterOptions};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::config::{GROUP_WRITES_MAX, MESSAGES_IN_WORK_MAX};
use super::feed::Feed;
use super::status::CallError;

const QUEUE_BATCHES_MAX: NonZeroUsize = NonZeroUsize::new(MESSAGES_IN_WORK_MAX).expect("not 0");
const GROUP_MAX: NonZeroUsize = NonZeroUsize::new(GROUP_WRITES_MAX).expect("not 0");

/// The way into the store. Clones share it.
#[derive(Clone)]
pub(super) struct Intake {
    store: Arc<Store>,
    writer: Arc<Writer>,
    places: Arc<Semaphore>,
    feed: Arc<dyn Feed>,
}

/// A place among the batches in work. It is free again when the batch is on disk or is given up, not when its caller
/// has taken the answer.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

/// What a batch is waited for with.
pub(super) struct Pending(oneshot::Receiver<Result<Vec<Outcome>, SubmitError>>);

impl Intake {
    /// Starts the writer; `on_end` is called when it ends, be it by a panic.
    pub(super) fn start(
        store: Arc<Store>,
        feed: Arc<dyn Feed>,
        on_end: impl FnOnce() + Send + 'static,
    ) -> io::Result<Intake> {
        let options = WriterOptions {
            queue_batches_max: QUEUE_BATCHES_MAX,
            group_writes_max: GROUP_MAX,
        };
        Ok(Intake {
            writer: Arc::new(Writer::start(
                store.clone(),
                options,
                sosie_rpc::now,
                on_end,
            )?),
            store,
            places: Arc::new(Semaphore::new(MESSAGES_IN_WORK_MAX)),
            feed,
        })
    }

    /// Waits for a place, first come, first served.
    pub(super) async fn place(&self) -> Place {
        let place = self.places.clone().acquire_owned().await;
        Place {
            _permit: place.expect("the semaphore is never closed"),
        }
    }

    /// How far a source that is pulled has been read.
    pub(super) fn source_position(&self, source: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.view()?.source_position(source)
    }

    /// Hands a batch to the writer. Batches of one caller are written in the order of these calls.
    pub(super) fn write(&self, batch: Batch, place: Place) -> Pending {
        let (told, pending) = oneshot::channel();
        let feed = self.feed.clone();
        let reply = move |written: Result<Vec<Outcome>, SubmitError>| {
            if let Ok(outcomes) = &written {
                advance(&*feed, outcomes);
            }
            drop(place);
            // A caller that has left needs no answer.
            let _ = told.send(written);
        };
        let offered = self.writer.offer(batch, reply);
        offered.expect("there are no more places than room in the queue");
        Pending(pending)
    }
}

impl Intake {
    /// Writes a batch, and returns when it is on disk. For threads of their own: it waits.
    pub(super) fn submit(
        &self,
        batch: Batch,
        runtime: &Handle,
    ) -> Result<Vec<Outcome>, SubmitError> {
        runtime.block_on(async {
            let place = self.place().await;
            self.write(batch, place).submitted().await
        })
    }
}

impl Pending {
    /// What became of the batch.
    pub(super) async fn outcomes(self) -> Result<Vec<Outcome>, CallError> {
        Ok(self.submitted().await?)
    }

    /// What became of the batch, or why it was not written.
    pub(super) async fn submitted(self) -> Result<Vec<Outcome>, SubmitError> {
        self.0.await.unwrap_or(Err(SubmitError::Closed))
    }
}

/// Tells the feed the last position of a batch, which is the highest.
fn advance(feed: &dyn Feed, outcomes: &[Outcome]) {
    let mut accepted = outcomes.iter().rev().filter_map(|outcome| match outcome {
        Outcome::Accepted { position, .. } => Some(*position),
        Outcome::Unchanged { .. } | Outcome::Held | Outcome::Dropped | Outcome::Refused(_) => None,
    });
    if let Some(last) = accepted.next() {
        feed.advanced(last);
    }
}
