//! serde's errors as fields and rules: where it says what went wrong, without the value.

use serde::Deserialize;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};
use sosie_similarity::{Invalid, Rule};

/// Longest name of an unknown field that is repeated in an error; a longer one is not a name.
const FIELD_NAME_BYTES_MAX: usize = 64;

/// Parses one JSON value and nothing after it.
pub(crate) fn from_json<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T, Invalid> {
    // Keeping the path takes longer than parsing, and only what is refused has a use for it.
    serde_json::from_str(json).map_err(|_| refusal::<T>(json))
}

/// Why `json` is refused: it is parsed again, this time with the path.
#[cold]
fn refusal<'de, T: Deserialize<'de>>(json: &'de str) -> Invalid {
    let malformed = Invalid::new("", Rule::Malformed);
    let mut deserializer = serde_json::Deserializer::from_str(json);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        // The value is right: there is something after it.
        Ok(_) => malformed,
        // Where the text itself ends or breaks, the path says only how far reading had come.
        Err(error) => match error.inner().classify() {
            Category::Syntax | Category::Eof | Category::Io => malformed,
            Category::Data => invalid(error.path(), &error.inner().to_string()),
        },
    }
}

/// serde tells its kinds of error apart by text only; the values in that text are dropped here. Keys are input
/// too: one that does not look like the name of a field is told as `?`.
pub(crate) fn invalid(path: &Path, message: &str) -> Invalid {
    let mut places: Vec<String> = path.iter().map(place).collect();
    let kinds = [
        ("unknown field", Rule::UnknownField),
        ("missing field", Rule::Required),
        ("duplicate field", Rule::Duplicate),
    ];
    let kind = kinds
        .into_iter()
        .find(|(start, _)| message.starts_with(start));
    if kind.is_some() {
        let quoted = message.split('`').nth(1).unwrap_or_default();
        // Where the path has the key itself already. A key may hold the quote that ends it in the text.
        let is_key = |segment: &Segment| match segment {
            Segment::Map { key } => {
                key == quoted
                    || key
                        .strip_prefix(quoted)
                        .is_some_and(|rest| rest.starts_with('`'))
            }
            Segment::Seq { .. } | Segment::Enum { .. } | Segment::Unknown => false,
        };
        if !path.iter().next_back().is_some_and(is_key) {
            places.push(name(quoted));
        }
    }
    let rule = kind.map_or(Rule::Malformed, |(_, rule)| rule);
    let innermost = Invalid::new("", rule);
    places
        .iter()
        .rev()
        .fold(innermost, |inner, place| inner.under(place))
}

fn place(segment: &Segment) -> String {
    match segment {
        Segment::Seq { index } => format!("[{index}]"),
        Segment::Map { key } => name(key),
        Segment::Enum { variant } => name(variant),
        Segment::Unknown => "?".to_owned(),
    }
}

fn name(key: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let is_name = (1..=FIELD_NAME_BYTES_MAX).contains(&key.len()) && key.bytes().all(plain);
    if is_name {
        key.to_owned()
    } else {
        "?".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use crate::record::parse_record;
    use sosie_similarity::{Invalid, Rule};

    fn refused(json: &str) -> Invalid {
        parse_record(json).unwrap_err()
    }

    #[test]
    fn an_error_names_the_field_and_the_rule() {
        let check = |json, field: &str, rule| assert_eq!(refused(json), Invalid::new(field, rule));
        check(r#"{"titel":"x"}"#, "titel", Rule::UnknownField);
        check(
            r#"{"location":{"latitude":1,"lon":2}}"#,
            "location.lon",
            Rule::UnknownField,
        );
        check(
            r#"{"location":{"latitude":1}}"#,
            "location.longitude",
            Rule::Required,
        );
        check(
            r#"{"location":{"latitude":"x","longitude":2}}"#,
            "location.latitude",
            Rule::Malformed,
        );
        check(
            r#"{"participants":{"best":-1}}"#,
            "participants.best",
            Rule::Malformed,
        );
        check(
            r#"{"state":"HELD","state":"HELD"}"#,
            "state",
            Rule::Duplicate,
        );
        check(
            r#"{"outcomes":{"officers":"many"}}"#,
            "outcomes.officers",
            Rule::Malformed,
        );
        check(
            r#"{"footprint":{"type":"Point","coordinates":[1,2]}}"#,
            "footprint.type",
            Rule::Malformed,
        );
        check("[]", "", Rule::Malformed);
        check(r#"{"event_id":"a","location":{"#, "", Rule::Malformed);
        check("{} {}", "", Rule::Malformed);
        check("", "", Rule::Malformed);
    }

    #[test]
    fn no_value_is_in_an_error() {
        let secret = "canary@example.org";
        for json in [
            format!(r#"{{"state":{{"x":"{secret}"}}}}"#),
            format!(r#"{{"participants":"{secret}"}}"#),
            format!(r#"{{"participants":{{"best":"{secret}"}}}}"#),
            format!(r#"{{"{secret}":1}}"#),
            format!(r#"{{"a`{secret}":1}}"#),
            format!(r#"{{"outcomes":{{"{secret}":"x"}}}}"#),
        ] {
            assert!(
                !refused(&json).to_string().contains(secret),
                "{}",
                refused(&json)
            );
        }
    }
}
