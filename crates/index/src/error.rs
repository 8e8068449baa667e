//! What can go wrong with an index that was verified: bugs, bad memory, or the end of a search.

use sosie_similarity::Invalid;

/// An index could not be built or opened.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// tantivy refused.
    #[error("index: {0}")]
    Tantivy(#[from] tantivy::TantivyError),
    /// A column can't be read.
    #[error("column: {0}")]
    Column(#[from] std::io::Error),
    /// A column holds what no event can have.
    #[error("column `{0}` holds what no event can have")]
    Malformed(&'static str),
    /// A stored record is not a valid event.
    #[error("stored record: {0}")]
    Record(#[from] Invalid),
    /// The search structure is of a version that this program does not read.
    #[error("search structure of version {found}, this program reads version {expected}", expected = crate::blocks::BLOCKS_VERSION)]
    BlocksVersion {
        /// The version found.
        found: u64,
    },
    /// More events than a row number can count.
    #[error("more than {} events", u32::MAX)]
    TooManyEvents,
}

/// A search gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Its caller has left.
    #[error("search cancelled")]
    Cancelled,
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl From<tantivy::TantivyError> for SearchError {
    fn from(error: tantivy::TantivyError) -> Self {
        SearchError::Index(error.into())
    }
}
