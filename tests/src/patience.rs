//! Waiting for what another thread or process does: asked again and again, never a fixed pause.

use std::time::{Duration, Instant};

/// Longest wait for anything: far more than a busy machine needs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Time between two questions.
const PAUSE: Duration = Duration::from_millis(2);

/// Asks until there is an answer.
///
/// # Panics
/// If there is none in [`PATIENCE`], naming `what` was waited for.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(PAUSE);
    }
}

/// As [`until`], for questions that are asked of a server.
///
/// # Panics
/// As [`until`].
pub async fn until_async<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        tokio::time::sleep(PAUSE).await;
    }
}
