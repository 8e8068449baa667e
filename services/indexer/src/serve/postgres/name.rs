//! Names of tables and columns, as SQL has them.

use std::fmt;
use std::str::FromStr;

/// Most bytes of a name; PostgreSQL cuts longer ones.
const NAME_BYTES_MAX: usize = 63;

/// A table or view, with its schema or without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableName(Vec<String>);

/// Not the name of a table.
#[derive(Debug, thiserror::Error)]
#[error("is not `table` or `schema.table`, of 1 to {NAME_BYTES_MAX} bytes each")]
pub struct InvalidTableName;

impl FromStr for TableName {
    type Err = InvalidTableName;

    fn from_str(text: &str) -> Result<Self, InvalidTableName> {
        let parts: Vec<_> = text.split('.').map(str::to_owned).collect();
        let is_name =
            |part: &String| (1..=NAME_BYTES_MAX).contains(&part.len()) && !part.contains('\0');
        (parts.len() <= 2 && parts.iter().all(is_name))
            .then_some(TableName(parts))
            .ok_or(InvalidTableName)
    }
}

impl fmt::Display for TableName {
    /// As SQL: quoted, so that a name is nothing but a name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted: Vec<_> = self.0.iter().map(|part| quoted(part)).collect();
        f.write_str(&quoted.join("."))
    }
}

/// A name as SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_and_stays_a_name() {
        let name = |text: &str| text.parse::<TableName>().map(|name| name.to_string());
        assert_eq!(name("events").unwrap(), r#""events""#);
        assert_eq!(name("city.Events").unwrap(), r#""city"."Events""#);
        assert_eq!(name(r#"a"; drop"#).unwrap(), r#""a""; drop""#);
        for text in ["", ".", "a.", "a.b.c", "a\0", &"n".repeat(64)] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
