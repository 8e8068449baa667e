//! The log as many callers share it: one thread writes, and commits what came meanwhile at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{io, path::Path};

use sosie_similarity::Timestamp;

use crate::error::{AppendError, OpenError, TrimError};
use crate::head::Head;
use crate::key::Key;
use crate::record::{After, Entry, Trimmed};
use crate::writer::{Clock, Options, Writer};

/// Entries of one commit at most: what is read into memory at once, and lost together if the disk is full.
const COMMIT_RECORDS_MAX: usize = 4_096;
/// How often the thread looks whether a checkpoint is due while nothing comes.
const CHECKPOINT_POLL: Duration = Duration::from_secs(1);

/// When an entry becomes durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// At once: for calls that change something, which wait for it before they are acknowledged.
    Synced,
    /// With the next entry that is synced, or when [`Options::buffered_age_max`] or `buffered_records_max` is reached: for
    /// searches, which don't wait. A kill loses what is buffered, and the record of the next opening tells that there was one.
    Buffered,
}

/// A log that is open for writing; clones share it. When the last is dropped, it is closed.
#[derive(Clone)]
pub struct Log(Arc<Shared>);

struct Shared {
    queue: SyncSender<Message>,
    clock: Clock,
    opened: After,
    thread: Mutex<Option<JoinHandle<()>>>,
}

enum Message {
    // Boxed, since the queue holds room for all that may wait from the start.
    Append(Box<Submission>),
    Trim(Timestamp, SyncSender<Result<Option<Trimmed>, TrimError>>),
    Close(SyncSender<Result<Head, AppendError>>),
}

struct Submission {
    time: Timestamp,
    entry: Entry,
    durability: Durability,
    reply: Reply,
}

impl Log {
    /// Opens the log in `dir` as [`Writer::open`] does, and starts its thread.
    ///
    /// # Errors
    /// Any [`OpenError`].
    pub fn open(dir: &Path, key: Key, options: Options, clock: Clock) -> Result<Self, OpenError> {
        let writer = Writer::open(dir, key, options, Arc::clone(&clock))?;
        let opened = writer.opened();
        let (queue, messages) = sync_channel(options.queue_records_max.get());
        let thread = std::thread::Builder::new()
            .name("audit-writer".to_owned())
            .spawn(move || Thread::new(writer, options).run(&messages))
            .map_err(|cause: io::Error| OpenError::Io {
                path: dir.to_owned(),
                cause,
            })?;
        Ok(Log(Arc::new(Shared {
            queue,
            clock,
            opened,
            thread: Mutex::new(Some(thread)),
        })))
    }

    /// How the log was found.
    pub fn opened(&self) -> After {
        self.0.opened
    }

    /// Appends an entry, with the time of this call, without waiting. `on_durable` is called once, mostly from the thread
    /// of the log, so it must be quick: with the number of the record when it is on disk, or with why
    /// it is not.
    pub fn append(
        &self,
        entry: Entry,
        durability: Durability,
        on_durable: impl FnOnce(Result<u64, AppendError>) + Send + 'static,
    ) {
        let submission = Box::new(Submission {
            time: (self.0.clock)(),
            entry,
            durability,
            reply: Reply(Some(Box::new(on_durable))),
        });
        match self.0.queue.try_send(Message::Append(submission)) {
            Err(TrySendError::Full(Message::Append(refused))) => {
                refused.reply.give(Err(AppendError::Busy));
            }
            // A reply that is dropped says `Closed` itself.
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
        }
    }

    /// Appends an entry and waits until it is on disk; gives its number.
    ///
    /// # Errors
    /// Any [`AppendError`].
    pub fn append_synced(&self, entry: Entry) -> Result<u64, AppendError> {
        let (sender, seq) = sync_channel(1);
        self.append(entry, Durability::Synced, move |result| {
            drop(sender.send(result));
        });
        seq.recv().unwrap_or(Err(AppendError::Closed))
    }

    /// Removes old segments as [`Writer::trim`] does, and waits for it.
    ///
    /// # Errors
    /// Any [`TrimError`].
    pub fn trim(&self, before: Timestamp) -> Result<Option<Trimmed>, TrimError> {
        let (reply, result) = sync_channel(1);
        let sent = self.0.queue.send(Message::Trim(before, reply));
        sent.map_err(|_| AppendError::Closed)?;
        result.recv().unwrap_or(Err(AppendError::Closed.into()))
    }

