//! What a run is told to do, and why it can fail.

use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use sosie_index::{Cancel, IndexError, ReceiptRule, StoreError};
use sosie_similarity::Timestamp;

use crate::declare::{Declarations, DeclareError};
use crate::gate::{GateError, GuardConfig};
use crate::mapping::MappingError;
use crate::source::{InputError, SourceError};
use crate::summary::Summary;

/// Everything that a run needs.
#[derive(Clone, Debug)]
pub struct ReindexJob {
    /// Where generations are published; made if it is not there.
    pub generations: PathBuf,
    /// Read in this order: of two records of one id the later wins.
    pub inputs: Vec<Input>,
    /// The data sets that records of NDJSON and GeoJSON inputs may name. Mappings declare their own.
    pub declarations: Declarations,
    /// Where refused records are told; `None`: in the directory of generations, named after
    /// `ingest_time`.
    pub rejects: Option<PathBuf>,
    /// Past it nothing is published.
    pub max_rejects: MaxRejects,
    /// Generations that stay, the new one included.
    pub keep: NonZeroUsize,
    /// How generations stay that receipts name, besides those; none without.
    pub receipts: Option<ReceiptRule>,
    /// When the run began: `known_time` of records of which nothing else says it.
    pub ingest_time: Timestamp,
    /// What the personal-data guard keeps out is refused; none without.
    pub guard: Option<GuardConfig>,
    /// Ends the run early, with nothing published.
    pub cancel: Cancel,
}

/// One file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An event a line.
    Ndjson(PathBuf),
    /// A FeatureCollection of events.
    GeoJson(PathBuf),
    /// A row an event, its columns the fields.
    Parquet(PathBuf),
    /// A city's own file.
    Mapped {
        /// How its columns become events.
        mapping: PathBuf,
        /// The file.
        file: PathBuf,
    },
}

/// How many refused records a run may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxRejects {
    /// So many.
    Count(u64),
    /// So many ten-thousandths of a percent of the records read.
    Share(u64),
}

/// Ten-thousandths of a percent in a whole.
const SHARE_WHOLE: u64 = 1_000_000;

impl MaxRejects {
    /// Whether so many are not too many.
    pub fn allows(self, refused: u64, read: u64) -> bool {
        match self {
            MaxRejects::Count(max) => refused <= max,
            MaxRejects::Share(share) => {
                u128::from(refused) * u128::from(SHARE_WHOLE)
                    <= u128::from(read) * u128::from(share)
            }
        }
    }
}

impl fmt::Display for MaxRejects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MaxRejects::Count(max) => write!(f, "{max}"),
            MaxRejects::Share(share) => write!(f, "{}%", *share as f64 / 10_000.0),
        }
    }
}

/// A limit that is neither `N` nor `N%`.
#[derive(Debug, thiserror::Error)]
#[error("a number of records such as 20, or a share of them from 0% to 100% such as 0.5%")]
pub struct InvalidMaxRejects;

impl FromStr for MaxRejects {
    type Err = InvalidMaxRejects;

    fn from_str(text: &str) -> Result<Self, InvalidMaxRejects> {
        let Some(percent) = text.strip_suffix('%') else {
            return text
                .parse()
                .map(MaxRejects::Count)
                .map_err(|_| InvalidMaxRejects);
        };
        let (whole, fraction) = percent.split_once('.').unwrap_or((percent, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 4 {
            return Err(InvalidMaxRejects);
        }
        // Digits put together, not a float: the limit holds to the last record.
        let share: u64 = format!("{whole}{fraction:0<4}")
            .parse()
            .map_err(|_| InvalidMaxRejects)?;
        (share <= SHARE_WHOLE)
            .then_some(MaxRejects::Share(share))
            .ok_or(InvalidMaxRejects)
    }
}

/// Why a run published nothing; the generation that is served stays.
#[derive(Debug, thiserror::Error)]
pub enum ReindexError {
    /// More records were refused than the job allows. The rejects file tells them all.
    #[error(
        "{} of {} records were refused, more than the limit of {limit}: nothing was published",
        summary.total.refused, summary.total.read
    )]
    TooManyRejects {
        /// The limit.
        limit: MaxRejects,
        /// What was read.
        summary: Box<Summary>,
    },
    /// No record is an event: an empty generation would take the place of a full one.
    #[error("there is no event to publish in {} records read", summary.total.read)]
    NoEvent {
        /// What was read.
        summary: Box<Summary>,
    },
    /// The caller ended it.
    #[error("the run was cancelled: nothing was published")]
    Cancelled,
    /// A mapping is not used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A declaration is not used.
    #[error(transparent)]
    Declare(#[from] DeclareError),
    /// The personal-data guard has no rules to go by.
    #[error("guard: {0}")]
    Guard(#[from] GateError),
    /// An input can't be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Refused records can't be told.
    #[error("{}: could not be written: {source}", path.display())]
    Rejects {
        /// The rejects file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The rejects file would be written over one that the run reads, or over a generation.
    #[error("{}: is read by the run or part of the generations, and can't be the rejects file", path.display())]
    RejectsTaken {
        /// The file.
        path: PathBuf,
    },
    /// More undeclared data sets than a city has: the `source_id` of records is something else.
    #[error("records name more than {max} data sets")]
    TooManySources {
        /// The limit.
        max: usize,
    },
    /// The index could not be built.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The generation could not be published.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InputError> for ReindexError {
    fn from(error: InputError) -> Self {
        match error {
            InputError::Mapping(error) => error.into(),
            InputError::Declare(error) => error.into(),
            InputError::Source(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_a_share_and_holds_to_the_last_record() {
        let max = |text: &str| text.parse::<MaxRejects>();
        assert!(max("10%").unwrap().allows(10, 100) && !max("10%").unwrap().allows(11, 100));
        assert!(max("0.1%").unwrap().allows(3, 3_000) && !max("0.1%").unwrap().allows(4, 3_000));
        assert!(max("2").unwrap().allows(2, 2) && !max("2").unwrap().allows(3, 1_000_000));
        assert!(max("100%").unwrap().allows(7, 7) && !max("0").unwrap().allows(1, 7));
        for text in [
            "", "%", "-1", "101%", "1.00001%", "1e2%", ".5%", "5.%", "all",
        ] {
            assert!(max(text).is_err(), "{text}");
        }
        assert_eq!(max("0.5%").unwrap().to_string(), "0.5%");
    }
}
