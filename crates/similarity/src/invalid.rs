//! What is wrong with an input: a field path and the rule that it breaks. Never the value itself.

use std::fmt;

/// A refused input: which field, and which rule it breaks.
///
/// The offending value is not kept, so it can't reach a log, a message or a file (SPEC section 6).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{field}` {rule}")]
pub struct Invalid {
    /// Full path of the field, such as `participants.low` or `filter.polygon.interiors[1]`.
    pub field: String,
    /// The rule that it breaks.
    pub rule: Rule,
}

impl Invalid {
    /// A violation of `rule` by `field`.
    pub fn new(field: impl Into<String>, rule: Rule) -> Self {
        Invalid {
            field: field.into(),
            rule,
        }
    }

    /// The same violation seen from the owner of the field: `low` under `participants` is `participants.low`.
    #[must_use]
    pub fn under(self, owner: &str) -> Self {
        let field = match self.field.as_str() {
            "" => owner.to_owned(),
            inner if inner.starts_with('[') => format!("{owner}{inner}"),
            inner => format!("{owner}.{inner}"),
        };
        Invalid {
            field,
            rule: self.rule,
        }
    }
}

/// A rule of SPEC that an input can break. `code` is stable and is what programs read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// A required field is absent.
    Required,
    /// A field that the schema does not know.
    UnknownField,
    /// Not of the documented form.
    Malformed,
    /// Longer than the limit.
    TooLong(usize),
    /// More entries than the limit.
    TooMany(usize),
    /// NaN or infinite.
    NotFinite,
    /// Outside of its closed range.
    OutOfRange(f64, f64),
    /// Outside of its open range.
    NotBetween(f64, f64),
    /// Not above 0.
    NotPositive,
    /// Given twice.
    Duplicate,
    /// The end is not after the start.
    EndBeforeStart,
    /// The low end of a range is above its high end.
    LowAboveHigh,
    /// An instant outside of the years 1 to 9999.
    NotInYears,
    /// Finer than a microsecond.
    TooFine,
    /// Not the first instant of a local day, as DAY precision asks.
    NotMidnight,
    /// Lasts longer than the limit, in days.
    LastsTooLong(i64),
    /// A time zone that is not in the IANA database.
    UnknownZone,
    /// A local time that does not exist in its zone.
    NoSuchLocalTime,
    /// A ring whose last point is not its first, or with fewer than four points.
    RingNotClosed,
    /// Not a valid simple geometry: it crosses or touches itself, or has no extent.
    InvalidGeometry,
    /// A draft with none of the axes that have a weight.
    NoAxis,
    /// Every weight is 0.
    NoWeight,
    /// The measure can't be used on this axis.
    MeasureMismatch,
    /// The table is not symmetric with a unit diagonal.
    InvalidTable,
    /// A profile that is not loaded.
    UnknownProfile,
    /// The page token was not made by this service for this request.
    ForeignPageToken,
}

impl Rule {
    /// The stable name, UPPER_SNAKE.
    pub fn code(self) -> &'static str {
        match self {
            Rule::Required => "REQUIRED",
            Rule::UnknownField => "UNKNOWN_FIELD",
            Rule::Malformed => "MALFORMED",
            Rule::TooLong(_) => "TOO_LONG",
            Rule::TooMany(_) => "TOO_MANY",
            Rule::NotFinite => "NOT_FINITE",
            Rule::OutOfRange(..) | Rule::NotBetween(..) => "OUT_OF_RANGE",
            Rule::NotPositive => "NOT_POSITIVE",
            Rule::Duplicate => "DUPLICATE",
            Rule::EndBeforeStart => "END_BEFORE_START",
            Rule::LowAboveHigh => "LOW_ABOVE_HIGH",
            Rule::NotInYears => "NOT_IN_YEARS",
            Rule::TooFine => "TOO_FINE",
            Rule::NotMidnight => "NOT_MIDNIGHT",
            Rule::LastsTooLong(_) => "LASTS_TOO_LONG",
            Rule::UnknownZone => "UNKNOWN_ZONE",
            Rule::NoSuchLocalTime => "NO_SUCH_LOCAL_TIME",
            Rule::RingNotClosed => "RING_NOT_CLOSED",
            Rule::InvalidGeometry => "INVALID_GEOMETRY",
            Rule::NoAxis => "NO_AXIS",
            Rule::NoWeight => "NO_WEIGHT",
            Rule::MeasureMismatch => "MEASURE_MISMATCH",
            Rule::InvalidTable => "INVALID_TABLE",
            Rule::UnknownProfile => "UNKNOWN_PROFILE",
            Rule::ForeignPageToken => "FOREIGN_PAGE_TOKEN",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Required => f.write_str("is required"),
            Rule::UnknownField => f.write_str("is not a known field"),
            Rule::Malformed => f.write_str("is not of the documented form"),
            Rule::TooLong(max) => write!(f, "is longer than {max}"),
            Rule::TooMany(max) => write!(f, "has more than {max} entries"),
            Rule::NotFinite => f.write_str("is not a finite number"),
            Rule::OutOfRange(min, max) => write!(f, "is not in [{min}, {max}]"),
            Rule::NotBetween(low, high) => {
                write!(f, "is not strictly between {low} and {high}")
            }
            Rule::NotPositive => f.write_str("is not above 0"),
            Rule::Duplicate => f.write_str("is given twice"),
            Rule::EndBeforeStart => f.write_str("is not after the start"),
            Rule::LowAboveHigh => f.write_str("is above the other end of its range"),
            Rule::NotInYears => f.write_str("is not in the years 1 to 9999"),
            Rule::TooFine => f.write_str("is finer than a microsecond"),
            Rule::NotMidnight => f.write_str("is not the first instant of a local day"),
            Rule::LastsTooLong(days) => write!(f, "is more than {days} days after the start"),
            Rule::UnknownZone => f.write_str("is not an IANA time zone"),
            Rule::NoSuchLocalTime => f.write_str("does not exist in its time zone"),
            Rule::RingNotClosed => f.write_str("is not a closed ring of at least four points"),
            Rule::InvalidGeometry => f.write_str("is not a valid geometry"),
            Rule::NoAxis => f.write_str("has no value on any axis with a weight"),
            Rule::NoWeight => f.write_str("leaves no axis with a weight above 0"),
            Rule::MeasureMismatch => f.write_str("is not a measure of this axis"),
            Rule::InvalidTable => f.write_str("is not a symmetric table with a unit diagonal"),
            Rule::UnknownProfile => f.write_str("is not a loaded profile"),
            Rule::ForeignPageToken => f.write_str("was not made for this request"),
        }
    }
}

/// `value` if it is finite and in the closed range, else the rule that it breaks.
pub(crate) fn in_range(value: f64, min: f64, max: f64) -> Result<f64, Rule> {
    match value {
        v if !v.is_finite() => Err(Rule::NotFinite),
        v if v < min || v > max => Err(Rule::OutOfRange(min, max)),
        v => Ok(v),
    }
}

/// `value` if it is finite, above 0 and at most `max`.
pub(crate) fn positive(value: f64, max: f64) -> Result<f64, Rule> {
    match value {
        v if !v.is_finite() => Err(Rule::NotFinite),
        v if v <= 0.0 => Err(Rule::NotPositive),
        v if v > max => Err(Rule::OutOfRange(0.0, max)),
        v => Ok(v),
    }
}
