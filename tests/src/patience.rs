//! Waiting for what another thread or process does: asked again and again, never a fixed pause.

use std::time::{Duration, Instant};

/// Longest wait for anything: far more than a busy machine needs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Time between two questions.
const PAUSE: Duration = Duration::from_millis(2);

/// What one question with its pause costs of the patience at most: a process that was stopped meanwhile, as another
/// measures, has not waited.
const STEP_MAX: Duration = Duration::from_secs(1);

/// Patience that is left.
struct Left {
    what: String,
    left: Duration,
    asked: Instant,
}

impl Left {
    fn new(what: &str) -> Left {
        Left {
            what: what.to_owned(),
            left: PATIENCE,
            asked: Instant::now(),
        }
    }

    /// Takes what has gone by since the last time.
    fn spend(&mut self) {
        let spent = self.asked.elapsed().min(STEP_MAX);
        self.left = self.left.saturating_sub(spent);
        self.asked = Instant::now();
        assert!(!self.left.is_zero(), "waited in vain for {}", self.what);
    }
}

/// Asks until there is an answer.
///
/// # Panics
/// If there is none in [`PATIENCE`], naming `what` was waited for.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let mut left = Left::new(what);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        left.spend();
        std::thread::sleep(PAUSE);
    }
}

/// As [`until`], for questions that are asked of a server.
///
/// # Panics
/// As [`until`].
pub async fn until_async<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let mut left = Left::new(what);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        left.spend();
        tokio::time::sleep(PAUSE).await;
    }
}
