//! What the guard says of a record: rules and fields, never a value.

use std::fmt;

use crate::field::Field;
use crate::rule::Rule;

/// Something that was found. It keeps no value, so that none can reach a log, a message or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Finding {
    /// Where.
    pub field: Field,
    /// What.
    pub rule: Rule,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.rule)
    }
}

/// Whether a record may enter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// It may not: personal data, or a code outside its vocabulary where the policy refuses these.
    Refused(Vec<Finding>),
    /// A person has to look at it: a code outside its vocabulary, and nothing else.
    Quarantined(Vec<Finding>),
}

impl Verdict {
    /// What was found, the first of each field and rule.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Verdict::Clean => &[],
            Verdict::Refused(findings) | Verdict::Quarantined(findings) => findings,
        }
    }

    /// Whether the record may enter.
    pub fn is_clean(&self) -> bool {
        matches!(self, Verdict::Clean)
    }
}
