//! How far one weight has to move.

use crate::axis::Axis;

/// Which way a weight moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Up, at most to [`WEIGHT_MAX`](crate::limits::WEIGHT_MAX).
    Raised,
    /// Down, at most to 0, which leaves the axis out.
    Lowered,
}

/// A weight at which the order is another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// The changed weight.
    pub weight: f64,
    /// The next admissible `f64` towards the declared weight, where the order is still the declared one.
    pub just_short: f64,
}

/// What comes of moving one weight one way while the others stay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Whose weight.
    pub axis: Axis,
    /// Which way.
    pub direction: Direction,
    /// The declared weight.
    pub declared: f64,
    /// The order surely stays from the declared weight to this one, both included. It is [`Flip::just_short`],
    /// or [`Reach::last`] without a flip, but where rounding decides over more weights than are worth looking
    /// at ([`SENSITIVITY_STEPS_MAX`](crate::limits::SENSITIVITY_STEPS_MAX)): from here to the flip the order may
    /// then waver, and the flip is one change, perhaps not the first.
    pub clear_to: f64,
    /// The last admissible weight on the way.
    pub last: f64,
    /// The change, if there is one.
    pub flip: Option<Flip>,
}

impl Reach {
    /// |changed − declared| / declared; above 0, 1 for leaving the axis out.
    pub fn relative_change(&self) -> Option<f64> {
        self.flip.map(|flip| self.relative(flip.weight))
    }

    /// Whether no nearer weight on this way changes the order; without a flip, whether none does at all.
    pub fn is_first(&self) -> bool {
        self.clear_to == self.flip.map_or(self.last, |flip| flip.just_short)
    }

    /// Whether no change on this way is smaller than that relative one.
    fn is_clear_within(&self, relative_change: f64) -> bool {
        self.is_first() && self.flip.is_none() || self.relative(self.clear_to) >= relative_change
    }

    fn relative(&self, weight: f64) -> f64 {
        (weight - self.declared).abs() / self.declared
    }
}

/// The smallest of some changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smallest {
    /// It, with a flip.
    pub reach: Reach,
    /// |changed − declared| / declared.
    pub relative_change: f64,
    /// Whether it is surely the smallest: no other way, and nothing nearer on this one, is left open.
    pub is_sure: bool,
}

/// The smallest relative change that flips the order; of equal ones the first.
pub fn smallest(reaches: &[Reach]) -> Option<Smallest> {
    let flips = reaches
        .iter()
        .filter_map(|reach| Some((reach, reach.relative_change()?)));
    let (reach, relative_change) = flips.min_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let mut others = reaches.iter().filter(|other| *other != reach);
    Some(Smallest {
        reach: *reach,
        relative_change,
        is_sure: reach.is_first() && others.all(|other| other.is_clear_within(relative_change)),
    })
}
