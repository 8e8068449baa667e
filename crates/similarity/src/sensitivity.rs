//! How little would have to change for a list to be another: the sensitivity of a ranking to its weights.
//!
//! Similarities do not depend on weights, so what a ledger holds is enough to rank its row under any weights.
//! A [`Ranking`] answers three questions about the first hits of a list:
//!
//! - [`Ranking::swap`]: how far one weight has to move until two neighbours change places;
//! - [`Ranking::leaving`]: how far until a hit is no longer among the first, and [`Ranking::confirm_leaving`],
//!   the same with real searches for candidates that no row stands for yet;
//! - [`Ranking::stability`]: how far all weights may move at once, each its own way.
//!
//! **Law.** At [`Flip::weight`] the real order of the real `f64` scores is changed, at [`Flip::just_short`], the
//! next `f64` towards the declared weight, it is not, and it is not at any weight from the declared one to
//! [`Reach::clear_to`]. The last is proved, not sampled: a stretch of weights is left only if no rounding on it
//! can bring the change about.
//!
//! **What can change.** An axis with a weight above 0 that the probe has a value on: raised up to
//! [`WEIGHT_MAX`](crate::limits::WEIGHT_MAX), lowered to [`WEIGHT_MIN`](crate::limits::WEIGHT_MIN) and then to
//! exactly 0, which leaves the axis out and is the last change on that way; never the only such axis to 0. An
//! axis of weight 0 is in no ledger and is not raised here; an axis that the probe lacks changes nothing.
//!
//! Start reading at [`Ranking`], then [`Reach`], then `path`, where a weight is found, then `pair`, why it is right.

mod hit;
mod leaving;
mod line;
mod lines;
mod outlook;
mod pair;
mod path;
mod ranking;
mod reach;
mod row;
mod stability;
mod terms;
mod watch;

pub use hit::{Cause, HitSensitivity, Swap};
pub use leaving::{Leaving, Proof};
pub use ranking::{InvalidRanking, Ranking, RankingParts};
pub use reach::{Direction, Flip, Reach, Smallest, smallest};
pub use row::{Row, RowLine};
pub use stability::Stability;
pub use terms::Terms;
