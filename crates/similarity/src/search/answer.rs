//! What a search answers: pages of hits, and why an event is or is not one.

use std::ops::AddAssign;

use crate::code::EventId;
use crate::event::Event;
use crate::filter::Condition;
use crate::invalid::Rule;
use crate::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};
use crate::score::{LedgerLine, Score};

/// A part of the ranked list: `limit` hits after the first `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Hits that come before.
    pub offset: usize,
    /// Most hits of the page, 1 to [`PAGE_SIZE_MAX`].
    pub limit: usize,
}

impl Page {
    /// The first page of the size that a request asks for; absent is [`PAGE_SIZE_DEFAULT`].
    ///
    /// # Errors
    /// [`Rule::OutOfRange`] for less than 1 or more than [`PAGE_SIZE_MAX`].
    pub fn first(size: Option<i32>) -> Result<Self, Rule> {
        let limit = match size {
            None => PAGE_SIZE_DEFAULT,
            Some(size) => usize::try_from(size)
                .ok()
                .filter(|size| (1..=PAGE_SIZE_MAX).contains(size))
                .ok_or(Rule::OutOfRange(1.0, PAGE_SIZE_MAX as f64))?,
        };
        Ok(Page { offset: 0, limit })
    }
}

/// One past event that resembles the probe.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The whole record.
    pub event: Event,
    /// 1 for the best, counted over the whole list.
    pub rank: usize,
    /// Score and coverage.
    pub score: Score,
    /// Members of its series that were hits before collapse, itself included; 1 without a series or
    /// without collapse.
    pub series_member_count: usize,
    /// Why, axis by axis.
    pub ledger: Vec<LedgerLine>,
}

/// What an answer cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events within `as_of` that pass the filter, the probe and its left out series not counted.
    pub candidates: usize,
    /// Rows whose score was computed to the last bit.
    pub rows_scored: usize,
    /// Blocks whose rows were looked at.
    pub blocks_scored: usize,
    /// Blocks that were skipped.
    pub blocks_skipped: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.candidates += other.candidates;
        self.rows_scored += other.rows_scored;
        self.blocks_scored += other.blocks_scored;
        self.blocks_skipped += other.blocks_skipped;
    }
}

/// A page of the ranked list.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Best first.
    pub hits: Vec<Hit>,
    /// Whether the list goes on after this page.
    pub has_more: bool,
    /// What it cost.
    pub counts: Counts,
}

/// Where a stored event stands in a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The event.
    pub event: Event,
    /// Score and coverage, unless nothing could be compared or coverage is below the floor.
    pub score: Option<Score>,
    /// Axis by axis.
    pub ledger: Vec<LedgerLine>,
    /// Its rank from 1, or every rule that keeps it out.
    pub verdict: Result<usize, Vec<Exclusion>>,
}

/// Why a stored event is no hit of a search.
#[derive(Clone, Debug, PartialEq)]
pub enum Exclusion {
    /// It is the probe.
    ProbeItself,
    /// It is of the probe's series, which the search leaves out.
    ProbeSeries,
    /// Its state is not asked for.
    State,
    /// It fails this condition of the filter.
    Filter(Condition),
    /// It ends after `as_of`.
    NotEnded,
    /// It was first known after `as_of`.
    NotKnown,
    /// At `as_of` something else was known in its place, or that it is withdrawn.
    Superseded,
    /// No axis can be compared.
    NoComparableAxis,
    /// Its coverage is below the floor.
    Coverage,
    /// A better member of its series stands for it.
    SeriesCollapsed {
        /// The member that is a hit.
        kept: EventId,
    },
}
