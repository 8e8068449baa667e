//! What the layers have left with a call: its place among those in flight, and its end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tokio::time::Instant;
use tonic::Extensions;
use tracing::Span;

use crate::layers::{Admitted, CallDeadline};
use crate::phase;

/// The place of a call among those in flight, and its end.
pub struct Ticket {
    admitted: Option<Admitted>,
    deadline: Instant,
}

impl Ticket {
    /// Takes what the layers left; a call that came past them ends after `deadline_max`.
    pub fn take(extensions: &mut Extensions, deadline_max: Duration) -> Ticket {
        let deadline = extensions.remove::<CallDeadline>();
        Ticket {
            admitted: extensions.remove::<Admitted>(),
            deadline: deadline.map_or_else(|| Instant::now() + deadline_max, |d| d.0),
        }
    }

    /// When the call ends: the layer ends the wait for an answer, a stream has to end itself.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Does CPU-bound work where it can't stall the calls that share an async thread. The work holds the place
    /// of its call, also if the handler is gone first.
    ///
    /// # Errors
    /// What the work failed with, or that it panicked.
    pub async fn blocking<A, E>(
        &self,
        work: impl FnOnce() -> Result<A, E> + Send + 'static,
    ) -> Result<A, E>
    where
        A: Send + 'static,
        E: From<JoinError> + Send + 'static,
    {
        self.after(phase::wait(), work).await
    }

    /// As [`Ticket::blocking`], in the order of asking once one of `turns` is free: work that fills a core is done no
    /// sooner by many threads that share it. The work holds its turn, too, until it ends.
    ///
    /// # Errors
    /// As [`Ticket::blocking`].
    ///
    /// # Panics
    /// If `turns` are closed: they stay open for as long as calls are answered.
    pub async fn in_turn<A, E>(
        &self,
        turns: &Arc<Semaphore>,
        work: impl FnOnce() -> Result<A, E> + Send + 'static,
    ) -> Result<A, E>
    where
        A: Send + 'static,
        E: From<JoinError> + Send + 'static,
    {
        let wait = phase::wait();
        let turn = turns.clone().acquire_owned().await;
        let turn = turn.expect("turns stay open");
        let in_turn = move || {
            let _turn = turn;
            work()
        };
        self.after(wait, in_turn).await
    }

    async fn after<A, E>(
        &self,
        wait: Span,
        work: impl FnOnce() -> Result<A, E> + Send + 'static,
    ) -> Result<A, E>
    where
        A: Send + 'static,
        E: From<JoinError> + Send + 'static,
    {
        let place = self.admitted.clone();
        let answer = tokio::task::spawn_blocking(move || {
            drop(wait);
            let _place = place;
            work()
        });
        answer.await?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_holds_its_turn_until_it_ends() {
        let ticket = Ticket::take(&mut Extensions::new(), Duration::from_secs(60));
        let turns = Arc::new(Semaphore::new(1));
        let (begin, begun) = tokio::sync::oneshot::channel();
        let (end, ended) = mpsc::channel::<()>();
        let work = ticket.in_turn(&turns, move || {
            begin.send(()).ok();
            ended.recv().ok();
            Ok::<_, JoinError>(())
        });
        tokio::select! {
            _ = work => panic!("the work has not ended"),
            started = begun => started.expect("it has begun"),
        }
        // Its caller is gone.
        assert_eq!(turns.available_permits(), 0);
        drop(end);
        let next = ticket.in_turn(&turns, || Ok::<_, JoinError>(7));
        assert_eq!(next.await.expect("it has its turn"), 7);
    }
}
