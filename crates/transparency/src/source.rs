//! What a data set is and what of it is in use.

use sosie_similarity::{Axis, Code, Timestamp};

/// What a data set declares of itself. An empty text is one that was not declared, and is told as missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDeclaration {
    /// The code that its events carry.
    pub source_id: Code,
    /// For people.
    pub name: String,
    /// Who answers for the data.
    pub owner: String,
    /// Under which licence it is used.
    pub licence: String,
    /// How the data came about.
    pub collection_method: String,
}

/// From the first instant of the earliest event to the first instant after the latest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Start of the event that starts first.
    pub first: Timestamp,
    /// End of the event that ends last; exclusive.
    pub end: Timestamp,
}

/// What the events of one data set show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFigures {
    rows: u64,
    period: Option<Period>,
    last_known_time: Option<Timestamp>,
    missing: [u64; Axis::ALL.len()],
}

/// Why figures can't be those of any set of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFigures {
    /// More events without a value than events.
    #[error("`{axis}` is missing in {missing} of {rows} rows")]
    MoreMissingThanRows {
        /// Which axis.
        axis: Axis,
        /// Events without a value on it.
        missing: u64,
        /// Events.
        rows: u64,
    },
    /// A data set with rows has a period and a last time, one without has neither.
    #[error("a period and a last known time belong to rows, and {0} rows are told")]
    PeriodWithoutRows(u64),
    /// The period ends before it starts.
    #[error("the period ends before it starts")]
    EndBeforeStart,
}

impl SourceFigures {
    /// Figures that were counted elsewhere. `missing` is the number of
    /// events without a value, in the order of [`Axis::ALL`].
    ///
    /// # Errors
    /// [`InvalidFigures`].
    pub fn new(
        rows: u64,
        period: Option<Period>,
        last_known_time: Option<Timestamp>,
        missing: [u64; Axis::ALL.len()],
    ) -> Result<Self, InvalidFigures> {
        let has_rows = rows > 0;
        if period.is_some() != has_rows || last_known_time.is_some() != has_rows {
            return Err(InvalidFigures::PeriodWithoutRows(rows));
        }
        if period.is_some_and(|period| period.end <= period.first) {
            return Err(InvalidFigures::EndBeforeStart);
        }
        for (axis, missing) in Axis::ALL.into_iter().zip(missing) {
            if missing > rows {
                return Err(InvalidFigures::MoreMissingThanRows {
                    axis,
                    missing,
                    rows,
                });
            }
        }
        Ok(SourceFigures {
            rows,
            period,
            last_known_time,
            missing,
        })
    }

    /// Events in use.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// When its events are; `None` without events.
    pub fn period(&self) -> Option<Period> {
        self.period
    }

    /// The latest time at which one of its records became known: its last update.
    pub fn last_known_time(&self) -> Option<Timestamp> {
        self.last_known_time
    }

    /// Share of its events without a value on `axis`, in [0, 1]; 0 without events.
    pub fn missing_share(&self, axis: Axis) -> f64 {
        if self.rows == 0 {
            return 0.0;
        }
        self.missing_rows(axis) as f64 / self.rows as f64
    }

    /// Number of its events without a value on `axis`.
    pub fn missing_rows(&self, axis: Axis) -> u64 {
        self.missing[axis as usize]
    }
}

/// All that is known of one data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFacts {
    /// What it declares.
    pub declaration: SourceDeclaration,
    /// What its events show.
    pub figures: SourceFigures,
    /// Records that were refused when it was read; `None` where nobody counted them, as of what comes over the wire.
    pub refused_rows: Option<u64>,
}
