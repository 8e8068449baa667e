//! Why a record is refused, and what is mended or left out on its way in. Never a value.

use std::borrow::Cow;
use std::fmt;

use sosie_similarity::{Invalid, Rule};

use crate::gate::KeptOut;

/// A refused record: the field that is wrong, and why.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{} {reason}", if field.is_empty() { "the record".to_owned() } else { format!("`{field}`") })]
pub struct Refusal {
    /// Full path of the field of the event, such as `participants.low`; empty for the record itself.
    pub field: String,
    /// What is wrong with it.
    pub reason: Reason,
}

impl Refusal {
    /// A refusal of `field` for `reason`.
    pub fn new(field: impl Into<String>, reason: impl Into<Reason>) -> Self {
        Refusal {
            field: field.into(),
            reason: reason.into(),
        }
    }

    /// Of a record that the store is asked to hold, if it may wait.
    pub(crate) fn of_held(kept_out: KeptOut) -> Self {
        match kept_out.waiting {
            Some(_) => Refusal::new(kept_out.finding.field.to_string(), Reason::Quarantined),
            None => kept_out.into(),
        }
    }
}

/// Where nothing can wait.
impl From<KeptOut> for Refusal {
    fn from(kept_out: KeptOut) -> Self {
        let finding = kept_out.finding;
        Refusal::new(finding.field.to_string(), Reason::Guard(finding.rule))
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Refusal {
            field: invalid.field,
            reason: Reason::Rule(invalid.rule),
        }
    }
}

/// A rule of the event form, or one of reading files, that a record breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// A rule of the event form.
    Rule(Rule),
    /// A row with more or fewer columns than the header.
    ColumnCount,
    /// Not UTF-8.
    NotUtf8,
    /// A value that the mapping's table does not list.
    Unmapped,
    /// The source itself flags the row as wrong, and the mapping refuses that flag.
    Flagged,
    /// A rule of the personal-data guard.
    Guard(sosie_guard::Rule),
    /// A code that its vocabulary lacks: the record is to wait.
    Quarantined,
}

impl Reason {
    /// The stable name, UPPER_SNAKE.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Rule(rule) => rule.code(),
            Reason::ColumnCount => "COLUMN_COUNT",
            Reason::NotUtf8 => "NOT_UTF8",
            Reason::Unmapped => "UNMAPPED",
            Reason::Flagged => "FLAGGED",
            Reason::Guard(rule) => rule.name(),
            Reason::Quarantined => "QUARANTINED",
        }
    }
}

impl From<Rule> for Reason {
    fn from(rule: Rule) -> Self {
        Reason::Rule(rule)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Rule(rule) => rule.fmt(f),
            Reason::ColumnCount => f.write_str("has another number of columns than the header"),
            Reason::NotUtf8 => f.write_str("is not UTF-8"),
            Reason::Unmapped => f.write_str("has a value that the mapping does not list"),
            Reason::Flagged => f.write_str("is flagged as wrong by its source"),
            Reason::Guard(_) => f.write_str("is what the personal-data guard keeps out"),
            Reason::Quarantined => {
                f.write_str("is in no vocabulary: the record is to wait in quarantine")
            }
        }
    }
}

/// What a mapping did to a record that it kept; every one is counted, none is silent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Correction {
    /// An invalid value was left out, as the mapping's `on_invalid = "missing"` asks.
    Dropped(Reason),
    /// A fractional count was rounded to the nearest whole number, a half upwards.
    Rounded,
    /// Low and high were the wrong way round.
    Sorted,
    /// Low or high without a best count: the participants are missing.
    NoBest,
    /// The best count was made of low and high.
    Midpoint,
    /// A value outside of the listed ones was read as the mapping's default.
    Defaulted,
    /// A code outside of a closed vocabulary: its level is missing.
    Unlisted,
    /// Several values where a level has room for one: it is missing.
    Several,
    /// A level without the level above it was left out.
    NoParent,
    /// A text without a letter or a digit makes no code: its level is missing.
    NoCode,
    /// A code was cut to the longest that is allowed.
    CodeCut,
    /// A place in no polygon of the sector map: the sector is missing.
    OutsideMap,
    /// A local time that the clocks showed twice was read as the first of the two.
    AmbiguousTime,
}

impl Correction {
    /// The stable name, UPPER_SNAKE.
    pub fn code(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Correction::Dropped(reason) => {
                return Cow::Owned(format!("DROPPED_{}", reason.code()));
            }
            Correction::Rounded => "ROUNDED",
            Correction::Sorted => "SORTED",
            Correction::NoBest => "NO_BEST",
            Correction::Midpoint => "MIDPOINT",
            Correction::Defaulted => "DEFAULTED",
            Correction::Unlisted => "UNLISTED",
            Correction::Several => "SEVERAL",
            Correction::NoParent => "NO_PARENT",
            Correction::NoCode => "NO_CODE",
            Correction::CodeCut => "CODE_CUT",
            Correction::OutsideMap => "OUTSIDE_MAP",
            Correction::AmbiguousTime => "AMBIGUOUS_TIME",
        })
    }
}
