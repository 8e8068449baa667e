//! What the values of a column are.

use tokio_postgres::types::{Kind as TypeKind, Type};

/// The kinds of columns that fields and cells are made of. Domains are what they are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text, or a name of an enum.
    Text,
    /// `json` or `jsonb`.
    Json,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// Single or double precision, or decimal.
    Number,
    /// `timestamp with time zone`.
    Instant,
    /// `timestamp without time zone`: what a clock showed.
    Local,
    /// A day.
    Date,
    /// Anything else; none of its values is read.
    Other,
}

impl Kind {
    pub(super) fn of(found: &Type) -> Self {
        match *found {
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UUID => Kind::Text,
            Type::JSON | Type::JSONB => Kind::Json,
            Type::BOOL => Kind::Boolean,
            Type::INT2 | Type::INT4 | Type::INT8 => Kind::Integer,
            Type::FLOAT4 | Type::FLOAT8 | Type::NUMERIC => Kind::Number,
            Type::TIMESTAMPTZ => Kind::Instant,
            Type::TIMESTAMP => Kind::Local,
            Type::DATE => Kind::Date,
            _ if matches!(found.kind(), TypeKind::Enum(_)) => Kind::Text,
            _ => Kind::Other,
        }
    }
}
