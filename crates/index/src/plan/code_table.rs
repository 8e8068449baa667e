//! What each code of a byte column can add to a score at most.

use super::points::of_share;

/// Points by code; and for ranges of codes, the code of the probe's own value. The points begin where a line of the
/// cache does: a register that is loaded from two lines takes twice the time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub(crate) struct CodeTable {
    pub(crate) by_code: [u16; 256],
    /// The code of the probe's value.
    at: u8,
    /// The most of all codes.
    peak: u16,
}

impl CodeTable {
    /// Of an axis that plays no part.
    pub(crate) const ZERO: CodeTable = CodeTable {
        by_code: [0; 256],
        at: 0,
        peak: 0,
    };

    /// Of points by code; `at` is the code of the probe's value.
    pub(super) fn new(at: u8, by_code: [u16; 256]) -> Self {
        CodeTable {
            by_code,
            at,
            peak: by_code.into_iter().max().unwrap_or(0),
        }
    }

    /// Whether it adds nothing, whatever the code.
    #[inline(always)]
    pub(crate) fn is_zero(&self) -> bool {
        self.peak == 0
    }

    /// The most that any code from `low` to `high` adds, of which the ends add `ends`. What a code adds falls on
    /// both sides of the probe's, or around the year, so away from it one of the ends is the best.
    #[inline(always)]
    pub(crate) fn most(&self, (low, high): (u8, u8), ends: (u16, u16)) -> u16 {
        if (low <= self.at) & (self.at <= high) {
            self.peak
        } else {
            ends.0.max(ends.1)
        }
    }
}

/// The points of codes with the share of the weights that they add at most; those not named add nothing.
pub(super) fn points_by_code(codes: impl Iterator<Item = (u8, f64)>) -> [u16; 256] {
    let mut by_code = [0; 256];
    for (code, most) in codes {
        by_code[usize::from(code)] = of_share(most);
    }
    by_code
}
