//! Random valid input: dense where ties, missing values and borders are, since laws break there.

mod events;
mod filters;
mod profiles;
mod searches;
mod values;

pub(crate) use events::coarse_stated;
pub(crate) use filters::{all_states, copy_condition, full_filter};
pub(crate) use profiles::{axis_and_measure, profile, ratio, shape, table};
pub(crate) use searches::{World, world};
pub(crate) use values::{code_path, complete_draft, draft, footprint, location, pierced, stated};
