//! serde's errors as fields and rules: where it says what went wrong, without the value.

use serde::de::DeserializeOwned;
use sosie_similarity::{Invalid, Rule};

/// Longest name of an unknown field that is repeated in an error; a longer one is not a name.
const FIELD_NAME_BYTES_MAX: usize = 64;

/// Parses one JSON value and nothing after it.
pub(crate) fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, Invalid> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| invalid(&error.path().to_string(), &error.inner().to_string()))?;
    deserializer
        .end()
        .map_err(|_| Invalid::new("", Rule::Malformed))?;
    Ok(value)
}

/// serde tells its kinds of error apart by text only; the values in that text are dropped here.
pub(crate) fn invalid(path: &str, message: &str) -> Invalid {
    let path = if path == "." { "" } else { path };
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let owner = |rule| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        let is_name = quoted.len() <= FIELD_NAME_BYTES_MAX && quoted.bytes().all(plain);
        let inner = Invalid::new(if is_name { quoted } else { "?" }, rule);
        let parent = path
            .strip_suffix(quoted)
            .map_or(path, |p| p.trim_end_matches('.'));
        if parent.is_empty() {
            inner
        } else {
            inner.under(parent)
        }
    };
    if message.starts_with("unknown field") {
        owner(Rule::UnknownField)
    } else if message.starts_with("missing field") {
        owner(Rule::Required)
    } else if message.starts_with("duplicate field") {
        owner(Rule::Duplicate)
    } else {
        Invalid::new(path, Rule::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use crate::record::parse_record;
    use sosie_similarity::{Invalid, Rule};

    fn refused(json: &str) -> Invalid {
        parse_record(json.as_bytes()).unwrap_err()
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
        check("{} {}", "", Rule::Malformed);
        check("", "", Rule::Malformed);
    }

    #[test]
    fn no_value_is_in_an_error() {
        let secret = "jean.dupont@example.org";
        for json in [
            format!(r#"{{"state":{{"x":"{secret}"}}}}"#),
            format!(r#"{{"participants":"{secret}"}}"#),
            format!(r#"{{"participants":{{"best":"{secret}"}}}}"#),
            format!(r#"{{"{secret}":1}}"#),
        ] {
            assert!(
                !refused(&json).to_string().contains(secret),
                "{}",
                refused(&json)
            );
        }
    }
}
