//! Follows the store of record: what is accepted becomes searchable.
//!
//! **Law.** A generation that is published here is the state of the store at one position. What a crash leaves
//! unpublished is taken up again, for the index says how far it is; an index that is lost is made anew.
//!
//! Start reading at [`Follower::start`], then `Following::step`.

mod following;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use sosie_index::{Current, GenerationId};
use sosie_store::Position;

use super::acts;
use super::feed::{Feed, SwitchError, SwitchOrder};
use super::live_dirs::LiveDirs;
use super::server::Stores;
use following::{Following, Switched};

pub(super) use following::FollowError;

/// Least time between two publications: events that come meanwhile share one.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(400);
/// Time until another try after a failure, such as a full disk.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// The thread that makes generations of what the store holds.
pub struct Follower {
    signal: Arc<Signal>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Signal {
    news: Mutex<News>,
    woken: Condvar,
}

#[derive(Default)]
struct News {
    /// How far the store has come.
    position: Position,
    /// An index that is to take the place of this one.
    order: Option<Ordered>,
    ending: bool,
    /// Whether nobody listens any more.
    ended: bool,
}

struct Ordered {
    order: SwitchOrder,
    reply: SyncSender<Result<GenerationId, SwitchError>>,
}

impl Follower {
    /// Starts to follow; with `take_over`, also where what is served was not made from this store.
    ///
    /// # Errors
    /// Those of starting a thread, of reading the store, and of finishing a change of indexes that a crash broke off.
    pub fn start(stores: Stores, take_over: bool) -> io::Result<Follower> {
        LiveDirs::of(&stores.generations_dir).finish()?;
        // Published by a run, or right before a crash: the log knows from here on what is served.
        if let Ok(Some(found)) = Current::read(&stores.generations_dir) {
            acts::activated(stores.audit.as_ref(), &found);
        }
        let signal = Arc::new(Signal::default());
        let view = stores.store.view().map_err(io::Error::other)?;
        let started_at = view.summary().position;
        drop(view);
        let following = Following::new(stores, take_over, started_at);
        let listening = signal.clone();
        let thread = std::thread::Builder::new().name("follow".to_owned());
        Ok(Follower {
            signal,
            thread: Some(thread.spawn(move || {
                let listening = Listening(&listening);
                follow(following, listening.0);
            })?),
        })
    }

    /// What tells it of news.
    pub fn feed(&self) -> Arc<dyn Feed> {
        self.signal.clone()
    }
}

impl Drop for Follower {
    /// Ends after the step that it is at. What is not published yet is at the next start.
    fn drop(&mut self) {
        self.signal.lock().ending = true;
        self.signal.woken.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic was told by the hook of the process.
            let _ = thread.join();
        }
    }
}

impl Feed for Signal {
    fn advanced(&self, to: Position) {
        let mut news = self.lock();
        news.position = news.position.max(to);
        drop(news);
        self.woken.notify_all();
    }

    fn switch(&self, order: SwitchOrder) -> Result<GenerationId, SwitchError> {
        let (reply, answer) = sync_channel(1);
        let mut news = self.lock();
        if news.ended {
            return Err(SwitchError::Ended);
        }
        news.order = Some(Ordered { order, reply });
        drop(news);
        self.woken.notify_all();
        answer.recv().unwrap_or(Err(SwitchError::Ended))
    }
}

/// As long as it lives, somebody listens.
struct Listening<'a>(&'a Signal);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        let mut news = self.0.lock();
        news.ended = true;
        // Whoever waits for an answer is told by its absence.
        news.order = None;
    }
}

impl Signal {
    fn lock(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the store is past a position, at most so long; whether to go on.
    fn wait_past(&self, position: Option<Position>, at_most: Duration) -> bool {
        let nothing_new = |news: &mut News| {
            let is_past = position.is_some_and(|position| news.position > position);
            !news.ending && news.order.is_none() && !is_past
        };
        let waited = self
            .woken
            .wait_timeout_while(self.lock(), at_most, nothing_new);
        let (news, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !news.ending
    }

    /// Waits so long, unless it is to end; whether to go on.
    fn pause(&self, length: Duration) -> bool {
        self.wait_past(None, length)
    }
}

fn follow(mut following: Following, signal: &Signal) {
    loop {
        // What a panic leaves is opened again by the next step, as after an error.
        let step = catch_unwind(AssertUnwindSafe(|| {
            let ordered = signal.lock().order.take();
            if let Some(Ordered { order, reply }) = ordered {
                // A job that has ended needs no answer.
                let _ = reply.send(switch(&mut following, order));
            }
            following.step()
        }));
        let is_well = match step {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(%error, "the index did not follow the store; trying again");
                false
            }
            // The hook of the process has told it.
            Err(_) => {
                tracing::error!("following the store panicked; trying again");
                false
            }
        };
        let pause = if is_well {
            PUBLISH_INTERVAL
        } else {
            RETRY_INTERVAL
        };
        if !signal.pause(pause) {
            return;
        }
        // Looked at again after a while without news, too: what is served may have been chosen anew.
        if is_well && !signal.wait_past(following.position(), RETRY_INTERVAL) {
            return;
        }
    }
}

fn switch(following: &mut Following, order: SwitchOrder) -> Result<GenerationId, SwitchError> {
    match following.switch(order) {
        Ok(Switched::Published(generation)) => Ok(generation),
        Ok(Switched::Held(generation)) => Err(SwitchError::Held(generation)),
        Err(error) => {
            tracing::error!(%error, "the index was not switched");
            Err(SwitchError::Failed)
        }
    }
}
