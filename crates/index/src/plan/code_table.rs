//! What each code of a byte column can add to a score at most.

use crate::blocks::codes::NumberCodes;

/// By code; and for ranges of codes, the code of the probe's own value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CodeTable {
    pub(crate) by_code: [f32; 256],
    /// The code of the probe's value.
    at: u8,
    /// The most of all codes.
    peak: f32,
}

impl CodeTable {
    /// Of an axis that plays no part.
    pub(crate) const ZERO: CodeTable = CodeTable {
        by_code: [0.0; 256],
        at: 0,
        peak: 0.0,
    };

    /// Of codes with what they add; those not named add nothing.
    pub(crate) fn new(at: u8, codes: impl Iterator<Item = (u8, f64)>) -> Self {
        let mut table = CodeTable {
            at,
            ..CodeTable::ZERO
        };
        for (code, most) in codes {
            table.by_code[usize::from(code)] = rounded_up(most);
        }
        table.peak = table.by_code.iter().copied().fold(0.0, f32::max);
        table
    }

    /// Of the codes of an axis; `most` is what values from the first to the second number add.
    pub(crate) fn of_numbers(
        codes: &NumberCodes,
        at: f64,
        most: impl Fn((f64, f64)) -> f64,
    ) -> Self {
        let added = codes.extents().map(|(code, extent)| (code, most(extent)));
        CodeTable::new(codes.code(at), added)
    }

    /// Whether it adds nothing, whatever the code.
    pub(crate) fn is_zero(&self) -> bool {
        self.peak == 0.0
    }

    /// The most that any code from `low` to `high` adds. What a code adds falls on both sides of the probe's,
    /// or around the year, so away from it one of the ends is the best.
    #[inline(always)]
    pub(crate) fn most(&self, low: u8, high: u8) -> f32 {
        let ends = self.by_code[usize::from(low)].max(self.by_code[usize::from(high)]);
        if (low <= self.at) & (self.at <= high) {
            self.peak
        } else {
            ends
        }
    }
}

/// The next number of 32 bits that is not below.
pub(super) fn rounded_up(most: f64) -> f32 {
    if most == 0.0 {
        0.0
    } else {
        (most as f32).next_up()
    }
}
