//! A thread that writes the batches of many callers in few transactions.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, channel, sync_channel};
use std::thread::JoinHandle;

use sosie_similarity::Timestamp;

use crate::change::{Batch, Outcome};
use crate::error::SubmitError;
use crate::store::Store;

/// How much a writer takes on.
#[derive(Clone, Copy, Debug)]
pub struct WriterOptions {
    /// Batches that wait at most; past it, callers do.
    pub queue_batches_max: NonZeroUsize,
    /// Writes of one transaction, after which no further batch joins it.
    pub group_writes_max: NonZeroUsize,
}

/// Groups the batches of its callers: all that came while a transaction was being written go into the next one, so
/// that the price of a durable write is shared. Dropping it writes what waits, and ends its thread.
pub struct Writer {
    queue: Option<SyncSender<Submission>>,
    thread: Option<JoinHandle<()>>,
}

/// The batch that found no room in the queue, back.
#[derive(Debug)]
pub struct QueueFull(pub Batch);

type Reply = Box<dyn FnOnce(Result<Vec<Outcome>, SubmitError>) + Send>;

struct Submission {
    batch: Batch,
    reply: Reply,
}

impl Writer {
    /// Starts the thread. `clock` tells the time of ingest, once per transaction; `on_end` is called when the thread ends,
    /// as it also does by a panic: nothing is written any more then.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn start(
        store: Arc<Store>,
        options: WriterOptions,
        clock: impl Fn() -> Timestamp + Send + 'static,
        on_end: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<Self> {
        let (queue, submissions) = sync_channel(options.queue_batches_max.get());
        let write_all = move || {
            let _at_end = AtEnd(Some(on_end));
            while let Some(group) = next_group(&submissions, options.group_writes_max) {
                write(&store, group, clock());
            }
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(write_all)?;
        Ok(Writer {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Writes a batch and returns when it is on disk: an outcome per write, in order. Waits for room in the queue.
    ///
    /// # Errors
    /// Those of the store.
    pub fn submit(&self, batch: Batch) -> Result<Vec<Outcome>, SubmitError> {
        let (sender, outcomes) = channel();
        // A caller that does not wait any more needs no answer.
        let reply: Reply = Box::new(move |result| drop(sender.send(result)));
        let queue = self.queue.as_ref().ok_or(SubmitError::Closed)?;
        let sent = queue.send(Submission { batch, reply });
        sent.map_err(|_| SubmitError::Closed)?;
        outcomes.recv().unwrap_or(Err(SubmitError::Closed))
    }

    /// Writes a batch without waiting: `reply` is called from the writer's thread when it is on disk or has failed, so
    /// it must be quick. If the writer ends before, `reply` is dropped without a call.
    ///
    /// # Errors
    /// The batch, if the queue is full: the caller waits for its earlier batches then.
    pub fn offer(
        &self,
        batch: Batch,
        reply: impl FnOnce(Result<Vec<Outcome>, SubmitError>) + Send + 'static,
    ) -> Result<(), QueueFull> {
        let reply: Reply = Box::new(reply);
        let queue = self.queue.as_ref().expect("taken only when dropped");
        match queue.try_send(Submission { batch, reply }) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(submission)) => Err(QueueFull(submission.batch)),
            Err(TrySendError::Disconnected(submission)) => {
                (submission.reply)(Err(SubmitError::Closed));
                Ok(())
            }
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // Its panic was told when it happened; callers have been told that it ended.
            drop(thread.join());
        }
    }
}

/// Calls what it holds when it is dropped, be it by a panic.
struct AtEnd<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for AtEnd<F> {
    fn drop(&mut self) {
        if let Some(on_end) = self.0.take() {
            on_end();
        }
    }
}

/// The next submissions, up to a number of writes; none when all callers have gone.
fn next_group(
    submissions: &Receiver<Submission>,
    writes_max: NonZeroUsize,
) -> Option<Vec<Submission>> {
    let mut group = vec![submissions.recv().ok()?];
    let mut writes = group[0].batch.writes.len();
    while writes < writes_max.get()
        && let Ok(submission) = submissions.try_recv()
    {
        writes += submission.batch.writes.len();
        group.push(submission);
    }
    Some(group)
}

fn write(store: &Store, group: Vec<Submission>, ingest_time: Timestamp) {
    let (batches, replies): (Vec<Batch>, Vec<Reply>) = group
        .into_iter()
        .map(|submission| (submission.batch, submission.reply))
        .unzip();
    match store.apply(&batches, ingest_time) {
        Ok(outcomes) => {
            for (reply, outcomes) in replies.into_iter().zip(outcomes) {
                reply(Ok(outcomes));
            }
        }
        Err(error) => {
            let error = Arc::new(error);
            for reply in replies {
                reply(Err(SubmitError::Store(Arc::clone(&error))));
            }
        }
    }
}
