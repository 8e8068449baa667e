//! What the values of a Parquet column are.

use chrono::{DateTime, NaiveDate, Utc};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

/// The kinds of columns that fields and cells are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// UTF-8, which is checked value by value.
    Text,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer {
        /// Whether its highest bit is its sign.
        is_signed: bool,
    },
    /// Single or double precision.
    Real,
    /// A whole number of units of 10 to the power of minus `scale`.
    Decimal {
        /// Digits after the decimal sign.
        scale: usize,
    },
    /// An instant.
    Instant(Unit),
    /// What a clock showed, without its zone.
    Local(Unit),
    /// A day.
    Date,
    /// Anything else; none of its values is read.
    Other,
}

/// The unit in which a time is counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl Kind {
    /// By the logical type, else by the one that came before it, else by how values are stored.
    pub(super) fn of(column: &ColumnDescriptor) -> Self {
        match (column.physical_type(), column.logical_type_ref()) {
            (
                Type::BYTE_ARRAY,
                Some(LogicalType::String | LogicalType::Enum | LogicalType::Json),
            ) => Kind::Text,
            (Type::INT32 | Type::INT64, Some(LogicalType::Integer(integer))) => Kind::Integer {
                is_signed: integer.is_signed,
            },
            (Type::INT32 | Type::INT64, Some(LogicalType::Decimal(decimal))) => {
                Kind::decimal(decimal.scale)
            }
            (Type::INT64, Some(LogicalType::Timestamp(time))) => {
                let unit = match time.unit {
                    TimeUnit::MILLIS => Unit::Milliseconds,
                    TimeUnit::MICROS => Unit::Microseconds,
                    TimeUnit::NANOS => Unit::Nanoseconds,
                };
                if time.is_adjusted_to_u_t_c {
                    Kind::Instant(unit)
                } else {
                    Kind::Local(unit)
                }
            }
            (Type::INT32, Some(LogicalType::Date)) => Kind::Date,
            (_, Some(_)) => Kind::Other,
            (stored, None) => Kind::of_converted(stored, column),
        }
    }

    /// 64 bits have 19 digits.
    fn decimal(scale: i32) -> Self {
        let scale = usize::try_from(scale).ok().filter(|scale| *scale < 19);
        scale.map_or(Kind::Other, |scale| Kind::Decimal { scale })
    }

    /// Of files whose writers do not know logical types.
    fn of_converted(stored: Type, column: &ColumnDescriptor) -> Self {
        match (stored, column.converted_type()) {
            (
                Type::BYTE_ARRAY,
                ConvertedType::NONE
                | ConvertedType::UTF8
                | ConvertedType::ENUM
                | ConvertedType::JSON,
            ) => Kind::Text,
            (Type::BOOLEAN, ConvertedType::NONE) => Kind::Boolean,
            (Type::FLOAT | Type::DOUBLE, ConvertedType::NONE) => Kind::Real,
            (Type::INT64, ConvertedType::TIMESTAMP_MILLIS) => Kind::Instant(Unit::Milliseconds),
            (Type::INT64, ConvertedType::TIMESTAMP_MICROS) => Kind::Instant(Unit::Microseconds),
            (Type::INT32, ConvertedType::DATE) => Kind::Date,
            (Type::INT32 | Type::INT64, ConvertedType::DECIMAL) => {
                Kind::decimal(column.type_scale())
            }
            (
                Type::INT32 | Type::INT64,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
            ) => Kind::Integer { is_signed: false },
            (
                Type::INT32 | Type::INT64,
                ConvertedType::NONE
                | ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64,
            ) => Kind::Integer { is_signed: true },
            _ => Kind::Other,
        }
    }
}

impl Unit {
    /// The time that so many units after 1970 is.
    pub(super) fn time(self, count: i64) -> Option<DateTime<Utc>> {
        match self {
            Unit::Milliseconds => DateTime::from_timestamp_millis(count),
            Unit::Microseconds => DateTime::from_timestamp_micros(count),
            Unit::Nanoseconds => Some(DateTime::from_timestamp_nanos(count)),
        }
    }
}

/// The day that so many days after 1970 is.
pub(super) fn date(days: i64) -> Option<NaiveDate> {
    let since = chrono::TimeDelta::try_days(days)?;
    NaiveDate::default().checked_add_signed(since)
}