    /// Writes what is buffered and ends the log, whoever else has it: they are told that it is closed. Gives the last head.
    ///
    /// # Errors
    /// Any [`AppendError`]; the log is then as after a kill.
    pub fn close(&self) -> Result<Head, AppendError> {
        let (reply, result) = sync_channel(1);
        let sent = self.0.queue.send(Message::Close(reply));
        sent.map_err(|_| AppendError::Closed)?;
        let closed = result.recv().unwrap_or(Err(AppendError::Closed));
        let thread = self.0.thread.lock();
        if let Some(thread) = thread.unwrap_or_else(PoisonError::into_inner).take() {
            // Its panic was told when it happened; what it did not write has been told to its callers.
            drop(thread.join());
        }
        closed
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // A reply may hold the last handle, and then this is the thread itself: it ends when the queue has no sender.
        let thread = self.thread.get_mut();
        let thread = thread.unwrap_or_else(PoisonError::into_inner).take();
        let is_other =
            |thread: &JoinHandle<()>| thread.thread().id() != std::thread::current().id();
        if let Some(thread) = thread.filter(is_other) {
            let (reply, closed) = sync_channel(1);
            drop(self.queue.send(Message::Close(reply)));
            drop(closed.recv());
            drop(thread.join());
        }
    }
}

type OnDurable = Box<dyn FnOnce(Result<u64, AppendError>) + Send>;

/// Calls what it holds once, also if it is dropped.
struct Reply(Option<OnDurable>);

impl Reply {
    fn give(mut self, result: Result<u64, AppendError>) {
        self.call(result);
    }

    fn call(&mut self, result: Result<u64, AppendError>) {
        if let Some(on_durable) = self.0.take() {
            // One caller's panic, told by its hook, must not end the log of all others.
            drop(catch_unwind(AssertUnwindSafe(|| on_durable(result))));
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.call(Err(AppendError::Closed));
    }
}

/// What the thread holds.
struct Thread {
    writer: Writer,
    options: Options,
    waiting: Vec<Submission>,
    /// When what waits is written at the latest; `None` if nothing waits.
    due: Option<Instant>,
}

impl Thread {
    fn new(writer: Writer, options: Options) -> Self {
        Thread {
            writer,
            options,
            waiting: Vec::new(),
            due: None,
        }
    }

    fn run(mut self, messages: &Receiver<Message>) {
        loop {
            match messages.recv_timeout(self.patience()) {
                Ok(Message::Append(submission)) => self.take(*submission),
                Ok(Message::Trim(before, reply)) => {
                    self.write();
                    drop(reply.send(self.writer.trim(before)));
                }
                Ok(Message::Close(reply)) => {
                    self.write();
                    drop(reply.send(self.writer.close()));
                    return;
                }
                // Nothing more has come until what waits was due, be it at once: it goes into one commit.
                Err(RecvTimeoutError::Timeout) => self.write(),
                Err(RecvTimeoutError::Disconnected) => {
                    self.write();
                    // Nobody is left to be told; HEAD stays open, and says so.
                    drop(self.writer.close());
                    return;
                }
            }
        }
    }

    /// How long to wait for the next message.
    fn patience(&self) -> Duration {
        match self.due {
            Some(due) => due.saturating_duration_since(Instant::now()),
            None if self.writer.has_checkpoint() => Duration::from_secs(3_600),
            None => CHECKPOINT_POLL,
        }
    }

    /// Takes an entry up; commits, if no more may wait.
    fn take(&mut self, submission: Submission) {
        let age_max = match submission.durability {
            Durability::Synced => Duration::ZERO,
            Durability::Buffered => self.options.buffered_age_max,
        };
        let due = Instant::now() + age_max;
        self.due = Some(self.due.map_or(due, |earlier| earlier.min(due)));
        self.waiting.push(submission);
        let records_max = self.options.buffered_records_max.get();
        if self.waiting.len() >= records_max.min(COMMIT_RECORDS_MAX) {
            self.write();
        }
    }

    /// Commits what waits, else signs what has no checkpoint, if it is time. Callers are told.
    fn write(&mut self) {
        self.due = None;
        if self.waiting.is_empty() {
            // It is tried again; a log that can't be written to tells those who append.
            drop(self.writer.checkpoint_if_due());
            return;
        }
        let waiting = std::mem::take(&mut self.waiting);
        let entries = waiting
            .iter()
            .map(|submission| (submission.time, &submission.entry));
        match self.writer.append_timed(entries) {
            Ok(seqs) => {
                for (submission, seq) in waiting.into_iter().zip(seqs) {
                    submission.reply.give(Ok(seq));
                }
            }
            Err(error) => {
                for submission in waiting {
                    submission.reply.give(Err(error.clone()));
                }
            }
        }
    }
}
