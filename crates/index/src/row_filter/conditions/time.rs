//! Conditions on instants.

use sosie_similarity::{TimeInterval, Timestamp};

use super::{Condition, Lane, Sure, Verdict};
use crate::blocks::codes::UpTo;
use crate::blocks::layout::BLOCK_ROWS;
use crate::blocks::{Blocks, TIES_PER_START};
use crate::snapshot::Part;

/// That an end or a known time is at or before an instant.
pub(super) struct Ends {
    /// 0 for the end, 1 for the known time.
    at: usize,
    code: u32,
    /// Whether those of the very code pass, if that is known.
    equal: Option<bool>,
}

/// What `as_of` asks of rows, and whether any can pass.
pub(super) fn ends(blocks: &Blocks, as_of: Option<Timestamp>) -> (Vec<Ends>, bool) {
    let (mut ends, mut any) = (Vec::new(), true);
    for (at, codes) in blocks.times.iter().enumerate() {
        let Some((as_of, codes)) = as_of.zip(*codes) else {
            continue;
        };
        match codes.up_to(as_of.as_micros()) {
            UpTo::All => {}
            UpTo::None => any = false,
            UpTo::Code(code, whole) => ends.push(Ends {
                at,
                code,
                equal: whole.then_some(true),
            }),
        }
    }
    (ends, any)
}

impl Condition for Ends {
    fn of_lane(&self, (node, lane): Lane) -> Verdict {
        let (first, last) = node.times(self.at);
        if last[lane] < self.code {
            Verdict::All
        } else if first[lane] > self.code {
            Verdict::None
        } else {
            Verdict::Some
        }
    }

    fn of_rows(&self, blocks: &Blocks, at: usize) -> Sure {
        let codes = &blocks.time_codes(self.at)[at * BLOCK_ROWS..][..BLOCK_ROWS];
        Sure::of_rows(|row| match codes[row].cmp(&self.code) {
            std::cmp::Ordering::Less => super::PASSES,
            std::cmp::Ordering::Greater => super::FAILS,
            std::cmp::Ordering::Equal => said(self.equal),
        })
    }
}

fn said(sure: Option<bool>) -> u8 {
    match sure {
        Some(passes) => u8::from(passes),
        None => super::UNSURE,
    }
}

/// That [start, end) overlaps an interval.
pub(super) struct Span {
    /// Rows before this place in the order of ties start too late; from `sure_from` on none does.
    late_before: u32,
    sure_from: u32,
    ended: UpTo,
}

impl Span {
    pub(super) fn new(part: &Part, time: TimeInterval) -> Self {
        let blocks = part.blocks();
        let (from, until) = time.ends();
        // Starts fall along that order.
        let late = until.map_or(0, |until| {
            let starts = &blocks.tie_starts;
            starts.partition_point(|start| *start >= until.as_micros())
        });
        let late_before = late
            .checked_sub(1)
            .map_or(0, |last| last * TIES_PER_START + 1);
        Span {
            late_before: late_before as u32,
            sure_from: (late * TIES_PER_START) as u32,
            ended: match from.zip(blocks.times[0]) {
                Some((from, codes)) => codes.up_to(from.as_micros()),
                None => UpTo::None,
            },
        }
    }

    fn starts_in_time(&self, tie: u32) -> u8 {
        if tie < self.late_before {
            super::FAILS
        } else if tie >= self.sure_from {
            super::PASSES
        } else {
            super::UNSURE
        }
    }

    fn goes_on(&self, end: u32) -> u8 {
        match self.ended {
            UpTo::All => super::FAILS,
            UpTo::None => super::PASSES,
            UpTo::Code(code, whole) => match end.cmp(&code) {
                std::cmp::Ordering::Less => super::FAILS,
                std::cmp::Ordering::Greater => super::PASSES,
                std::cmp::Ordering::Equal => said(whole.then_some(false)),
            },
        }
    }
}

impl Condition for Span {
    /// No summary knows of starts; of ends, whether all are too early.
    fn of_lane(&self, (node, lane): Lane) -> Verdict {
        let (_, last) = node.times(0);
        if self.goes_on(last[lane]) == super::FAILS {
            Verdict::None
        } else {
            Verdict::Some
        }
    }

    fn of_rows(&self, blocks: &Blocks, at: usize) -> Sure {
        let rows = at * BLOCK_ROWS..(at + 1) * BLOCK_ROWS;
        let (ties, ends) = (&blocks.ties()[rows.clone()], &blocks.time_codes(0)[rows]);
        Sure::of_rows(|row| both(self.starts_in_time(ties[row]), self.goes_on(ends[row])))
    }
}

/// Both of two things said.
fn both(one: u8, other: u8) -> u8 {
    match (one, other) {
        (super::FAILS, _) | (_, super::FAILS) => super::FAILS,
        (super::PASSES, super::PASSES) => super::PASSES,
        (_, _) => super::UNSURE,
    }
}
