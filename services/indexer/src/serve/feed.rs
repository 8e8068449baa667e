//! The seam towards whoever follows the store: the live index.

use std::io;

use sosie_index::{GenerationId, Manifest};
use sosie_store::Position;

/// Follows the store of record. What it makes of the changes it reads from the store itself.
pub trait Feed: Send + Sync + 'static {
    /// The store durably holds every change up to `to`; positions never go back. Called before the writes are
    /// acknowledged, on the one thread that writes: quick, and without waiting.
    fn advanced(&self, to: Position);

    /// Lets an index that was made anew take the place of the one that is followed with, and publishes it. Blocks until
    /// that is done.
    ///
    /// # Errors
    /// [`SwitchError`].
    fn switch(&self, order: SwitchOrder) -> Result<GenerationId, SwitchError>;
}

/// Which index takes the place of the one before.
pub struct SwitchOrder {
    /// What was validated of it; none if that was before a restart.
    pub checked: Option<Manifest>,
    /// If it took its place before a restart already: the number of the newest generation before that. A later one was
    /// made from it.
    pub after: Option<u64>,
    /// Is told the number of the newest generation, 0 for none, right before the places change, and keeps it.
    pub begin: Box<dyn FnOnce(u64) -> io::Result<()> + Send>,
}

/// Why the index was not switched.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// A generation that was chosen is served, whose place nothing takes.
    #[error("{0} is served by choice")]
    Held(GenerationId),
    /// It failed, for want of space say; the cause is in the log. The same order can be given again.
    #[error("the index was not switched")]
    Failed,
    /// Nobody follows any more.
    #[error("nobody follows the store")]
    Ended,
}

/// Nobody follows.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFeed;

impl Feed for NoFeed {
    fn advanced(&self, _: Position) {}

    fn switch(&self, _: SwitchOrder) -> Result<GenerationId, SwitchError> {
        Err(SwitchError::Ended)
    }
}
