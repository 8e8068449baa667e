//! How many took part, how sure that is, and what was counted.

use crate::invalid::{Invalid, Rule};
use crate::limits::PARTICIPANTS_MAX;

/// What a count of participants counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The most present at one time.
    Peak,
    /// People on one day.
    Daily,
    /// People over the whole event.
    Total,
}

impl Basis {
    /// The stable name, UPPER_SNAKE.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Peak => "PEAK",
            Basis::Daily => "DAILY",
            Basis::Total => "TOTAL",
        }
    }
}

/// A count of participants: 0 ≤ low ≤ best ≤ high ≤ [`PARTICIPANTS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participants {
    best: u64,
    low: Option<u64>,
    high: Option<u64>,
    basis: Option<Basis>,
}

impl Participants {
    /// Checks range and order. `basis` is `None` where the source does not say.
    ///
    /// # Errors
    /// On `best`, `low` or `high`.
    pub fn new(
        best: u64,
        low: Option<u64>,
        high: Option<u64>,
        basis: Option<Basis>,
    ) -> Result<Self, Invalid> {
        for (field, count) in [("best", Some(best)), ("low", low), ("high", high)] {
            if count.is_some_and(|count| count > PARTICIPANTS_MAX) {
                return Err(Invalid::new(
                    field,
                    Rule::OutOfRange(0.0, PARTICIPANTS_MAX as f64),
                ));
            }
        }
        if low.is_some_and(|low| low > best) {
            return Err(Invalid::new("low", Rule::LowAboveHigh));
        }
        if high.is_some_and(|high| best > high) {
            return Err(Invalid::new("best", Rule::LowAboveHigh));
        }
        Ok(Participants {
            best,
            low,
            high,
            basis,
        })
    }

    /// The best single count.
    pub fn best(self) -> u64 {
        self.best
    }

    /// The lowest count that the source gives.
    pub fn low(self) -> Option<u64> {
        self.low
    }

    /// The highest count that the source gives.
    pub fn high(self) -> Option<u64> {
        self.high
    }

    /// What was counted; `None` is unspecified.
    pub fn basis(self) -> Option<Basis> {
        self.basis
    }

    /// Whether both counts count the same thing; unspecified matches any.
    pub fn comparable(self, other: Participants) -> bool {
        self.basis.is_none() || other.basis.is_none() || self.basis == other.basis
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_ordered_and_limited() {
        let field = |best, low, high| {
            Participants::new(best, low, high, None)
                .err()
                .map(|e| e.field)
        };
        assert_eq!(field(5, Some(5), Some(5)), None);
        assert_eq!(field(5, Some(6), None).as_deref(), Some("low"));
        assert_eq!(field(5, None, Some(4)).as_deref(), Some("best"));
        assert_eq!(field(PARTICIPANTS_MAX, None, None), None);
        assert_eq!(
            field(PARTICIPANTS_MAX + 1, None, None).as_deref(),
            Some("best")
        );
    }

    #[test]
    fn an_unspecified_basis_matches_any() {
        let of = |basis| Participants::new(1, None, None, basis).unwrap();
        assert!(of(None).comparable(of(Some(Basis::Peak))));
        assert!(of(Some(Basis::Peak)).comparable(of(Some(Basis::Peak))));
        assert!(!of(Some(Basis::Peak)).comparable(of(Some(Basis::Total))));
    }
}
