//! Guards what is still free in a record against personal data.
//!
//! The schema is the promise: a record has no field for a person, and no free text. What is left are ids, codes and numbers, and
//! somebody can put a telephone number into each of them. The guard looks at all that is free, alone and together, as it is
//! written, decoded and in disguise, and says which rule holds for which field. It never says the value.
//!
//! Pure: no I/O, clock, threads or randomness, and nothing is learned. The verdict on a record is a function of the record, a
//! [`Policy`] and [`Vocabularies`].
//!
//! **Law.** No value of a record is in any [`Finding`] or [`Verdict`]; [`Counts`] has names of sources, but for those that were
//! themselves found wanting.
//!
//! **The tension.** Ids are numbers and dates, and so is what the guard looks for. A source that declares the form of its ids
//! ([`IdForm`]) takes the doubt away: what is not of the form is refused, and of what is only the free parts are looked at. Without
//! a declared form the line is drawn by evidence, in `detect/number.rs`. Codes bear names of persons, as streets and
//! stadiums do: a [`Vocabulary`] says which may.
//!
//! Start reading at [`Guard::check`], then `detect.rs`.

mod counts;
mod detect;
mod field;
mod guard;
mod id_form;
mod joined;
mod lexicon;
mod magnitude;
#[cfg(feature = "planted")]
pub mod planted;
mod policy;
mod rule;
mod small_counts;
mod text;
mod verdict;
mod vocabulary;

pub use counts::{CountRow, Counts, UNNAMED_SOURCE};
pub use field::{Field, Fields};
pub use guard::Guard;
pub use id_form::{IdForm, InvalidIdForm};
pub use policy::{InvalidPolicy, OnUnknownCode, Policy};
pub use rule::{Rule, Rules};
pub use small_counts::{CoarseOutcomes, SmallCounts};
pub use verdict::{Finding, Verdict};
pub use vocabulary::{InvalidVocabulary, List, SameList, Vocabularies, Vocabulary};
