//! Events and queries made from a seed: as many as asked for, the same on every machine, in any order.
//!
//! A country of 5,000 made-up towns whose events are as uneven as real ones: a few towns, venues and natures
//! have most of them, sizes hang together, values are missing and values tie. No code names anything real.
//!
//! **Law.** [`Generator::event`] is a pure function of seed, [`Config`] and index: any range of a hundred million events
//! can be made alone, on any thread, in the memory of the towns and venues.
//!
//! Queries come in five sets, from easy to hard: [`Generator::query`] makes one, [`SyntheticQuery::search`] completes it.
//!
//! Start reading at [`Generator`], then `sample.rs`, then [`QuerySet`].

mod any;
mod choice;
mod draw;
mod generator;
mod kernels;
mod nature;
mod places;
mod probe;
mod query;
mod sample;
mod series;
mod when;
mod zipf;

pub use choice::{AbsentAxes, SearchChoice, Selection};
pub use generator::{Config, Generator, horizon};
pub use kernels::Kernels;
pub use query::{QuerySet, SyntheticQuery};
