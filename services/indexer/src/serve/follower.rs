//! Follows the store of record: what is accepted becomes searchable.
//!
//! **Law.** A generation that is published here is the state of the store at one position. What a crash leaves
//! unpublished is taken up again, for the index says how far it is; an index that is lost is made anew.
//!
//! Start reading at [`Follower::start`], then `Following::step`.

mod following;

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use sosie_store::Position;

use super::feed::Feed;
use super::server::Stores;
use following::Following;

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

#[derive(Clone, Copy, Default)]
struct News {
    /// How far the store has come.
    position: Position,
    ending: bool,
}

impl Follower {
    /// Starts to follow; with `take_over`, also where what is served was not made from this store.
    ///
    /// # Errors
    /// Those of starting a thread.
    pub fn start(stores: Stores, take_over: bool) -> io::Result<Follower> {
        let signal = Arc::new(Signal::default());
        let following = Following::new(stores, take_over);
        let listening = signal.clone();
        let thread = std::thread::Builder::new().name("follow".to_owned());
        Ok(Follower {
            signal,
            thread: Some(thread.spawn(move || follow(following, &listening))?),
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
}

impl Signal {
    fn lock(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the store is past a position, at most so long; whether to go on.
    fn wait_past(&self, position: Option<Position>, at_most: Duration) -> bool {
        let nothing_new = |news: &mut News| {
            !news.ending && position.is_none_or(|position| news.position <= position)
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
        let (is_well, pause) = match following.step() {
            Ok(()) => (true, PUBLISH_INTERVAL),
            Err(error) => {
                tracing::error!(%error, "the index did not follow the store; trying again");
                (false, RETRY_INTERVAL)
            }
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
