//! The seam towards whoever follows the store: the live index.

use sosie_store::Position;

/// Follows the store of record. What it makes of the changes it reads from the store itself.
pub trait Feed: Send + Sync + 'static {
    /// The store durably holds every change up to `to`; positions never go back. Called before the writes are
    /// acknowledged, on the one thread that writes: quick, and without waiting.
    fn advanced(&self, to: Position);
}

/// Nobody follows.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFeed;

impl Feed for NoFeed {
    fn advanced(&self, _: Position) {}
}
