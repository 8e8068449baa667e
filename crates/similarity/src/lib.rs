//! How alike two events are, and why: the domain of Sosie.
//!
//! Pure: no I/O, clock, async or wire; what is built is valid, and nothing here fails after construction.
//!
//! **Law.** A measure is finite, in [0, 1], symmetric to the last bit, and 1 for equal values; the
//! contributions of a ledger add up to the score.
//!
//! Start reading at [`Search`], then [`Scorer`], then [`Measure`], then [`Event`]; [`mod@reference`] is the whole
//! search in a page.

mod axis;
mod code;
mod digest;
mod event;
mod facets;
mod filter;
mod footprint;
mod invalid;
mod lifecycle;
pub mod limits;
mod location;
mod measure;
mod order;
mod outcomes;
mod overlap;
mod participants;
mod profile;
pub mod reference;
mod region;
mod score;
mod search;
pub mod sensitivity;
mod table;
mod time;

pub use axis::{Axis, AxisValues};
pub use code::{Code, CodePath, EventId, SeriesId};
pub use digest::{Digest, DigestStream, Digester};
pub use event::{Candidate, Draft, DraftTimes, Event, EventParts, Facts, State, StatedValues};
pub use facets::{Depth, Facet, FacetCounts, SmallestCount, ToldCount, ToldFacet};
pub use filter::{ClosedRange, Condition, Filter, TimeInterval};
pub use footprint::{Footprint, FootprintShape, polygon_from_rings};
pub use invalid::{Invalid, Rule};
pub use lifecycle::{
    AuthorId, InvalidChange, ProfileChange, ProfileReason, ProfileState, Revision,
};
pub use location::{EARTH_RADIUS_KM, Location, haversine_km};
pub use measure::{Comparison, DecayShape, DistanceUnit, Extent, Measure, YEAR_DAYS};
pub use order::RankKey;
pub use outcomes::{OutcomeCount, OutcomeSummary, Quantiles, summarise};
pub use overlap::intersection_over_union;
pub use participants::{Basis, Participants};
pub use profile::{AxisRule, MissingPolicy, Profile, ProfileId, ProfileRef, shape_name};
pub use region::{BoundingBox, Circle, Region};
pub use score::{AxisStatus, AxisValue, LedgerLine, Presence, Score, Scorer, Standing, Unscored};
pub use search::{
    Answer, Counts, Exclusion, Explanation, Hit, Page, Probe, ProbeRef, Query, Resolved, Search,
    admits_time,
};
pub use table::SimilarityTable;
pub use time::{Calendar, EventTimes, TimePrecision, Timestamp};
